"""A question on its way: what was written and added so far, kept sealed until it is sent.

Nothing of it is a question yet: no lawyer sees it, no event tells of it. It is found by the form's
own random key alone, and goes when the question is sent, cleared, or a day old.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from zhiban.data.crypt import DataKey, Keyring
from zhiban.data.wording import Refused
from zhiban.queue.asking import Ask
from zhiban.queue.attaching import BY_TYPE, LARGEST_TOGETHER, Paper
from zhiban.queue.attachments import add_with_question
from zhiban.queue.changes import Changes
from zhiban.queue.intake import ANSWER, ask
from zhiban.queue.keys import KEPT, digest_of
from zhiban.queue.outcomes import Asked, KeyReused
from zhiban.queue.records import IDEMPOTENCY
from zhiban.queue.unsent_records import UNSENT_PAPER, UNSENT_QUESTION

KEEP = timedelta(days=1)
MOST_PAPERS = 9
# All that strangers may leave unsent at a time; a day's honest use stays far below.
MOST_BYTES = 2 * 1024**3

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Listed:
    """One paper as it is shown before sending."""

    id: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Unsent:
    """What is kept of a question on its way: the form's values by field, and the papers."""

    form: dict[str, tuple[str, ...]]
    papers: tuple[Listed, ...]


def load(connection: Connection, keyring: Keyring, key: str, now: datetime) -> Unsent | None:
    """What is kept under a form's key; None for an unknown one and for what is a day old."""
    digest = digest_of(key)
    row = connection.execute(
        select(UNSENT_QUESTION).where(
            UNSENT_QUESTION.c.key == digest, UNSENT_QUESTION.c.at > now - KEEP
        )
    ).one_or_none()
    if row is None:
        return None
    opened = keyring.unwrap(row.wrapped)
    form = {name: tuple(values) for name, values in json.loads(opened.decrypt(row.form)).items()}
    return Unsent(form, _listed(connection, opened, digest))


def keep(
    connection: Connection,
    keyring: Keyring,
    key: str,
    form: Form,
    papers: Sequence[Paper],
    now: datetime,
) -> None:
    """Keeps what was written (all of it anew) and the papers that came with it.

    Raises Refused naming `file` where the papers are too many or too large.
    """
    digest = digest_of(key)
    opened = _open(connection, keyring, digest, now)
    sealed = opened.encrypt(json.dumps({name: list(values) for name, values in form.items()}))
    connection.execute(
        update(UNSENT_QUESTION).where(UNSENT_QUESTION.c.key == digest).values(form=sealed, at=now)
    )
    for paper in papers:
        _add(connection, opened, digest, paper)


def drop_paper(connection: Connection, key: str, id: str) -> bool:
    """Takes one paper out again; False where there is none of this id."""
    which = (UNSENT_PAPER.c.unsent == digest_of(key), UNSENT_PAPER.c.id == id)
    return connection.execute(delete(UNSENT_PAPER).where(*which)).rowcount == 1


def clear(connection: Connection, key: str) -> None:
    """Forgets all that was written and added."""
    _clear(connection, [digest_of(key)])


def purge(connection: Connection, now: datetime) -> int:
    """Forgets what is a day old; how many."""
    old = select(UNSENT_QUESTION.c.key).where(UNSENT_QUESTION.c.at <= now - KEEP)
    digests = list(connection.execute(old).scalars())
    _clear(connection, digests)
    return len(digests)


def send(
    connection: Connection, keyring: Keyring, request: Ask, key: str, now: datetime
) -> Asked | KeyReused:
    """Takes the question in with the papers kept under its key, in one transaction.

    The same key with the same request gives the same answer again. Raises Refused.
    """
    answer = ask(connection, keyring, request, key, now)
    if isinstance(answer, KeyReused) or answer.repeated:
        return answer
    papers = _papers(connection, keyring, digest_of(key))
    if papers:
        changes = Changes.begin(connection, keyring, now)
        add_with_question(changes, answer.ticket, papers)
    clear(connection, key)
    return answer


