"""Duties offered, accepted, approved, undone; what becomes of offers when the roster moves."""

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
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.roster import request_store as rows
from zhiban.roster import service, store
from zhiban.roster.asking_leave import approve_leave, ask_leave
from zhiban.roster.drafts import Verdict
from zhiban.roster.editing import edited
from zhiban.roster.leave_requests import LeaveAsk
from zhiban.roster.offer_following import lapse_begun
from zhiban.roster.offer_store import load_offer
from zhiban.roster.offering import (
    SwapAsk,
    accept_swap,
    decline_swap,
    offer_swap,
    withdraw_swap,
)
from zhiban.roster.offers import NotDone, Offer, from_json, to_json
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.request_policy import RequestPolicy
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.settling import approve_swap, refuse_swap, undo_swap
from zhiban.roster.swaps import Moves, chain, exchange, give_away

Rostered = Callable[..., RosterFile]
MONDAY = Duty(shift="seat@2026-11-23T0830", lawyer="L1")
FRIDAY = Duty(shift="station@2026-11-27T1330", lawyer="L2")
TUESDAY = Duty(shift="seat@2026-11-24T0830", lawyer="L3")
BEGIN = datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
DUTIES = (MONDAY, FRIDAY, TUESDAY)


class Bench:
    """The bureau's week with three duties, and short ways to act in it."""

    def __init__(self, engine: Engine, keyring: Keyring, week: Week, now: datetime) -> None:
        self.engine, self.keyring, self.week, self.now = engine, keyring, week, now
        self.problem: RosterProblem | None = None
        self.bare: RosterFile | None = None

    def publish(self, *duties: Duty, now: datetime | None = None) -> None:
        """Another version with these duties."""
        assert self.problem is not None
        assert self.bare is not None
        file = edited(self.problem, self.bare.model_copy(update={"duties": duties}), ()).file
        with writing(self.engine) as connection:
            revision = store.save_draft(
                connection, self.week, self.problem, file, job=None, by="chen", now=self.now
            )
            assert revision is not None
            verdict = Verdict(self.week, revision, ())
            at = now or self.now
            done = service.publish(
                connection, self.keyring, self.week, "chen", at, revision, verdict
            )
        assert isinstance(done, Version), done

    def offer(self, duty: Duty = MONDAY, *ways: Moves, at: datetime | None = None) -> Offer:
        """An offer that is made."""
        made = self.act(offer_swap, SwapAsk(self.week, duty, ways), at)
        assert isinstance(made, Offer), made
        return made

    def act(self, step: Callable[..., Offer | NotDone], *given: object) -> Offer | NotDone:
        """One step at the present, or at a moment given last."""
        *rest, last = given
        at = [last or self.now] if last is None or isinstance(last, datetime) else [last, self.now]
        with writing(self.engine) as connection:
            return step(connection, self.keyring, *rest, *at)

    def told(self) -> dict[str, str]:
        """Whom notices wait for, with their titles; taken away by this."""
        with writing(self.engine) as connection:
            found = outbox.claim(connection, self.keyring, self.now, limit=100)
        return {one.notice.recipient: one.notice.title.zh for one in found}

    def now_is(self, id: int) -> Offer:
        """The offer as it stands."""
        with reading(self.engine) as connection:
            found = load_offer(connection, self.keyring, id)
        assert found is not None
        return found

    def holders(self) -> set[Duty]:
        """Who is on duty by the newest version."""
        with reading(self.engine) as connection:
            newest = store.load_published(connection, self.week, self.week).newest(self.week)
        assert newest is not None
        return {Duty(shift=one.shift, lawyer=one.lawyer, role=one.role) for one in newest.duties}


@pytest.fixture
def bench(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    week: Week,
    now: datetime,
    rostered: Rostered,
) -> Bench:
    made = Bench(database, keyring, week, now)
    with writing(database) as connection:
        save_register(connection, bureau, keyring)
        made.problem = service.assemble(connection, keyring, week)
    made.bare = rostered(made.problem)
    made.publish(*DUTIES)
    made.told()
    return made


