"""A year of a city's questions in virtual time: `scripts/bench simulate [--questions 250000]`.

Seats of the city and its counties with several lawyers each, every working half-day of 2026;
arrivals are drawn from the usual profile, with categories and a green lane. Prints how long the
year took beside how long its arrivals alone took to draw, and ends with 1 over the limit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from time import perf_counter, process_time

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.jiaxing import jiaxing_register
from zhiban.data.register import Register
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.queue.arrivals import drawn, usual
from zhiban.queue.knowledge import Knowledge, Rules
from zhiban.queue.simulate import Arrival, simulate
from zhiban.roster.published import OnDuty, Published, Version

YEAR = Span(datetime(2026, 1, 1, tzinfo=SHANGHAI), datetime(2027, 1, 1, tzinfo=SHANGHAI))
HALVES = ((time(8, 30), time(11, 30)), (time(13, 30), time(17)))
LIMIT = 10.0


def main() -> int:
    """Prints the table; 1 where the year takes longer than the limit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--questions", type=int, default=250_000)
    parser.add_argument("--lawyers", type=int, default=5, help="on each seat")
    options = parser.parse_args()
    known = _city(options.lawyers)
    began = perf_counter()
    asked = _arrivals(known.register, options.questions)
    drew, worked = perf_counter(), process_time()
    found = simulate(known, asked, YEAR.end)
    took, worked = perf_counter() - drew, process_time() - worked
    print(f"{found.asked:,} questions drawn in {drew - began:.1f} s")
    print(
        f"simulated in {took:.1f} s ({worked:.1f} of the processor): {found.asked / took:,.0f} a "
        f"second; {found.answered:,} answered by {len(found.load)} lawyers, "
        f"{found.attainment or 0:.1%} on time"
    )
    return 0 if took <= LIMIT else 1


def _city(lawyers: int) -> Knowledge:
    register = jiaxing_register(published_calendar(), Week(2026, 48))
    versions = tuple(
        Version(0, week, 1, week.span.start - timedelta(days=1), tuple(duties))
        for week, duties in _weeks(register, lawyers)
    )
    return Knowledge(register, Published(versions), Rules())


def _weeks(register: Register, lawyers: int) -> Iterator[tuple[Week, list[OnDuty]]]:
    people = list(register.lawyers.values())
    seats = sorted({register.county_of(code) for code in register.divisions})
    week, turn = Week.of(date(2025, 12, 29)), 0
    while week.monday < date(2027, 1, 4):
        duties: list[OnDuty] = []
        for day in filter(register.calendar.is_workday, week.days):
            for half in HALVES:
                span = Span(*(datetime.combine(day, hour, SHANGHAI) for hour in half))
                for seat in seats:
                    for _ in range(lawyers):
                        lawyer = people[turn % len(people)]
                        turn += 1
                        duties.append(
                            OnDuty(
                                shift=f"seat-{seat}@{day}T{half[0]:%H%M}",
                                span=span,
                                post=f"seat-{seat}",
                                post_name=seat,
                                kind="seat",
                                division=seat,
                                lawyer=lawyer.id,
                                lawyer_name=lawyer.name,
                                firm=lawyer.firm,
                                firm_name=lawyer.firm,
                                role="primary",
                            )
                        )
        yield week, duties
        week = week.next()


def _arrivals(register: Register, questions: int) -> list[Arrival]:
    counties = {register.county_of(code) for code in register.divisions}
    random = Random(1)  # noqa: S311 - nothing secret is drawn
    categories = [None, *sorted(register.categories)]
    return [
        replace(one, category=random.choice(categories), green=random.random() < 0.1)
        for one in drawn(usual(counties, questions / 365), YEAR, 1)
    ]


if __name__ == "__main__":
    sys.exit(main())
