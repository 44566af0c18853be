"""Rows of the register to values, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

from sqlalchemy import Connection, Row, Table, delete, insert, select

from zhiban.data import board, records
from zhiban.data.categories import Category
from zhiban.data.crypt import Keyring
from zhiban.data.people import Firm, Lawyer, Leave, Preference
from zhiban.data.places import (
    Closure,
    Division,
    ExtraDay,
    Level,
    Neighbour,
    Opening,
    Post,
    Season,
    lifted,
)
from zhiban.data.records import table
from zhiban.data.register import Register
from zhiban.data.timespan import Span
from zhiban.data.upsert import upsert
from zhiban.data.worktime import USUAL_HOURS, WorkCalendar

_DIVISION, _NEIGHBOUR = table(records.DivisionRecord), table(records.NeighbourRecord)
_FIRM, _LAWYER = table(records.FirmRecord), table(records.LawyerRecord)
_LEAVE, _PREFERENCE = table(records.LeaveRecord), table(records.PreferenceRecord)
_POST, _CATEGORY = table(records.PostRecord), table(records.CategoryRecord)
_OPENING, _CLOSURE = table(records.OpeningRecord), table(records.ClosureRecord)
_EXTRA, _SETTING = table(records.ExtraDayRecord), table(records.SettingRecord)
_YEAR, _DAY = table(records.CalendarYearRecord), table(records.CalendarDayRecord)
_HOURS = table(records.WorkHoursRecord)
# From the top down.
_LEVELS = get_args(Level)


def load_register(connection: Connection, keyring: Keyring) -> Register:
    """The whole register, its maps in the order of their ids (categories in their own)."""
    return Register(
        divisions={row.code: Division(**row._mapping) for row in _rows(connection, _DIVISION)},
        neighbours=tuple(Neighbour(**row._mapping) for row in _rows(connection, _NEIGHBOUR)),
        firms={row.id: Firm(**row._mapping) for row in _rows(connection, _FIRM)},
        lawyers={row.id: _lawyer(row, keyring) for row in _rows(connection, _LAWYER)},
        posts=_load_posts(connection),
        leaves=tuple(
            Leave(row.id, row.lawyer, Span(row.start, row.end), row.reason)
            for row in _rows(connection, _LEAVE)
        ),
        preferences=tuple(
            Preference(row.lawyer, row.post, row.weekday, row.half, row.value)
            for row in _rows(connection, _PREFERENCE)
        ),
        categories={
            row.code: Category(row.code, row.name, row.name_en, row.retired)
            for row in sorted(_rows(connection, _CATEGORY), key=lambda row: row.position)
        },
        calendar=load_calendar(connection),
    )


def county_of_posts(connection: Connection) -> dict[str, str]:
    """Each post with the code of the county, or the city, that it lies in; in the order of ids."""
    found = select(_DIVISION.c.code, _DIVISION.c.level, _DIVISION.c.parent)
    divisions = {row.code: row for row in connection.execute(found)}
    posts = connection.execute(select(_POST.c.id, _POST.c.division).order_by(_POST.c.id))
    return {row.id: lifted(row.division, divisions, "county", "city") for row in posts}


def save_register(connection: Connection, register: Register, keyring: Keyring) -> None:
    """Makes the tables say what the register says; takes the board.

    Raises IntegrityError when something vanishes from it that duties or questions still name.
    """
    at = board.lock(connection)
    for part in (_OPENING, _CLOSURE, _EXTRA, _PREFERENCE, _NEIGHBOUR, _LEAVE):
        connection.execute(delete(part))
    wholes = _whole_rows(register, keyring)
    for whole, rows in wholes:
        upsert(connection, whole, rows)
    for whole, rows in reversed(wholes):
        _drop_others(connection, whole, rows)
    for part, rows in _part_rows(register):
        if rows:
            connection.execute(insert(part), rows)
    save_calendar(connection, register.calendar, "register")
    board.save(connection, board.changed(at))


def save_entries(
    connection: Connection, entries: Sequence[Firm | Lawyer | Post | Leave], keyring: Keyring
) -> None:
    """Writes single entries, new or changed, and leaves all others alone."""
    firms = [_fields(one) for one in entries if isinstance(one, Firm)]
    lawyers = [_lawyer_row(one, keyring) for one in entries if isinstance(one, Lawyer)]
    posts = [one for one in entries if isinstance(one, Post)]
    leaves = [_leave_row(one) for one in entries if isinstance(one, Leave)]
    rows = ((_FIRM, firms), (_LAWYER, lawyers), (_POST, [_post_row(one) for one in posts]))
    for whole, some in (*rows, (_LEAVE, leaves)):
        upsert(connection, whole, some)
    for part, some in _post_parts(posts):
        ids = [one.id for one in posts]
        connection.execute(delete(part).where(part.c.post.in_(ids)))
        if some:
            connection.execute(insert(part), some)


def drop_leave(connection: Connection, id: str) -> bool:
    """Forgets a leave; False where there was none."""
    return connection.execute(delete(_LEAVE).where(_LEAVE.c.id == id)).rowcount == 1


def load_calendar(connection: Connection) -> WorkCalendar:
    """The bureau's calendar; the usual hours where none are set."""
    days = connection.execute(select(_DAY.c.day, _DAY.c.kind)).all()
    hours = connection.execute(select(_HOURS.c.start, _HOURS.c.end).order_by(_HOURS.c.position))
    return WorkCalendar(
        hours=tuple((row.start, row.end) for row in hours) or USUAL_HOURS,
        off=frozenset(row.day for row in days if row.kind == "off"),
        work=frozenset(row.day for row in days if row.kind == "work"),
        known_years=frozenset(connection.execute(select(_YEAR.c.year)).scalars()),
    )


