"""Texts to begin an answer from: each lawyer's own, and the bureau's for all lawyers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from zhiban.data.wording import Faults, Refused, Text
from zhiban.queue.asking import TEXT_LIMIT, writable
from zhiban.queue.outcomes import NotYours, Stale
from zhiban.queue.records import PHRASE

TITLE_LIMIT = 40
MOST = 100
GONE = NotYours(Text("没有这条模板，或已删除", "there is no such template, or it was deleted"))
_MOVED_ON = Text(
    "这条模板刚才被改过，请看过新的内容再保存",
    "this template was changed meanwhile; look at it again before saving",
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text to begin an answer from; `owner` None for the bureau's."""

    id: int
    owner: str | None
    title: str
    body: str
    version: int


def phrases_for(connection: Connection, lawyer: str) -> tuple[Phrase, ...]:
    """What a lawyer may insert: their own, then the bureau's, each by title."""
    rows = connection.execute(
        select(PHRASE)
        .where(or_(PHRASE.c.owner == lawyer, PHRASE.c.owner.is_(None)))
        .order_by(PHRASE.c.owner.is_(None), PHRASE.c.title, PHRASE.c.id)
    )
    return tuple(Phrase(row.id, row.owner, row.title, row.body, row.version) for row in rows)


def bureau_phrases(connection: Connection) -> tuple[Phrase, ...]:
    """The bureau's, by title."""
    return phrases_for(connection, "")


def save_phrase(
    connection: Connection,
    owner: str | None,
    title: str,
    body: str,
    by: str,
    now: datetime,
    id: int | None = None,
    version: int | None = None,
) -> Phrase | NotYours | Stale:
    """Adds one to those of `owner`, or changes one as it was seen. Raises Refused."""
    title, body = _checked(title, body)
    values = {"title": title, "body": body, "changed_by": by, "changed_at": now}
    if id is None:
        known = _same(connection, owner, title, body)
        if known is not None:  # a second tap on the same button
            return known
        _room(connection, owner)
        row = values | {"owner": owner, "version": 1}
        made = insert(PHRASE).values(row).returning(PHRASE.c.id)
        return Phrase(int(connection.execute(made).scalar_one()), owner, title, body, 1)
    known = connection.execute(select(PHRASE.c.version).where(*_one(id, owner))).scalar()
    if known is None:
        return GONE
    if known != version:
        return Stale(known, _MOVED_ON)
    seen = PHRASE.c.version == known
    change = update(PHRASE).where(*_one(id, owner), seen).values(values | {"version": known + 1})
    connection.execute(change)
    return Phrase(id, owner, title, body, known + 1)


def _same(connection: Connection, owner: str | None, title: str, body: str) -> Phrase | None:
    same = (_of(owner), PHRASE.c.title == title, PHRASE.c.body == body)
    found = connection.execute(select(PHRASE.c.id, PHRASE.c.version).where(*same)).first()
    return None if found is None else Phrase(found.id, owner, title, body, found.version)


def drop_phrase(connection: Connection, owner: str | None, id: int) -> bool:
    """Deletes one of `owner`'s; whether it was there."""
    return bool(connection.execute(delete(PHRASE).where(*_one(id, owner))).rowcount)


def _one(id: int, owner: str | None) -> tuple[ColumnElement[bool], ...]:
    return (PHRASE.c.id == id, _of(owner))


def _of(owner: str | None) -> ColumnElement[bool]:
    return PHRASE.c.owner.is_(None) if owner is None else PHRASE.c.owner == owner


def _room(connection: Connection, owner: str | None) -> None:
    count = select(func.count()).select_from(PHRASE).where(_of(owner))
    if connection.execute(count).scalar_one() >= MOST:
        raise Refused.one(
            "title",
            f"最多{MOST}条模板，请先删去用不到的",
            f"there are {MOST} templates at most; delete some first",
        )


def _checked(title: str, body: str) -> tuple[str, str]:
    faults = Faults()
    fields = (("title", title.strip(), TITLE_LIMIT), ("body", body.strip(), TEXT_LIMIT))
    for field, text, limit in fields:
        faults.unless(bool(text), field, "请填写", "please fill this in")
        faults.unless(len(text) <= limit, field, f"最多{limit}个字", f"{limit} characters at most")
        faults.unless(writable(text), field, "含有无法保存的字符", "holds what cannot be stored")
    faults.refuse()
    return title.strip(), body.strip()
