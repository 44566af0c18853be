"""What the bureau knows that the queue decides by: register, published rosters, rules; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from zhiban.data.register import Register
from zhiban.data.timespan import Span
from zhiban.data.wording import Refused
from zhiban.data.worktime import WorkCalendar
from zhiban.queue.assignment import Reach, covers
from zhiban.queue.assignment_rules import DEFAULT_CAPACITY, Candidate, Loads
from zhiban.queue.conflicts import FirmNames
from zhiban.queue.overflow import Overflow, overflow_from, overflow_json, reach_of
from zhiban.queue.policy import DEFAULT_POLICY, Policy, policy_from, policy_json
from zhiban.queue.worked import WorkedTime
from zhiban.roster.published import OnDuty, Published, next_on_shift, on_shift


@dataclass(frozen=True, slots=True)
class Rules:
    """The bureau's settings of the queue.

    `overflow` says otherwise than `reach` for some channels, categories or lanes.
    `capacity_by_shift` is how much all lawyers of one shift of a post may hold together.
    `green_lead` is by how much the green lane goes first. What is answered, or waits for the
    citizen, and stays untouched for so long is closed.
    """

    policy: Policy = DEFAULT_POLICY
    reach: Reach = field(default_factory=Reach)
    overflow: tuple[Overflow, ...] = ()
    capacity: int = DEFAULT_CAPACITY
    capacity_by_post: Mapping[str, int] = field(default_factory=dict)
    capacity_by_shift: Mapping[str, int] = field(default_factory=dict)
    green_lead: timedelta = timedelta(hours=8)
    close_answered: timedelta = timedelta(days=7)
    close_asked_back: timedelta = timedelta(days=15)


_Seat = dict[tuple[str, str], OnDuty]
_Seats = tuple[tuple[OnDuty, ...], tuple[OnDuty, ...], dict[str, tuple[Candidate, ...]], _Seat]
"""Who is on shift, who of them on a seat, and each division's candidates as far as looked for.

Last the duties on a seat by lawyer and shift.
"""


@dataclass(frozen=True)
class Knowledge:
    """Register, published rosters and rules as of one moment."""

    register: Register
    published: Published
    rules: Rules

    @property
    def calendar(self) -> WorkCalendar:
        """The bureau's working time."""
        return self.register.calendar

    @cached_property
    def worked_time(self) -> WorkedTime:
        """On whose hours clocks count."""
        return WorkedTime.of_register(self.register)

    @cached_property
    def skills(self) -> Mapping[str, frozenset[str]]:
        """The category codes of every lawyer."""
        return {lawyer.id: lawyer.skills for lawyer in self.register.lawyers.values()}

    @cached_property
    def capacities(self) -> Mapping[str, int]:
        """The limits set for lawyers."""
        lawyers = self.register.lawyers.values()
        return {one.id: one.capacity for one in lawyers if one.capacity is not None}

    @cached_property
    def firm_names(self) -> FirmNames:
        """By what a firm is known in the name of another party."""
        return FirmNames(self.register.firms.values())

    def loads(
        self,
        open: Mapping[str, int],
        last: Mapping[str, datetime],
        by_shift: Mapping[str, int] | None = None,
    ) -> Loads:
        """What lawyers, and shifts together, hold, with how much they may."""
        rules = self.rules
        limits = (self.capacities, rules.capacity_by_post, rules.capacity)
        counted = {} if by_shift is None else by_shift
        return Loads(open, last, *limits, counted, rules.capacity_by_shift)

    def reach(self, channel: str, category: str | None, green: bool) -> Reach:
        """How far such questions go beyond the seat of their own county, and when."""
        if not self.rules.overflow:
            return self.rules.reach
        key = (channel, category, green)
        if key not in self._reaches:
            usual = self.rules.reach
            shares = reach_of(self.rules.overflow, *key)
            self._reaches[key] = Reach(
                shares.get("city", usual.city_after),
                shares.get("neighbours", usual.neighbours_after),
            )
        return self._reaches[key]

    @cached_property
    def _reaches(self) -> dict[tuple[str, str | None, bool], Reach]:
        return {}

    @cached_property
    def nearest_overflow(self) -> float:
        """The smallest share of its clock at which any question goes to neighbours."""
        own = [row.after for row in self.rules.overflow if row.to == "neighbours"]
        return min([self.rules.reach.neighbours_after, *own])

    @cached_property
    def _covering(self) -> dict[str, tuple[str, ...]]:
        return {}

    def covering(self, division: str) -> tuple[str, ...]:
        """Whose seats answer for a division: its county, its city, neighbours by distance."""
        if division not in self._covering:
            self._covering[division] = self.register.covering_divisions(division)
        return self._covering[division]

    def city(self, division: str) -> str:
        """The city of a division."""
        if division not in self._cities:
            self._cities[division] = self.register.city_of(division)
        return self._cities[division]

    @cached_property
    def _cities(self) -> dict[str, str]:
        return {}

    def near(self, division: str) -> tuple[str, ...]:
        """The divisions that answer without being neighbours: the county and the city."""
        if division not in self._near:
            both = (self.covering(division)[0], self.city(division))
            self._near[division] = tuple(dict.fromkeys(both))
        return self._near[division]

    @cached_property
    def _near(self) -> dict[str, tuple[str, ...]]:
        return {}

    def lawyer_name(self, lawyer: str) -> str:
        """The name of a lawyer; of one who has left, as last published, else the id."""
        found = self.register.lawyers.get(lawyer)
        return found.name if found else self._published_names.get(lawyer, lawyer)

    def firm_name(self, firm: str) -> str:
        """The name of a firm; of one that has gone, its id."""
        found = self.register.firms.get(firm)
        return found.name if found else self._published_names.get(firm, firm)

    @cached_property
    def _published_names(self) -> Mapping[str, str]:
        duties = [duty for version in self.published.versions for duty in version.duties]
        firms = {duty.firm: duty.firm_name for duty in duties}
        return firms | {duty.lawyer: duty.lawyer_name for duty in duties}

    def on_seat(self, at: datetime) -> tuple[OnDuty, ...]:
        """Who is on shift at a seat, and so can be given questions.

        Between two turns of shifts it is the same tuple again.
        """
        people = on_shift(self.published, at)
        kept = self._seats.get("last")
        if kept is None or kept[0] is not people:
            seated = _on_seats(people)
            by_holder = {(d.lawyer, d.shift): d for d in reversed(seated)}
            kept = self._seats["last"] = (people, seated, {}, by_holder)
        return kept[1]

    def pools(self, seated: tuple[OnDuty, ...]) -> dict[str, tuple[Candidate, ...]]:
        """Where to keep each division's candidates among them, until the shifts turn."""
        kept = self._seats.get("last")
        return {} if kept is None or kept[1] is not seated else kept[2]

    def seat_of(self, lawyer: str, shift: str, at: datetime) -> OnDuty | None:
        """The duty on a seat that a lawyer has of a shift then."""
        self.on_seat(at)
        return self._seats["last"][3].get((lawyer, shift))

    @cached_property
    def _seats(self) -> dict[str, _Seats]:
        return {}

    def present_until(self, duty: OnDuty) -> datetime:
        """Until when the lawyer of a duty is on shift without a break."""
        key = (duty.shift, duty.lawyer)
        if key not in self._present:
            until = duty.span.end
            while later := [
                d.span.end
                for d in _on_seats(on_shift(self.published, until))
                if d.lawyer == duty.lawyer
            ]:
                until = max(later)
            self._present[key] = until
        return self._present[key]

    @cached_property
    def _present(self) -> dict[tuple[str, str], datetime]:
        return {}

    def next_covering(self, division: str, after: datetime) -> OnDuty | None:
        """The next published shift, later than `after`, that answers for a division."""
        near = self.near(division)
        return next_on_shift(self.published, after, lambda duty: covers(near, duty))

    def had_shift(self, division: str, during: Span) -> bool:
        """Whether, by the published rosters, somebody who covers a division was on shift then."""
        near = self.near(division)
        if any(covers(near, duty) for duty in on_shift(self.published, during.start)):
            return True
        coming = self.next_covering(division, during.start)
        return coming is not None and coming.span.start < during.end


