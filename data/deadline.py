"""When something asked is due: a target in working or wall-clock time, and the pauses in between.

Due is the earliest moment at which the counted time reaches the target; pauses do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from zhiban.data.posttime import PostTime
from zhiban.data.timespan import SHANGHAI, Span, union
from zhiban.data.wording import Refused, shortened
from zhiban.data.worktime import Due, WorkCalendar

Worked: TypeAlias = WorkCalendar | PostTime
"""Time that counts: the bureau's working time, or the hours of posts."""
Unit = Literal["working", "wall"]
Scale = Literal["m", "h", "d"]
UNITS: tuple[Unit, ...] = ("working", "wall")
LONGEST = timedelta(days=3660)

_FORM = re.compile(r"(\d{1,9})([mhd])", re.ASCII)
_SCALES: dict[str, Scale] = {"m": "m", "h": "h", "d": "d"}
_STEPS: dict[Scale, timedelta] = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class Target:
    """How long something may take: a number of minutes `m`, hours `h` or working days `d`."""

    number: int
    scale: Scale

    @classmethod
    def parse(cls, text: str, field: str = "target") -> Target:
        """Reads `10m`, `4h` or `1d`; raises Refused for anything else and for over ten years."""
        found = _FORM.fullmatch(text.strip())
        if found:
            target = cls(int(found[1]), _SCALES[found[2]])
            if target.length <= LONGEST:
                return target
        raise Refused.one(
            field,
            f"“{shortened(text)}”不是时限，请写成 10m（分钟）、4h（小时）或 1d（工作日），最长十年",
            f"{shortened(text)!r} is not a target; write 10m (minutes), 4h (hours) or 1d (working "
            "days), ten years at most",
        )

    @property
    def length(self) -> timedelta:
        """The number times its scale; of days, only a measure for their size."""
        return self.number * _STEPS[self.scale]

    def __str__(self) -> str:
        return f"{self.number}{self.scale}"


def due(
    calendar: Worked,
    asked: datetime,
    target: Target,
    unit: Unit,
    pauses: Sequence[Span] = (),
) -> Due:
    """When `target`, counted from `asked`, is reached; raises Refused for days of wall-clock time.

    Working days keep the position in the day: what was asked when p minutes of its day were
    worked is due when p minutes of the n-th next working day are. A day off stands at the end of
    the working day before it. The answer is provisional when a year it leans on is unpublished.
    """
    _refuse_unusable(asked, target, unit)
    try:
        if unit == "wall":
            return Due(_after_pauses(_WALL, asked, target.length, pauses), False)
        at = _working(calendar, asked, target, pauses)
    except (OverflowError, ValueError):  # what dates raise beyond the year 9999
        raise Refused.one(
            "asked", f"{asked} 之后超出了日历的范围", f"{asked} leads beyond the last year, 9999"
        ) from None
    first, last = asked.astimezone(SHANGHAI).date(), at.astimezone(SHANGHAI).date()
    return Due(at, not calendar.knows(first, last))


def parse_unit(text: str, field: str = "unit") -> Unit:
    """Reads `working` or `wall`; raises Refused for anything else."""
    for unit in UNITS:
        if text == unit:
            return unit
    raise Refused.one(
        field,
        f"“{shortened(text)}”不是计时方式，只能是 working（工作时间）或 wall（自然时间）",
        f"{shortened(text)!r} is not a unit; it is working or wall",
    )


class _Wall:
    """Wall-clock time, counted like working time."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        return end - start

    def add(self, start: datetime, duration: timedelta) -> Due:
        return Due(start + duration, False)


_WALL = _Wall()


def _refuse_unusable(asked: datetime, target: Target, unit: Unit) -> None:
    if asked.tzinfo is None:
        raise ValueError(f"asked needs a zone, {asked} has none")
    if target.scale == "d" and unit == "wall":
        raise Refused.one(
            "target",
            f"{target} 是工作日，只能与 working 同用；自然时间请写小时，如 24h",
            f"{target} means working days and goes with working only; write hours, such as 24h",
        )


def _working(calendar: Worked, asked: datetime, target: Target, pauses: Sequence[Span]) -> datetime:
    if target.scale != "d":
        return _after_pauses(calendar, asked, target.length, pauses)
    unpaused = _days_on(calendar, asked, target.number)
    reached = _after_pauses(calendar, asked, calendar.between(asked, unpaused), pauses)
    # Where no pause took anything, the day's position stands: an opening is later than the
    # closing before it, though nothing is worked in between.
    return max(unpaused, reached)


def _days_on(calendar: Worked, asked: datetime, number: int) -> datetime:
    """The same working position on the `number`-th next working day."""
    if number == 0:
        return asked
    local = asked.astimezone(SHANGHAI)
    day = local.date()
    whole = timedelta(days=1)  # more than any working day holds: its end
    position = calendar.worked(day, local) if calendar.is_workday(day) else whole
    return calendar.reached(calendar.workday_after(day, number), position)


def _after_pauses(
    clock: Worked | _Wall, start: datetime, duration: timedelta, pauses: Sequence[Span]
) -> datetime:
    """The earliest moment at which `duration` has passed outside the pauses."""
    if not pauses:
        return clock.add(start, duration).at
    left, at = duration, start
    for pause in union(pauses):
        if pause.end <= at:
            continue
        ran = clock.between(at, max(at, pause.start))
        if ran >= left:
            break
        left -= ran
        at = pause.end
    return clock.add(at, left).at
