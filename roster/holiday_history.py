"""Who served which holiday in which year, from what was published; kept apart from the ledger.

Published versions are never removed, so the history reaches back as far as they do; what lies
before the first of them is unknown, and said to be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.data.worktime import WorkCalendar
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import Published, holders_at_end


@dataclass(frozen=True, slots=True, order=True)
class Occasion:
    """One year's holiday, such as the Spring Festival of 2026."""

    year: int
    holiday: str

    @property
    def before(self) -> Occasion:
        """The same holiday of the year before."""
        return Occasion(self.year - 1, self.holiday)


Days = Mapping[date, Occasion]
Served = Mapping[str, frozenset[Occasion]]


def occasions(calendar: WorkCalendar, names: Mapping[date, str]) -> dict[date, Occasion]:
    """Which holiday each named day off belongs to.

    New Year's Day may begin on one of the last days of December, and counts for the year to come.
    """
    return {
        day: Occasion((day + timedelta(days=31)).year, name)
        for day, name in names.items()
        if name and calendar.is_holiday(day)
    }


def weeks_of(days: Days, wanted: Collection[Occasion]) -> list[tuple[Week, Week]]:
    """The weeks in which those holidays lie, as runs of weeks from first to last."""
    runs: list[tuple[Week, Week]] = []
    for week in sorted({Week.of(day) for day, occasion in days.items() if occasion in wanted}):
        if runs and runs[-1][1].next() == week:
            runs[-1] = (runs[-1][0], week)
        else:
            runs.append((week, week))
    return runs


def served(
    published: Published, days: Days, *, no_shows: Set[tuple[str, str]] = frozenset()
) -> Served:
    """The holidays on which each lawyer held a duty to its end; no-shows by shift and lawyer."""
    found: dict[str, set[Occasion]] = {}
    if days:
        first, last = min(days), max(days) + timedelta(days=3)  # a night may end a day later
        span = Span(_midnight(first), _midnight(last))
        for duty in holders_at_end(published, span):
            occasion = days.get(duty.span.start.astimezone(SHANGHAI).date())
            if occasion is not None and (duty.shift, duty.lawyer) not in no_shows:
                found.setdefault(duty.lawyer, set()).add(occasion)
    return {lawyer: frozenset(held) for lawyer, held in found.items()}


def last_time(history: Served, coming: Iterable[Occasion]) -> dict[str, tuple[str, ...]]:
    """For each lawyer the coming holidays that they served the year before."""
    before = {occasion.before for occasion in coming}
    return {
        lawyer: tuple(sorted(occasion.holiday for occasion in held & before))
        for lawyer, held in history.items()
        if held & before
    }


def unknown(days: Days, coming: Collection[Occasion], since: date | None) -> tuple[str, ...]:
    """The coming holidays of whose last time nothing is known: it was not published from here.

    `since` is the first day that any version covers, None where there is none.
    """
    first: dict[Occasion, date] = {}
    for day, occasion in sorted(days.items()):
        first.setdefault(occasion, day)
    return tuple(
        sorted(
            occasion.holiday
            for occasion in coming
            if since is None or first.get(occasion.before, date.min) < since
        )
    )


def notes(problem: RosterProblem) -> tuple[Text, ...]:
    """What a scheduler should know of the holidays of a horizon."""
    if not problem.unknown_holidays:
        return ()
    names = problem.unknown_holidays
    return (
        Text(
            f"值班记录尚不足一年，不知道谁上次值{'、'.join(names)}；本期不作连续两年的比较",
            f"the records do not reach back to the last {', '.join(names)}: who served then is "
            "unknown, and nobody is spared for it",
        ),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
