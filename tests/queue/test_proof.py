"""The proof: any altered byte, any gap and any wrong derived column shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from zhiban.data.database import writing
from zhiban.queue import service
from zhiban.queue.chain import GENESIS, Link, whole
from zhiban.queue.event import Facts, plain, text_of
from zhiban.queue.tickets import ALPHABET, code_of, matches, read_code, secret_hash, secret_of


@pytest.fixture
def lived(bureau):
    """One question with every sort of text, and its proof without fault."""
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine, contact="13812345678", channel="live").ticket
    bureau.do(service.accept, ticket, "L1", nine)
    bureau.do(service.answer, ticket, "L1", nine, "答复")
    bureau.citizen(service.message, ticket, "再问", nine)
    bureau.ask(nine)
    assert bureau.faults() == []
    return bureau


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE question_event SET at = '2026-11-24 01:00:01.000000' WHERE position = 3",
        "UPDATE question_event SET actor = 'lawyer:L2' WHERE position = 3",
        "UPDATE question_event SET kind = 'declined' WHERE position = 3",
        "UPDATE question_event SET data = replace(data, 'L1', 'L2') WHERE position = 2",
        "UPDATE question_event SET reason = '' WHERE position = 2",
        "UPDATE question_event SET commitment = 'x' || substr(commitment, 2) WHERE position = 1",
        "UPDATE question_event SET hash = 'x' || substr(hash, 2) WHERE position = 2",
        "UPDATE question_event SET body = NULL WHERE position = 4",
        "UPDATE question_event SET body = 'gAAAAA==' WHERE position = 5",
        "UPDATE question_event SET seq = 9 WHERE position = 5",
        "UPDATE question_event SET position = 99 WHERE position = 5",
        "DELETE FROM question_event WHERE position = 5",
        "DELETE FROM question_key WHERE question = 1",
        "UPDATE question SET state = 'closed' WHERE id = 1",
        "UPDATE question SET lawyer = NULL WHERE id = 1",
        "UPDATE question SET lawyer = 'L2' WHERE id = 1",
        "UPDATE question_clock SET due = NULL WHERE question = 1",
        "UPDATE question SET head = '' WHERE id = 1",
        "UPDATE question SET version = 1 WHERE id = 1",
        "DELETE FROM question_clock WHERE question = 1",
        "UPDATE board SET next_position = next_position + 1",
        "UPDATE board SET next_question = next_question + 1",
    ],
)
def test_whatever_is_altered_is_found(lived, change):
    with writing(lived.engine) as connection:
        connection.execute(text(change))
    assert lived.faults() != []


def test_any_altered_character_of_a_text_is_found(lived):
    with writing(lived.engine) as connection:
        body = connection.execute(
            text("SELECT body FROM question_event WHERE position = 1")
        ).scalar_one()
    change = text("UPDATE question_event SET body = :body WHERE position = 1")
    # Every 17th character, and the last ones, where base64 has bits to spare.
    for place in (*range(0, len(body), 17), len(body) - 1, len(body) - 2, len(body) - 3):
        other = "A" if body[place] != "A" else "B"
        with writing(lived.engine) as connection:
            connection.execute(change, {"body": body[:place] + other + body[place + 1 :]})
        assert lived.faults() != [], place
    with writing(lived.engine) as connection:
        connection.execute(change, {"body": body})
    assert lived.faults() == []


AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
links = st.builds(
    Link,
    st.integers(1, 99), st.integers(1, 9), st.integers(1, 9), st.text(), st.just(AT),
    st.text(), st.text(), st.text(), st.text(),
)  # fmt: skip


@given(links, links)
def test_two_links_have_one_hash_only_when_they_are_the_same(one, other):
    assert (one.hash_after(GENESIS) == other.hash_after(GENESIS)) == (one == other)


def test_a_links_hash_depends_on_the_moment_and_not_on_the_zone_it_is_said_in():
    from zhiban.data.timespan import SHANGHAI

    one = Link(1, 1, 1, "asked", AT, "citizen", "", "{}", "")
    same = Link(1, 1, 1, "asked", AT.astimezone(SHANGHAI), "citizen", "", "{}", "")
    later = Link(1, 1, 1, "asked", AT + timedelta(microseconds=1), "citizen", "", "{}", "")
    assert one.hash_after("a") == same.hash_after("a") != later.hash_after("a")


@given(st.binary())
def test_only_the_one_way_of_writing_a_token_is_whole(raw):
    import base64

    token = base64.urlsafe_b64encode(raw).decode()
    assert whole(token)
    assert not whole(token + "=")
    assert not whole(" " + token)


@given(st.binary(min_size=5, max_size=5), st.binary(min_size=10, max_size=10))
def test_a_code_reads_back_however_it_is_typed(code_bytes, secret_bytes):
    code, secret = code_of(code_bytes), secret_of(secret_bytes)
    assert len(secret) == 16
    assert set(code[3:].replace("-", "") + secret) <= set(ALPHABET)
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    assert read_code(typed) == read_code(code) == code
    stored = secret_hash(code, secret)
    assert matches(code, secret, stored)
    assert not matches(code, secret[::-1] + "0", stored)


@pytest.mark.parametrize("typed", ["", "ZB-1234", "XX-1234-5678", "ZB-1234-567U", "ZB-1234-56789"])
def test_what_cannot_be_a_code_is_none(typed):
    assert read_code(typed) is None


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()))
def test_facts_kept_for_many_events_are_hashed_as_any_facts(facts):
    # A text made once for many events must be the one that a chain of each by itself would have.
    assert text_of(Facts(facts)) == text_of(facts) == plain(facts)
