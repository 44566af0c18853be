"""Leave asked for, decided, taken back: each a conditional write, told to whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from zhiban.data import board, outbox
from zhiban.data.crypt import Keyring
from zhiban.data.outbox import Notice
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster import request_store as rows
from zhiban.roster import store
from zhiban.roster.leave_requests import (
    KINDS,
    LeaveAsk,
    LeaveRequest,
    check_ask,
    decides_itself,
    said,
    touched,
)
from zhiban.roster.offer_following import follow_offers
from zhiban.roster.published import OnDuty, Published
from zhiban.roster.request_records import LEAVE_REQUEST

INBOX, MINE = "/scheduler/inbox", "/lawyer/leave"


@dataclass(frozen=True, slots=True)
class Gone:
    """Why a request was not decided: it is not there, not yours, or somebody else was first."""

    why: Literal["unknown", "decided", "begun"]
    text: Text


def ask_leave(
    connection: Connection, keyring: Keyring, ask: LeaveAsk, now: datetime
) -> LeaveRequest:
    """Writes a request, approved at once where the policy says so; raises Refused.

    The same key again gives the same request.
    """
    board.lock(connection)
    kept = rows.keyed_leave_request(connection, keyring, ask.key) if ask.key else None
    if kept is not None and kept.lawyer == ask.lawyer:
        return kept
    if kept is not None:  # somebody else's key tells nothing of this request
        ask = replace(ask, key=None)
    mine = rows.leave_requests(connection, keyring, LEAVE_REQUEST.c.lawyer == ask.lawyer)
    check_ask(ask, mine, now)
    hit = touched(_published(connection, ask), ask.lawyer, ask.span, now)
    approved = decides_itself(rows.load_policy(connection), ask.span, hit, now)
    made = rows.insert_leave_request(connection, keyring, ask, now, approved=approved)
    if approved:
        _bind(connection, keyring, made, now)
    else:
        outbox.put(connection, keyring, _asked(connection, made, hit), now)
    return made


def approve_leave(
    connection: Connection, keyring: Keyring, id: int, by: str, now: datetime
) -> LeaveRequest | Gone:
    """Grants a request: it binds rosters from now on; the lawyer is told."""
    return _decided(connection, keyring, id, "approved", by, now)


def refuse_leave(
    connection: Connection, keyring: Keyring, id: int, by: str, now: datetime, remark: str = ""
) -> LeaveRequest | Gone:
    """Does not grant it; `remark` is told to the lawyer."""
    return _decided(connection, keyring, id, "refused", by, now, remark)


def _decided(
    connection: Connection,
    keyring: Keyring,
    id: int,
    state: Literal["approved", "refused"],
    by: str,
    now: datetime,
    remark: str = "",
) -> LeaveRequest | Gone:
    board.lock(connection)
    sealed = keyring.encrypt(remark) if remark else None
    if not rows.decide(connection, LEAVE_REQUEST, id, state, by, now, remark=sealed):
        return gone(rows.load_leave_request(connection, keyring, id))
    made = rows.load_leave_request(connection, keyring, id)
    if made is None:
        return gone(None)
    if state == "approved":
        _bind(connection, keyring, made, now)
    outbox.put(connection, keyring, _answer(made), now)
    return made


def withdraw_leave(
    connection: Connection, keyring: Keyring, id: int, lawyer: str, now: datetime
) -> LeaveRequest | Gone:
    """Takes one's own request back, approved or not, as long as the leave has not begun."""
    board.lock(connection)
    mine = rows.load_leave_request(connection, keyring, id)
    if mine is None or mine.lawyer != lawyer:
        return gone(None)
    if mine.state == "withdrawn":
        return mine
    if mine.state == "approved" and mine.span.start <= now:
        return Gone(
            "begun",
            Text(
                "请假已经开始，要提前回来请联系排班员",
                "the leave has begun; to come back early, call the scheduler",
            ),
        )
    states = ("asked", "approved")
    if not rows.decide(connection, LEAVE_REQUEST, id, "withdrawn", lawyer, now, before=states):
        return gone(mine)
    if mine.state == "approved":
        rows.drop_leave(connection, mine)
        if not mine.automatic:
            outbox.put(connection, keyring, _withdrawn(connection, mine), now)
    return rows.load_leave_request(connection, keyring, id) or mine


def gone(found: LeaveRequest | None) -> Gone:
    """In words, why there is nothing to decide any more."""
    if found is None:
        return Gone("unknown", Text("没有这个申请", "there is no such request"))
    by = found.decided_by or ""
    states = {
        "approved": Text(f"已由{by}批准", f"approved by {by} already"),
        "refused": Text(f"已由{by}退回", f"turned down by {by} already"),
        "withdrawn": Text("律师已经撤回", "the lawyer has withdrawn it"),
        "asked": Text("还没有决定", "not decided yet"),
    }
    return Gone("decided", states[found.state])


def _bind(connection: Connection, keyring: Keyring, made: LeaveRequest, now: datetime) -> None:
    rows.put_leave(connection, made)
    follow_offers(connection, keyring, now)


def _published(connection: Connection, ask: LeaveAsk) -> Published:
    first = Week.of(ask.span.start.astimezone(SHANGHAI).date()).next(-1)
    last = Week.of(ask.span.end.astimezone(SHANGHAI).date())
    return store.load_published(connection, first, last)


def _asked(connection: Connection, made: LeaveRequest, hit: tuple[OnDuty, ...]) -> Notice:
    name = rows.lawyer_names(connection).get(made.lawyer, made.lawyer)
    when, kind = said(made.span), KINDS[made.kind]
    ends = Text("没有碰到已发布的班次", "no published duty is touched")
    if hit:
        ends = Text(f"碰到已发布的{len(hit)}个班次", f"{len(hit)} published duties are touched")
    return Notice(
        "role:scheduler",
        "leave",
        Text(f"{name}请假待批", f"{name} asks for leave"),
        Text(f"{when.zh}（{kind.zh}），{ends.zh}。", f"{when.en} ({kind.en}); {ends.en}."),
        f"{INBOX}?show=leave",
    )


def _answer(made: LeaveRequest) -> Notice:
    when = said(made.span)
    granted = made.state == "approved"
    more = Text(f"说明：{made.remark}", f"Remark: {made.remark}") if made.remark else Text("", "")
    if granted:
        more = Text("以后排班会避开这段时间。", "Rosters to come keep this time free.")
    return Notice(
        made.lawyer,
        "leave",
        Text("请假已批准", "Your leave is approved")
        if granted
        else Text("请假没有批准", "Your leave was not approved"),
        Text(f"{when.zh}。{more.zh}", f"{when.en}. {more.en}"),
        MINE,
    )


def _withdrawn(connection: Connection, made: LeaveRequest) -> Notice:
    name = rows.lawyer_names(connection).get(made.lawyer, made.lawyer)
    when = said(made.span)
    return Notice(
        "role:scheduler",
        "leave",
        Text(f"{name}撤回了请假", f"{name} has withdrawn leave"),
        Text(
            f"{when.zh}又可以值班；已经换给别人的班次不变。",
            f"{when.en} is free for duty again; duties given to others stay there.",
        ),
        f"{INBOX}?show=leave",
    )
