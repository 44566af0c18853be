"""Swaps on the published roster: who could, what one would break, and making one agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster.amending import put_in_force, same_edits
from zhiban.roster.current import Newest, newest
from zhiban.roster.editing import Edit, edited, edits_of
from zhiban.roster.facts import Facts
from zhiban.roster.partners import Partners, partners
from zhiban.roster.published import Version
from zhiban.roster.roster import Duty
from zhiban.roster.rules import Violation
from zhiban.roster.swaps import Handover, Swap, swap


@dataclass(frozen=True, slots=True)
class NotSwapped:
    """Why there is nothing to swap, or a swap was not made."""

    why: Literal["not_published", "not_held", "begun", "violations"]
    text: Text
    violations: tuple[Violation, ...] = ()


def swap_partners(
    connection: Connection,
    week: Week,
    duty: Duty,
    now: datetime,
    *,
    chains: bool | None = None,
    under_way: bool = False,
) -> Partners | NotSwapped:
    """Who could take over or exchange a published duty; only shifts that have not begun.

    With `under_way` the rest of a shift that has may be given away, and no more than that.
    """
    at = _newest(connection, week)
    if isinstance(at, NotSwapped):
        return at
    refusal = _refusal(at.facts, [duty], now, under_way)
    if refusal is not None:
        return refusal
    if at.facts.shifts[duty.shift].start <= now:
        return replace(partners(at.facts, duty, since=now, chains=False), exchanges=())
    return partners(at.facts, duty, since=now, chains=chains)


def check_swap(
    connection: Connection,
    week: Week,
    moves: Sequence[Handover],
    now: datetime,
    *,
    under_way: bool = False,
) -> Swap | NotSwapped:
    """What a swap of published duties would break and cost; nothing is written."""
    at = _newest(connection, week)
    return at if isinstance(at, NotSwapped) else checked(at, moves, now, under_way)


def make_swap(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    moves: Sequence[Handover],
    by: str,
    now: datetime,
    *,
    under_way: bool = False,
) -> Version | NotSwapped:
    """Makes a swap that breaks nothing: the week's newest version, told to those concerned.

    Whether all have agreed is for the caller to know. A draft that was changed since it was
    published is not published by this; the swap is made in it, too, where it fits.
    """
    board.lock(connection)
    at = _newest(connection, week)
    if isinstance(at, NotSwapped):
        return at
    found = checked(at, moves, now, under_way)
    if isinstance(found, NotSwapped):
        return found
    if found.broken:
        return NotSwapped("violations", found.text, found.broken)
    edits = _edits(moves)
    changed = (at.problem, edited(at.problem, at.file, edits).file)
    return put_in_force(connection, keyring, week, changed, same_edits(edits), by, now)


def _newest(connection: Connection, week: Week) -> Newest | NotSwapped:
    text = Text("这一周还没有发布", "this week is not published yet")
    return newest(connection, week) or NotSwapped("not_published", text)


def checked(
    at: Newest, moves: Sequence[Handover], now: datetime, under_way: bool = False
) -> Swap | NotSwapped:
    """The same for a version that was read already."""
    one = under_way and len(moves) == 1
    refusal = _refusal(at.facts, [move.duty for move in moves], now, one)
    if refusal is not None:
        return refusal
    try:
        return swap(at.facts, moves)
    except Refused as error:
        return NotSwapped("not_held", error.text)


def _refusal(
    facts: Facts, duties: Sequence[Duty], now: datetime, under_way: bool
) -> NotSwapped | None:
    for duty in duties:
        if duty not in facts.duties_of(duty.lawyer):
            text = Text(
                f"{duty.lawyer} 不值 {duty.shift}", f"{duty.lawyer} does not hold {duty.shift}"
            )
            return NotSwapped("not_held", text)
        shift = facts.shifts[duty.shift]
        if (shift.end if under_way else shift.start) <= now:
            text = Text(
                f"{duty.shift} 已经开始，不能再换", f"{duty.shift} has begun and cannot be swapped"
            )
            return NotSwapped("begun", text)
    return None


def _edits(moves: Sequence[Handover]) -> tuple[Edit, ...]:
    return edits_of((move.duty for move in moves), (move.after for move in moves))