def test_an_offer_to_one_is_told_to_that_one_and_waits_for_the_scheduler_once_accepted(
    bench: Bench,
) -> None:
    way = exchange(MONDAY, FRIDAY)
    made = bench.offer(MONDAY, way)
    assert bench.told() == {"L2": "律师1想和您换班"}
    agreed = bench.act(accept_swap, made.id, "L2", way)
    assert isinstance(agreed, Offer)
    assert agreed.state == "agreed"
    assert bench.told() == {"role:scheduler": "律师1的换班待批"}
    assert bench.holders() == set(DUTIES)
    done = bench.act(approve_swap, made.id, "chen")
    assert isinstance(done, Offer)
    assert (done.state, done.version, done.decided_by) == ("done", 2, "chen")
    # Only the two whose duties change are told; L3 is not.
    assert bench.told().keys() == {"L1", "L2"}
    moved = {replace(MONDAY, lawyer="L2"), replace(FRIDAY, lawyer="L1"), TUESDAY}
    assert bench.holders() == moved


def test_where_the_policy_lets_it_an_accepted_swap_is_made_at_once(bench: Bench) -> None:
    with writing(bench.engine) as connection:
        rows.save_policy(connection, RequestPolicy(swap_automatic=True))
    way = give_away(MONDAY, "L5")
    made = bench.offer(MONDAY, way, give_away(MONDAY, "L6"))
    done = bench.act(accept_swap, made.id, "L5", way)
    assert isinstance(done, Offer)
    assert done.state == "done"
    # The double tap, and the other one who comes too late.
    again = bench.act(accept_swap, made.id, "L5", way)
    assert again == bench.now_is(made.id)
    late = bench.act(accept_swap, made.id, "L6", give_away(MONDAY, "L6"))
    assert isinstance(late, NotDone)
    assert late.why == "moved_on"


def test_an_open_offer_may_be_taken_by_anybody_who_breaks_no_rule(bench: Bench) -> None:
    made = bench.offer(MONDAY)
    assert bench.told() == {}
    # L3 has the seat on Tuesday: taking Monday is fine, but not what is nobody's own to give.
    foreign = bench.act(accept_swap, made.id, "L5", exchange(MONDAY, FRIDAY))
    assert isinstance(foreign, NotDone)
    taken = bench.act(accept_swap, made.id, "L2", exchange(MONDAY, FRIDAY))
    assert isinstance(taken, Offer)
    assert taken.agreed == exchange(MONDAY, FRIDAY)


def test_a_chain_of_three_needs_both_others(bench: Bench) -> None:
    way = chain(MONDAY, TUESDAY, FRIDAY)
    made = bench.offer(MONDAY, way)
    first = bench.act(accept_swap, made.id, "L3", way)
    assert isinstance(first, Offer)
    assert first.state == "open"
    second = bench.act(accept_swap, made.id, "L2", way)
    assert isinstance(second, Offer)
    assert second.state == "agreed"


def test_nobody_else_may_answer_withdraw_or_see_a_named_offer(bench: Bench) -> None:
    way = exchange(MONDAY, FRIDAY)
    made = bench.offer(MONDAY, way)
    assert not made.concerns("L4")
    for done in (
        bench.act(accept_swap, made.id, "L4", way),
        bench.act(accept_swap, made.id, "L1", way),
        bench.act(decline_swap, made.id, "L4"),
        bench.act(withdraw_swap, made.id, "L2"),
    ):
        assert isinstance(done, NotDone)
        assert done.why == "unknown"
    assert bench.now_is(made.id).state == "open"


def test_when_everybody_asked_declines_the_offer_lapses_and_its_maker_is_told(bench: Bench) -> None:
    made = bench.offer(MONDAY, give_away(MONDAY, "L5"), give_away(MONDAY, "L6"))
    bench.told()
    bench.act(decline_swap, made.id, "L5")
    assert bench.now_is(made.id).state == "open"
    assert bench.told() == {}
    bench.act(decline_swap, made.id, "L6")
    assert bench.now_is(made.id).state == "lapsed"
    assert bench.told() == {"L1": "对方谢绝了换班"}


