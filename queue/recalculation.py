"""What a changed policy or calendar does to clocks: seen before, then done in one transaction.

A breach that was recorded stays recorded; it is an event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from zhiban.data.crypt import Keyring
from zhiban.data.store import get_setting, put_setting
from zhiban.data.worktime import WorkCalendar
from zhiban.queue import store
from zhiban.queue.changes import Changes, settle_writes
from zhiban.queue.event import plain
from zhiban.queue.index import running
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.memory import knowledge
from zhiban.queue.policy import Policy, policy_json
from zhiban.queue.question import ENDED
from zhiban.queue.records import QUESTION
from zhiban.queue.sla import Mark
from zhiban.queue.store import Dossier
from zhiban.queue.timers import ClockKind

SETTING = "queue.basis"
_ENDED = [state.value for state in sorted(ENDED)]


@dataclass(frozen=True, slots=True)
class Shift:
    """A running clock whose due moment changes."""

    ticket: str
    clock: ClockKind
    before: datetime | None
    after: datetime | None


def basis(known: Knowledge) -> str:
    """A digest of all that due moments lean on."""
    calendar = known.calendar
    facts = [
        policy_json(known.rules.policy),
        [[str(start), str(end)] for start, end in calendar.hours],
        sorted(map(str, calendar.off)),
        sorted(map(str, calendar.work)),
        sorted(calendar.known_years),
    ]
    return hashlib.sha256(plain(facts).encode()).hexdigest()


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
    return tuple(
        shift
        for one in _open(connection)
        for shift in _shifts(one, running(one.state, known), running(one.state, proposed))
    )


def recalculate(connection: Connection, keyring: Keyring, now: datetime) -> int:
    """Writes every open question's clocks by the policy and calendar in force; how many it read.

    Does nothing where neither has changed since the last time.
    """
    changes = Changes.begin(connection, keyring, now)
    current = basis(changes.known)
    if get_setting(connection, SETTING) == current:
        return 0
    number = 0
    for one in _open(connection):
        changes.rewrite(one)
        number += 1
    put_setting(connection, SETTING, current)
    return number


def is_current(connection: Connection, known: Knowledge) -> bool:
    """Whether stored clocks were reckoned by the policy and calendar in force."""
    stored = get_setting(connection, SETTING)
    return stored is None or stored == basis(known)


def _open(connection: Connection) -> Iterator[Dossier]:
    wanted = select(QUESTION.c.id).where(QUESTION.c.state.not_in(_ENDED)).order_by(QUESTION.c.id)
    for part in store.chunks(connection.execute(wanted).scalars()):
        yield from store.dossiers(connection, part).values()


def _shifts(one: Dossier, before: tuple[Mark, ...], after: tuple[Mark, ...]) -> Iterator[Shift]:
    was = {mark.timer.clock: mark.due.at for mark in before}
    will = {mark.timer.clock: mark.due.at for mark in after}
    for clock in sorted(was.keys() | will.keys()):
        if was.get(clock) != will.get(clock):
            yield Shift(one.code, clock, was.get(clock), will.get(clock))
