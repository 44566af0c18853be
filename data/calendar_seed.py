"""The published holidays and make-up workdays, from the chinesecalendar package."""

from __future__ import annotations

from chinese_calendar import constants

from zhiban.data.worktime import USUAL_HOURS, Hours, WorkCalendar


def published_calendar(hours: Hours = USUAL_HOURS) -> WorkCalendar:
    """A calendar of every year that the package knows; later ones are provisional."""
    off, work = frozenset(constants.holidays), frozenset(constants.workdays)
    return WorkCalendar(hours, off, work, frozenset(day.year for day in off))