def test_a_duty_is_offered_once_at_a_time_and_a_form_sent_twice_is_one_offer(bench: Bench) -> None:
    ask = SwapAsk(bench.week, MONDAY, (), "", "key")
    first = bench.act(offer_swap, ask)
    assert first == bench.act(offer_swap, ask)
    other = bench.act(offer_swap, replace(ask, key="other"))
    assert isinstance(other, NotDone)
    assert isinstance(bench.act(withdraw_swap, bench.offer(FRIDAY).id, "L2"), Offer)


def test_what_breaks_a_rule_or_is_not_held_cannot_be_offered(bench: Bench) -> None:
    foreign = bench.act(offer_swap, SwapAsk(bench.week, replace(MONDAY, lawyer="L5")))
    assert isinstance(foreign, NotDone)
    assert foreign.why == "unknown"
    with writing(bench.engine) as connection:
        span = Span(BEGIN, BEGIN.replace(hour=12))
        leave = ask_leave(connection, bench.keyring, LeaveAsk("L5", span, "court"), bench.now)
        approve_leave(connection, bench.keyring, leave.id, "chen", bench.now)
    away = bench.act(offer_swap, SwapAsk(bench.week, MONDAY, (give_away(MONDAY, "L5"),)))
    assert isinstance(away, NotDone)
    assert away.why == "violations"


def test_of_two_schedulers_the_second_is_told_who_decided(bench: Bench) -> None:
    way = exchange(MONDAY, FRIDAY)
    made = bench.offer(MONDAY, way)
    bench.act(accept_swap, made.id, "L2", way)
    assert isinstance(bench.act(refuse_swap, made.id, "chen", bench.now), Offer)
    late = bench.act(approve_swap, made.id, "wang")
    assert isinstance(late, NotDone)
    assert "chen" in late.text.zh
    assert bench.holders() == set(DUTIES)


def done_swap(bench: Bench) -> Offer:
    way = exchange(MONDAY, FRIDAY)
    made = bench.offer(MONDAY, way)
    bench.act(accept_swap, made.id, "L2", way)
    done = bench.act(approve_swap, made.id, "chen")
    assert isinstance(done, Offer)
    bench.told()
    return done


def test_a_swap_is_undone_before_the_shift_and_told_to_both(bench: Bench) -> None:
    done = done_swap(bench)
    back = bench.act(undo_swap, done.id, "L2")
    assert isinstance(back, Offer)
    assert (back.state, back.version) == ("undone", 3)
    assert bench.holders() == set(DUTIES)
    assert bench.told().keys() == {"L1", "L2"}
    assert bench.act(undo_swap, done.id, "L1") == back


def test_a_swap_is_not_undone_once_a_shift_has_begun_or_something_rests_on_it(bench: Bench) -> None:
    done = done_swap(bench)
    begun = bench.act(undo_swap, done.id, "L2", BEGIN)
    assert isinstance(begun, NotDone)
    bench.offer(replace(MONDAY, lawyer="L2"))
    offered = bench.act(undo_swap, done.id, "L1")
    assert isinstance(offered, NotDone)
    assert "又在换" in offered.text.zh
    moved = {replace(MONDAY, lawyer="L2"), replace(FRIDAY, lawyer="L1"), TUESDAY}
    assert bench.holders() == moved


