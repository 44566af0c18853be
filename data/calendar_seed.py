"""The published holidays and make-up workdays, from the chinesecalendar package, as our own rows.

The package ends with the last year that the State Council has announced; whatever lies beyond is
unknown, counted as plain weekdays, and marked provisional wherever it is used.
"""

from __future__ import annotations

from datetime import date
from importlib.metadata import version

from chinese_calendar import constants
from sqlalchemy import Connection

from zhiban.data.store import save_calendar
from zhiban.data.worktime import USUAL_HOURS, Hours, WorkCalendar

_PACKAGE = "chinesecalendar"


def published_calendar(hours: Hours = USUAL_HOURS) -> WorkCalendar:
    """A calendar of every year that the package knows."""
    off, work = frozenset(constants.holidays), frozenset(constants.workdays)
    return WorkCalendar(hours, off, work, frozenset(day.year for day in off))


def published_names() -> dict[date, str]:
    """Which holiday each day off, or worked in exchange, belongs to, in Chinese."""
    chinese = {holiday.value: str(holiday.chinese) for holiday in constants.Holiday}
    return {day: chinese[name] for day, name in (constants.holidays | constants.workdays).items()}


def seed_calendar(connection: Connection, hours: Hours = USUAL_HOURS) -> WorkCalendar:
    """Writes the published calendar, with names, in place of what the tables say."""
    calendar = published_calendar(hours)
    save_calendar(connection, calendar, f"{_PACKAGE} {version(_PACKAGE)}", published_names())
    return calendar
