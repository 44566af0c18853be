"""Something true to show of places: bodies, a few bookings, two applications; all invented."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, select

from zhiban.data import joining_service
from zhiban.data.bodies_store import load_bodies, save_bodies
from zhiban.data.crypt import Keyring
from zhiban.data.database import writing
from zhiban.data.jiaxing.bodies import bodies
from zhiban.data.joining import JoinForm
from zhiban.data.places_records import JOIN
from zhiban.data.store import load_register
from zhiban.queue import bookings
from zhiban.queue.booking import Person
from zhiban.queue.booking_places import diary
from zhiban.queue.booking_records import BOOKING
from zhiban.queue.bookings import Wish

# Telephone numbers that begin with 100 are nobody's.
_VISITORS = (
    ("centre-3304", "王小明", "10005731001", "工伤赔偿"),
    ("centre-3304", "李秀英", "10005731002", "房屋租赁"),
    ("centre-330402", "陈建军", "10005731003", "民间借贷"),
    ("centre-330483", "周美华", "10005731004", "继承"),
    ("aid-3304", "吴大勇", "10005731005", "讨要工钱"),
    ("notary-330481", "孙桂兰", "10005731006", "委托公证"),
)


def seed_places(engine: Engine, keyring: Keyring, now: datetime) -> None:
    """Writes what is not there yet; the rosters are published already."""
    with writing(engine) as connection:
        if not load_bodies(connection):
            save_bodies(connection, bodies())
        if connection.execute(select(BOOKING.c.id).limit(1)).first() is None:
            _book(connection, keyring, now)
        if connection.execute(select(JOIN.c.id).limit(1)).first() is None:
            _apply(connection, keyring, now)


def _book(connection: Connection, keyring: Keyring, now: datetime) -> None:
    """Each visitor takes the second free time of a place, so that the first is left to try."""
    for number, (where, name, phone, topic) in enumerate(_VISITORS):
        seen = diary(connection, keyring, now)
        place = seen.place(where)
        free = [] if place is None else sorted({slot.start for slot in seen.free(place)})
        if len(free) > 1:
            wish = Wish(where, free[1], Person(name, phone, topic), consent=True)
            bookings.book(connection, keyring, wish, f"demo booking {number}", now)


def _apply(connection: Connection, keyring: Keyring, now: datetime) -> None:
    register = load_register(connection, keyring)
    firm = next(iter(register.firms))
    lawyer = JoinForm(
        kind="lawyer",
        name="唐若兰",
        licence="13304201910000001",
        division="330402",
        phone="10005732001",
        firm=firm,
        admitted="2019-07-01",
        skills=("labour", "family"),
        agreed=True,
    )
    other = JoinForm(
        kind="firm",
        name="浙江明理知行律师事务所",
        licence="31330000ZB99999999",
        division="330481",
        phone="10005732002",
        contact="沈一鸣",
        agreed=True,
    )
    for number, form in enumerate((lawyer, other)):
        joining_service.hand_in(connection, keyring, form, f"demo application {number}", now)
