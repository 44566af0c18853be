"""What a changed policy or calendar does to clocks: seen before, then done in one transaction.

Nearly all clocks are reckoned at once, from the rows that stand for them; the histories are read
only of questions that were paused, or to whom another set of clocks is promised. A breach that was
recorded stays recorded; it is an event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.store import get_setting, put_setting
from zhiban.data.worktime import WorkCalendar
from zhiban.data.worktime_many import EARLIEST, Moments, microseconds
from zhiban.queue import clock_table, store
from zhiban.queue.changes import Changes, pending, settle_writes
from zhiban.queue.clock_table import Clocks
from zhiban.queue.event import plain
from zhiban.queue.index import running
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.memory import knowledge
from zhiban.queue.policy import Policy, policy_json
from zhiban.queue.question import ENDED
from zhiban.queue.reckoning import dues_of_questions, reckoned
from zhiban.queue.records import QUESTION
from zhiban.queue.sla import Mark
from zhiban.queue.store import Dossier
from zhiban.queue.timers import ClockKind
from zhiban.queue.worked import hours_of_seats

SETTING = "queue.basis"
_ENDED = [state.value for state in sorted(ENDED)]


@dataclass(frozen=True, slots=True)
class Shift:
    """A running clock whose due moment changes."""

    ticket: str
    clock: ClockKind
    before: datetime | None
    after: datetime | None


def basis(known: Knowledge) -> dict[str, Any]:
    """All that due moments lean on: a digest of it, and which clocks are promised to whom."""
    calendar, rules = known.calendar, known.rules
    facts = [
        policy_json(rules.policy),
        [[str(start), str(end)] for start, end in calendar.hours],
        sorted(map(str, calendar.off)),
        sorted(map(str, calendar.work)),
        sorted(calendar.known_years),
    ]
    if any(row.hours == "post" for row in rules.policy.rows):
        seats = {one for those in known.worked_time.seats.values() for one in those}
        facts.append(hours_of_seats(sorted(seats, key=lambda seat: seat.id)))
    ages = [rules.close_answered / _HOUR, rules.close_asked_back / _HOUR]
    return {
        "digest": hashlib.sha256(plain([facts, ages]).encode()).hexdigest(),
        "ages": ages,
        "promised": [[row.clock, row.channel, row.category, row.lane] for row in rules.policy.rows],
    }


_HOUR = timedelta(hours=1)


def preview(
    connection: Connection,
    keyring: Keyring,
    now: datetime,
    *,
    policy: Policy | None = None,
    calendar: WorkCalendar | None = None,
) -> tuple[Shift, ...]:
    """Which running clocks would be due at another moment under another policy or calendar."""
    settle_writes(connection)
    known = knowledge(connection, keyring, now)
    rules = replace(known.rules, policy=policy or known.rules.policy)
    register = replace(known.register, calendar=calendar or known.calendar)
    proposed = Knowledge(register, known.published, rules)
    clocks = clock_table.read(connection)
    slow = _histories(connection, get_setting(connection, SETTING), basis(known), clocks)
    slow |= _histories(connection, basis(known), basis(proposed), clocks)
    slow |= _by_posts(clocks, known.rules.policy) | _by_posts(clocks, rules.policy)
    found = list(_told(connection, clocks.without(slow), proposed))
    for one in _dossiers(connection, slow):
        found += _shifts(one, running(one.state, known), running(one.state, proposed))
    return tuple(sorted(found, key=lambda shift: (shift.ticket, shift.clock)))


def recalculate(connection: Connection, keyring: Keyring, now: datetime) -> int:
    """Writes every open question's clocks by the policy and calendar in force; how many it read.

    Does nothing where neither has changed since the last time.
    """
    settle_writes(connection)
    known = knowledge(connection, keyring, now, board.lock(connection))
    current, stored = basis(known), get_setting(connection, SETTING)
    if stored == current:
        return 0
    clocks = clock_table.read(connection)
    slow = _histories(connection, stored, current, clocks)
    slow |= _by_posts(clocks, known.rules.policy)
    number = _rewrite(connection, clocks.without(slow), known)
    if slow:
        changes = Changes.begin(connection, keyring, now)
        for one in _dossiers(connection, slow):
            changes.rewrite(one)
    put_setting(connection, SETTING, current)
    return len(slow) + number


def is_current(connection: Connection, known: Knowledge) -> bool:
    """Whether stored clocks were reckoned by the policy and calendar in force."""
    stored = get_setting(connection, SETTING)
    return stored is None or stored == basis(known)


def _rewrite(connection: Connection, clocks: Clocks, known: Knowledge) -> int:
    """Reckons these clocks at once and writes what differs, as one more change of the board."""
    after = reckoned(clocks.running, known.rules.policy, known.calendar)
    clock_table.write(connection, clocks, after)
    questions, before = dues_of_questions(clocks.running)
    _, due = dues_of_questions(after)
    here = pending(connection)
    if here is not None:  # others read the line anew, since the board has changed
        moved = np.flatnonzero(before != due)
        here.due_anew(dict(zip(questions[moved].tolist(), _moments(due[moved]), strict=True)))
    at = board.lock(connection)
    board.save(connection, board.changed(at))  # lines of the queue moved without an event
    return len(questions)


def _histories(
    connection: Connection,
    stored: Any,
    current: Mapping[str, Any],
    clocks: Clocks,
) -> set[int]:
    """The open questions that must be read whole, to go from one basis to another."""
    old = not isinstance(stored, dict) or stored.keys() != current.keys()
    if old or np.any(clocks.running.started[clocks.plain] < microseconds(EARLIEST)):
        return {row.id for row in _open(connection)}
    found = set(clocks.running.question[~clocks.plain].tolist())
    if stored["ages"] != current["ages"]:
        found |= {row.id for row in _open(connection) if row.wake_at is not None}
    if stored["promised"] != current["promised"]:
        promises = (stored["promised"], current["promised"])
        for row in _open(connection):
            before, after = (
                _promised(rows, row.channel, row.category, row.green) for rows in promises
            )
            if before != after:
                found.add(row.id)
    return found


def _by_posts(clocks: Clocks, policy: Policy) -> set[int]:
    """The questions with a clock by the hours of posts, which are walked day by day."""
    rows = [policy.row(*sort) for sort in clocks.running.sorts]
    numbers = [n for n, row in enumerate(rows) if row is not None and row.hours == "post"]
    which = np.isin(clocks.running.sort, numbers)
    return set(clocks.running.question[which].tolist())


def _open(connection: Connection) -> Sequence[Any]:
    columns = (QUESTION.c.id, QUESTION.c.channel, QUESTION.c.category, QUESTION.c.green)
    wanted = select(*columns, QUESTION.c.wake_at).where(QUESTION.c.state.not_in(_ENDED))
    return connection.execute(wanted).all()


def _promised(
    rows: list[list[str | None]], channel: str, category: str | None, green: bool
) -> set[str | None]:
    """Which clocks a set of promises has for such questions."""
    lane = "green" if green else "normal"
    return {
        row[0]
        for row in rows
        if row[1] in (None, channel) and row[2] in (None, category) and row[3] in (None, lane)
    }


def _told(connection: Connection, clocks: Clocks, proposed: Knowledge) -> Iterator[Shift]:
    before = clocks.running
    after = reckoned(before, proposed.rules.policy, proposed.calendar)
    moved = np.flatnonzero(before.due != after.due)
    codes = store.codes(connection, before.question[moved].tolist())
    sorts = (before.sorts[n][0] for n in before.sort[moved].tolist())
    dues = zip(_moments(before.due[moved]), _moments(after.due[moved]), strict=True)
    for question, clock, due in zip(before.question[moved].tolist(), sorts, dues, strict=True):
        yield Shift(codes[question], clock, *due)


def _moments(at: Moments) -> list[datetime]:
    found: list[datetime] = at.astype("datetime64[us]").tolist()
    return [one.replace(tzinfo=UTC) for one in found]


def _dossiers(connection: Connection, ids: set[int]) -> Iterator[Dossier]:
    for part in store.chunks(sorted(ids)):
        yield from store.dossiers(connection, part).values()


def _shifts(one: Dossier, before: tuple[Mark, ...], after: tuple[Mark, ...]) -> Iterator[Shift]:
    was = {mark.timer.clock: mark.due.at for mark in before}
    will = {mark.timer.clock: mark.due.at for mark in after}
    for clock in sorted(was.keys() | will.keys()):
        if was.get(clock) != will.get(clock):
            yield Shift(one.code, clock, was.get(clock), will.get(clock))
