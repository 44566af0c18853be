"""Idempotency keys: the same key with the same request gets the same answer again, for 48 hours."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete

from zhiban.data.bulk import query_among, rows_among
from zhiban.data.exchanges import Query
from zhiban.data.wording import Refused
from zhiban.queue.changes import Changes
from zhiban.queue.outcomes import KeyReused
from zhiban.queue.records import IDEMPOTENCY

KEPT = timedelta(hours=48)
_LENGTHS = range(8, 201)
_PORTION = 64
_FIND = f"SELECT key, fingerprint, answer FROM {IDEMPOTENCY.name} WHERE key IN (...)"  # noqa: S608

T = TypeVar("T")


def digest_of(key: str) -> str:
    """What is stored of a key; raises Refused for what is no key."""
    if len(key) not in _LENGTHS or not key.isascii() or not key.isprintable():
        first, last = _LENGTHS.start, _LENGTHS.stop - 1
        raise Refused.one(
            "idempotency_key",
            f"幂等键须为{first}至{last}个 ASCII 字符",
            f"the idempotency key has {first} to {last} ASCII characters",
        )
    return hashlib.sha256(key.encode()).hexdigest()


def look_up(changes: Changes, digests: Sequence[str]) -> None:
    """Reads at once what was answered to these keys, for the commands that will ask for it."""
    new = [digest for digest in digests if digest not in changes.answers]
    changes.answers |= dict.fromkeys(new)
    for start in range(0, len(new), _PORTION):
        portion = new[start : start + _PORTION]
        for key, fingerprint, answer in rows_among(changes.connection, _FIND, portion):
            changes.answers[key] = {"fingerprint": fingerprint, "answer": answer}


def key_queries(changes: Changes, digests: Sequence[str]) -> list[Query]:
    """What looking these up will ask the database, where it is one question."""
    new = [digest for digest in digests if digest not in changes.answers]
    return [query_among(changes.connection, _FIND, new)] if 0 < len(new) <= _PORTION else []


def earlier(
    changes: Changes, digest: str, request: str, answers: TypeAdapter[T]
) -> T | KeyReused | None:
    """What was answered to the key before; None where it is new."""
    if digest not in changes.answers:
        look_up(changes, [digest])
    row = changes.answers[digest]
    if row is None:
        return None
    if row["fingerprint"] not in changes.keyring.blinds(request):
        return KeyReused()
    return answers.validate_json(changes.keyring.decrypt(row["answer"]))


def remember(
    changes: Changes, digest: str, request: str, answers: TypeAdapter[T], answer: T
) -> None:
    """Keeps the answer, encrypted, with a keyed digest of the request."""
    keep(changes, digest, changes.keyring.blind(request), answers, answer)


def keep(
    changes: Changes, digest: str, fingerprint: str, answers: TypeAdapter[T], answer: T
) -> None:
    """The same where the request's keyed digest has been made."""
    changes.answers[digest] = row = {
        "key": digest,
        "fingerprint": fingerprint,
        "answer": changes.keyring.encrypt(answers.dump_json(answer).decode()),
        "at": changes.now,
    }
    changes.pending.answers.append(row)


def forget(connection: Connection, now: datetime) -> int:
    """Drops the answers that are older than 48 hours; returns how many."""
    return connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.at < now - KEPT)).rowcount
