"""Rows of swap offers and of the answers to them to values, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from zhiban.data.crypt import Keyring
from zhiban.data.timespan import Span
from zhiban.data.upsert import upsert
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster.offers import ACTIVE, Answer, Offer, from_json, to_json
from zhiban.roster.request_records import SWAP_ANSWER, SWAP_OFFER
from zhiban.roster.roster import Duty
from zhiban.roster.swaps import Moves


@dataclass(frozen=True)
class NewOffer:
    """What is written when a duty is offered; the rest comes later."""

    week: Week
    duty: Duty
    post: str
    span: Span
    ways: tuple[Moves, ...]
    message: str
    key: str | None


def insert_offer(connection: Connection, keyring: Keyring, new: NewOffer, now: datetime) -> Offer:
    """Writes a new offer."""
    row = connection.execute(
        insert(SWAP_OFFER)
        .values(
            key=new.key,
            week=str(new.week),
            **_duty_values(new.duty, new.post, new.span),
            lawyer=new.duty.lawyer,
            ways=[to_json(way) for way in new.ways],
            state="open",
            message=keyring.encrypt(new.message) if new.message else None,
            asked_at=now,
        )
        .returning(SWAP_OFFER)
    ).one()
    return _offer(row, keyring, ())


def load_offer(connection: Connection, keyring: Keyring, id: int) -> Offer | None:
    """One offer by its number."""
    return next(iter(offers(connection, keyring, SWAP_OFFER.c.id == id)), None)


def keyed_offer(connection: Connection, keyring: Keyring, key: str) -> Offer | None:
    """The offer that was sent with that key before."""
    return next(iter(offers(connection, keyring, SWAP_OFFER.c.key == key)), None)


def active_offers(
    connection: Connection, keyring: Keyring, week: Week | None = None
) -> tuple[Offer, ...]:
    """Offers of which something can still come, of one week or of all."""
    active = SWAP_OFFER.c.state.in_(ACTIVE)
    where = active if week is None else active & (SWAP_OFFER.c.week == str(week))
    return offers(connection, keyring, where)


def offers(
    connection: Connection, keyring: Keyring, *where: ColumnElement[bool]
) -> tuple[Offer, ...]:
    """Offers that the conditions take, with their answers, by the time of the shift."""
    wanted = select(SWAP_OFFER).where(*where)
    rows = connection.execute(wanted.order_by(SWAP_OFFER.c.start_at, SWAP_OFFER.c.id)).all()
    answers: dict[int, list[Answer]] = {}
    if rows:
        said = select(SWAP_ANSWER).where(SWAP_ANSWER.c.offer.in_([row.id for row in rows]))
        for row in connection.execute(said.order_by(SWAP_ANSWER.c.at, SWAP_ANSWER.c.lawyer)):
            way = None if row.way is None else from_json(row.way)
            answers.setdefault(row.offer, []).append(Answer(row.lawyer, way, row.at))
    return tuple(_offer(row, keyring, tuple(answers.get(row.id, ()))) for row in rows)


def save_offer(connection: Connection, offer: Offer, before: str) -> bool:
    """Writes what may change of an offer, if it is still in the state `before`."""
    done = connection.execute(
        update(SWAP_OFFER)
        .where(SWAP_OFFER.c.id == offer.id, SWAP_OFFER.c.state == before)
        .values(
            **_duty_values(offer.duty, offer.post, offer.span),
            ways=[to_json(way) for way in offer.ways],
            agreed=None if offer.agreed is None else to_json(offer.agreed),
            state=offer.state,
            decided_at=offer.decided_at,
            decided_by=offer.decided_by,
            version=offer.version,
            why_zh=offer.why.zh,
            why_en=offer.why.en,
        )
    )
    return done.rowcount == 1


def save_answer(connection: Connection, offer: int, answer: Answer) -> None:
    """Writes what a lawyer said; saying something else later replaces it."""
    way = None if answer.way is None else to_json(answer.way)
    row = {"offer": offer, "lawyer": answer.lawyer, "way": way, "at": answer.at}
    upsert(connection, SWAP_ANSWER, [row])


def save_answers(connection: Connection, offer: Offer) -> None:
    """Writes all answers of an offer anew, as after its shift has moved."""
    connection.execute(delete(SWAP_ANSWER).where(SWAP_ANSWER.c.offer == offer.id))
    for answer in offer.answers:
        save_answer(connection, offer.id, answer)


def _duty_values(duty: Duty, post: str, span: Span) -> dict[str, Any]:
    return {
        "shift": duty.shift,
        "role": duty.role,
        "post": post,
        "start_at": span.start,
        "end_at": span.end,
    }


def _offer(row: Row[Any], keyring: Keyring, answers: tuple[Answer, ...]) -> Offer:
    return Offer(
        id=row.id,
        week=Week.parse(row.week),
        duty=Duty(shift=row.shift, lawyer=row.lawyer, role=row.role),
        post=row.post,
        span=Span(row.start_at, row.end_at),
        ways=tuple(from_json(way) for way in row.ways),
        agreed=None if row.agreed is None else from_json(row.agreed),
        state=row.state,
        message=keyring.decrypt(row.message) if row.message else "",
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        version=row.version,
        why=Text(row.why_zh, row.why_en),
        answers=answers,
    )
