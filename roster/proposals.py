"""What could fill a vacancy: moved leave, raised caps, borrowed lawyers, or doing without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from zhiban.data.wording import Text, counted
from zhiban.roster.explain import first_bar, place_name
from zhiban.roster.facts import Facts
from zhiban.roster.prices import change
from zhiban.roster.problem import Leave, Neighbour, Role, RosterProblem, Shift
from zhiban.roster.roster import Duty

RANKED = 40  # lawyers whose price is reckoned, to try the cheapest first
FAR_MINUTES, FAR_PRICE = 60, 60
CAPS = (("per_week", "周"), ("per_horizon", "期"), ("per_day", "日"))
Way = Sequence[str]  # lawyers who each take over from the next one, the vacancy's taker first


@dataclass(frozen=True)
class Proposal:
    """A changed problem under the old roster, what it changes, and whose duties to solve again."""

    kind: str
    what: Text
    facts: Facts
    lawyers: frozenset[str]


@dataclass(frozen=True)
class Opening:
    """A place that somebody could take, and who would move up from it to the vacant one."""

    facts: Facts
    shift: Shift
    role: Role
    way: Way

    def barred_only_by(self, code: str) -> list[str]:
        """Lawyers whom that rule alone keeps from the place, cheapest first."""
        facts, shift, role = self.facts, self.shift, self.role
        rest = facts.with_rules([rule for rule in facts.rules if rule.code != code])
        found = [
            lawyer
            for lawyer in self._first_bars.get(code, ())
            if first_bar(rest, lawyer, shift, role) is None
        ]
        prices = {
            lawyer: sum(change(facts, [], [Duty(shift.id, lawyer, role)]).values())
            for lawyer in found[:RANKED]
        }
        return sorted(prices, key=lambda lawyer: (prices[lawyer], lawyer))

    @cached_property
    def _first_bars(self) -> Mapping[str, Sequence[str]]:
        """Lawyers by the rule that bars them first, those who would move up left aside."""
        bars: dict[str, list[str]] = {}
        for lawyer in self.facts.lawyers:
            if lawyer not in self.way:
                rule = first_bar(self.facts, lawyer, self.shift, self.role)
                bars.setdefault("" if rule is None else rule.code, []).append(lawyer)
        return bars


def kept_to(problem: RosterProblem, shift: Shift, role: Role, held: int) -> RosterProblem:
    """The problem with no more places of the role than are held."""
    if role == "standby":
        change: dict[str, object] = {"standby": min(shift.standby, held)}
    else:
        wish = None if shift.wish is None else min(shift.wish, held)
        change = {"need": min(shift.need, held), "wish": wish}
    own = shift.model_copy(update=change)
    shifts = tuple(own if one.id == shift.id else one for one in problem.shifts)
    return problem.model_copy(update={"shifts": shifts})


def _passing_on(facts: Facts, opening: Opening) -> Text:
    """Who moves up when the place is not the vacant one itself."""
    names = [facts.lawyers[lawyer].name for lawyer in opening.way]
    if not names:
        return Text("", "")
    return Text(
        f"（由{'、'.join(names)}依次调班补上）", f" ({', '.join(names)} would move up in turn)"
    )


def _proposal(facts: Facts, opening: Opening, kind: str, lawyer: str, what: Text) -> Proposal:
    more = _passing_on(facts, opening)
    text = Text(what.zh + more.zh, what.en + more.en)
    return Proposal(kind, text, facts, frozenset({lawyer, *opening.way}))


def leave(facts: Facts, opening: Opening) -> Iterator[Proposal]:
    """Moves one lawyer's leave away from the shift; what is before and after it stays."""
    shift = opening.shift
    for lawyer in opening.barred_only_by("leave"):
        leaves = tuple(
            part
            for leave in facts.problem.leaves
            for part in (_around(leave, shift) if leave.lawyer == lawyer else (leave,))
        )
        problem = facts.problem.model_copy(update={"leaves": leaves})
        name, place = facts.lawyers[lawyer].name, place_name(facts, shift)
        what = Text(
            f"请{name}把{place.zh}的请假改期",
            f"ask {name} to move the leave away from {place.en}",
        )
        changed = facts.with_problem(problem, "leaves")
        yield _proposal(changed, opening, "leave", lawyer, what)