def sent_before(connection: Connection, keyring: Keyring, key: str, now: datetime) -> str | None:
    """The ticket of the question that was sent under a form's key in the last two days."""
    row = connection.execute(
        select(IDEMPOTENCY.c.answer).where(
            IDEMPOTENCY.c.key == digest_of(key), IDEMPOTENCY.c.at > now - KEPT
        )
    ).one_or_none()
    return None if row is None else ANSWER.validate_json(keyring.decrypt(row.answer)).ticket


def _open(connection: Connection, keyring: Keyring, digest: str, now: datetime) -> DataKey:
    """The key of what is kept under the digest; begins anew where nothing is."""
    found = connection.execute(
        select(UNSENT_QUESTION.c.wrapped).where(UNSENT_QUESTION.c.key == digest)
    ).scalar_one_or_none()
    if found is not None:
        return keyring.unwrap(found)
    wrapped, opened = keyring.new_data_key()
    row = {"key": digest, "wrapped": wrapped, "form": opened.encrypt("{}"), "at": now}
    connection.execute(insert(UNSENT_QUESTION), [row])
    return opened


def _add(connection: Connection, opened: DataKey, digest: str, paper: Paper) -> None:
    counting = select(func.count(), func.coalesce(func.sum(UNSENT_PAPER.c.size), 0))
    number, size = connection.execute(counting.where(UNSENT_PAPER.c.unsent == digest)).one()
    everything = connection.execute(
        select(func.coalesce(func.sum(UNSENT_PAPER.c.size), 0))
    ).scalar_one()
    if number >= MOST_PAPERS:
        raise Refused.one(
            "file",
            f"提交前最多添加{MOST_PAPERS}个文件，其余的提交后可以再补",
            f"{MOST_PAPERS} files at most before sending; more can be added afterwards",
        )
    if size + len(paper.content) > LARGEST_TOGETHER or everything > MOST_BYTES:
        raise Refused.one(
            "file",
            "文件合计太大，请少选几个，提交后可以再补",
            "the files are too large together; add fewer now and the others afterwards",
        )
    row = {
        "id": secrets.token_urlsafe(16),
        "unsent": digest,
        "number": number + 1,
        "media_type": paper.media.type,
        "size": len(paper.content),
        "name": opened.encrypt(paper.name),
        "content": opened.seal(paper.content),
    }
    connection.execute(insert(UNSENT_PAPER), [row])


def _listed(connection: Connection, opened: DataKey, digest: str) -> tuple[Listed, ...]:
    columns = (UNSENT_PAPER.c.id, UNSENT_PAPER.c.name, UNSENT_PAPER.c.media_type)
    rows = connection.execute(
        select(*columns, UNSENT_PAPER.c.size)
        .where(UNSENT_PAPER.c.unsent == digest)
        .order_by(UNSENT_PAPER.c.number, UNSENT_PAPER.c.id)
    )
    return tuple(Listed(row.id, opened.decrypt(row.name), row.media_type, row.size) for row in rows)


def _papers(connection: Connection, keyring: Keyring, digest: str) -> list[Paper]:
    wrapped = connection.execute(
        select(UNSENT_QUESTION.c.wrapped).where(UNSENT_QUESTION.c.key == digest)
    ).scalar_one_or_none()
    if wrapped is None:
        return []
    opened = keyring.unwrap(wrapped)
    rows = connection.execute(
        select(UNSENT_PAPER)
        .where(UNSENT_PAPER.c.unsent == digest)
        .order_by(UNSENT_PAPER.c.number, UNSENT_PAPER.c.id)
    )
    return [
        Paper(BY_TYPE[row.media_type], opened.decrypt(row.name), opened.unseal(row.content))
        for row in rows
    ]


def _clear(connection: Connection, digests: Sequence[str]) -> None:
    if digests:
        connection.execute(delete(UNSENT_PAPER).where(UNSENT_PAPER.c.unsent.in_(digests)))
        connection.execute(delete(UNSENT_QUESTION).where(UNSENT_QUESTION.c.key.in_(digests)))
