"""A version withdrawn within the hour: the one before holds again, and those concerned know."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from zhiban.data import trail
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.outbox import claim
from zhiban.data.register import Register
from zhiban.data.store import save_register
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import service, store
from zhiban.roster.checker import check
from zhiban.roster.drafts import SignOff
from zhiban.roster.published import Version, on_shift
from zhiban.roster.withdrawing import NotWithdrawn, withdraw

MINUTE = timedelta(minutes=1)


class Desk:
    """Publishes drafts of the small bureau and withdraws versions, each at its minute."""

    def __init__(
        self, engine: Engine, keyring: Keyring, week: Week, now: datetime, rostered
    ) -> None:
        self.engine, self.keyring, self.week = engine, keyring, week
        self.now, self.rostered = now, rostered

    def publish(self, *, without: tuple[str, ...] = (), at: datetime | None = None) -> Version:
        moment = at or self.now
        with writing(self.engine) as connection:
            problem = service.assemble(connection, self.keyring, self.week)
            file = self.rostered(problem, without=without)
            found = check(problem, file)
            figures = {"objective": found.objective, "bound": found.objective, "gap": 0.0}
            more = {"by_rule": found.by_rule, "gap_without_vacancies": 0.0}
            revision = store.save_draft(
                connection,
                self.week,
                problem,
                file.model_copy(update=figures | more),
                job=None,
                by="chen",
                now=moment,
            )
            assert revision is not None
            signed = SignOff("李主任", ("vacancies",))
            done = service.publish(
                connection, self.keyring, self.week, "chen", moment, revision, None, signed
            )
        assert isinstance(done, Version), done
        return done

    def withdraw(
        self, number: int, at: datetime, reason: str = "漏了请假"
    ) -> Version | NotWithdrawn:
        with writing(self.engine) as connection:
            return withdraw(connection, self.keyring, self.week, number, "chen", at, reason)

    def told(self) -> dict[str, str]:
        """Who was told what since the last look."""
        with writing(self.engine) as connection:
            claimed = claim(connection, self.keyring, self.now + timedelta(days=1), limit=100)
            return {one.notice.recipient: one.notice.body.zh for one in claimed}


@pytest.fixture
def desk(
    database: Engine, keyring: Keyring, bureau: Register, week: Week, now: datetime, rostered
) -> Desk:
    with writing(database) as connection:
        save_register(connection, bureau, keyring)
    return Desk(database, keyring, week, now, rostered)


def test_the_version_before_holds_again_and_only_those_concerned_are_told(desk: Desk) -> None:
    first = desk.publish()
    second = desk.publish(without=("L1",), at=desk.now + 5 * MINUTE)
    desk.told()
    changed = {d.lawyer for d in set(first.duties) ^ set(second.duties)}
    made = desk.withdraw(2, desk.now + 20 * MINUTE)
    assert isinstance(made, Version)
    assert (made.number, made.duties) == (3, first.duties)
    assert set(desk.told()) == changed
    with reading(desk.engine) as connection:
        published = store.load_published(connection)
        history = store.load_history(connection, desk.week)
        marks = trail.trail_of(connection, f"roster:{desk.week}")
        draft = service.draft(connection, desk.week)
    start = first.duties[0].span.start
    assert on_shift(published, start) == on_shift(type(published)((first,)), start)
    assert [(one.number, one.withdraws, one.repeats) for one in history] == [
        (1, None, None),
        (2, None, None),
        (3, 2, 1),
    ]
    assert history[1].signed == SignOff("李主任", ("vacancies",))
    assert history[2].reason == "漏了请假"
    assert [(mark.act, mark.actor) for mark in marks] == [("withdrawn", "chen")]
    # The draft that was published is open again.
    assert draft is not None
    assert draft.published_revision is None


def test_a_first_version_withdrawn_leaves_nobody_on_duty(desk: Desk) -> None:
    first = desk.publish()
    made = desk.withdraw(1, desk.now + MINUTE)
    assert isinstance(made, Version)
    assert made.duties == ()
    with reading(desk.engine) as connection:
        published = store.load_published(connection)
        (_, last) = store.load_history(connection, desk.week)
    assert on_shift(published, first.duties[0].span.start) == ()
    assert (last.withdraws, last.repeats, last.summary.duties) == (1, 0, 0)


@pytest.mark.parametrize(("minutes", "why"), [(59, None), (60, "late")])
def test_an_hour_after_publishing_it_is_too_late(desk: Desk, minutes: int, why: str | None) -> None:
    desk.publish()
    done = desk.withdraw(1, desk.now + minutes * MINUTE)
    assert (done.why if isinstance(done, NotWithdrawn) else None) == why


def test_what_is_not_the_newest_or_unknown_or_a_withdrawal_stays(desk: Desk) -> None:
    desk.publish()
    desk.publish(without=("L1",), at=desk.now + MINUTE)
    older, unknown = desk.withdraw(1, desk.now + 2 * MINUTE), desk.withdraw(9, desk.now)
    assert isinstance(older, NotWithdrawn)
    assert isinstance(unknown, NotWithdrawn)
    assert (older.why, unknown.why) == ("not_newest", "unknown")
    assert isinstance(desk.withdraw(2, desk.now + 2 * MINUTE), Version)
    again = desk.withdraw(3, desk.now + 3 * MINUTE)
    assert isinstance(again, NotWithdrawn)
    assert again.why == "withdrawal"
    twice = desk.withdraw(2, desk.now + 3 * MINUTE)  # two schedulers at the same button
    assert isinstance(twice, NotWithdrawn)
    assert twice.why == "not_newest"


def test_a_change_that_has_begun_is_not_withdrawn_but_one_still_to_come_is(desk: Desk) -> None:
    first = desk.publish()
    start = min(duty.span.start for duty in first.duties)
    # Published ten minutes before the week's first shift, with other people on it.
    desk.publish(without=(first.duties[0].lawyer,), at=start - 10 * MINUTE)
    with reading(desk.engine) as connection:
        assert store.last_number(connection, desk.week) == 2
    begun = desk.withdraw(2, start + 5 * MINUTE)
    assert isinstance(begun, NotWithdrawn)
    assert begun.why == "begun"
    assert "已经开始" in begun.text.zh
    assert isinstance(desk.withdraw(2, start - MINUTE), Version)


def test_a_withdrawal_needs_a_reason(desk: Desk) -> None:
    desk.publish()
    for reason in ("", "  ", "长" * 201):
        with pytest.raises(Refused, match="reason"):
            desk.withdraw(1, desk.now, reason)
