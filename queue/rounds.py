"""What timers do, again and again: hand over at shift ends, warn, mark what is late, tidy up.

Both are idempotent and catch up by themselves: what is due is read from the stored questions, not
from when the timer ran last.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from zhiban.data.crypt import Keyring
from zhiban.data.timespan import Span
from zhiban.queue import keys, notices, store
from zhiban.queue.acting import due_data
from zhiban.queue.assignment import line
from zhiban.queue.changes import Changes
from zhiban.queue.deciding import called_for
from zhiban.queue.event import SYSTEM, Kind, stamp
from zhiban.queue.index import closes_at
from zhiban.queue.memory import knowledge
from zhiban.queue.outcomes import Swept
from zhiban.queue.papers import watch_papers
from zhiban.queue.passing import pass_over, settle
from zhiban.queue.placing import place
from zhiban.queue.question import QuestionState, State
from zhiban.queue.recalculation import recalculate
from zhiban.queue.records import QUESTION, QUESTION_CLOCK
from zhiban.queue.sla import Mark, marks
from zhiban.queue.store import Dossier, Held
from zhiban.roster.published import OnDuty

PORTION = 500


def seated(connection: Connection, keyring: Keyring, now: datetime) -> frozenset[tuple[str, str]]:
    """Who sits now, as shifts and lawyers: when it changes there is something to hand over."""
    on_seat = knowledge(connection, keyring, now).on_seat(now)
    return frozenset((duty.shift, duty.lawyer) for duty in on_seat)


def hand_over(connection: Connection, keyring: Keyring, now: datetime) -> Swept:
    """Gives back and hands on what the end of a shift asks for, then goes through the line."""
    changes = Changes.begin(connection, keyring, now)
    changes.flush()  # what is asked below is asked of the tables
    seated = changes.known.on_seat(now)
    lawyers = {duty.lawyer for duty in seated}
    ended = store.off_shift(connection, lawyers, now)
    ids = [one.id for one in ended if _may_move(changes, one, seated)]
    done: Counter[str] = Counter()
    lead = changes.known.rules.green_lead
    found = changes.dossiers(ids).values()
    for one in sorted(found, key=lambda one: _place(one.state, lead=lead)):
        holder = one.state.lawyer
        act: str = settle(changes, one, seated).act
        if act == "hand_on" and one.state.lawyer in (holder, None):
            act = "kept" if one.state.lawyer else "give_back"
        done[act] += 1
    assigned = place(changes)
    return Swept(
        assigned=assigned,
        returned=done["give_back"],
        handed_over=done["hand_on"],
        left=done["note_left"],
        kept=done["kept"],
    )


def sweep(connection: Connection, keyring: Keyring, now: datetime) -> Swept:
    """Warns and marks what is late, once each; resumes and closes what is due; tries the line."""
    changes = Changes.begin(connection, keyring, now)
    recalculate(connection, keyring, now)
    changes.flush()  # what is asked below is asked of the tables
    seated = changes.known.on_seat(now)
    done: Counter[str] = Counter()
    found = changes.dossiers(_calling(connection, now))
    for id in sorted(found):
        _wake(changes, found[id], done)
        _watch(changes, found[id], seated, done)
    watch_papers(changes)
    assigned = place(changes)
    keys.forget(connection, now)
    return Swept(
        warned=done["warned"],
        breached=done["breached"],
        assigned=assigned,
        resumed=done["resumed"],
        closed=done["closed"],
    )


def _may_move(changes: Changes, one: Held, seated: tuple[OnDuty, ...]) -> bool:
    """Whether the end of its shift may ask something for it; saves reading all the others."""
    if not one.has_left:
        return True
    near = changes.known.near(one.division)
    return any(duty.division in near for duty in seated)


def _place(state: QuestionState, *, lead: timedelta) -> tuple[datetime, int]:
    return line(state.asked, state.id, state.green, lead)


def _calling(connection: Connection, now: datetime) -> list[int]:
    """The questions of which a clock, or the question itself, calls for something; in order."""
    clocks = select(QUESTION_CLOCK.c.question).where(QUESTION_CLOCK.c.call_at <= now)
    waking = select(QUESTION.c.id).where(QUESTION.c.wake_at <= now)
    both = clocks.union(waking).subquery()
    ordered = select(both.c.question).order_by(both.c.question).limit(PORTION)
    return list(connection.execute(ordered).scalars())


def _wake(changes: Changes, one: Dossier, done: Counter[str]) -> None:
    """Ends a pause whose date has come; closes what nobody has touched for long."""
    state = one.state
    if state.state is State.DEFERRED:
        end = state.pauses[-1].end
        if end is not None and end <= changes.now:
            changes.add(one, Kind.RESUMED, SYSTEM)
            done["resumed"] += 1
            if state.lawyer is not None:
                changes.notice(notices.resumed(state.lawyer, one.code))
        return
    closes = closes_at(state, changes.known)
    if closes is not None and closes <= changes.now:
        data = {"cause": "age", "due": due_data(changes, state)}
        changes.add(one, Kind.CLOSED, SYSTEM, data=data)
        done["closed"] += 1


def _watch(changes: Changes, one: Dossier, seated: tuple[OnDuty, ...], done: Counter[str]) -> None:
    """Climbs every rung that has come, one after the other, or marks what is late."""
    known, now = changes.known, changes.now
    while calls := called_for(marks(one.state, known.rules.policy, known.worked_time, now), now):
        for what, mark in calls:
            if what == "breach":
                _breach(changes, one, mark)
                done["breached"] += 1
            else:
                _climb(changes, one, mark, seated)
                done["warned"] += 1


def _breach(changes: Changes, one: Dossier, mark: Mark) -> None:
    timer = mark.timer
    during = Span(timer.started, max(timer.started, mark.due.at))
    had_shift = changes.known.had_shift(one.state.division, during)
    cause = "late" if had_shift else "no_shift"
    data = {
        "clock": timer.clock,
        "round": timer.round,
        "due": stamp(mark.due.at),
        "cause": cause,
    }
    changes.add(one, Kind.BREACHED, SYSTEM, data=data)
    changes.notice(notices.breached(one.code, timer.clock, cause))


def _climb(changes: Changes, one: Dossier, mark: Mark, seated: tuple[OnDuty, ...]) -> None:
    timer, rung = mark.timer, mark.rung
    if rung is None:
        return
    data = {"clock": timer.clock, "round": timer.round, "share": rung.share, "act": rung.act}
    changes.add(one, Kind.WARNED, SYSTEM, data=data)
    if rung.act == "remind":
        notice = notices.warned(one.state.lawyer, one.code, timer.clock, rung.share)
        changes.notice(notice)
    elif rung.act == "supervisor":
        changes.notice(notices.escalated(one.code, timer.clock, rung.share))
    else:
        pass_over(changes, one, seated)
