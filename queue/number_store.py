"""Rows of numbers to values, and back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from zhiban.queue.number_records import NUMBER
from zhiban.queue.numbers import Number, NumberState

_COLUMNS = tuple(NUMBER.c[name] for name in Number.__dataclass_fields__)


def next_number(connection: Connection, post: str, day: date) -> int:
    """The first number of a post's day that nobody has; to be asked with the board locked."""
    found = select(func.max(NUMBER.c.number)).where(NUMBER.c.post == post, NUMBER.c.day == day)
    return (connection.execute(found).scalar_one() or 0) + 1


def add(connection: Connection, number: Number, key: str | None) -> None:
    """Writes a number that was just taken; `key` is the tap's own."""
    connection.execute(insert(NUMBER).values(asdict(number) | {"key": key}))


def of_day(connection: Connection, post: str, day: date) -> tuple[Number, ...]:
    """A post's numbers of a day, in the order in which they were taken."""
    wanted = (NUMBER.c.post == post, NUMBER.c.day == day)
    rows = connection.execute(select(*_COLUMNS).where(*wanted).order_by(NUMBER.c.number))
    return tuple(_number(row) for row in rows)


def open_numbers(connection: Connection, until: date) -> tuple[Number, ...]:
    """All numbers up to a day that are not at an end, of all posts."""
    wanted = (NUMBER.c.day <= until, NUMBER.c.state.in_(("waiting", "called", "talking", "missed")))
    rows = connection.execute(
        select(*_COLUMNS).where(*wanted).order_by(NUMBER.c.post, NUMBER.c.day, NUMBER.c.number)
    )
    return tuple(_number(row) for row in rows)


def by_code(connection: Connection, code: str) -> Number | None:
    """The number that its holder follows by this code."""
    row = connection.execute(select(*_COLUMNS).where(NUMBER.c.code == code)).one_or_none()
    return None if row is None else _number(row)


def by_key(connection: Connection, key: str) -> Number | None:
    """The number that was taken by this very tap."""
    row = connection.execute(select(*_COLUMNS).where(NUMBER.c.key == key)).one_or_none()
    return None if row is None else _number(row)


def move(
    connection: Connection,
    number: Number,
    states: Collection[NumberState],
    **values: Any,
) -> Number | None:
    """Changes a number that still is in one of these states; None where it has moved on."""
    here = (
        NUMBER.c.post == number.post,
        NUMBER.c.day == number.day,
        NUMBER.c.number == number.number,
        NUMBER.c.state.in_(list(states)),
    )
    row = connection.execute(
        update(NUMBER).where(*here).values(values).returning(*_COLUMNS)
    ).one_or_none()
    return None if row is None else _number(row)


def _number(row: Row[Any]) -> Number:
    return Number(**row._mapping)
