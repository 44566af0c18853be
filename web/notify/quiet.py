"""Which notices somebody wants sent out, and until when they are left alone; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Text

GROUPS: Mapping[str, tuple[Text, frozenset[str]]] = {
    "assigned": (
        Text("新的和交接来的问题", "New questions, and those handed over"),
        frozenset({"assigned"}),
    ),
    "talk": (
        Text("市民的新留言、撤回，约定的日期到了", "Messages, withdrawals, and agreed dates"),
        frozenset({"followed_up", "withdrawn", "resumed"}),
    ),
    "alarm": (
        Text("时限将到、超时、无人可接和没有到岗", "Clocks due or late, nobody free, no-shows"),
        frozenset({"warned", "escalated", "breached", "nobody_free", "no_show", "standby_called"}),
    ),
    "moved": (Text("问题转出", "Questions that leave me"), frozenset({"taken_away"})),
    "papers": (
        Text("法律援助和代书", "Legal aid and drafting"),
        frozenset(
            {"aid_applied", "aid_decided", "aid_late", "draft_asked", "draft_late", "draft_refused"}
        ),
    ),
    "other": (Text("值班表、请假换班和其他", "Rosters, leave, swaps and the rest"), frozenset()),
}
"""The notices by what they are about; kinds named nowhere belong to the last."""
ALARMS = GROUPS["alarm"][1]


@dataclass(frozen=True, slots=True)
class Choice:
    """What an account chose: groups not sent out, quiet hours, alarms in them while on duty."""

    muted: frozenset[str] = frozenset()
    quiet: tuple[time, time] | None = None
    alarms: bool = True


def group_of(kind: str) -> str:
    """The group of a kind of notice."""
    return next((code for code, (_, kinds) in GROUPS.items() if kind in kinds), "other")


def sent_at(choice: Choice, kind: str, now: datetime, on_duty: bool) -> datetime | None:
    """When a notice of now is sent out: at once, or at the end of the quiet hours; None never."""
    if group_of(kind) in choice.muted:
        return None
    if choice.quiet is None or (choice.alarms and on_duty and kind in ALARMS):
        return now
    start, end = choice.quiet
    said = now.astimezone(SHANGHAI)
    clock = said.time()
    within = start <= clock < end if start <= end else clock >= start or clock < end
    if not within:
        return now
    day = said.date() + timedelta(days=1 if clock >= end else 0)
    return datetime.combine(day, end, SHANGHAI)
