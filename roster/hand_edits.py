"""Drafts changed by hand: who may change what beside whom, undone and done again; the shell.

A change is a conditional write on the draft's revision. Who finds that somebody was faster looks
again: where the others changed other places, both changes stand; where they changed the same one,
the later person is told what it is now, and decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import edit_store, store
from zhiban.roster.drafts import Draft
from zhiban.roster.edit_store import CHANGES, Kind, Logged
from zhiban.roster.intents import Impossible, Intent, differs, said, steps_of
from zhiban.roster.problem import sound
from zhiban.roster.reworking import Worked, opened, reworked
from zhiban.roster.steps import Blocked, Step, undoing


@dataclass(frozen=True)
class Open:
    """A draft that is being worked on, with all changes since it was made anew."""

    draft: Draft
    at: Worked
    chain: tuple[Logged, ...]

    @property
    def revision(self) -> int:
        """The draft's revision."""
        return self.draft.revision


@dataclass(frozen=True)
class Change:
    """A change that can be made: its steps and what the draft is after it."""

    kind: Kind
    steps: tuple[Step, ...]
    after: Worked
    note: Text
    of: int | None = None


@dataclass(frozen=True)
class Clash:
    """The places that somebody else changed since they were looked at."""

    shifts: tuple[str, ...]


@dataclass(frozen=True)
class Nothing:
    """There is nothing to undo or to do again."""


def open_draft(connection: Connection, week: Week, known: Open | None = None) -> Open | None:
    """The draft of a week, ready for changes; `known` is taken where it is still the newest."""
    revision, published = store.draft_head(connection, week)
    if known is not None and known.revision == revision:
        if known.draft.published_revision == published:
            return known
        return replace(known, draft=replace(known.draft, published_revision=published))
    draft = store.load_draft(connection, week)
    if draft is None:
        return None
    chain = edit_store.load_chain(connection, week, draft.revision)
    return Open(draft, opened(draft.problem, draft.file), chain)


def by_hand(open_: Open, intent: Intent, seen: Mapping[str, str]) -> Change | Clash | Impossible:
    """What a hand wants, on the draft as it is; `seen` tells what it saw on which shifts."""
    facts = open_.at.facts
    moved = differs(facts, seen)
    if moved:
        return Clash(moved)
    steps = steps_of(facts, intent)
    return steps if isinstance(steps, Impossible) else planned(open_, "hand", steps)


def planned(
    open_: Open, kind: Kind, steps: Sequence[Step], of: int | None = None, note: Text | None = None
) -> Change | Clash | Impossible:
    """The change that some steps make of the draft as it is."""
    bounded = _bounded(steps, open_.chain)
    after = reworked(open_.at, steps, bounded=bounded)
    if isinstance(after, Blocked):
        return Clash((str(after.step.value.get("shift", after.step.value.get("id", ""))),))
    if after.problem is not open_.at.problem:
        try:
            sound(after.problem)
        except Refused as error:
            return Impossible(Text(error.errors[0].text.zh, error.errors[0].text.en))
    words = note or said(open_.at.facts, steps)
    return Change(kind, tuple(steps), after, words, of)


def _bounded(steps: Sequence[Step], chain: Sequence[Logged]) -> bool:
    """Whether the bound still holds: a lock that came after the proof may go again."""
    since = {
        tuple(sorted(step.value.items()))
        for one in chain
        for step in one.steps
        if step.table == "locks" and step.act == "put"
    }
    return all(
        step.table == "duties"
        or (
            step.table == "locks"
            and (step.act == "put" or tuple(sorted(step.value.items())) in since)
        )
        for step in steps
    )


def save(
    connection: Connection, open_: Open, change: Change, by: str, now: datetime
) -> Open | None:
    """Writes the change; None when somebody was faster: look again."""
    week, after = open_.draft.week, change.after
    if after.problem is open_.at.problem:
        revision = store.save_roster(
            connection, week, after.file, by=by, now=now, expected=open_.revision
        )
    else:
        revision = store.save_draft(
            connection,
            week,
            after.problem,
            after.file,
            job=open_.draft.job,
            by=by,
            now=now,
            expected_revision=open_.revision,
        )
    if revision is None:
        return None
    if change.kind in CHANGES:
        edit_store.spend_undone(connection, week, by)
    elif change.of is not None:
        edit_store.mark_edit(connection, change.of, "undone" if change.kind == "undo" else "done")
    edit_store.insert_edit(
        connection,
        week,
        revision,
        kind=change.kind,
        steps=change.steps,
        cost=after.file.objective - open_.at.file.objective,
        note=change.note,
        of=change.of,
        by=by,
        now=now,
    )
    draft = replace(
        open_.draft,
        revision=revision,
        problem=after.problem,
        file=after.file,
        created_at=now,
        created_by=by,
    )
    return Open(draft, after, edit_store.load_chain(connection, week, revision))


def to_undo(open_: Open, by: str) -> Logged | None:
    """The last change of that person that still stands."""
    mine = [one for one in open_.chain if one.by == by and one.kind in CHANGES]
    return next((one for one in reversed(mine) if one.state == "done"), None)


def to_redo(open_: Open, by: str) -> Logged | None:
    """What that person undid last and has not gone on from."""
    mine = {one.id: one for one in open_.chain if one.by == by and one.state == "undone"}
    undone = [one.of for one in open_.chain if one.kind == "undo" and one.by == by]
    return next((mine[of] for of in reversed(undone) if of in mine), None)


def undone(open_: Open, by: str) -> Change | Clash | Impossible | Nothing:
    """The person's last change taken back."""
    last = to_undo(open_, by)
    if last is None:
        return Nothing()
    return planned(open_, "undo", undoing(last.steps), last.id)


def redone(open_: Open, by: str) -> Change | Clash | Impossible | Nothing:
    """What the person undid last, done again."""
    last = to_redo(open_, by)
    return Nothing() if last is None else planned(open_, "redo", last.steps, last.id)


def since(open_: Open, revision: int) -> tuple[Logged, ...] | None:
    """The changes after a revision, oldest first; None where the draft was made anew since."""
    found = tuple(one for one in open_.chain if one.revision > revision)
    return found if len(found) == open_.revision - revision else None
