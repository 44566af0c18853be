"""Published versions of the roster, and the one look-up of who is on shift."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate, groupby

from zhiban.data.places import PostKind
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.roster.problem import Role

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One lawyer's duty as published; names and firm are those of the day of publishing.

    `points` is what the duty counts for in the ledger when served: a half-day is 1, and a
    standby counts half of that. With `name_by` the place is given to the firm, which may name
    another of its lawyers before that moment; until it has `named` somebody, this is a proposal.
    """

    shift: str
    span: Span
    post: str
    post_name: str
    kind: PostKind
    division: str
    lawyer: str
    lawyer_name: str
    firm: str
    firm_name: str
    role: Role
    points: float = 1.0
    unpopular: bool = False
    name_by: datetime | None = None
    named: bool = False

    @property
    def by_firm(self) -> bool:
        """Whether the place is given to the firm, and not to the lawyer."""
        return self.name_by is not None


@dataclass(frozen=True)
class Version:
    """One immutable published roster of one week; `number` counts up within the week."""

    id: int
    week: Week
    number: int
    published_at: datetime
    duties: tuple[OnDuty, ...]

    def __post_init__(self) -> None:
        _utc(self.published_at)
        span = self.week.span
        for duty in self.duties:
            if not span.contains(duty.span.start):
                raise ValueError(
                    f"{duty.shift} starts {duty.span.start}, outside of week {self.week}: "
                    f"a shift belongs to the week in which it starts"
                )

    @cached_property
    def _timeline(self) -> tuple[list[datetime], list[tuple[OnDuty, ...]]]:
        """Instants at which the people on shift change, and who is on from each on."""
        duties = sorted((d for d in self.duties if d.span.start < d.span.end), key=_place)
        turns = [(_utc(d.span.start), i, True) for i, d in enumerate(duties)]
        turns += [(_utc(d.span.end), i, False) for i, d in enumerate(duties)]
        instants: list[datetime] = []
        people: list[tuple[OnDuty, ...]] = []
        active: set[int] = set()
        for instant, changes in groupby(sorted(turns), key=lambda turn: turn[0]):
            for _, index, begins in changes:
                (active.add if begins else active.discard)(index)
            instants.append(instant)
            people.append(tuple(duties[index] for index in sorted(active)))
        return instants, people

    @property
    def _last_end(self) -> datetime:
        instants, _ = self._timeline
        return instants[-1] if instants else _utc(self.week.span.start)

    def _on_at(self, moment: datetime) -> tuple[OnDuty, ...]:
        instants, people = self._timeline
        index = bisect_right(instants, moment) - 1
        return people[index] if index >= 0 else ()


@dataclass(frozen=True)
class _Weekly:
    """A week's versions, oldest first, with the moments from which each was in force."""

    week: Week
    begins: datetime
    versions: tuple[Version, ...]
    since: tuple[datetime, ...]

    def in_force(self, moment: datetime) -> Version | None:
        index = bisect_right(self.since, moment) - 1
        return self.versions[index] if index >= 0 else None


