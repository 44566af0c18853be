"""Rosters of made-up problems measured: times, gaps, memory, all checked by the checker.

`scripts/bench roster [--seeds 1-5] [--lawyers 600] ... [--alone 60] [--plot FILE.svg]`: prints
tables in Markdown. Beside the solves themselves, when asked for: `--alone SECONDS`, CP-SAT and
HiGHS with the whole problem by themselves for at most that long; `--leave-out`, each rule left
out; `--explain`, every vacancy explained and remedied; `--repairs N`, absences and stand-ins;
`--prototype FOLDER`, another solver on its own instances. With `--jiaxing 2026-W48,2026-W49` the
problems are those weeks of the demonstration's city. Ends with 1 when anything is found wrong.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import monotonic

from roster_bench import afterwards, alone, leaving_out, prototype, runs
from roster_bench.plot import plotted
from roster_bench.runs import Measurement, measured

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.jiaxing import jiaxing_register
from zhiban.data.week import Week
from zhiban.roster.assembly import problem_for
from zhiban.roster.example import example
from zhiban.roster.problem import RosterProblem

Lines = Iterable[tuple[str, bool]]  # what to print, and whether it is as it should be


def main() -> int:
    """Prints what was asked for, line by line as it comes."""
    options, started = _options(), monotonic()
    print(_machine(), flush=True)
    found: list[Measurement] = []
    sound = _print(_solved(options, found))
    sound = _print([(f"\n{runs.summary(found)}", True)]) and sound
    if options.plot:
        title = f"{options.lawyers * options.cities} lawyers, seed {found[0].name}"
        Path(options.plot).write_text(plotted(found[0].file, title), encoding="utf-8")
    sound = _print(_asked(options, found)) and sound
    print(f"\nThe whole run took {monotonic() - started:.0f} s.")
    return 0 if sound else 1


def _print(lines: Lines) -> bool:
    sound = True
    for line, right in lines:
        print(line, flush=True)
        sound = sound and right
    return sound


def _machine() -> str:
    """On what it was measured."""
    parts = [f"{name} {version(name)}" for name in ("highspy", "ortools", "numpy")]
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return (
        f"`scripts/bench roster {' '.join(sys.argv[1:])}`; {os.cpu_count()} cores{load}; "
        f"Python {platform.python_version()}, {', '.join(parts)}.\n"
    )


def _solved(options: argparse.Namespace, found: list[Measurement]) -> Iterator[tuple[str, bool]]:
    yield runs.HEAD, True
    for name, make in _problems(options):
        one = measured(name, make(), seconds=options.seconds, workers=options.workers)
        found.append(one)
        yield one.row(), one.checked.sound


def _asked(options: argparse.Namespace, found: Sequence[Measurement]) -> Iterator[tuple[str, bool]]:
    """The tables that are made only when asked for."""
    if options.alone:
        yield "", True
        yield from alone.compared(found[: options.alone_on], options.alone)
    if options.leave_out:
        yield "\n" + leaving_out.HEAD, True
        rows = leaving_out.left_out(found[0].problem, found[0].file, seconds=options.seconds)
        yield from ((row.row(), row.binds and not row.others) for row in rows)
    if options.explain:
        yield "\n" + afterwards.EXPLAINED, True
        for one in found:
            yield from afterwards.explained(one)
    if options.repairs:
        yield "\n" + afterwards.REPAIRED, True
        for one in found:
            yield from afterwards.repaired(one, options.repairs)
    if options.prototype:
        yield "\n" + prototype.HEAD, True
        both = []
        for row in prototype.beside(options.prototype, _seeds(options.seeds), options.seconds):
            both.append(row)
            yield row.row(), row.ours.checked.sound
        yield prototype.told(both), True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench roster", description=__doc__)
    parser.add_argument("--seeds", default="1-5", help="such as 3 or 1-20")
    for name, default in (("lawyers", 600), ("stations", 75), ("seats", 8)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--cities", type=int, default=1)
    parser.add_argument("--weeks", type=int, default=1)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--jiaxing", metavar="WEEK[,WEEK]")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--alone", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--alone-on", type=int, metavar="N", help="the first N problems only")
    parser.add_argument("--leave-out", action="store_true")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--repairs", type=int, default=0, metavar="N")
    parser.add_argument("--prototype", type=Path, metavar="FOLDER")
    parser.add_argument("--plot", metavar="FILE.svg")
    return parser.parse_args()


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _problems(options: argparse.Namespace) -> Iterator[tuple[str, Callable[[], RosterProblem]]]:
    """Names, and what makes the problem when its turn comes."""
    if options.jiaxing:
        for week in options.jiaxing.split(","):
            yield week, partial(_jiaxing, Week.parse(week))
        return
    for seed in _seeds(options.seeds):
        yield str(seed), partial(_example, options, seed)


def _jiaxing(week: Week) -> RosterProblem:
    return problem_for(jiaxing_register(published_calendar(), week), week)


def _example(options: argparse.Namespace, seed: int) -> RosterProblem:
    return example(
        lawyers=options.lawyers,
        stations=options.stations,
        seats=options.seats,
        cities=options.cities,
        weeks=options.weeks,
        seed=seed,
        short=options.short,
    )


if __name__ == "__main__":
    sys.exit(main())
