"""Vacancies in words: the smallest group of places that has too few lawyers, with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhiban.data.wording import Text
from zhiban.roster.checker import vacant
from zhiban.roster.explain import DAYS, WEEKDAYS, blocked, place_name
from zhiban.roster.facts import Facts
from zhiban.roster.problem import Role
from zhiban.roster.remedies import Patience, remedies
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import Vacancy

Place = tuple[str, Role]
WIDEST = 200  # places looked at before the shortage is called city-wide


@dataclass(frozen=True)
class Shortage:
    """Places that compete for the same lawyers, and how many of them stay vacant."""

    places: frozenset[Place]
    lawyers: frozenset[str]
    needed: int
    missing: int


def vacancies(facts: Facts, patience: Patience | None = None) -> Iterator[Vacancy]:
    """Every vacancy: the sentence, who is blocked by what and, given patience, what would help."""
    missing = vacant(facts)
    for (shift_id, role_name), count in missing.items():
        role: Role = "standby" if role_name == "standby" else "primary"
        shift = facts.shifts[shift_id]
        sentence = words(facts, shortage(facts, (shift_id, role)))
        yield Vacancy(
            shift=shift_id,
            role=role,
            missing=count,
            sentence=sentence.zh,
            sentence_en=sentence.en,
            blocked=blocked(facts, shift, role),
            remedies=remedies(facts, shift, role, patience) if patience else (),
        )


def shortage(facts: Facts, place: Place) -> Shortage:
    """All places that could pass a lawyer on to this one, along who could take whose place.

    From the vacant place to every lawyer who may hold it, from each of them to what they hold in
    its stead (at that time, or, at a cap, that day or week): the cut of the network behind it.
    """
    places, lawyers = {place}, set[str]()
    todo = [place]
    while todo and len(places) < WIDEST:
        shift, role = todo.pop()
        for lawyer in facts.eligible(shift, role):
            lawyers.add(lawyer)
            for duty in _in_its_stead(facts, lawyer, shift, role):
                if (duty.shift, duty.role) not in places:
                    places.add((duty.shift, duty.role))
                    todo.append((duty.shift, duty.role))
    needed = sum(facts.shifts[shift].places(role) for shift, role in places)
    held = sum((duty.shift, duty.role) in places for duty in facts.roster)
    return Shortage(frozenset(places), frozenset(lawyers), needed, needed - held)


def _in_its_stead(facts: Facts, lawyer: str, shift: str, role: Role) -> Iterator[Duty]:
    """Duties of the lawyer each of which, once given up, would leave room for the place."""
    held = facts.duties_of(lawyer)
    wanted = Duty(shift=shift, lawyer=lawyer, role=role)
    for duty in held:
        rest = [one for one in held if one != duty]
        if not _breaks(facts, lawyer, [*rest, wanted]):
            yield duty


def _breaks(facts: Facts, lawyer: str, duties: list[Duty]) -> bool:
    return any(True for rule in facts.rules for _ in rule.breaks_of_lawyer(facts, lawyer, duties))


def words(facts: Facts, short: Shortage) -> Text:
    """One sentence with names and numbers."""
    where = _where(facts, short)
    most = short.needed - short.missing
    if not short.lawyers:
        return Text(
            f"{where.zh}需要{short.needed}人，没有一位律师符合条件，缺{short.missing}班",
            f"{where.en} needs {short.needed}; no lawyer may serve; {short.missing} missing",
        )
    return Text(
        f"{where.zh}需要{short.needed}人，可值班的只有{len(short.lawyers)}位律师，"
        f"最多{most}班，缺{short.missing}班",
        f"{where.en} needs {short.needed}; lawyers who may serve: only {len(short.lawyers)}, "
        f"at most {most} duties; {short.missing} missing",
    )


def _where(facts: Facts, short: Shortage) -> Text:
    """The one place, or the divisions and days of all of them."""
    if len(short.places) == 1:
        return place_name(facts, facts.shifts[next(iter(short.places))[0]])
    codes = sorted({facts.county(facts.post(shift).division) for shift, _ in short.places})
    days = sorted({facts.when[shift].date for shift, _ in short.places})
    names = [facts.divisions[code].name for code in codes]
    zh = "、".join(names[:3]) + ("等地" if len(names) > 3 else "")
    en = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    if len(days) > 3:
        return Text(f"{zh}本期{len(days)}天", f"{en}, {len(days)} days")
    weekdays = [day.weekday() for day in days]
    return Text(
        zh + "、".join(WEEKDAYS[day] for day in weekdays),
        f"{en} on " + ", ".join(DAYS[day] for day in weekdays),
    )
