"""What another calendar does to rosters that are published: duties without a shift, shifts without
anybody; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from zhiban.data.places import Post
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar
from zhiban.roster.leave_requests import newest_versions
from zhiban.roster.published import OnDuty, Published


@dataclass(frozen=True, slots=True)
class Opened:
    """A post that would open at a time for which the published roster has nobody."""

    post: Post
    span: Span


@dataclass(frozen=True, slots=True)
class Effects:
    """Duties whose post would be closed, and shifts that would be nobody's; in order of time."""

    closed: tuple[OnDuty, ...]
    opened: tuple[Opened, ...]

    @property
    def weeks(self) -> tuple[Week, ...]:
        """The weeks whose rosters want another look."""
        spans = [*_spans(self.closed), *(one.span for one in self.opened)]
        return tuple(sorted({Week.of(one.start.astimezone(SHANGHAI).date()) for one in spans}))


def effects(
    published: Published,
    posts: Collection[Post],
    before: WorkCalendar,
    after: WorkCalendar,
    days: Iterable[date],
    now: datetime,
) -> Effects:
    """What the change of these days does to what is published and not yet over."""
    wanted = frozenset(days)
    duties: dict[tuple[str, date], list[OnDuty]] = {}
    weeks = set()
    for version in newest_versions(published):
        weeks.add(version.week)
        for duty in version.duties:
            day = duty.span.start.astimezone(SHANGHAI).date()
            if day in wanted and duty.span.end > now:
                duties.setdefault((duty.post, day), []).append(duty)
    closed: list[OnDuty] = []
    opened: list[Opened] = []
    for day in sorted(wanted):
        if Week.of(day) not in weeks:
            continue
        for post in posts:
            here = duties.get((post.id, day), [])
            old, new = post.spans(day, before), post.spans(day, after)
            closed += [one for one in here if _meets(one.span, old) and not _meets(one.span, new)]
            opened += [
                Opened(post, span)
                for span in new
                if span.end > now and not _meets(span, old) and not _meets(span, _spans(here))
            ]
    return Effects(
        tuple(sorted(closed, key=lambda one: (one.span.start, one.post, one.role))),
        tuple(sorted(opened, key=lambda one: (one.span.start, one.post.id))),
    )


def _spans(duties: Iterable[OnDuty]) -> tuple[Span, ...]:
    return tuple(one.span for one in duties)


def _meets(span: Span, others: Iterable[Span]) -> bool:
    return any(span.overlaps(one) for one in others)
