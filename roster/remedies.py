"""What would fill a vacancy: each remedy is tried by solving its surroundings again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic

from zhiban.data.wording import Text
from zhiban.roster.checker import violations
from zhiban.roster.explain import first_bar, place_name
from zhiban.roster.facts import Facts
from zhiban.roster.part import resolved
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import Neighbour, Role, RosterProblem, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import Remedy

TRIED = 3  # lawyers tried for one kind of remedy before it is given up
FAR_MINUTES, FAR_PRICE = 60, 60


@dataclass
class Patience:
    """How long all remedies together may take, in seconds."""

    seconds: float
    started: float = field(default_factory=monotonic)

    @property
    def over(self) -> bool:
        """Whether no further remedy is to be tried."""
        return monotonic() - self.started > self.seconds


@dataclass(frozen=True)
class Proposal:
    """A changed problem, what it changes, and the lawyer it brings in (None: nobody)."""

    kind: str
    what: Text
    lawyer: str | None
    problem: RosterProblem


def remedies(facts: Facts, shift: Shift, role: Role, patience: Patience) -> tuple[Remedy, ...]:
    """The first of each kind that works, cheapest first; each solved again and checked."""
    bars: dict[str, list[str]] = {}
    for lawyer in facts.lawyers:
        rule = first_bar(facts, lawyer, shift, role)
        bars.setdefault("" if rule is None else rule.code, []).append(lawyer)
    found: list[Remedy] = []
    before = sum(by_rule(facts).values())
    for proposals in (_borrow, _leave, _cap, _close):
        for tried, proposal in enumerate(proposals(facts, shift, role, bars)):
            if patience.over or tried == TRIED:
                break
            remedy = _tried(facts, shift, role, proposal, before)
            if remedy is not None:
                found.append(remedy)
                break
    return tuple(sorted(found, key=lambda remedy: remedy.cost))


def _tried(
    facts: Facts, shift: Shift, role: Role, proposal: Proposal, before: int
) -> Remedy | None:
    """The remedy if the part solved again holds more duties there and breaks nothing."""
    changed = Facts(proposal.problem, facts.rules, facts.roster)
    if proposal.lawyer is not None:
        lawyers = {proposal.lawyer, *(d.lawyer for d in facts.duties_on(shift.id))}
        changed = changed.with_roster(resolved(changed, lawyers, shift.id))
        held = sum(duty.role == role for duty in changed.duties_on(shift.id))
        if held <= sum(duty.role == role for duty in facts.duties_on(shift.id)):
            return None
    if any(True for _ in violations(changed)):
        return None
    return Remedy(
        kind=proposal.kind,
        what=proposal.what.zh,
        what_en=proposal.what.en,
        cost=sum(by_rule(changed).values()) - before,
        verified=True,
    )


Bars = dict[str, list[str]]


def _borrow(facts: Facts, shift: Shift, role: Role, bars: Bars) -> Iterator[Proposal]:
    """Opens the post's county to the lawyers of one more county."""
    there = facts.county(facts.posts[shift.post].division)
    listed = {neighbour: minutes for (at, neighbour), minutes in _reversed(facts) if at == there}
    tried: set[str] = set()
    for lawyer in sorted(
        bars.get("division", ()),
        key=lambda one: (facts.county(facts.lawyers[one].division) not in listed, one),
    ):
        county = facts.county(facts.lawyers[lawyer].division)
        if county in tried:
            continue
        minutes = listed.get(county, FAR_MINUTES)
        step = Neighbour(division=there, neighbour=county, minutes=minutes, price=FAR_PRICE)
        problem = facts.problem.model_copy(update={"neighbours": (*facts.problem.neighbours, step)})
        opened = Facts(problem, facts.rules, facts.roster)
        if first_bar(opened, lawyer, shift, role) is not None:
            continue
        tried.add(county)
        name, home = facts.lawyers[lawyer].name, facts.divisions[county].name
        what = Text(
            f"从{home}借调{name}（约{minutes}分钟路程）",
            f"borrow {name} from {home} (about {minutes} minutes away)",
        )
        yield Proposal("borrow", what, lawyer, problem)


def _reversed(facts: Facts) -> Iterator[tuple[tuple[str, str], int]]:
    """Ways listed in the other direction only."""
    for (division, neighbour), (minutes, _) in facts.neighbours.items():
        yield (neighbour, division), minutes


def _leave(facts: Facts, shift: Shift, role: Role, bars: Bars) -> Iterator[Proposal]:
    """Moves one lawyer's leave away from the shift."""
    for lawyer in bars.get("leave", ()):
        leaves = tuple(
            leave
            for leave in facts.problem.leaves
            if leave.lawyer != lawyer or leave.end <= shift.start or shift.end <= leave.start
        )
        problem = facts.problem.model_copy(update={"leaves": leaves})
        if first_bar(Facts(problem, facts.rules, facts.roster), lawyer, shift, role) is None:
            name, place = facts.lawyers[lawyer].name, place_name(facts, shift)
            what = Text(
                f"请{name}把{place.zh}的请假改期",
                f"ask {name} to move the leave away from {place.en}",
            )
            yield Proposal("leave", what, lawyer, problem)


def _cap(facts: Facts, shift: Shift, role: Role, bars: Bars) -> Iterator[Proposal]:
    """Raises one lawyer's cap of the day, the week or the horizon by one."""
    caps: tuple[tuple[str, str, Callable[[Duty], bool]], ...] = (
        ("per_week", "周", lambda d: facts.when[d.shift].day // 7 == facts.when[shift.id].day // 7),
        ("per_horizon", "期", lambda d: True),
        ("per_day", "日", lambda d: facts.when[d.shift].day == facts.when[shift.id].day),
    )
    for field_name, word, counts in caps:
        for lawyer in bars.get(field_name, ()):
            held = sum(counts(duty) for duty in facts.duties_of(lawyer)) + 1
            lawyers = tuple(
                one.model_copy(update={field_name: held}) if one.id == lawyer else one
                for one in facts.problem.lawyers
            )
            problem = facts.problem.model_copy(update={"lawyers": lawyers})
            if held > 4 and field_name == "per_day":
                continue
            if first_bar(Facts(problem, facts.rules, facts.roster), lawyer, shift, role) is None:
                name = facts.lawyers[lawyer].name
                what = Text(
                    f"把{name}的每{word}上限提高到{held}次",
                    f"raise {name}'s cap {field_name.replace('_', ' ')} to {held}",
                )
                yield Proposal("cap", what, lawyer, problem)


def _close(facts: Facts, shift: Shift, role: Role, bars: Bars) -> Iterator[Proposal]:
    """Does without the places that nobody holds."""
    held = sum(duty.role == role for duty in facts.duties_on(shift.id))
    if role == "standby":
        changes: dict[str, object] = {"standby": held}
    else:
        changes = {"need": min(shift.need, held), "wish": None if shift.wish is None else held}
    shifts = tuple(
        one.model_copy(update=changes) if one.id == shift.id else one
        for one in facts.problem.shifts
    )
    place = place_name(facts, shift)
    what = Text(
        f"{place.zh}只开放{held}个名额" if held else f"关闭{place.zh}",
        f"keep {place.en} to {held} places" if held else f"close {place.en}",
    )
    yield Proposal("close", what, None, facts.problem.model_copy(update={"shifts": shifts}))
