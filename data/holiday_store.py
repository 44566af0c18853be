"""Rows of the calendar to what it says, and back; with the year's sources and the days' names."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from zhiban.data import board, records
from zhiban.data.holidays import Holidays
from zhiban.data.records import table
from zhiban.data.store import load_calendar

_YEAR, _DAY = table(records.CalendarYearRecord), table(records.CalendarDayRecord)
_HOURS = table(records.WorkHoursRecord)


def load_holidays(connection: Connection) -> Holidays:
    """What the calendar says."""
    days = connection.execute(select(_DAY).order_by(_DAY.c.day))
    years = connection.execute(select(_YEAR).order_by(_YEAR.c.year))
    return Holidays(
        {row.day: (row.kind, row.name) for row in days},
        {row.year: row.source for row in years},
        load_calendar(connection).hours,
    )


def save_holidays(connection: Connection, holidays: Holidays) -> None:
    """Makes the tables say that; takes the board."""
    days = [{"day": day, "kind": kind, "name": name} for day, (kind, name) in holidays.days.items()]
    years = [{"year": year, "source": source} for year, source in holidays.years.items()]
    hours = [
        {"position": position, "start": start, "end": end}
        for position, (start, end) in enumerate(holidays.hours)
    ]
    for whole, rows in ((_DAY, days), (_YEAR, years), (_HOURS, hours)):
        connection.execute(delete(whole))
        if rows:
            connection.execute(insert(whole), rows)
    board.save(connection, board.changed(board.lock(connection)))
