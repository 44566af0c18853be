"""What the bureau lets happen by itself: leave, swaps, and who names for a firm; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from zhiban.data.named_setting import NamedSetting
from zhiban.data.wording import Faults, Text

SETTING = "roster.requests"
Speakers = Literal["anyone", "contacts"]
LONGEST_AHEAD = 180


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """Who decides what.

    Leave that touches no published duty and begins at least `leave_days` days ahead is approved
    at once if `leave_automatic`; swaps all have agreed to are made at once if `swap_automatic`,
    but for duties that are under way. A firm's places are named by `speakers`: any of its lawyers
    or only those in `contacts`.
    """

    leave_automatic: bool = True
    leave_days: int = 7
    swap_automatic: bool = False
    speakers: Speakers = "anyone"
    contacts: frozenset[str] = frozenset()

    def may_name(self, lawyer: str) -> bool:
        """Whether the lawyer may name somebody for the places given to their firm."""
        return self.speakers == "anyone" or lawyer in self.contacts

    def as_setting(self) -> dict[str, Any]:
        """The policy as it is stored."""
        return asdict(self) | {"contacts": sorted(self.contacts)}


TITLES = {
    "leave_automatic": Text("够早、不碰班次的请假自动批准", "early leave is approved by itself"),
    "leave_days": Text("提前几天算够久", "days ahead that are early"),
    "swap_automatic": Text("各方同意的换班立即生效", "agreed swaps are made at once"),
    "speakers": Text("谁为律所指定律师", "who names for a firm"),
    "contacts": Text("联系人", "contacts"),
}
NAMED = NamedSetting(
    SETTING, Text("请假换班规则", "Rules of leave and swaps"), TITLES, RequestPolicy().as_setting()
)


def policy_from(value: Mapping[str, Any]) -> RequestPolicy:
    """The setting as it is stored; raises Refused for what it cannot be."""
    faults = Faults(f"{SETTING}.")
    plain = RequestPolicy()
    whole = plain.as_setting() | dict(value)
    for name in whole.keys() - plain.as_setting().keys():
        faults.note(name, "没有这一项", "is not a known field")
    for name in ("leave_automatic", "swap_automatic"):
        faults.unless(
            isinstance(whole[name], bool), name, "须为 true 或 false", "must be true or false"
        )
    days = whole["leave_days"]
    faults.unless(
        isinstance(days, int) and not isinstance(days, bool) and 0 <= days <= LONGEST_AHEAD,
        "leave_days",
        f"须为0至{LONGEST_AHEAD}的整数",
        f"must be a whole number, 0 to {LONGEST_AHEAD}",
    )
    known = ", ".join(get_args(Speakers))
    faults.unless(
        whole["speakers"] in get_args(Speakers), "speakers", f"只能是 {known}", f"is one of {known}"
    )
    contacts = whole["contacts"]
    faults.unless(
        isinstance(contacts, list) and all(isinstance(one, str) for one in contacts),
        "contacts",
        "须为律师编号的列表",
        "must be a list of lawyers",
    )
    faults.refuse()
    return RequestPolicy(**(whole | {"contacts": frozenset(contacts)}))
