"""The register and the calendar survive the database unchanged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import Column, Engine, ForeignKey, MetaData, Table, insert, select
from sqlalchemy.exc import IntegrityError

from zhiban.data import board
from zhiban.data.calendar_seed import published_calendar, seed_calendar
from zhiban.data.crypt import Keyring, Undecipherable, new_key
from zhiban.data.database import reading, writing
from zhiban.data.places import Closure
from zhiban.data.records import CalendarYearRecord, LawyerRecord, table
from zhiban.data.register import Register
from zhiban.data.store import (
    day_names,
    get_setting,
    load_calendar,
    load_register,
    put_setting,
    save_calendar,
    save_register,
)
from zhiban.data.worktime import WorkCalendar

LAWYER, YEAR = table(LawyerRecord), table(CalendarYearRecord)


@pytest.fixture
def saved(database: Engine, jiaxing: Register, keyring: Keyring) -> Engine:
    """A database that holds the Jiaxing register."""
    with writing(database) as connection:
        save_register(connection, jiaxing, keyring)
    return database


def load(engine: Engine, keyring: Keyring) -> Register:
    """The register as stored."""
    with reading(engine) as connection:
        return load_register(connection, keyring)


def without_order(register: Register) -> Register:
    """The same register with its lists sorted, which have no order of their own."""
    return replace(
        register,
        neighbours=tuple(sorted(register.neighbours, key=str)),
        leaves=tuple(sorted(register.leaves, key=str)),
        preferences=tuple(sorted(register.preferences, key=str)),
    )


def test_a_register_comes_back_the_same(saved: Engine, jiaxing: Register, keyring: Keyring) -> None:
    found = load(saved, keyring)
    assert without_order(found) == without_order(jiaxing)
    assert list(found.categories) == list(jiaxing.categories)  # in the order of the pages


def test_saving_again_writes_what_changed_and_drops_what_is_gone(
    saved: Engine, jiaxing: Register, keyring: Keyring
) -> None:
    station = replace(
        jiaxing.posts["station-330411104"],
        closures=(Closure(date(2026, 12, 1), date(2026, 12, 3), "装修"),),
    )
    gone = jiaxing.leaves[0].lawyer
    lawyers = {id: one for id, one in jiaxing.lawyers.items() if id != gone}
    changed = replace(
        jiaxing,
        posts={**jiaxing.posts, station.id: station},
        lawyers={**lawyers, "L0600": replace(lawyers["L0600"], phone=None, weight=50)},
        leaves=tuple(one for one in jiaxing.leaves if one.lawyer != gone),
        preferences=tuple(one for one in jiaxing.preferences if one.lawyer != gone),
    )
    with writing(saved) as connection:
        save_register(connection, changed, keyring)
    assert without_order(load(saved, keyring)) == without_order(changed)


def test_saving_counts_as_a_write_on_the_board(saved: Engine) -> None:
    with reading(saved) as connection:
        assert board.look(connection).version == 1


def test_a_lawyer_whom_another_table_names_is_not_dropped(
    saved: Engine, jiaxing: Register, keyring: Keyring
) -> None:
    one = next(id for id in jiaxing.lawyers if all(id != leave.lawyer for leave in jiaxing.leaves))
    emptied = replace(
        jiaxing,
        lawyers={id: lawyer for id, lawyer in jiaxing.lawyers.items() if id != one},
        preferences=tuple(wish for wish in jiaxing.preferences if wish.lawyer != one),
    )
    naming = Table(
        "naming_a_lawyer", MetaData(), Column("lawyer", ForeignKey(LAWYER.c.id), primary_key=True)
    )
    with writing(saved) as connection:
        naming.create(connection)
        connection.execute(insert(naming).values(lawyer=one))
    try:
        with pytest.raises(IntegrityError), writing(saved) as connection:
            save_register(connection, emptied, keyring)
        assert one in load(saved, keyring).lawyers
    finally:
        with writing(saved) as connection:
            naming.drop(connection)


def test_phones_are_stored_encrypted_and_lost_without_the_key(
    saved: Engine, jiaxing: Register, keyring: Keyring
) -> None:
    with reading(saved) as connection:
        stored = connection.execute(select(LAWYER.c.phone)).scalars().all()
    assert not any(str(one.phone) in " ".join(stored) for one in jiaxing.lawyers.values())
    with pytest.raises(Undecipherable):
        load(saved, Keyring([new_key()]))


def test_the_published_calendar_is_seeded_with_names_and_its_source(database: Engine) -> None:
    with writing(database) as connection:
        seed_calendar(connection)
    with reading(database) as connection:
        assert load_calendar(connection) == published_calendar()
        names = day_names(connection)
        sources = connection.execute(select(YEAR.c.source).distinct()).scalars().all()
    assert names[date(2026, 2, 16)] == names[date(2026, 2, 14)] == "春节"
    assert [source.split()[0] for source in sources] == ["chinesecalendar"]


def test_saving_a_calendar_without_names_keeps_those_known(
    database: Engine, jiaxing: Register, keyring: Keyring
) -> None:
    with writing(database) as connection:
        seed_calendar(connection)
        save_register(connection, jiaxing, keyring)
        assert day_names(connection)[date(2026, 10, 1)] == "国庆节"


def test_a_calendar_of_other_hours_and_fewer_days_replaces_the_old_one(database: Engine) -> None:
    hours = ((time(9), time(12)), (time(14), time(0)))
    smaller = WorkCalendar(
        hours, frozenset([date(2026, 1, 1)]), frozenset([date(2026, 1, 4)]), frozenset([2026])
    )
    with writing(database) as connection:
        seed_calendar(connection)
        save_calendar(connection, smaller, "a notice")
        assert load_calendar(connection) == smaller


def test_an_empty_calendar_has_the_usual_hours_and_knows_no_year(database: Engine) -> None:
    with reading(database) as connection:
        assert load_calendar(connection) == WorkCalendar()


def test_settings_are_kept_as_json(database: Engine) -> None:
    with writing(database) as connection:
        assert get_setting(connection, "seats", ["3304"]) == ["3304"]
        put_setting(connection, "seats", ["3304", "330421"])
        put_setting(connection, "seats", {"need": 8, "name": "坐席"})
        put_setting(connection, "nothing", None)
    with reading(database) as connection:
        assert get_setting(connection, "seats") == {"need": 8, "name": "坐席"}
        assert get_setting(connection, "nothing", "default") is None
