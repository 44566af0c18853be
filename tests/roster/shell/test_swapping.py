"""Swaps on the published roster: offered, checked, made once agreed; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine

from zhiban.data import outbox
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.register import Register
from zhiban.data.store import save_register
from zhiban.data.week import Week
from zhiban.roster import service, store
from zhiban.roster.assembly import problem_for
from zhiban.roster.drafts import Unpublished, Verdict
from zhiban.roster.editing import edited
from zhiban.roster.partners import Partners
from zhiban.roster.published import Version
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.swapping import NotSwapped, check_swap, make_swap, swap_partners
from zhiban.roster.swaps import Swap, exchange, give_away

Rostered = Callable[..., RosterFile]
MONDAY = Duty(shift="seat@2026-11-23T0830", lawyer="L1")
FRIDAY = Duty(shift="station@2026-11-27T1330", lawyer="L2")


@pytest.fixture
def published(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    rostered: Rostered,
    week: Week,
    now: datetime,
) -> Engine:
    """A week with two duties: L1's Monday online, L2's Friday at the station."""
    problem = problem_for(bureau, week)
    bare = rostered(problem).model_copy(update={"duties": (MONDAY, FRIDAY)})
    with writing(database) as connection:
        save_register(connection, bureau, keyring)
        file = edited(problem, bare, ()).file
        revision = store.save_draft(connection, week, problem, file, job=None, by="chen", now=now)
        assert revision is not None
        verdict = Verdict(week, revision, ())
        done = service.publish(connection, keyring, week, "chen", now, revision, verdict)
        assert not isinstance(done, Unpublished)
    return database


def holders(engine: Engine, week: Week) -> dict[str, str]:
    with reading(engine) as connection:
        newest = store.load_published(connection, week, week).newest(week)
    assert newest is not None
    return {duty.shift: duty.lawyer for duty in newest.duties}


def test_partners_are_offered_for_a_published_duty(
    published: Engine, week: Week, now: datetime
) -> None:
    with reading(published) as connection:
        found = swap_partners(connection, week, MONDAY, now)
    assert isinstance(found, Partners)
    # all seven others are free and online lawyers; only L2 has something to give back
    assert {one.moves[0].to for one in found.give_aways} == {f"L{n}" for n in range(2, 9)}
    assert [one.moves for one in found.exchanges] == [exchange(MONDAY, FRIDAY)]


def test_a_swap_that_breaks_nothing_is_a_new_version_told_to_both(
    published: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    with writing(published) as connection:
        outbox.claim(connection, keyring, now, limit=100)
        moves = exchange(MONDAY, FRIDAY)
        found = check_swap(connection, week, moves, now)
        assert isinstance(found, Swap)
        assert found.allowed
        made = make_swap(connection, keyring, week, moves, "chen", now)
        assert isinstance(made, Version)
        assert made.number == 2
        told = outbox.claim(connection, keyring, now, limit=100)
        assert {one.notice.recipient for one in told} == {"L1", "L2"}
        draft = store.load_draft(connection, week)
        assert draft is not None
        assert draft.revision == draft.published_revision
    assert holders(published, week) == {MONDAY.shift: "L2", FRIDAY.shift: "L1"}


def test_a_swap_is_made_in_a_draft_that_has_moved_on_but_does_not_publish_it(
    published: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    extra = Duty(shift="station@2026-11-25T0830", lawyer="L8")
    with writing(published) as connection:
        draft = store.load_draft(connection, week)
        assert draft is not None
        longer = draft.file.model_copy(update={"duties": (*draft.file.duties, extra)})
        file = edited(draft.problem, longer, ()).file
        service.replace_draft(connection, week, file, "chen", now, draft.revision)
        make_swap(connection, keyring, week, give_away(MONDAY, "L3"), "chen", now)
        after = store.load_draft(connection, week)
    assert after is not None
    taken = replace(MONDAY, lawyer="L3")
    assert set(after.file.duties) == {taken, FRIDAY, extra}
    assert after.revision != after.published_revision
    assert holders(published, week) == {MONDAY.shift: "L3", FRIDAY.shift: "L2"}


def test_a_draft_that_gave_the_duty_to_somebody_else_stays_as_it_is(
    published: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    other = replace(MONDAY, lawyer="L7")
    with writing(published) as connection:
        draft = store.load_draft(connection, week)
        assert draft is not None
        file = draft.file.model_copy(update={"duties": (other, FRIDAY)})
        service.replace_draft(connection, week, file, "chen", now, draft.revision)
        made = make_swap(connection, keyring, week, give_away(MONDAY, "L3"), "chen", now)
        assert isinstance(made, Version)
        after = store.load_draft(connection, week)
    assert after is not None
    assert set(after.file.duties) == {other, FRIDAY}


def test_what_cannot_be_swapped_is_told_and_nothing_is_written(
    published: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    later = datetime.fromisoformat("2026-11-23T08:30+08:00")
    with writing(published) as connection:
        for moves, at, why in (
            (give_away(MONDAY, "L2"), later, "begun"),
            (give_away(replace(MONDAY, lawyer="L5"), "L2"), now, "not_held"),
            (give_away(MONDAY, "L99"), now, "not_held"),
        ):
            found = make_swap(connection, keyring, week, moves, "chen", at)
            assert isinstance(found, NotSwapped)
            assert found.why == why
        nothing = make_swap(connection, keyring, week.next(), give_away(MONDAY, "L2"), "chen", now)
        assert isinstance(nothing, NotSwapped)
        assert nothing.why == "not_published"
        assert isinstance(swap_partners(connection, week, MONDAY, later), NotSwapped)
    assert holders(published, week) == {MONDAY.shift: "L1", FRIDAY.shift: "L2"}


def test_a_swap_that_breaks_a_rule_is_refused_with_the_rule(
    published: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    same_time = Duty(shift="station@2026-11-23T0830", lawyer="L4")
    with writing(published) as connection:
        draft = store.load_draft(connection, week)
        assert draft is not None
        file = draft.file.model_copy(update={"duties": (MONDAY, FRIDAY, same_time)})
        revision = store.save_draft(
            connection, week, draft.problem, file, job=None, by="chen", now=now
        )
        assert revision is not None
        verdict = Verdict(week, revision, ())
        service.publish(connection, keyring, week, "chen", now, revision, verdict)
        found = make_swap(connection, keyring, week, give_away(MONDAY, "L4"), "chen", now)
    assert isinstance(found, NotSwapped)
    assert found.why == "violations"
    assert "overlap" in {one.rule for one in found.violations}
    assert holders(published, week)[MONDAY.shift] == "L1"