def save_calendar(
    connection: Connection,
    calendar: WorkCalendar,
    source: str,
    names: Mapping[date, str] | None = None,
) -> None:
    """Makes the tables say what the calendar says.

    Without `names`, those already there stay, and so do the years' sources.
    """
    years = [{"year": year, "source": source} for year in sorted(calendar.known_years)]
    kinds = dict.fromkeys(calendar.off, "off") | dict.fromkeys(calendar.work, "work")
    days = [
        {"day": day, "kind": kind, "name": (names or {}).get(day, "")}
        for day, kind in sorted(kinds.items())
    ]
    hours = [
        {"position": position, "start": start, "end": end}
        for position, (start, end) in enumerate(calendar.hours)
    ]
    kept = {"source", "name"} if names is None else set[str]()
    for whole, rows in ((_YEAR, years), (_DAY, days)):
        upsert(connection, whole, rows, keep=kept)
        _drop_others(connection, whole, rows)
    connection.execute(delete(_HOURS))
    connection.execute(insert(_HOURS), hours)
    board.save(connection, board.changed(board.lock(connection)))


def day_names(connection: Connection) -> dict[date, str]:
    """What each day off, and each day worked in exchange, is called in the yearly notice."""
    return {row.day: row.name for row in connection.execute(select(_DAY.c.day, _DAY.c.name))}


def get_setting(connection: Connection, key: str, default: Any = None) -> Any:
    """A setting's JSON value, `default` where it was never set."""
    row = connection.execute(select(_SETTING.c.value).where(_SETTING.c.key == key)).one_or_none()
    return default if row is None else row.value


def put_setting(connection: Connection, key: str, value: Any) -> None:
    """Sets a setting to a JSON value."""
    upsert(connection, _SETTING, [{"key": key, "value": value}])


def _rows(connection: Connection, whole: Table) -> list[Row[Any]]:
    return list(connection.execute(select(whole).order_by(*whole.primary_key.columns)))


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _drop_others(connection: Connection, whole: Table, rows: list[dict[str, Any]]) -> None:
    (key,) = whole.primary_key.columns
    gone = set(connection.execute(select(key)).scalars()) - {row[key.name] for row in rows}
    # Highest code first: in a tree of divisions, the lower ones go before what they hang on.
    for one in sorted(gone, key=str, reverse=True):
        connection.execute(delete(whole).where(key == one))