def test_an_offer_follows_its_shift_when_that_moves(bench: Bench, bureau: Register) -> None:
    way = exchange(MONDAY, FRIDAY)
    made = bench.offer(MONDAY, way)
    bench.told()
    # The seat opens at 9:00 on Monday instead of 8:30.
    assert bench.problem is not None
    later = "seat@2026-11-23T0900"
    shifts = tuple(
        one.model_copy(update={"id": later, "start": BEGIN.replace(hour=9, minute=0)})
        if one.id == MONDAY.shift
        else one
        for one in bench.problem.shifts
    )
    bench.problem = bench.problem.model_copy(update={"shifts": shifts})
    bench.publish(replace(MONDAY, shift=later), FRIDAY, TUESDAY)
    after = bench.now_is(made.id)
    assert (after.state, after.duty.shift) == ("open", later)
    assert after.span.start == BEGIN.replace(hour=9, minute=0)
    assert bench.told()["L2"] in {"要换的班次时间有变"}
    accepted = bench.act(accept_swap, made.id, "L2", exchange(after.duty, FRIDAY))
    assert isinstance(accepted, Offer)


def test_an_offer_lapses_with_words_when_the_duty_goes_to_somebody_else(bench: Bench) -> None:
    made = bench.offer(MONDAY, exchange(MONDAY, FRIDAY))
    bench.publish(replace(MONDAY, lawyer="L7"), FRIDAY, TUESDAY)
    after = bench.now_is(made.id)
    assert after.state == "lapsed"
    assert "不由申请人值班" in after.why.zh


def test_of_several_ways_those_go_that_can_no_longer_be_made(bench: Bench) -> None:
    made = bench.offer(MONDAY, exchange(MONDAY, FRIDAY), give_away(MONDAY, "L5"))
    bench.publish(MONDAY, replace(FRIDAY, lawyer="L8"), TUESDAY)
    assert bench.now_is(made.id).ways == (give_away(MONDAY, "L5"),)


def test_leave_of_the_partner_lapses_what_was_agreed(bench: Bench) -> None:
    way = give_away(MONDAY, "L5")
    made = bench.offer(MONDAY, way)
    bench.act(accept_swap, made.id, "L5", way)
    with writing(bench.engine) as connection:
        span = Span(BEGIN, BEGIN.replace(hour=12))
        leave = ask_leave(connection, bench.keyring, LeaveAsk("L5", span, "court"), bench.now)
        approve_leave(connection, bench.keyring, leave.id, "chen", bench.now)
    assert bench.now_is(made.id).state == "lapsed"


def test_what_is_not_settled_lapses_as_the_shift_begins(bench: Bench) -> None:
    made = bench.offer(MONDAY)
    with writing(bench.engine) as connection:
        assert lapse_begun(connection, bench.keyring, bench.now) == 0
        assert lapse_begun(connection, bench.keyring, BEGIN) == 1
        assert lapse_begun(connection, bench.keyring, BEGIN) == 0
    assert bench.now_is(made.id).why.zh == "到开始时还没有换成"


def test_the_rest_of_a_shift_under_way_may_be_given_away_with_the_schedulers_word(
    bench: Bench,
) -> None:
    with writing(bench.engine) as connection:
        rows.save_policy(connection, RequestPolicy(swap_automatic=True))
    running = BEGIN.replace(hour=9, minute=50)
    way = give_away(MONDAY, "L5")
    made = bench.offer(MONDAY, way, at=running)
    agreed = bench.act(accept_swap, made.id, "L5", way, running)
    assert isinstance(agreed, Offer)
    assert agreed.state == "agreed"
    done = bench.act(approve_swap, made.id, "chen", BEGIN.replace(hour=10, minute=2))
    assert isinstance(done, Offer)
    assert done.state == "done"
    exchanged = bench.act(
        offer_swap, SwapAsk(bench.week, replace(MONDAY, lawyer="L5"), ()), running.replace(hour=12)
    )
    assert isinstance(exchanged, NotDone)


def test_a_way_is_stored_and_read_again_and_anything_else_is_refused() -> None:
    way = chain(MONDAY, TUESDAY, FRIDAY)
    assert from_json(to_json(way)) == way
    for wrong in ([["L1", "s", "primary"]], [["L1", "s", "boss", "L2"]], ["x"]):
        with pytest.raises(ValueError, match=r"move|role"):
            from_json(wrong)
