"""Which shifts the bureau gives to firms, how many a week, and until when a firm may name whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Faults
from zhiban.data.worktime import WorkCalendar

SETTING = "roster.firm_slots"
LONGEST = 30


@dataclass(frozen=True, slots=True)
class FirmSlots:
    """All shifts of these `posts` are given to firms.

    `firms` caps the slots a week of the firms it names (0: none); `days` are the working days
    between the deadline for naming somebody and the shift.
    """

    posts: frozenset[str] = frozenset()
    firms: Mapping[str, int] = field(default_factory=dict)
    days: int = 2

    def name_by(self, start: datetime, calendar: WorkCalendar) -> datetime:
        """The closing of the working day that lies so many working days before the shift."""
        day = start.astimezone(SHANGHAI).date()
        for _ in range(self.days):
            day -= timedelta(days=1)
            while not calendar.is_workday(day):
                day -= timedelta(days=1)
        return calendar.spans(day)[-1].end if self.days else start


def slots_from(value: Mapping[str, Any]) -> FirmSlots:
    """The setting as it is stored; raises Refused for what it cannot be."""
    faults = Faults(f"{SETTING}.")
    for name in value.keys() - {"posts", "firms", "days"}:
        faults.unless(False, name, "没有这一项", "is not a known field")
    posts, firms, days = value.get("posts", []), value.get("firms", {}), value.get("days", 2)
    faults.unless(
        isinstance(posts, list) and all(isinstance(post, str) for post in posts),
        "posts",
        "须为岗位编号的列表",
        "must be a list of posts",
    )
    faults.unless(
        isinstance(firms, dict) and all(_whole(cap, 1000) for cap in firms.values()),
        "firms",
        "须为律所编号与每周上限（0至1000）",
        "must be firms with their cap a week, 0 to 1000",
    )
    faults.unless(
        _whole(days, LONGEST), "days", f"须为0至{LONGEST}的整数", f"must be 0 to {LONGEST}"
    )
    faults.refuse()
    return FirmSlots(frozenset(posts), dict(firms), days)


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