def _lawyer(row: Row[Any], keyring: Keyring) -> Lawyer:
    phone = None if row.phone is None else keyring.decrypt(row.phone)
    lists = {"skills": frozenset(row.skills), "languages": frozenset(row.languages)}
    return Lawyer(**(dict(row._mapping) | lists | {"phone": phone}))


def _lawyer_row(lawyer: Lawyer, keyring: Keyring) -> dict[str, Any]:
    phone = None if lawyer.phone is None else keyring.encrypt(lawyer.phone)
    lists = {"skills": sorted(lawyer.skills), "languages": sorted(lawyer.languages)}
    return _fields(lawyer) | lists | {"phone": phone}


def _post_row(post: Post) -> dict[str, Any]:
    row = _fields(post) | {"skills": sorted(post.skills)}
    return {column.name: row[column.name] for column in _POST.columns}


def _load_posts(connection: Connection) -> dict[str, Post]:
    openings: dict[str, list[Opening]] = {}
    closures: dict[str, list[Closure]] = {}
    extra_days: dict[str, list[ExtraDay]] = {}
    for row in _rows(connection, _OPENING):
        opening = Opening(row.weekday, row.start, row.end, _season(row.season))
        openings.setdefault(row.post, []).append(opening)
    for row in _rows(connection, _CLOSURE):
        closures.setdefault(row.post, []).append(Closure(row.first, row.last, row.reason))
    for row in _rows(connection, _EXTRA):
        day = ExtraDay(row.day, row.start, row.end, row.reason)
        extra_days.setdefault(row.post, []).append(day)
    return {
        row.id: Post(
            **dict(row._mapping) | {"skills": frozenset(row.skills)},
            openings=tuple(openings.get(row.id, ())),
            closures=tuple(closures.get(row.id, ())),
            extra_days=tuple(extra_days.get(row.id, ())),
        )
        for row in _rows(connection, _POST)
    }


def _whole_rows(register: Register, keyring: Keyring) -> list[tuple[Table, list[dict[str, Any]]]]:
    """What others name by its id, in an order in which each finds what it names."""
    divisions = sorted(
        register.divisions.values(), key=lambda one: (_LEVELS.index(one.level), one.code)
    )
    categories = enumerate(register.categories.values())
    return [
        (_DIVISION, [_fields(one) for one in divisions]),
        (_FIRM, [_fields(one) for one in register.firms.values()]),
        (_LAWYER, [_lawyer_row(one, keyring) for one in register.lawyers.values()]),
        (_POST, [_post_row(one) for one in register.posts.values()]),
        (_CATEGORY, [{**_fields(one), "position": position} for position, one in categories]),
    ]


def _part_rows(register: Register) -> list[tuple[Table, list[dict[str, Any]]]]:
    """What belongs to one of those and is written anew each time."""
    return [
        (_NEIGHBOUR, [_fields(one) for one in register.neighbours]),
        *_post_parts(list(register.posts.values())),
        (_LEAVE, [_leave_row(one) for one in register.leaves]),
        (_PREFERENCE, [_fields(one) for one in register.preferences]),
    ]


def _post_parts(posts: Sequence[Post]) -> list[tuple[Table, list[dict[str, Any]]]]:
    openings = [
        {"post": post.id, **_fields(one), "season": _season_text(one.season)}
        for post in posts
        for one in post.openings
    ]
    return [
        (_OPENING, openings),
        (_CLOSURE, [{"post": post.id, **_fields(one)} for post in posts for one in post.closures]),
        (_EXTRA, [{"post": post.id, **_fields(one)} for post in posts for one in post.extra_days]),
    ]


def _leave_row(one: Leave) -> dict[str, Any]:
    span = {"start": one.span.start, "end": one.span.end}
    return {"id": one.id, "lawyer": one.lawyer, "reason": one.reason, **span}


def _season_text(season: Season | None) -> str | None:
    if season is None:
        return None
    return "/".join(f"{month:02d}-{day:02d}" for month, day in season)


def _season(text: str | None) -> Season | None:
    if text is None:
        return None
    first, last = (edge.split("-") for edge in text.split("/"))
    return ((int(first[0]), int(first[1])), (int(last[0]), int(last[1])))
