"""A sample of answered questions, drawn at random and reviewed: good or bad, with a note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from zhiban.data import trail
from zhiban.data.crypt import Keyring
from zhiban.data.wording import Refused, Text
from zhiban.queue.asking import checked_text
from zhiban.queue.changes import settle_writes
from zhiban.queue.outcomes import Stale
from zhiban.queue.quality_records import QUALITY_REVIEW
from zhiban.queue.question import State
from zhiban.queue.records import QUESTION, QUESTION_KEY

Verdict = Literal["good", "bad"]
BACK = timedelta(days=30)
MOST = 50
NOTE_LIMIT = 1000
_REVIEWED = Text("别人已经写下了结论", "somebody else has written what was found")


@dataclass(frozen=True, slots=True)
class Review:
    """A question of the sample; `verdict` is None until somebody has looked at it."""

    id: int
    ticket: str
    lawyer: str
    category: str | None
    asked: datetime
    drawn_at: datetime
    verdict: Verdict | None
    note: str
    reviewed_by: str | None
    reviewed_at: datetime | None


def draw(connection: Connection, number: int, by: str, now: datetime, random: Random) -> int:
    """Draws answered questions of the last 30 days that were not drawn before; how many it were.

    Refused for a number outside of 1 to MOST.
    """
    if not 1 <= number <= MOST:
        raise Refused.one("number", f"一次抽1至{MOST}件", f"from 1 to {MOST} at a time")
    settle_writes(connection)
    drawn = select(QUALITY_REVIEW.c.question)
    rows = connection.execute(
        select(QUESTION.c.id, QUESTION.c.lawyer)
        .where(
            QUESTION.c.asked >= now - BACK,
            QUESTION.c.state.in_([State.ANSWERED.value, State.CLOSED.value]),
            QUESTION.c.lawyer.is_not(None),
            QUESTION.c.id.not_in(drawn),
            QUESTION.c.id.in_(select(QUESTION_KEY.c.question)),  # its texts can still be read
        )
        .order_by(QUESTION.c.id)
    ).all()
    chosen = random.sample(rows, min(number, len(rows)))
    same = {"drawn_by": by, "drawn_at": now}
    if chosen:
        values = [{"question": row.id, "lawyer": row.lawyer, **same} for row in chosen]
        connection.execute(insert(QUALITY_REVIEW), values)
        trail.note(connection, "quality", by, "drawn", now, number=str(len(chosen)))
    return len(chosen)


def sample(connection: Connection, keyring: Keyring, *, limit: int = 200) -> tuple[Review, ...]:
    """The sample: what waits for review first, then the newest."""
    rows = connection.execute(
        _SELECT.order_by(QUALITY_REVIEW.c.verdict.is_not(None), QUALITY_REVIEW.c.id.desc()).limit(
            limit
        )
    )
    return tuple(_review(row, keyring) for row in rows)


def review(connection: Connection, keyring: Keyring, id: int) -> Review | None:
    """One question of the sample."""
    row = connection.execute(_SELECT.where(QUALITY_REVIEW.c.id == id)).one_or_none()
    return None if row is None else _review(row, keyring)


def judge(
    connection: Connection,
    keyring: Keyring,
    id: int,
    verdict: str,
    note: str,
    by: str,
    now: datetime,
) -> Stale | None:
    """Writes what was found, once; Refused without a verdict, and for a bad one without a note."""
    if verdict not in ("good", "bad"):
        raise Refused.one("verdict", "请选合格或者不合格", "choose good or bad")
    if verdict == "bad" or note.strip():
        note = checked_text(note, limit=NOTE_LIMIT)
    values = {
        "verdict": verdict,
        "note": keyring.encrypt(note.strip()),
        "reviewed_by": by,
        "reviewed_at": now,
    }
    free = (QUALITY_REVIEW.c.id == id, QUALITY_REVIEW.c.verdict.is_(None))
    done = connection.execute(update(QUALITY_REVIEW).where(*free).values(**values))
    if done.rowcount == 0:
        return Stale(0, _REVIEWED)
    trail.note(connection, f"quality:{id}", by, "judged", now, verdict=verdict)
    return None


def forget(connection: Connection, question: int) -> None:
    """Destroys the note on a question whose texts are destroyed; what was found stays a count.

    A review that nobody has written yet has nothing left to read, and leaves the sample.
    """
    here = QUALITY_REVIEW.c.question == question
    connection.execute(delete(QUALITY_REVIEW).where(here, QUALITY_REVIEW.c.verdict.is_(None)))
    connection.execute(update(QUALITY_REVIEW).where(here).values(note=None))


def judged(connection: Connection, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """How many reviews of a time found good and bad, by lawyer."""
    table = QUALITY_REVIEW.c
    rows = connection.execute(
        select(table.lawyer, table.verdict, func.count())
        .where(table.reviewed_at >= since, table.reviewed_at < until)
        .group_by(table.lawyer, table.verdict)
    )
    found: dict[str, tuple[int, int]] = {}
    for lawyer, verdict, count in rows:
        good, bad = found.get(lawyer, (0, 0))
        found[lawyer] = (good + count, bad) if verdict == "good" else (good, bad + count)
    return found


_SELECT = select(
    QUALITY_REVIEW.c.id,
    QUESTION.c.code,
    QUALITY_REVIEW.c.lawyer,
    QUESTION.c.category,
    QUESTION.c.asked,
    *(
        QUALITY_REVIEW.c[name]
        for name in ("drawn_at", "verdict", "note", "reviewed_by", "reviewed_at")
    ),
).join(QUESTION, QUESTION.c.id == QUALITY_REVIEW.c.question)


def _review(row: tuple[object, ...], keyring: Keyring) -> Review:
    values: list[Any] = list(row)  # in the order of _SELECT
    values[7] = keyring.decrypt(str(values[7])) if values[7] else ""
    return Review(*values)
