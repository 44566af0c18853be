"""Rows of a lawyer's own entry, corrections to it, rounds of them, wishes; to values and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.people import Preference
from zhiban.data.records import CategoryRecord, LawyerRecord, PostRecord, PreferenceRecord, table
from zhiban.data.upsert import upsert
from zhiban.roster.entries import Away, Correction, Entry, Round
from zhiban.roster.problem import Away as AwayOfProblem
from zhiban.roster.request_records import AWAY, CORRECTION, MEMBER_CONFIRMATION, MEMBER_ROUND

_LAWYER, _PREFERENCE = table(LawyerRecord), table(PreferenceRecord)
_CATEGORY, _POST = table(CategoryRecord), table(PostRecord)


def load_entry(connection: Connection, keyring: Keyring, lawyer: str) -> Entry | None:
    """What the register holds of a lawyer, as far as they may correct it."""
    row = connection.execute(select(_LAWYER).where(_LAWYER.c.id == lawyer)).one_or_none()
    if row is None:
        return None
    return Entry(
        phone=keyring.decrypt(row.phone) if row.phone else "",
        skills=frozenset(row.skills),
        languages=frozenset(row.languages),
        away=load_away(connection, lawyer),
    )


def load_away(connection: Connection, lawyer: str) -> Away:
    """The weekdays on which a lawyer never serves."""
    rows = connection.execute(select(AWAY.c.weekday, AWAY.c.half).where(AWAY.c.lawyer == lawyer))
    return frozenset((row.weekday, row.half) for row in rows)


def away_of_all(connection: Connection) -> tuple[AwayOfProblem, ...]:
    """The same of everybody in the register, as problems hold it."""
    rows = connection.execute(
        select(AWAY).join(_LAWYER, _LAWYER.c.id == AWAY.c.lawyer).order_by(*AWAY.primary_key)
    )
    return tuple(
        AwayOfProblem(
            lawyer=row.lawyer, weekday=row.weekday, half=None if row.half == "day" else row.half
        )
        for row in rows
    )


def apply_changes(
    connection: Connection, keyring: Keyring, lawyer: str, changes: Mapping[str, Any]
) -> None:
    """Writes approved changes into the register."""
    values: dict[str, Any] = {
        field: changes[field] for field in ("skills", "languages") if field in changes
    }
    if "phone" in changes:
        values["phone"] = keyring.encrypt(changes["phone"]) if changes["phone"] else None
    if values:
        connection.execute(update(_LAWYER).where(_LAWYER.c.id == lawyer).values(values))
    if "away" in changes:
        connection.execute(delete(AWAY).where(AWAY.c.lawyer == lawyer))
        rows = [{"lawyer": lawyer, "weekday": day, "half": half} for day, half in changes["away"]]
        if rows:
            connection.execute(insert(AWAY), rows)
    board.save(connection, board.changed(board.lock(connection)))


def insert_correction(
    connection: Connection,
    keyring: Keyring,
    lawyer: str,
    changes: Mapping[str, Any],
    key: str | None,
    now: datetime,
) -> Correction:
    """Writes a request."""
    row = connection.execute(
        insert(CORRECTION)
        .values(
            key=key,
            lawyer=lawyer,
            changes=keyring.encrypt(json.dumps(dict(changes), ensure_ascii=False)),
            state="asked",
            asked_at=now,
        )
        .returning(CORRECTION)
    ).one()
    return _correction(row, keyring)


def corrections(
    connection: Connection, keyring: Keyring, *where: ColumnElement[bool]
) -> tuple[Correction, ...]:
    """Requests that the conditions take, oldest first."""
    rows = connection.execute(select(CORRECTION).where(*where).order_by(CORRECTION.c.id))
    return tuple(_correction(row, keyring) for row in rows)


def replace_wishes(connection: Connection, lawyer: str, wishes: Sequence[Preference]) -> None:
    """Makes the register hold these wishes of a lawyer, and no others."""
    connection.execute(delete(_PREFERENCE).where(_PREFERENCE.c.lawyer == lawyer))
    rows = [
        {
            "lawyer": lawyer,
            "post": one.post,
            "weekday": one.weekday,
            "half": one.half,
            "value": one.value,
        }
        for one in wishes
    ]
    if rows:
        connection.execute(insert(_PREFERENCE), rows)
    board.save(connection, board.changed(board.lock(connection)))


def load_wishes(connection: Connection, lawyer: str) -> tuple[Preference, ...]:
    """A lawyer's wishes as the register has them."""
    mine = select(_PREFERENCE).where(_PREFERENCE.c.lawyer == lawyer)
    rows = connection.execute(mine.order_by(_PREFERENCE.c.id))
    return tuple(Preference(row.lawyer, row.post, row.weekday, row.half, row.value) for row in rows)


def categories(connection: Connection) -> dict[str, tuple[str, str]]:
    """Code, Chinese and English name of each category, in their order."""
    rows = connection.execute(select(_CATEGORY).order_by(_CATEGORY.c.position))
    return {row.code: (row.name, row.name_en) for row in rows}


def post_ids(connection: Connection) -> frozenset[str]:
    """All posts."""
    return frozenset(connection.execute(select(_POST.c.id)).scalars())


def insert_round(
    connection: Connection, title: str, deadline: datetime, by: str, now: datetime
) -> Round:
    """Opens a round."""
    row = connection.execute(
        insert(MEMBER_ROUND)
        .values(title=title, deadline=deadline, opened_by=by, opened_at=now)
        .returning(MEMBER_ROUND)
    ).one()
    return _round(row)


def newest_round(connection: Connection) -> Round | None:
    """The round opened last, over or not."""
    wanted = select(MEMBER_ROUND).order_by(MEMBER_ROUND.c.id.desc()).limit(1)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _round(row)


def mark_round(connection: Connection, id: int, **values: datetime) -> None:
    """Notes when a round was closed, or when those who had not answered were reminded."""
    connection.execute(update(MEMBER_ROUND).where(MEMBER_ROUND.c.id == id).values(values))


def save_confirmation(
    connection: Connection, round: int, lawyer: str, now: datetime, *, corrected: bool
) -> None:
    """A lawyer has looked; a correction counts as such, and stays one."""
    row = {"round": round, "lawyer": lawyer, "at": now, "corrected": corrected}
    upsert(connection, MEMBER_CONFIRMATION, [row], keep=() if corrected else ("at", "corrected"))


def confirmations(connection: Connection, round: int) -> dict[str, tuple[datetime, bool]]:
    """Who has looked, when, and whether they asked for a correction."""
    rows = connection.execute(
        select(MEMBER_CONFIRMATION).where(MEMBER_CONFIRMATION.c.round == round)
    )
    return {row.lawyer: (row.at, row.corrected) for row in rows}


def _round(row: Row[Any]) -> Round:
    return Round(**{name: getattr(row, name) for name in Round.__dataclass_fields__})


def _correction(row: Row[Any], keyring: Keyring) -> Correction:
    return Correction(
        id=row.id,
        lawyer=row.lawyer,
        changes=json.loads(keyring.decrypt(row.changes)),
        state=row.state,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        remark=keyring.decrypt(row.remark) if row.remark else "",
    )
