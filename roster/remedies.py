"""What would fill a vacancy: each remedy is tried by solving its surroundings again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from time import monotonic

from zhiban.roster.facts import Facts
from zhiban.roster.part import resolved
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import Role, Shift
from zhiban.roster.proposals import PROPOSERS, Opening, Proposal, Proposer, Way, close, kept_to
from zhiban.roster.roster import Roster
from zhiban.roster.rosterfile import Remedy

TRIED = 3  # proposals of one kind tried before the kind is given up
KEPT = 2  # remedies of one kind that are told
FARTHEST = 6  # places passed on from one lawyer to the next that are looked at

Place = tuple[str, Role]


@dataclass
class Patience:
    """How long all remedies together may take, in seconds."""

    seconds: float
    started: float = field(default_factory=monotonic)

    @property
    def over(self) -> bool:
        """Whether no further remedy is to be tried."""
        return monotonic() - self.started > self.seconds


Ways = Mapping[Place, Way]


def remedies(
    facts: Facts, shift: Shift, role: Role, patience: Patience, ways: Ways | None = None
) -> tuple[Remedy, ...]:
    """Up to two of each kind that work, cheapest first; each solved again and checked."""
    return tuple(one.remedy for one in worked_out(facts, shift, role, patience, ways))


@dataclass(frozen=True)
class Tried:
    """A remedy, and the problem and roster (in `facts`) that it leads to."""

    remedy: Remedy
    facts: Facts


def worked_out(
    facts: Facts, shift: Shift, role: Role, patience: Patience, ways: Ways | None = None
) -> tuple[Tried, ...]:
    """The same with what each comes to.

    `ways` are the places from which lawyers could move up to the vacant one, nearest first.
    """
    places = ways or {(shift.id, role): ()}
    openings = [
        Opening(facts, facts.shifts[where], as_role, way)
        for (where, as_role), way in islice(places.items(), FARTHEST)
    ]
    before = sum(by_rule(facts).values())
    found: list[Tried] = []
    for propose in PROPOSERS:
        if patience.over and propose is not close:  # which needs no solving
            continue
        found += _working(
            facts, shift, role, _proposals(facts, propose, openings), before, patience
        )
    return tuple(sorted(found, key=lambda one: one.remedy.cost))


def _proposals(facts: Facts, propose: Proposer, openings: Sequence[Opening]) -> Iterator[Proposal]:
    """Direct ones; those that need a chain only where there is none."""
    for opening in openings:
        some = False
        for proposal in propose(facts, opening):
            some = True
            yield proposal
        if some:
            return


def _working(
    facts: Facts,
    shift: Shift,
    role: Role,
    proposals: Iterable[Proposal],
    before: int,
    patience: Patience,
) -> list[Tried]:
    found: list[Tried] = []
    for proposal in islice(proposals, TRIED):
        tried = _tried(facts, shift, role, proposal, before)
        found += [] if tried is None else [tried]
        if len(found) == KEPT or patience.over:
            break
    return found


def _tried(facts: Facts, shift: Shift, role: Role, proposal: Proposal, before: int) -> Tried | None:
    """The remedy if the part solved again holds more duties there and breaks nothing."""
    changed = proposal.facts
    if proposal.lawyers:
        lawyers = proposal.lawyers | {duty.lawyer for duty in facts.duties_on(shift.id)}
        part = _one_role(changed, changed.shifts[shift.id], role)
        changed = changed.with_roster(resolved(part, lawyers, shift.id))
        held = sum(duty.role == role for duty in changed.duties_on(shift.id))
        if held <= sum(duty.role == role for duty in facts.duties_on(shift.id)):
            return None
        if _breaks(changed, facts.roster):
            return None
    remedy = Remedy(
        kind=proposal.kind,
        what=proposal.what.zh,
        what_en=proposal.what.en,
        cost=sum(by_rule(changed).values()) - before,
        verified=True,
    )
    return Tried(remedy, changed)


def _one_role(facts: Facts, shift: Shift, role: Role) -> Facts:
    """Without the vacancies of the shift's other role, which would be filled first if dearer."""
    other: Role = "primary" if role == "standby" else "standby"
    held = sum(duty.role == other for duty in facts.duties_on(shift.id))
    return facts.with_problem(kept_to(facts.problem, shift, other, held))


def _breaks(changed: Facts, old: Roster) -> bool:
    """Whether anything that changed breaks a rule; the rest kept all rules and still does."""
    new = set(changed.roster) - set(old)
    touched = new | (set(old) - set(changed.roster))
    shifts, lawyers = {duty.shift for duty in touched}, {duty.lawyer for duty in touched}
    forbidden = any(
        changed.barred_by(duty.lawyer, changed.shifts[duty.shift], duty.role) for duty in new
    )
    return forbidden or any(
        True
        for rule in changed.rules
        for found in (
            *(rule.breaks_of_lawyer(changed, one, changed.duties_of(one)) for one in lawyers),
            *(rule.breaks_of_shift(changed, one, changed.duties_on(one)) for one in shifts),
        )
        for _ in found
    )
