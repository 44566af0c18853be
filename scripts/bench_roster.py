"""Rosters of made-up problems: the pipeline beside CP-SAT alone and HiGHS alone, all checked.

`scripts/bench roster [--seeds 1-5] [--lawyers 600] ... [--alone 60] [--plot FILE.svg]`: with
`--alone SECONDS` each solver also gets the whole problem by itself, for at most that long;
with `--jiaxing 2026-W48,2026-W49` the problems are those weeks of the demonstration's city.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import monotonic, process_time

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.jiaxing import jiaxing_register
from zhiban.data.week import Week
from zhiban.roster.assembly import problem_for
from zhiban.roster.checker import check, violations
from zhiban.roster.example import example
from zhiban.roster.facts import Facts
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import active_rules
from zhiban.roster.solve import solve
from zhiban.roster.yardstick import Measured, cp_sat_alone, highs_alone

NEAR = 0.002  # "within 0.2 %" of the final bound
ALONE: dict[str, Callable[[RosterProblem, float], Measured]] = {
    "CP-SAT alone, 1 worker, linearization 2": cp_sat_alone,
    "CP-SAT alone, its defaults": lambda problem, seconds: cp_sat_alone(
        problem, seconds, workers=0, linearization=1
    ),
    "HiGHS alone": highs_alone,
}


def main() -> int:
    """Prints one line a seed and the medians; 1 when the checker finds anything wrong."""
    options = _options()
    problems = _problems(options)
    print("seed      duties  first    0.2 %    proof    cpu      gap       vacant  checked")
    files, sound = [], True
    for name, problem in problems.items():
        started = process_time()
        file = solve(problem, seconds=options.seconds)
        used = process_time() - started
        checked = check(problem, file)
        sound = sound and checked.sound
        files.append(file)
        vacant = sum(vacancy.missing for vacancy in file.vacancies)
        print(
            f"{name:8}  {len(file.duties):6d}  {file.first_seconds:5.2f} s  {_near(file):5.2f} s  "
            f"{_proof(file)}  {used:5.2f} s  {file.gap:8.5%}  {vacant:6d}  "
            f"{'sound' if checked.sound else 'WRONG'}, bound {checked.certificate_bound}, "
            f"search {checked.search_rest}",
            flush=True,
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"median: first {median(file.first_seconds for file in files):.2f} s, within 0.2 % "
        f"{median(map(_near, files)):.2f} s, end {median(file.seconds for file in files):.2f} s "
        f"(longest {max(file.seconds for file in files):.2f} s); "
        f"{sum(file.status == 'optimal' for file in files)} of {len(files)} proved; "
        f"peak memory {memory:.2f} GiB"
    )
    if options.plot:
        Path(options.plot).write_text(_plot(files[0]), encoding="utf-8")
    if options.alone:
        sound = _alone(problems, files, options.alone) and sound
    return 0 if sound else 1


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
    parser.add_argument("--alone", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--plot", metavar="FILE.svg")
    return parser.parse_args()


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _problems(options: argparse.Namespace) -> dict[str, RosterProblem]:
    if options.jiaxing:
        return {week: _jiaxing(Week.parse(week)) for week in options.jiaxing.split(",")}
    return {str(seed): _example(options, seed) for seed in _seeds(options.seeds)}


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


def _near(file: RosterFile) -> float:
    """When the roster came within 0.2 % of the final bound."""
    limit = file.bound + NEAR * abs(file.bound)
    near = (row.seconds for row in file.progress if (row.objective or limit + 1) <= limit)
    return next(near, float("inf"))


def _proof(file: RosterFile) -> str:
    return f"{file.seconds:5.2f} s" if file.status == "optimal" else f">{file.seconds:5.2f} s"


def _alone(problems: dict[str, RosterProblem], files: Sequence[RosterFile], seconds: float) -> bool:
    """Each solver by itself on the same problems; how many times longer it took."""
    sound = True
    for name, measure in ALONE.items():
        ratios = []
        for (seed, problem), file in zip(problems.items(), files, strict=True):
            started = monotonic()
            measured = measure(problem, seconds)
            took = monotonic() - started
            ratios.append(took / file.seconds)
            mark = "" if measured.proved else "at least "
            print(
                f"{name}: seed {seed}: {mark}{took:.2f} s, objective {measured.objective}, "
                f"pipeline {file.seconds:.2f} s, objective {file.objective}",
                flush=True,
            )
            sound = sound and _agrees(problem, file, measured)
        print(f"{name}: median {median(ratios):.1f} times as long as the pipeline")
    return sound


def _agrees(problem: RosterProblem, file: RosterFile, measured: Measured) -> bool:
    """The checker's view of a yardstick's roster, and two proofs saying the same."""
    if measured.roster is None:
        return True
    facts = Facts(problem, active_rules(problem), measured.roster)
    right = sum(by_rule(facts).values()) == measured.objective and not list(violations(facts))
    both = measured.proved and file.status == "optimal"
    return right and (not both or measured.objective == file.objective)


def _plot(file: RosterFile) -> str:
    """Cost and bound over time, from the first roster within 5 % of the bound on."""
    rows = [r for r in file.progress if r.objective is not None and r.bound is not None]
    rows = [r for r in rows if r.objective <= 1.05 * file.bound] or rows[-1:]
    low, high = min(r.bound or 0 for r in rows), max(r.objective or 0 for r in rows)
    end = max(file.seconds, 0.001)

    def line(values: list[tuple[float, int]]) -> str:
        values = [*values, (end, values[-1][1])]
        points, before = [], values[0][1]
        for at, value in values:
            x = 60 + 520 * at / end
            points += [
                f"{x:.1f},{220 - 190 * (v - low) / max(1, high - low):.1f}" for v in (before, value)
            ]
            before = value
        return " ".join(points)

    cost = line([(r.seconds, r.objective or 0) for r in rows])
    bound = line([(r.seconds, r.bound or 0) for r in rows])
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 260" font-family="sans-serif" '
        'font-size="12">\n<rect width="600" height="260" fill="white"/>\n'
        f'<polyline points="{cost}" fill="none" stroke="#b33" stroke-width="2"/>\n'
        f'<polyline points="{bound}" fill="none" stroke="#36c" stroke-width="2"/>\n'
        f'<text x="5" y="30">{high}</text><text x="5" y="224">{low}</text>\n'
        f'<text x="60" y="245">0 s</text><text x="545" y="245">{end:.2f} s</text>\n'
        '<text x="420" y="20" fill="#b33">cost</text>'
        '<text x="470" y="20" fill="#36c">bound</text>\n</svg>\n'
    )


if __name__ == "__main__":
    sys.exit(main())
