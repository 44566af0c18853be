"""Made-up problems of any size, planted around a roster that covers every place."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from zhiban.data.wording import Refused
from zhiban.roster.example_people import people_of, preferences_of
from zhiban.roster.example_places import places_of
from zhiban.roster.facts import Facts
from zhiban.roster.problem import ROLES, Lock, Role, RosterProblem, Shift
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rules import active_rules

MOST_WEEKS = 13


def example(
    *,
    lawyers: int = 600,
    stations: int = 75,
    seats: int = 8,
    cities: int = 1,
    weeks: int = 1,
    seed: int = 1,
    short: bool = False,
) -> RosterProblem:
    """A problem of that size (per city), coverable by construction unless `short`.

    With several cities a tenth of the seats belong to the province and may be filled from any.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise Refused.one(
            "weeks", f"须在1至{MOST_WEEKS}之间，现为{weeks}", f"1 to {MOST_WEEKS}, not {weeks}"
        )
    return planted(
        lawyers=lawyers,
        stations=stations,
        seats=seats,
        cities=cities,
        weeks=weeks,
        seed=seed,
        short=short,
    )[0]


def planted(
    *, lawyers: int, stations: int, seats: int, cities: int, weeks: int, seed: int, short: bool
) -> tuple[RosterProblem, Roster]:
    """The problem and the roster it was planted around."""
    random = Random(seed)  # noqa: S311 # made-up data, nothing secret
    bare = places_of(random, stations=stations, seats=seats, cities=cities, weeks=weeks)
    bare = people_of(random, bare, lawyers=lawyers, cities=cities)
    problem, roster, spare = _plant(random, bare)
    free = Roster.of([*roster, *spare])  # whom no leave may take from what is planted
    problem = preferences_of(random, problem, free, short=short)
    locks = random.sample(roster.duties, min(len(roster), 5 * cities * weeks))
    if short:
        return problem, roster
    locked = tuple(Lock(lawyer=d.lawyer, shift=d.shift, role=d.role) for d in locks)
    return problem.model_copy(update={"locks": locked}), roster


def _plant(random: Random, problem: RosterProblem) -> tuple[RosterProblem, Roster, list[Duty]]:
    """Gives every place to somebody who may hold it; a place nobody can hold is taken away.

    For each duty given to a firm a colleague, too, whom the firm could name.
    """
    facts = Facts(problem, active_rules(problem))
    pools = _pools(facts)
    held: dict[str, list[Duty]] = {}
    duties: list[Duty] = []
    shifts: dict[str, Shift] = {shift.id: shift for shift in problem.shifts}
    slots: list[Duty] = []
    for shift in random.sample(problem.shifts, len(problem.shifts)):
        if shift.by_firm:
            facts = facts.with_roster(Roster.of(slots))
        mates: list[Duty] = []
        for role in ROLES:
            given = 0
            for _ in range(shift.places(role)):
                duty = _pick(random, facts, pools[shift.id], shift, role, held, mates)
                if duty is not None:
                    mates.append(duty)
                    held.setdefault(duty.lawyer, []).append(duty)
                    given += 1
            shifts[shift.id] = _shrunk(shifts[shift.id], role, given)
        duties += mates
        slots += mates if shift.by_firm else ()
    kept = tuple(shifts[shift.id] for shift in problem.shifts)
    spare = [
        colleague for duty in slots for colleague in _colleagues(random, facts, duty, members=1)
    ]
    return problem.model_copy(update={"shifts": kept}), Roster.of(duties), spare


def _colleagues(random: Random, facts: Facts, duty: Duty, *, members: int) -> Iterator[Duty]:
    """So many others of the firm who may hold the shift."""
    firm, shift = facts.lawyers[duty.lawyer].firm, facts.shifts[duty.shift]
    others = [
        one
        for one in facts.members[firm]
        if one != duty.lawyer and facts.may(one, shift, duty.role)
    ]
    for lawyer in random.sample(others, min(members, len(others))):
        yield Duty(shift=shift.id, lawyer=lawyer, role=duty.role)


def _pools(facts: Facts) -> dict[str, list[str]]:
    """Lawyers of the post's county (of all counties for a city's post), by shift."""
    by_county: dict[str, list[str]] = {}
    for lawyer in facts.problem.lawyers:
        for division in facts.line(lawyer.division):
            by_county.setdefault(division, []).append(lawyer.id)
    return {
        shift.id: by_county.get(facts.post(shift.id).division, []) for shift in facts.problem.shifts
    }


def _pick(
    random: Random,
    facts: Facts,
    pool: list[str],
    shift: Shift,
    role: Role,
    held: dict[str, list[Duty]],
    mates: list[Duty],
) -> Duty | None:
    for lawyer in random.sample(pool, len(pool)):
        duty = Duty(shift=shift.id, lawyer=lawyer, role=role)
        if facts.barred_by(lawyer, shift, role) is None and _fits(
            facts, duty, held.get(lawyer, []), mates
        ):
            return duty
    return None


def _fits(facts: Facts, duty: Duty, own: list[Duty], mates: list[Duty]) -> bool:
    together, on_shift = [*own, duty], [*mates, duty]
    return not any(
        True
        for rule in facts.rules
        for found in (
            rule.breaks_of_lawyer(facts, duty.lawyer, together),
            rule.breaks_of_shift(facts, duty.shift, on_shift),
        )
        for _ in found
    )


def _shrunk(shift: Shift, role: Role, given: int) -> Shift:
    if role == "standby":
        return shift.model_copy(update={"standby": given})
    wish = shift.wish if shift.wish is None or given > min(shift.need, given) else None
    need = min(shift.need, given)
    return shift.model_copy(update={"need": need, "wish": None if wish is None else given})