@dataclass(frozen=True)
class Published:
    """Every version that look-ups may need, of any weeks, in any order."""

    versions: tuple[Version, ...] = ()

    @cached_property
    def _weeks(self) -> tuple[_Weekly, ...]:
        ordered = sorted(self.versions, key=lambda v: (v.week.monday, v.number))
        weeks = []
        for _, group in groupby(ordered, key=lambda v: v.week.monday):
            versions = tuple(group)
            since = tuple(_utc(v.published_at) for v in versions)
            numbers = [v.number for v in versions]
            if len(set(numbers)) < len(numbers) or list(since) != sorted(since):
                raise ValueError(
                    f"versions of {versions[0].week} must count up as they are published; "
                    f"got numbers {numbers} at {[str(at) for at in since]}"
                )
            week = versions[0].week
            weeks.append(_Weekly(week, _utc(week.span.start), versions, since))
        return tuple(weeks)

    @cached_property
    def _begins(self) -> list[datetime]:
        return [weekly.begins for weekly in self._weeks]

    @cached_property
    def _reach(self) -> list[datetime]:
        """For each week the latest end of any shift of that week or one before it."""
        ends = (max(v._last_end for v in weekly.versions) for weekly in self._weeks)
        return list(accumulate(ends, max))

    @cached_property
    def _starting(self) -> tuple[list[datetime], list[OnDuty]]:
        """The duties that are in force at their own start, by start."""
        duties = [d for weekly in self._weeks for d in _held(weekly, lambda d: d.span.start)]
        duties.sort(key=lambda d: (d.span.start, _place(d)))
        return [_utc(d.span.start) for d in duties], duties

    @cached_property
    def _turns(self) -> list[datetime]:
        """The moments at which who is on shift may change."""
        found = {_EARLIEST, _LATEST, *self._begins}
        for weekly in self._weeks:
            found.update(weekly.since)
            for version in weekly.versions:
                found.update(version._timeline[0])
        return sorted(found)

    def _between_turns(self, moment: datetime) -> tuple[datetime, datetime]:
        """Since when, and until when, those on shift at a moment are."""
        index = bisect_right(self._turns, moment, hi=len(self._turns) - 1)
        return self._turns[index - 1], self._turns[index]

    @cached_property
    def _kept(self) -> dict[str, tuple[datetime, datetime, tuple[OnDuty, ...]]]:
        """Who was on shift when last asked, and for how long that holds."""
        return {}

    def newest(self, week: Week) -> Version | None:
        """The newest version of a week, or None where nothing was published for it."""
        index = bisect_left(self._begins, _utc(week.span.start))
        if index == len(self._weeks) or self._weeks[index].week != week:
            return None
        return self._weeks[index].versions[-1]

    def _reaching(self, moment: datetime) -> Iterator[_Weekly]:
        """The weeks that have begun and of which a shift may still run, latest first."""
        index = bisect_right(self._begins, moment) - 1
        while index >= 0 and self._reach[index] > moment:
            yield self._weeks[index]
            index -= 1


def on_shift(published: Published, at: datetime) -> tuple[OnDuty, ...]:
    """Who is on shift at a moment, by the newest version of each week published by then.

    Spans are half-open. Ordered by post, start, role (primary first) and lawyer.
    """
    moment = _utc(at)
    kept = published._kept.get("last")
    if kept is not None and kept[0] <= moment < kept[1]:
        return kept[2]
    found: tuple[OnDuty, ...] = ()
    for weekly in published._reaching(moment):
        version = weekly.in_force(moment)
        people = version._on_at(moment) if version else ()
        found = tuple(sorted(found + people, key=_place)) if found and people else found or people
    published._kept["last"] = (*published._between_turns(moment), found)
    return found


def next_on_shift(
    published: Published, after: datetime, accepts: Callable[[OnDuty], bool]
) -> OnDuty | None:
    """The earliest duty starting later than `after` that `accepts` takes, or None."""
    starts, duties = published._starting
    first = bisect_right(starts, _utc(after))
    return next((duties[i] for i in range(first, len(duties)) if accepts(duties[i])), None)


def holders_at_end(published: Published, ended: Span) -> tuple[OnDuty, ...]:
    """The duties whose shift ended within `ended`, as held at that end; ordered by end.

    A duty counts when the version in force at the end of its shift has it: whoever took a
    duty over holds it, whoever gave it away does not. For shifts still to come that is the
    newest version.
    """
    return tuple(sorted(held_at_end(published, ended), key=lambda d: (d.span.end, _place(d))))


def held_at_end(published: Published, ended: Span) -> Iterator[OnDuty]:
    """The same in no order."""
    inside = Span(_utc(ended.start), _utc(ended.end))
    for weekly in published._weeks:
        if weekly.begins < inside.end:
            yield from _held(weekly, lambda d: d.span.end, inside)


def _held(
    weekly: _Weekly, moment_of: Callable[[OnDuty], datetime], inside: Span | None = None
) -> Iterator[OnDuty]:
    """The duties of a week that stand in the version in force at their own moment."""
    for version in weekly.versions:
        for duty in version.duties:
            moment = moment_of(duty)
            if inside is not None and not inside.contains(moment):
                continue
            if duty.span.start < duty.span.end and weekly.in_force(_utc(moment)) is version:
                yield duty


def _place(duty: OnDuty) -> tuple[str, datetime, str, str, str]:
    return (duty.post, duty.span.start, duty.shift, duty.role, duty.lawyer)


def _utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at} has no time zone; moments must be aware")
    return at.astimezone(UTC)


def duties_between(published: Published, first: datetime, last: datetime) -> Iterator[OnDuty]:
    """The duties of the newest versions of the weeks from one moment to another."""
    # A shift belongs to the week in which it starts, and may have begun in the one before.
    week = Week.of((first - timedelta(days=1)).astimezone(SHANGHAI).date())
    while week.span.start < last:
        version = published.newest(week)
        if version is not None:
            yield from version.duties
        week = week.next()
