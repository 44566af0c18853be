"""Due times against an oracle that counts minutes: `scripts/bench clock [--cases 1000000]`.

Draws questions of 2024 to 2026 with targets in minutes, hours and days, working and wall-clock
time, four sorts of opening hours and up to six pauses each, and compares what the program says is
due with what `scripts/minute_oracle.py` counts. Prints the differences, and ends with 1 where there
is one. The yardstick beside it: how many a second each of the two reckons.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import time
from functools import cache
from itertools import islice
from random import Random
from time import perf_counter

from minute_oracle import HOURS, Case, Oracle, drawn, moment

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.deadline import Target, due, parse_unit
from zhiban.data.timespan import Span
from zhiban.data.worktime import Due, WorkCalendar

PORTION = 5000


def main() -> int:
    """Prints the figures and the first differences; 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    portions = [(options.seed, n, options.cases) for n in range(0, options.cases, PORTION)]
    began, seconds, found, number = perf_counter(), [0.0, 0.0], [], 0
    with ProcessPoolExecutor(options.processes) as pool:
        for compared, ours, theirs, differences in pool.map(compare, portions):
            number += compared
            seconds = [seconds[0] + ours, seconds[1] + theirs]
            found += differences
    print(f"{number:,} cases in {perf_counter() - began:.0f} s, {len(found):,} differences")
    for name, spent in zip(("the program", "the oracle"), seconds, strict=True):
        print(f"{name:12s} {number / spent:10,.0f} a second and process")
    for line in found[:20]:
        print(line)
    return 1 if found else 0


def compare(portion: tuple[int, int, int]) -> tuple[int, float, float, list[str]]:
    """One portion: how many, the seconds of both sides, and each case that differs."""
    seed, first, cases = portion
    random = Random(f"{seed}/{first}")  # noqa: S311 - nothing secret is drawn
    several = [drawn(random) for _ in range(min(PORTION, cases - first))]
    began = perf_counter()
    ours = [_ours(case) for case in several]
    between = perf_counter()
    theirs = [_theirs(case) for case in several]
    spent = perf_counter() - between
    found = [
        f"{case}: the program {one}, the oracle {other}"
        for case, one, other in zip(several, ours, theirs, strict=True)
        if one != other
    ]
    return len(several), between - began, spent, found


def differences(cases: int, seed: int = 1) -> Iterator[str]:
    """Each of so many cases on which the two do not agree."""
    for first in range(0, cases, PORTION):
        yield from compare((seed, first, cases))[3]


def _ours(case: Case) -> Due:
    pauses = [Span(moment(start), moment(end)) for start, end in case.pauses]
    target = Target.parse(f"{case.number}{case.scale}")
    return due(_calendar(case.hours), moment(case.asked), target, parse_unit(case.unit), pauses)


def _theirs(case: Case) -> Due:
    at = _oracle(case.hours).due(case)
    return Due(moment(at), _oracle(case.hours).provisional(case, at))


@cache
def _calendar(hours: int) -> WorkCalendar:
    clock = [time(edge // 60 % 24, edge % 60) for span in HOURS[hours] for edge in span]
    pairs = zip(islice(clock, 0, None, 2), islice(clock, 1, None, 2), strict=True)
    return published_calendar(tuple(pairs))


@cache
def _oracle(hours: int) -> Oracle:
    return Oracle(hours)


if __name__ == "__main__":
    sys.exit(main())
