"""Bodies beside the bureau: their hours, their seed, and the way into the tables and back."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import Engine

from zhiban.data import board, trail
from zhiban.data.bodies import KINDS, Body
from zhiban.data.bodies_store import load_bodies, save_bodies
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.jiaxing.bodies import bodies
from zhiban.data.places import Opening
from zhiban.data.register import Register
from zhiban.data.store import save_register
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused
from zhiban.data.worktime import WorkCalendar

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)


def test_bodies_come_back_as_they_were_saved_and_the_board_says_so(
    database: Engine, jiaxing: Register, keyring: Keyring
) -> None:
    with writing(database) as connection:
        save_register(connection, jiaxing, keyring)
        before = board.look(connection).roster_version
        save_bodies(connection, bodies())
        assert board.look(connection).roster_version == before + 1
    with writing(database) as connection:
        assert load_bodies(connection) == tuple(sorted(bodies(), key=lambda one: one.id))
        save_bodies(connection, bodies()[:3])
    with reading(database) as connection:
        assert {one.id for one in load_bodies(connection)} == {one.id for one in bodies()[:3]}


def test_every_county_has_legal_aid_and_every_kind_is_somewhere(jiaxing: Register) -> None:
    counties = {one.code for one in jiaxing.divisions.values() if one.level == "county"}
    found = bodies()
    assert counties <= {one.division for one in found if one.kind == "aid"}
    assert {one.kind for one in found} == set(KINDS)
    assert {one.phone for one in found} == {"12348"}
    assert {one.division for one in found} <= jiaxing.divisions.keys()


def test_a_body_keeps_holidays_and_works_on_make_up_days(calendar: WorkCalendar) -> None:
    body = Body(
        "b",
        "notary",
        "公证处",
        "Notary",
        "3304",
        openings=tuple(Opening(day, time(9), time(11)) for day in range(5)),
    )
    assert body.spans(date(2026, 2, 17), calendar) == ()  # Spring Festival
    assert len(body.spans(date(2026, 2, 14), calendar)) == 1  # a Saturday that is worked
    assert body.spans(date(2026, 11, 28), calendar) == ()  # a Saturday as any other


@pytest.mark.parametrize("wrong", [{"kind": "bank"}, {"minutes": 0}, {"desks": -1}, {"id": ""}])
def test_a_body_that_cannot_be_is_refused_by_its_field(wrong: dict[str, object]) -> None:
    good: dict[str, Any] = {
        "id": "b",
        "kind": "notary",
        "name": "公证处",
        "name_en": "Notary",
        "division": "3304",
    }
    with pytest.raises(Refused) as refused:
        Body(**{**good, **wrong})
    (field,) = wrong
    assert refused.value.errors[0].field.endswith(field)


def test_the_trail_tells_what_was_done_in_order_and_of_one_subject_only(database: Engine) -> None:
    with writing(database) as connection:
        trail.note(connection, "YY-1", "citizen", "booked", NOON, place="p")
        trail.note(connection, "YY-2", "citizen", "booked", NOON)
        trail.note(connection, "YY-1", "account:s", "seen", NOON)
    with reading(database) as connection:
        found = trail.trail_of(connection, "YY-1")
    assert [(one.actor, one.act, dict(one.detail)) for one in found] == [
        ("citizen", "booked", {"place": "p"}),
        ("account:s", "seen", {}),
    ]
    assert found[0].at == NOON
