"""Swaps on the published roster: who could, what one would break, and making one agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import store
from zhiban.roster.amending import put_in_force
from zhiban.roster.editing import Edit, edited
from zhiban.roster.facts import Facts
from zhiban.roster.partners import Partners, partners
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import Violation, active_rules
from zhiban.roster.swaps import Handover, Swap, swap


@dataclass(frozen=True, slots=True)
class NotSwapped:
    """Why there is nothing to swap, or a swap was not made."""

    why: Literal["not_published", "not_held", "begun", "violations"]
    text: Text
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True)
class _Newest:
    """A week's newest version as the rules see it."""

    problem: RosterProblem
    file: RosterFile
    facts: Facts


def swap_partners(
    connection: Connection, week: Week, duty: Duty, now: datetime, *, chains: bool | None = None
) -> Partners | NotSwapped:
    """Who could take over or exchange a published duty; only shifts that have not begun."""
    at = _newest(connection, week)
    if isinstance(at, NotSwapped):
        return at
    refusal = _refusal(at.facts, [duty], now)
    return refusal or partners(at.facts, duty, since=now, chains=chains)


def check_swap(
    connection: Connection, week: Week, moves: Sequence[Handover], now: datetime
) -> Swap | NotSwapped:
    """What a swap of published duties would break and cost; nothing is written."""
    at = _newest(connection, week)
    return at if isinstance(at, NotSwapped) else _checked(at, moves, now)


def make_swap(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    moves: Sequence[Handover],
    by: str,
    now: datetime,
) -> Version | NotSwapped:
    """Makes a swap that breaks nothing: the week's newest version, told to those concerned.

    Whether all have agreed is for the caller to know. A draft that was changed since it was
    published is not published by this; the swap is made in it, too, where it fits.
    """
    board.lock(connection)
    at = _newest(connection, week)
    if isinstance(at, NotSwapped):
        return at
    found = _checked(at, moves, now)
    if isinstance(found, NotSwapped):
        return found
    if found.broken:
        return NotSwapped("violations", found.text, found.broken)
    return _published(connection, keyring, week, at, _edits(moves), by, now)


def _newest(connection: Connection, week: Week) -> _Newest | NotSwapped:
    version = store.load_published(connection, week, week).newest(week)
    files = store.load_version_files(connection, version.id) if version else None
    if files is None:
        text = Text("这一周还没有发布", "this week is not published yet")
        return NotSwapped("not_published", text)
    problem, file = files
    return _Newest(problem, file, Facts(problem, active_rules(problem), file.roster))


def _checked(at: _Newest, moves: Sequence[Handover], now: datetime) -> Swap | NotSwapped:
    refusal = _refusal(at.facts, [move.duty for move in moves], now)
    if refusal is not None:
        return refusal
    try:
        return swap(at.facts, moves)
    except Refused as error:
        return NotSwapped("not_held", error.text)


def _refusal(facts: Facts, duties: Sequence[Duty], now: datetime) -> NotSwapped | None:
    for duty in duties:
        if duty not in facts.duties_of(duty.lawyer):
            text = Text(
                f"{duty.lawyer} 不值 {duty.shift}", f"{duty.lawyer} does not hold {duty.shift}"
            )
            return NotSwapped("not_held", text)
        if facts.shifts[duty.shift].start <= now:
            text = Text(
                f"{duty.shift} 已经开始，不能再换", f"{duty.shift} has begun and cannot be swapped"
            )
            return NotSwapped("begun", text)
    return None


def _edits(moves: Sequence[Handover]) -> list[Edit]:
    gone = [Edit("remove", move.duty) for move in moves]
    return [*gone, *(Edit("add", move.after) for move in moves)]


def _published(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    at: _Newest,
    edits: Sequence[Edit],
    by: str,
    now: datetime,
) -> Version:
    changed = (at.problem, edited(at.problem, at.file, edits).file)
    version, moved_on = put_in_force(connection, keyring, week, changed, by, now)
    if moved_on:
        _carry_over(connection, week, edits, by, now)
    return version


def _carry_over(
    connection: Connection, week: Week, edits: Sequence[Edit], by: str, now: datetime
) -> None:
    """Makes the swap in a draft that has moved on, unless it breaks something there."""
    draft = store.load_draft(connection, week)
    if draft is None:
        return
    before = edited(draft.problem, draft.file, ()).violations
    try:
        there = edited(draft.problem, draft.file, edits)
    except Refused:  # the draft gives these duties to others already
        return
    if set(there.violations) <= set(before):
        store.save_draft(connection, week, draft.problem, there.file, job=draft.job, by=by, now=now)
