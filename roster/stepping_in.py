"""Somebody steps in for a published duty whose holder does not come: who could, and doing it.

Weighing takes up to some seconds of a large roster, so that is done on a reading connection;
putting it in force is quick, and refused where the roster has changed in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.records import LeaveRecord, table
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster import presence_store, store
from zhiban.roster.amending import put_in_force, same_edits
from zhiban.roster.editing import Edit, edited, edits_of
from zhiban.roster.facts import Facts
from zhiban.roster.incidents import Absent, upset
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import active_rules
from zhiban.roster.stand_ins import StandIn, given_up, stand_in, stand_ins, standbys

_LEAVE = table(LeaveRecord)
Why = Literal["no_show", "absence"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could step in; a standby of the shift is there for that, and comes first."""

    stand_in: StandIn
    name: str
    firm: str
    standby: bool


@dataclass(frozen=True)
class Candidates:
    """Everybody who could take the duty over, the standby first, then by cost; of one version."""

    version: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Prepared:
    """What stepping in makes of the roster of one version."""

    version: int
    week: Week
    duty: Duty
    to: str
    why: Why
    problem: RosterProblem
    file: RosterFile
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class NotSteppedIn:
    """Why nobody steps in by this."""

    why: Literal["not_published", "not_held", "over", "barred", "changed"]
    text: Text


_NOT_PUBLISHED = NotSteppedIn(
    "not_published", Text("这一周还没有公布", "this week is not published yet")
)
_NOT_HELD = NotSteppedIn(
    "not_held",
    Text("这个班次已经换了人，不用再找替班", "somebody else has this shift by now"),
)
_OVER = NotSteppedIn("over", Text("这个班次已经结束", "this shift is over"))
_CHANGED = NotSteppedIn(
    "changed",
    Text(
        "值班表刚刚有了新的版本，没有改动；请看过最新情况再选",
        "the roster has a newer version, and nothing was changed; look again and choose",
    ),
)


def candidates(
    connection: Connection, week: Week, duty: Duty, now: datetime, why: Why = "no_show"
) -> Candidates | NotSteppedIn:
    """Who could step in for a duty that is not over, with reasons and prices."""
    at = _at(connection, week, duty, now, why)
    if isinstance(at, NotSteppedIn):
        return at
    version, facts = at
    away = _away(connection, facts, duty)
    called = standbys(facts, duty)
    standby = {one.lawyer for one in called}
    others = (one for one in stand_ins(facts, duty.shift, gone=[duty]) if one.lawyer not in standby)
    return Candidates(
        version,
        tuple(
            Candidate(one, who.name, facts.firms[who.firm].name, one.lawyer in standby)
            for one in (*called, *others)
            if one.lawyer not in away and (who := facts.lawyers[one.lawyer])
        ),
    )


def prepare(
    connection: Connection, week: Week, duty: Duty, to: str, now: datetime, why: Why = "no_show"
) -> Prepared | NotSteppedIn:
    """Reckons the roster in which somebody has stepped in; nothing is written."""
    at = _at(connection, week, duty, now, why)
    if isinstance(at, NotSteppedIn):
        return at
    version, facts = at
    known = to in facts.lawyers and to != duty.lawyer
    if not known or _stand_in(facts, duty, to) is None or to in _away(connection, facts, duty):
        name = facts.lawyers[to].name if to in facts.lawyers else to
        text = Text(f"{name}现在不能接这个班次", f"{name} cannot take this shift now")
        return NotSteppedIn("barred", text)
    files = store.load_version_files(connection, version)
    if files is None:
        return _CHANGED
    file = files[1]
    gone = [one for one in given_up(facts, duty, to) if one in file.duties]
    edits = edits_of(gone, [replace(duty, lawyer=to)])
    made = edited(facts.problem, file, edits)
    return Prepared(version, week, duty, to, why, facts.problem, made.file, edits)


def step_in(
    connection: Connection, keyring: Keyring, ready: Prepared, by: str, now: datetime
) -> Version | NotSteppedIn:
    """Puts it in force at once and tells those concerned, unless the roster has changed since."""
    board.lock(connection)
    newest = store.load_published(connection, ready.week, ready.week).newest(ready.week)
    if newest is None:
        return _NOT_PUBLISHED
    if newest.id != ready.version:
        held = any(
            (one.shift, one.lawyer, one.role) == (ready.duty.shift, ready.duty.lawyer, "primary")
            for one in newest.duties
        )
        return _CHANGED if held else _NOT_HELD
    changed = (ready.problem, ready.file)
    again = same_edits(ready.edits)
    version = put_in_force(connection, keyring, ready.week, changed, again, by, now)
    presence_store.settle(
        connection, ready.duty.shift, ready.duty.lawyer, "stand_in", now, ready.to
    )
    return version


def _at(
    connection: Connection, week: Week, duty: Duty, now: datetime, why: Why
) -> tuple[int, Facts] | NotSteppedIn:
    """The newest version as the rules see it, with the absence in it where one was reported."""
    version = store.load_published(connection, week, week).newest(week)
    files = store.load_version_files(connection, version.id) if version else None
    if version is None or files is None:
        return _NOT_PUBLISHED
    problem, file = files
    if duty not in file.duties or duty.role != "primary":
        return _NOT_HELD
    shift = next(one for one in problem.shifts if one.id == duty.shift)
    if shift.end <= now:
        return _OVER
    if why == "absence":
        problem = upset(problem, file.roster, [Absent(duty.lawyer, shift.start, shift.end)]).problem
    return version.id, Facts(problem, active_rules(problem), file.roster)


def _stand_in(facts: Facts, duty: Duty, to: str) -> StandIn | None:
    return stand_in(facts, replace(duty, lawyer=to), given_up(facts, duty, to))


def _away(connection: Connection, facts: Facts, duty: Duty) -> frozenset[str]:
    """Who is on leave at that time by what the register says now, or was missed on that shift."""
    shift = facts.shifts[duty.shift]
    rows = connection.execute(
        select(_LEAVE.c.lawyer).where(_LEAVE.c.start < shift.end, _LEAVE.c.end > shift.start)
    ).scalars()
    missed = presence_store.no_shows(connection, [duty.shift])
    return frozenset(rows) | {lawyer for _, lawyer in missed}
