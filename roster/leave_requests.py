"""Requests for leave as plain values: what may be asked, and what it would touch; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from zhiban.data.day_words import days_of, hour
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.wording import Faults, Text
from zhiban.roster.published import OnDuty, Published, Version
from zhiban.roster.request_policy import RequestPolicy

RequestState = Literal["asked", "approved", "refused", "withdrawn"]
KINDS = {
    "annual": Text("年休假", "annual leave"),
    "court": Text("开庭", "in court"),
    "business": Text("出差", "away on business"),
    "training": Text("培训", "training"),
    "sick": Text("病假", "illness"),
    "family": Text("家中有事", "family"),
    "other": Text("其他", "other"),
}
LONGEST, FARTHEST = timedelta(days=366), timedelta(days=366)
BACK = timedelta(days=1)  # who is ill today asks in the course of the day
WRITTEN = 500


@dataclass(frozen=True, slots=True)
class LeaveAsk:
    """What a lawyer asks for; `key` tells a second sending of the same form."""

    lawyer: str
    span: Span
    kind: str
    reason: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class LeaveRequest:
    """A request as it stands; `automatic` where nobody had to decide it."""

    id: int
    lawyer: str
    span: Span
    kind: str
    reason: str
    state: RequestState
    automatic: bool
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    remark: str

    @property
    def holds(self) -> bool:
        """Whether it is open or approved: no other one may overlap it."""
        return self.state in ("asked", "approved")

    @property
    def leave(self) -> str:
        """The id of its row in the register's leave."""
        return f"request-{self.id}"


def check_ask(ask: LeaveAsk, others: Iterable[LeaveRequest], now: datetime) -> None:
    """Raises Refused unless the leave may be asked for at all."""
    faults = Faults()
    span = ask.span
    faults.unless(ask.kind in KINDS, "kind", "请选择请假类别", "choose a kind of leave")
    faults.unless(span.start < span.end, "end", "结束须晚于开始", "it must end after it begins")
    faults.unless(
        span.end > now and span.start > now - BACK,
        "start",
        "不能请已经过去的假，请联系排班员",
        "the time has passed; please call the scheduler",
    )
    faults.unless(
        span.duration <= LONGEST and span.start < now + FARTHEST,
        "end",
        "请在一年之内分次申请",
        "ask for no more than a year, beginning within a year",
    )
    faults.unless(
        len(ask.reason) <= WRITTEN, "reason", f"最多{WRITTEN}字", f"at most {WRITTEN} letters"
    )
    double = next((one for one in others if one.holds and one.span.overlaps(span)), None)
    faults.unless(
        double is None,
        "start",
        "这段时间您已经申请过请假",
        "you have asked for leave at this time already",
    )
    faults.refuse()


def touched(published: Published, lawyer: str, span: Span, now: datetime) -> tuple[OnDuty, ...]:
    """The lawyer's published duties that the span would hit, those that are over left aside."""
    week = Week.of(max(span.start - timedelta(days=1), now).astimezone(SHANGHAI).date())
    last = Week.of(span.end.astimezone(SHANGHAI).date())
    found: list[OnDuty] = []
    for version in newest_versions(published):
        if week.next(-1) <= version.week <= last:
            found += [
                duty
                for duty in version.duties
                if duty.lawyer == lawyer and duty.span.overlaps(span) and duty.span.end > now
            ]
    return tuple(sorted(found, key=lambda duty: (duty.span.start, duty.post)))


def newest_versions(published: Published) -> list[Version]:
    """The newest version of each week."""
    weeks = sorted({version.week for version in published.versions})
    return [newest for week in weeks if (newest := published.newest(week))]


def decides_itself(
    policy: RequestPolicy, span: Span, hit: tuple[OnDuty, ...], now: datetime
) -> bool:
    """Whether nobody has to decide: it hits no published duty and begins far enough ahead."""
    days = (span.start.astimezone(SHANGHAI).date() - now.astimezone(SHANGHAI).date()).days
    return policy.leave_automatic and not hit and days >= policy.leave_days


def said(span: Span) -> Text:
    """The span in words: whole days by their dates, others with hours."""
    start, end = span.start.astimezone(SHANGHAI), span.end.astimezone(SHANGHAI)
    last = (end - timedelta(minutes=1)).date()
    if start.time() == end.time() == time():
        return days_of(start.date(), last)
    first, until = days_of(start.date(), start.date()), hour(end)
    if last == start.date():
        until = "24:00" if end.date() > last else until
        return Text(f"{first.zh}{hour(start)}–{until}", f"{first.en}, {hour(start)}–{until}")
    closing = days_of(end.date(), end.date())
    return Text(
        f"{first.zh}{hour(start)}至{closing.zh}{until}",
        f"{first.en} {hour(start)} to {closing.en} {until}",
    )
