"""When something is due, by counting minutes in a plain array; shares nothing with the program.

Here is restated, and not imported: which days of 2024 to 2026 are off and which weekends are
worked (the State Council's yearly notices), what an hour of working time is, and what a pause does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

import numpy as np

BEIJING = timezone(timedelta(hours=8))  # no summer time in these years
FIRST = date(2023, 12, 1)
DAYS = 1500  # to January 2028
DAY = 24 * 60
KNOWN = (2024, 2026)

OFF = {
    2024: "0101 0210-0217 0404-0406 0501-0505 0608-0610 0915-0917 1001-1007",
    2025: "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
    2026: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
}
WORKED = {
    2024: "0204 0218 0407 0428 0511 0914 0929 1012",
    2025: "0126 0208 0427 0928 1011",
    2026: "0104 0214 0228 0509 0920 1010",
}
# Hours in minutes of the day: the usual ones, a summer's, a hall with four short openings and one
# that is open round the clock.
HOURS = (
    ((510, 690), (810, 1020)),
    ((480, 720), (870, 1080)),
    ((0, 45), (600, 601), (602, 700), (1300, 1440)),
    ((0, 1440),),
)


@dataclass(frozen=True)
class Case:
    """One question: all moments are minutes since the first day of the array."""

    hours: int
    asked: int
    number: int
    scale: str
    unit: str
    pauses: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        pauses = ", ".join(f"{moment(a):%F %H:%M}/{moment(b):%F %H:%M}" for a, b in self.pauses)
        return (
            f"{moment(self.asked):%F %H:%M} {self.number}{self.scale} {self.unit} "
            f"hours {self.hours} pauses [{pauses}]"
        )


class Oracle:
    """The minutes of four years, each open or not, for one way of opening."""

    def __init__(self, hours: int) -> None:
        self._spans = HOURS[hours]
        self._worked = np.array([_is_worked(FIRST + timedelta(days=n)) for n in range(DAYS)])
        day = np.zeros(DAY, dtype=bool)
        for start, end in self._spans:
            day[start:end] = True
        self._open: Any = np.where(self._worked[:, None], day[None, :], False).ravel()
        self._always = np.ones(DAYS * DAY, dtype=bool)
        self._whole = int(day.sum())

    def due(self, case: Case) -> int:
        """The first minute by which the target has run."""
        if case.scale == "d":
            settled = self._days_on(case.asked, case.number)
            lost = self._lost(case, settled)
            return self._count(self._open, settled, lost, case.pauses)
        minutes = case.number * {"m": 1, "h": 60}[case.scale]
        minutes_of = self._open if case.unit == "working" else self._always
        return self._count(minutes_of, case.asked, minutes, case.pauses)

    def provisional(self, case: Case, due: int) -> bool:
        """Whether working time was counted in a year without a notice."""
        years = (moment(case.asked).year, moment(due).year)
        return case.unit == "working" and not (KNOWN[0] <= years[0] <= years[1] <= KNOWN[1])

    def _count(
        self, minutes_of: Any, start: int, wanted: int, pauses: tuple[tuple[int, int], ...]
    ) -> int:
        """The end of the `wanted`-th minute from `start` on that counts and is not paused."""
        if wanted == 0:
            return start
        length = 4096
        while True:
            counted = minutes_of[start : start + length].copy()
            for begin, end in pauses:
                counted[max(begin - start, 0) : max(end - start, 0)] = False
            upto = np.cumsum(counted, dtype=np.int32)
            if upto[-1] >= wanted:
                return start + int(np.searchsorted(upto, wanted)) + 1
            if start + length > DAYS * DAY:
                raise ValueError("beyond the minutes of the array")
            length *= 4

    def _days_on(self, asked: int, days: int) -> int:
        """The same working minute of the `days`-th worked day after."""
        if days == 0:
            return asked
        day = asked // DAY
        worked = self._open[day * DAY : asked].sum() if self._worked[day] else self._whole
        following = day + 1 + np.flatnonzero(self._worked[day + 1 :])
        then = int(following[days - 1])
        if worked == 0:
            return then * DAY + self._spans[0][0]
        return self._count(self._open, then * DAY, int(worked), ())

    def _lost(self, case: Case, settled: int) -> int:
        """The open minutes before the settled moment that were paused; each counts once."""
        paused = np.zeros(max(settled - case.asked, 0), dtype=bool)
        for begin, end in case.pauses:
            paused[max(begin - case.asked, 0) : max(end - case.asked, 0)] = True
        return int((paused & self._open[case.asked : settled]).sum())


def moment(minute: int) -> datetime:
    """The moment at which a minute begins."""
    midnight = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=BEIJING)
    return midnight + timedelta(minutes=minute)


def drawn(random: Random) -> Case:
    """A case of 2024 to 2026: any minute or a likely edge, up to six pauses of any sort."""
    first = (date(2024, 1, 1) - FIRST).days * DAY
    last = (date(2027, 1, 1) - FIRST).days * DAY
    hours = random.choices(range(len(HOURS)), (5, 2, 2, 1))[0]
    asked = random.randrange(first, last)
    if random.random() < 0.2:  # on an edge of the day, or a minute beside it
        edge = random.choice([edge for span in HOURS[hours] for edge in span])
        asked = asked // DAY * DAY + max(0, edge + random.choice((-1, 0, 1)))
    unit = random.choice(("working", "wall"))
    scale = random.choice("mhd" if unit == "working" else "mh")
    number = random.randrange({"m": 900, "h": 60, "d": 12}[scale])
    pauses: list[tuple[int, int]] = []
    for _ in range(random.choice((0, 0, 1, 1, 2, 3, 6))):
        start = max(0, asked + random.randrange(-3000, 12000))
        if pauses and random.random() < 0.4:  # touching, inside or over the one before
            start = random.choice((*pauses[-1], sum(pauses[-1]) // 2))
        length = random.choice((0, 0, 1, 30, 600, 960, 1500, 4000, 9000))
        pauses.append((start, start + length))
    return Case(hours, asked, number, scale, unit, tuple(pauses))


def _is_worked(day: date) -> bool:
    if _named(WORKED, day):
        return True
    return day.weekday() < 5 and not _named(OFF, day)


def _named(notices: dict[int, str], day: date) -> bool:
    today = f"{day:%m%d}"
    for part in notices.get(day.year, "").split():
        first, _, last = part.partition("-")
        if first <= today <= (last or first):
            return True
    return False
