"""Changing the bureau's calendar: its effects seen before, then all of it in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.editions import editions, keep_edition
from zhiban.data.holiday_store import load_holidays, save_holidays
from zhiban.data.holidays import DayChange, Holidays, changed_days, holidays_json
from zhiban.data.register_diff import Field
from zhiban.data.register_service import note
from zhiban.data.wording import Text
from zhiban.queue.changes import Changes
from zhiban.queue.recalculation import Shift, preview, recalculate

CALENDAR = "calendar"
KINDS = {
    "off": Text("放假", "day off"),
    "work": Text("调休上班", "worked in exchange"),
    "plain": Text("工作日", "workday"),
    "weekend": Text("周末", "weekend"),
}
_YEARS = Text("已公布的年份", "years announced")
_HOURS = Text("工作时间", "working hours")
_FIRST = "—"


def preview_calendar(
    connection: Connection, keyring: Keyring, proposed: Holidays, now: datetime
) -> tuple[Shift, ...]:
    """Which running clocks would be due at another moment by another calendar."""
    return preview(connection, keyring, now, calendar=proposed.calendar())


def change_calendar(
    connection: Connection,
    keyring: Keyring,
    proposed: Holidays,
    version: str,
    by: str,
    now: datetime,
) -> tuple[DayChange, ...] | None:
    """Puts another calendar in force, with every open question's clocks reckoned by it at once.

    The change is recorded, and what was before is kept to be put back. None where the calendar is
    no longer the one of that version. Raises Refused where its hours are none.
    """
    proposed.calendar()
    Changes.begin(connection, keyring, now).flush()
    before = load_holidays(connection)
    if before.version != version:
        return None
    if not editions(connection, CALENDAR, 1):
        keep_edition(connection, CALENDAR, holidays_json(before), _FIRST, now)
    save_holidays(connection, proposed)
    keep_edition(connection, CALENDAR, holidays_json(proposed), by, now)
    changed = changed_days(before, proposed)
    fields = _fields(before, proposed, changed)
    year = str(max((one.day.year for one in changed), default=now.year))
    note(connection, keyring, CALENDAR, year, f"{year}年", "changed", fields, by, now)
    recalculate(connection, keyring, now)
    return changed


def _fields(before: Holidays, after: Holidays, changed: tuple[DayChange, ...]) -> list[Field]:
    fields = [Field(str(one.day), Text(str(one.day), str(one.day)), *_said(one)) for one in changed]
    years = [" ".join(map(str, sorted(one.years))) for one in (before, after)]
    hours = [hours_text(one) for one in (before, after)]
    for code, title, (old, new) in (("years", _YEARS, years), ("hours", _HOURS, hours)):
        if old != new:
            fields.append(Field(code, title, old, new))
    return fields


def _said(one: DayChange) -> tuple[str, str]:
    return KINDS[one.before].zh, f"{KINDS[one.after].zh} {one.name}".strip()


def hours_text(holidays: Holidays) -> str:
    """Working hours as people write them."""
    return "、".join(f"{start:%-H:%M}-{end:%-H:%M}" for start, end in holidays.hours)
