"""Passing questions on: the steps of `handover` and of follow-ups, written as events."""

from __future__ import annotations

from zhiban.data.wording import Text
from zhiban.queue import notices
from zhiban.queue.assignment import Chosen
from zhiban.queue.changes import Changes
from zhiban.queue.deciding import handed_on, passed_over
from zhiban.queue.event import SYSTEM, Kind, stamp
from zhiban.queue.handover import Step, at_shift_end
from zhiban.queue.placing import give, given_data
from zhiban.queue.store import Dossier
from zhiban.roster.published import OnDuty

SHIFT_ENDED = Text("班次已结束", "the shift has ended")
NEXT_SHIFT = Text("下一班已开始", "the next shift has begun")
HANDS_FULL = Text("原律师在办已满", "the earlier lawyer's hands are full")
OFF_SHIFT = Text("原律师现在不当班", "the earlier lawyer is not on shift")
REOPENED = Text("重新办理", "opened again")
PASSED_OVER = Text("久未受理，改派", "not accepted in time; given to another")


def settle(changes: Changes, one: Dossier, seated: tuple[OnDuty, ...]) -> Step:
    """Does what the end of a shift asks for one question; returns what that was."""
    near = changes.known.near(one.state.division)
    step = at_shift_end(one.state.state, one.state.hold, seated, near, changes.now)
    if step.act == "give_back":
        give_back(changes, one, SHIFT_ENDED)
    elif step.act == "note_left" and step.left is not None:
        changes.add(one, Kind.LEFT, SYSTEM, reason=SHIFT_ENDED, data={"until": stamp(step.left)})
    elif step.act == "hand_on":
        _hand_on(changes, one, seated)
    return step


def keep_or_return(changes: Changes, one: Dossier, seated: tuple[OnDuty, ...], room: bool) -> None:
    """After a citizen wrote again: the lawyer on shift with room keeps it, else choice has it."""
    hold = one.state.hold
    if hold is None:
        return
    duty = next((duty for duty in seated if duty.lawyer == hold.lawyer), None)
    if duty is None or not room:
        give_back(changes, one, OFF_SHIFT if duty is None else HANDS_FULL)
        return
    if changes.now >= hold.until or hold.left is not None:
        data = given_data(changes, duty)
        changes.add(one, Kind.KEPT, SYSTEM, data=data)
    changes.notice(notices.followed_up(hold.lawyer, one.code))


def give_back(changes: Changes, one: Dossier, why: Text, passed_over: bool = False) -> None:
    """Back to choice; the line is gone through by whoever called."""
    lawyer = one.state.lawyer
    if lawyer is None:
        return
    data: dict[str, object] = {"lawyer": lawyer}
    if passed_over:
        data["passed_over"] = True
    changes.add(one, Kind.RETURNED, SYSTEM, reason=why, data=data)
    changes.notice(notices.taken_away(lawyer, one.code, why))


def pass_over(changes: Changes, one: Dossier, seated: tuple[OnDuty, ...]) -> bool:
    """Takes an unaccepted question from a lawyer if somebody else may have it; whether it did."""
    if not passed_over(changes.known, one.state, seated, changes.loads(), changes.now):
        return False
    give_back(changes, one, PASSED_OVER, passed_over=True)
    return True


def _hand_on(changes: Changes, one: Dossier, seated: tuple[OnDuty, ...]) -> None:
    """The choice among those on shift now; whoever holds it does not count it as a load."""
    hold = one.state.hold
    if hold is None:
        return
    lawyer = hold.lawyer
    found = handed_on(changes.known, one.state, hold, seated, changes.loads(), changes.now)
    if not isinstance(found, Chosen):
        give_back(changes, one, NEXT_SHIFT)
    elif found.lawyer == lawyer:
        give(changes, one, found, Kind.KEPT)
    else:
        give(changes, one, found, Kind.HANDED_OVER)
        changes.notice(notices.taken_away(lawyer, one.code, NEXT_SHIFT))
