"""Why a place is vacant: who is kept from it by which rule, and how many could serve at all."""

from __future__ import annotations

from collections.abc import Iterator

from zhiban.roster.checker import vacant
from zhiban.roster.facts import Facts
from zhiban.roster.problem import Role, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import Vacancy

DEARER = "price"  # nothing forbids it, but the roster would cost more than the vacancy


def vacancies(facts: Facts) -> Iterator[Vacancy]:
    """Every vacancy of the roster, explained."""
    for (shift_id, role_name), missing in vacant(facts).items():
        role: Role = "primary" if role_name == "primary" else "standby"
        shift = facts.shifts[shift_id]
        yield Vacancy(
            shift=shift_id,
            role=role,
            missing=missing,
            sentence="",
            sentence_en="",
            blocked=blocked(facts, shift, role),
        )


def blocked(facts: Facts, shift: Shift, role: Role) -> dict[str, int]:
    """Every lawyer once, at the first rule that keeps them from the place under this roster."""
    counts: dict[str, int] = {}
    for lawyer in facts.lawyers:
        code = why_not(facts, lawyer, shift, role)
        counts[code] = counts.get(code, 0) + 1
    return counts


def why_not(facts: Facts, lawyer: str, shift: Shift, role: Role) -> str:
    """The first rule that keeps the lawyer from the place, or `price`."""
    rule = facts.barred_by(lawyer, shift, role)
    if rule is not None:
        return rule.code
    duty = Duty(shift=shift.id, lawyer=lawyer, role=role)
    duties = (*facts.duties_of(lawyer), duty)
    on_shift = (*facts.duties_on(shift.id), duty)
    for rule in facts.rules:
        if any(True for _ in rule.breaks_of_lawyer(facts, lawyer, duties)):
            return rule.code
        if any(True for _ in rule.breaks_of_shift(facts, shift.id, on_shift)):
            return rule.code
    return DEARER
