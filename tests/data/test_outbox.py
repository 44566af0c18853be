"""Notices leave the outbox once, come back when sending failed, and are not read by others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from zhiban.data import outbox
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.outbox import CLAIM, Claimed, Notice
from zhiban.data.records import OutboxRecord, table
from zhiban.data.wording import Text

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOTICES = [
    Notice(
        f"L000{n}", "assigned", Text("新的咨询", "A question"), Text("张三的咨询", "Of Zhang"), "/l"
    )
    for n in range(3)
]


@pytest.fixture
def filled(database: Engine, keyring: Keyring) -> Engine:
    """A database with three notices of now."""
    with writing(database) as connection:
        outbox.put(connection, keyring, NOTICES[0], NOW)
        outbox.put_all(connection, keyring, NOTICES[1:], NOW)
        outbox.put_all(connection, keyring, [], NOW)
    return database


def claim(engine: Engine, keyring: Keyring, now: datetime, limit: int = 50) -> tuple[Claimed, ...]:
    """What a sender gets then."""
    with writing(engine) as connection:
        return outbox.claim(connection, keyring, now, limit)


def test_notices_are_claimed_oldest_first_and_by_one_sender_only(
    filled: Engine, keyring: Keyring
) -> None:
    first = claim(filled, keyring, NOW, limit=2)
    second = claim(filled, keyring, NOW)
    assert [one.notice for one in first] == NOTICES[:2]
    assert [one.notice for one in second] == NOTICES[2:]
    assert claim(filled, keyring, NOW) == ()
    assert first[0].attempts == 1
    assert first[0].created_at == NOW


def test_what_is_not_due_yet_stays(filled: Engine, keyring: Keyring) -> None:
    assert claim(filled, keyring, NOW - MINUTE) == ()


def test_what_was_sent_never_comes_again_and_what_a_dead_sender_held_does(
    filled: Engine, keyring: Keyring
) -> None:
    sent, *lost = claim(filled, keyring, NOW)
    with writing(filled) as connection:
        outbox.mark_sent(connection, [sent.id], NOW)
        assert outbox.waiting(connection) == 2
    again = claim(filled, keyring, NOW + CLAIM)
    assert [(one.id, one.attempts) for one in again] == [(one.id, 2) for one in lost]


def test_what_failed_comes_again_when_told_to_and_never_after_it_was_given_up(
    filled: Engine, keyring: Keyring
) -> None:
    later, never, _ = claim(filled, keyring, NOW)
    with writing(filled) as connection:
        outbox.mark_failed(connection, later.id, "refused", NOW, NOW + 5 * MINUTE)
        outbox.mark_failed(connection, never.id, "gone", NOW, None)
    found = {one.id for one in claim(filled, keyring, NOW + 60 * MINUTE)}
    assert later.id in found
    assert never.id not in found
    with reading(filled) as connection:
        assert outbox.waiting(connection) == 2


def test_the_words_are_stored_encrypted(filled: Engine) -> None:
    with reading(filled) as connection:
        stored = connection.execute(select(table(OutboxRecord).c.payload)).scalars().all()
    assert not any("张三" in payload for payload in stored)


def test_a_notice_of_a_transaction_that_failed_is_never_sent(
    database: Engine, keyring: Keyring
) -> None:
    with pytest.raises(ZeroDivisionError), writing(database) as connection:
        outbox.put(connection, keyring, NOTICES[0], NOW - MINUTE * (1 // 0))
    assert claim(database, keyring, NOW) == ()