def _around(leave: Leave, shift: Shift) -> Iterator[Leave]:
    """What is left of a leave outside of the shift."""
    if leave.end <= shift.start or shift.end <= leave.start:
        yield leave
        return
    if leave.start < shift.start:
        yield leave.model_copy(update={"end": shift.start})
    if shift.end < leave.end:
        yield leave.model_copy(update={"start": shift.end})


def cap(facts: Facts, opening: Opening) -> Iterator[Proposal]:
    """Raises one lawyer's cap of the week, the horizon or the day by what is lacking."""
    for code, word in CAPS:
        for lawyer in opening.barred_only_by(code):
            held = _held(facts, code, lawyer, opening.shift) + 1
            if held > 4 and code == "per_day":
                continue
            lawyers = tuple(
                one.model_copy(update={code: held}) if one.id == lawyer else one
                for one in facts.problem.lawyers
            )
            problem = facts.problem.model_copy(update={"lawyers": lawyers})
            name = facts.lawyers[lawyer].name
            what = Text(
                f"把{name}的每{word}上限提高到{held}次",
                f"raise {name}'s cap {code.replace('_', ' ')} to {held}",
            )
            yield _proposal(facts.with_problem(problem), opening, "cap", lawyer, what)


def _held(facts: Facts, code: str, lawyer: str, shift: Shift) -> int:
    """Duties that count to the cap, beside the shift."""
    day, days = (
        facts.when[shift.id].day,
        [facts.when[duty.shift].day for duty in facts.duties_of(lawyer)],
    )
    if code == "per_day":
        return days.count(day)
    return sum(one // 7 == day // 7 for one in days) if code == "per_week" else len(days)


def borrow(facts: Facts, opening: Opening) -> Iterator[Proposal]:
    """Opens the post's county to the lawyers of one more county, each county once."""
    there = facts.county(facts.posts[opening.shift.post].division)
    back = {near: minutes for (near, at), (minutes, _) in facts.neighbours.items() if at == there}
    lawyers = opening.barred_only_by("division")
    counties = {lawyer: facts.county(facts.lawyers[lawyer].division) for lawyer in lawyers}
    first = {county: lawyer for lawyer, county in reversed(counties.items())}
    for county, lawyer in sorted(first.items(), key=lambda item: item[0] not in back):
        minutes = back.get(county, FAR_MINUTES)
        step = Neighbour(division=there, neighbour=county, minutes=minutes, price=FAR_PRICE)
        problem = facts.problem.model_copy(update={"neighbours": (*facts.problem.neighbours, step)})
        name, home = facts.lawyers[lawyer].name, facts.divisions[county].name
        what = Text(
            f"从{home}借调{name}（约{minutes}分钟路程）",
            f"borrow {name} from {home} (about {minutes} minutes away)",
        )
        changed = facts.with_problem(problem, "neighbours")
        yield _proposal(changed, opening, "borrow", lawyer, what)


def close(facts: Facts, opening: Opening) -> Iterator[Proposal]:
    """Does without the places of the vacant shift itself that nobody holds."""
    if opening.way:
        return
    shift, role = opening.shift, opening.role
    held = sum(duty.role == role for duty in facts.duties_on(shift.id))
    place = place_name(facts, shift)
    what = Text(
        f"{place.zh}只开放{held}个名额" if held else f"关闭{place.zh}",
        f"keep {place.en} to {counted(held, 'place', 'places')}" if held else f"close {place.en}",
    )
    problem = kept_to(facts.problem, shift, role, held)
    yield Proposal("close", what, facts.with_problem(problem, "seat_days", "slots"), frozenset())


Proposer = Callable[[Facts, Opening], Iterator[Proposal]]
PROPOSERS: tuple[Proposer, ...] = (close, leave, cap, borrow)