def _on_seats(people: tuple[OnDuty, ...]) -> tuple[OnDuty, ...]:
    return tuple(one for one in people if one.kind == "seat" and one.role == "primary")


def rules_from(value: Any) -> Rules:
    """The rules of a setting's JSON value, missing ones as usual; raises Refused."""
    usual = Rules()
    known = set(rules_json(usual))
    if not isinstance(value, Mapping) or not value.keys() <= known:
        raise Refused.one(
            "queue",
            f"应为对象，可用的项：{'、'.join(sorted(known))}",
            f"an object with these fields is expected: {', '.join(sorted(known))}",
        )
    return Rules(
        policy=policy_from(value["policy"]) if "policy" in value else usual.policy,
        reach=Reach(
            _number(value, "city_after", usual.reach.city_after),
            _number(value, "neighbours_after", usual.reach.neighbours_after),
        ),
        capacity=int(_number(value, "capacity", usual.capacity)),
        capacity_by_post=_by_post(value, "capacity_by_post"),
        capacity_by_shift=_by_post(value, "capacity_by_shift"),
        overflow=overflow_from(value.get("overflow", [])),
        green_lead=_hours(value, "green_lead_hours", usual.green_lead),
        close_answered=_hours(value, "close_answered_hours", usual.close_answered),
        close_asked_back=_hours(value, "close_asked_back_hours", usual.close_asked_back),
    )


def rules_json(rules: Rules) -> dict[str, Any]:
    """The JSON value of the rules."""
    hour = timedelta(hours=1)
    return {
        "policy": policy_json(rules.policy),
        "city_after": rules.reach.city_after,
        "neighbours_after": rules.reach.neighbours_after,
        "capacity": rules.capacity,
        "overflow": overflow_json(rules.overflow),
        "capacity_by_post": dict(rules.capacity_by_post),
        "capacity_by_shift": dict(rules.capacity_by_shift),
        "green_lead_hours": rules.green_lead / hour,
        "close_answered_hours": rules.close_answered / hour,
        "close_asked_back_hours": rules.close_asked_back / hour,
    }


def _number(value: Mapping[str, Any], field: str, usual: float) -> float:
    number = value.get(field, usual)
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 1e9:
        raise Refused.one(field, "须为0至十亿之间的数", "a number from 0 to 10^9 is expected")
    return float(number)


def _hours(value: Mapping[str, Any], field: str, usual: timedelta) -> timedelta:
    return timedelta(hours=_number(value, field, usual / timedelta(hours=1)))


def _by_post(value: Mapping[str, Any], field: str) -> Mapping[str, int]:
    posts = value.get(field, {})
    if not isinstance(posts, Mapping):
        raise Refused.one(
            field, "应为岗位编号到件数的对象", "an object of posts and numbers is expected"
        )
    return {str(post): int(_number(posts, post, 0)) for post in posts}
