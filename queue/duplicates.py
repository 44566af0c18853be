"""Open questions that may have been asked twice, for the supervisor who may join them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, select

from zhiban.data.crypt import Keyring, readable
from zhiban.queue.alike import Told, pairs
from zhiban.queue.changes import settle_writes
from zhiban.queue.question import ENDED, State
from zhiban.queue.records import QUESTION, QUESTION_EVENT, QUESTION_KEY
from zhiban.queue.words import words_of

MOST = 500


@dataclass(frozen=True, slots=True)
class Twin:
    """One question of two, without a word of what was told in it."""

    ticket: str
    asked: datetime
    state: State
    county: str
    division: str
    lawyer: str | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two open questions, and why they may be the same; `share` of their words stand in both."""

    later: Twin
    earlier: Twin
    why: Literal["contact", "words"]
    share: float


def likely_duplicates(connection: Connection, keyring: Keyring) -> tuple[Duplicate, ...]:
    """Pairs among the newest open questions, at most 500 of these, the newest pair first.

    Stories and contacts are compared here and told to nobody, so this is no reading of them.
    """
    settle_writes(connection)
    ended = [state.value for state in sorted(ENDED)]
    names = ("id", "code", "asked", "state", "county", "division", "lawyer")
    columns: list[ColumnElement[Any]] = [QUESTION.c[name] for name in names]
    columns += [QUESTION_EVENT.c.body, QUESTION_KEY.c.wrapped]
    rows = connection.execute(
        select(*columns)
        .join(QUESTION_EVENT, QUESTION_EVENT.c.question == QUESTION.c.id)
        .join(QUESTION_KEY, QUESTION_KEY.c.question == QUESTION.c.id)
        .where(QUESTION.c.state.not_in(ended), QUESTION_EVENT.c.seq == 1)
        .order_by(QUESTION.c.asked.desc(), QUESTION.c.id.desc())
        .limit(MOST)
    ).all()
    twins = {row.id: _twin(row) for row in rows}
    return tuple(
        Duplicate(twins[pair.later], twins[pair.earlier], pair.why, pair.share)
        for pair in pairs(_told(row, keyring) for row in rows)
    )


def _twin(row: Row[Any]) -> Twin:
    state = State(row.state)
    return Twin(row.code, row.asked, state, row.county, row.division, row.lawyer)


def _told(row: Row[Any], keyring: Keyring) -> Told:
    told = json.loads(readable(keyring.unwrap(row.wrapped), row.body) or "{}")
    words = frozenset(words_of(told.get("text") or ""))
    return Told(row.id, row.division, row.asked, told.get("contact"), words)
