"""Rows of requests for leave to values, and back; the policy; decisions as conditional writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, insert, select, update

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.records import FirmRecord, LawyerRecord, LeaveRecord, table
from zhiban.data.store import get_setting, put_setting
from zhiban.data.timespan import Span
from zhiban.data.upsert import upsert
from zhiban.roster.leave_requests import KINDS, LeaveAsk, LeaveRequest
from zhiban.roster.request_policy import SETTING, RequestPolicy, policy_from
from zhiban.roster.request_records import LEAVE_REQUEST

_LEAVE, _LAWYER, _FIRM = table(LeaveRecord), table(LawyerRecord), table(FirmRecord)


def load_policy(connection: Connection) -> RequestPolicy:
    """What the bureau lets happen by itself."""
    return policy_from(get_setting(connection, SETTING, {}))


def save_policy(connection: Connection, policy: RequestPolicy) -> None:
    """Sets it."""
    put_setting(connection, SETTING, policy.as_setting())


def lawyer_names(connection: Connection) -> dict[str, str]:
    """The name of each lawyer in the register."""
    return {row.id: row.name for row in connection.execute(select(_LAWYER.c.id, _LAWYER.c.name))}


def lawyer_firms(connection: Connection) -> dict[str, tuple[str, str]]:
    """The firm of each lawyer: its id and name."""
    rows = connection.execute(
        select(_LAWYER.c.id, _FIRM.c.id.label("firm"), _FIRM.c.name).join(
            _FIRM, _FIRM.c.id == _LAWYER.c.firm
        )
    )
    return {row.id: (row.firm, row.name) for row in rows}


def insert_leave_request(
    connection: Connection,
    keyring: Keyring,
    ask: LeaveAsk,
    now: datetime,
    *,
    approved: bool,
) -> LeaveRequest:
    """Writes a new request, decided at once where it is `approved`."""
    row = connection.execute(
        insert(LEAVE_REQUEST)
        .values(
            key=ask.key,
            lawyer=ask.lawyer,
            start_at=ask.span.start,
            end_at=ask.span.end,
            kind=ask.kind,
            reason=keyring.encrypt(ask.reason) if ask.reason else None,
            state="approved" if approved else "asked",
            automatic=approved,
            asked_at=now,
            decided_at=now if approved else None,
        )
        .returning(LEAVE_REQUEST)
    ).one()
    return _request(row, keyring)


def load_leave_request(connection: Connection, keyring: Keyring, id: int) -> LeaveRequest | None:
    """One request by its number."""
    return next(iter(leave_requests(connection, keyring, LEAVE_REQUEST.c.id == id)), None)


def keyed_leave_request(connection: Connection, keyring: Keyring, key: str) -> LeaveRequest | None:
    """The request that was sent with that key before."""
    return next(iter(leave_requests(connection, keyring, LEAVE_REQUEST.c.key == key)), None)


def leave_requests(
    connection: Connection, keyring: Keyring, *where: ColumnElement[bool]
) -> tuple[LeaveRequest, ...]:
    """Requests that the conditions take, by the time of the leave."""
    wanted = select(LEAVE_REQUEST).where(*where)
    rows = connection.execute(wanted.order_by(LEAVE_REQUEST.c.start_at, LEAVE_REQUEST.c.id))
    return tuple(_request(row, keyring) for row in rows)


def decide(
    connection: Connection,
    whole: Table,
    id: int,
    state: str,
    by: str,
    now: datetime,
    *,
    before: Iterable[str] = ("asked",),
    **more: Any,
) -> bool:
    """Moves a request on if it is still as it was; false where somebody else was first."""
    done = connection.execute(
        update(whole)
        .where(whole.c.id == id, whole.c.state.in_(tuple(before)))
        .values(state=state, decided_at=now, decided_by=by, **more)
    )
    return done.rowcount == 1


def put_leave(connection: Connection, request: LeaveRequest) -> None:
    """Enters approved leave in the register; what was written as a reason stays out of it."""
    row = {
        "id": request.leave,
        "lawyer": request.lawyer,
        "start": request.span.start,
        "end": request.span.end,
        "reason": KINDS[request.kind].zh,
    }
    upsert(connection, _LEAVE, [row])
    _register_changed(connection)


def drop_leave(connection: Connection, request: LeaveRequest) -> None:
    """Takes withdrawn leave out of the register."""
    connection.execute(delete(_LEAVE).where(_LEAVE.c.id == request.leave))
    _register_changed(connection)


def registered_leave(
    connection: Connection, since: datetime, lawyer: str | None = None
) -> tuple[tuple[str, str, Span], ...]:
    """Id, lawyer and span of all leave that ends after `since`, however it was entered."""
    wanted = select(_LEAVE).where(_LEAVE.c.end > since)
    if lawyer is not None:
        wanted = wanted.where(_LEAVE.c.lawyer == lawyer)
    rows = connection.execute(wanted.order_by(_LEAVE.c.start, _LEAVE.c.id))
    return tuple((row.id, row.lawyer, Span(row.start, row.end)) for row in rows)


def _register_changed(connection: Connection) -> None:
    board.save(connection, board.changed(board.lock(connection)))


def _request(row: Row[Any], keyring: Keyring) -> LeaveRequest:
    return LeaveRequest(
        id=row.id,
        lawyer=row.lawyer,
        span=Span(row.start_at, row.end_at),
        kind=row.kind,
        reason=keyring.decrypt(row.reason) if row.reason else "",
        state=row.state,
        automatic=row.automatic,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        remark=keyring.decrypt(row.remark) if row.remark else "",
    )
