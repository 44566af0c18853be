"""A draft made whole again with the fewest changes, as one change that can be undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.wording import Text
from zhiban.roster import hand_edits
from zhiban.roster.hand_edits import Change, Open
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.steps import Step, between


def put_down(
    connection: Connection, found: Open, mended: RosterFile, by: str, now: datetime
) -> bool:
    """Writes what a mended roster changes into the draft; false when a hand was faster."""
    problem, roster = found.draft.problem, found.at.facts.roster
    steps = between((problem, roster), (problem, mended.roster))
    change = hand_edits.planned(found, "mend", steps, note=_note(steps))
    if not isinstance(change, Change):
        return False
    return hand_edits.save(connection, found, change, by, now) is not None


def changed_shifts(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The shifts on which duties change, each once, in order."""
    found = (step.value["shift"] for step in steps if step.table == "duties")
    return tuple(dict.fromkeys(sorted(found)))


def _note(steps: tuple[Step, ...]) -> Text:
    count = len(changed_shifts(steps))
    if not count:
        return Text(
            "重排：锁定都守住了，其余一班也不用改",
            "mended: the locks are kept, and nothing else has to change",
        )
    shifts = "1 shift" if count == 1 else f"{count} shifts"
    return Text(f"重排：守住锁定，只改了{count}个班次", f"mended: locks kept, {shifts} changed")
