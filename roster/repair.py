"""After publishing: the fewest changed duties that make a roster whole again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from zhiban.roster.facts import Facts
from zhiban.roster.fewest import Clock, mended
from zhiban.roster.freedom import ALL, Freedom, known
from zhiban.roster.incidents import Absent, Incident, upset
from zhiban.roster.model import build
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import RosterProblem
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import active_rules
from zhiban.roster.shortage import vacancies
from zhiban.roster.stand_ins import StandIn, stand_ins
from zhiban.roster.standing import FILLED, standing

__all__ = ["Repaired", "StandIn", "repair", "stand_ins"]


@dataclass(frozen=True)
class Repaired:
    """The problem as it is now, its roster, and what changed against the file.

    `proved`: with the least price of vacancies, and with that the fewest changed duties;
    `cheapest`: and of all such rosters the cheapest.
    """

    problem: RosterProblem
    file: RosterFile
    gone: tuple[Duty, ...]
    come: tuple[Duty, ...]
    proved: bool
    cheapest: bool
    seconds: float


def repair(
    problem: RosterProblem,
    file: RosterFile,
    absent: Sequence[tuple[str, datetime, datetime]] = (),
    incidents: Sequence[Incident] = (),
    *,
    freedom: Freedom = ALL,
    seconds: float = 30.0,
    seed: int = 1,
) -> Repaired:
    """The roster after all that happened: fewest vacancies, then fewest changes, then cost.

    Vacancies weigh what they cost: a needed place goes before a wished one. `absent` are
    (lawyer, start, end), `end` exclusive. Raises Refused.
    """
    started = monotonic()
    happened = [*(Absent(*one) for one in absent), *incidents]
    now = upset(problem, file.roster, happened)
    model = build(now.problem)
    at = standing(model, now.roster, known(now.problem, freedom))
    found = mended(at, Clock(started, seconds, seed))
    before, after = set(file.duties), set(found.roster)
    return Repaired(
        problem=now.problem,
        file=_file(now.problem, file, found.roster),
        gone=tuple(sorted(before - after, key=lambda duty: duty.key)),
        come=tuple(sorted(after - before, key=lambda duty: duty.key)),
        proved=found.fewest,
        cheapest=found.cheapest,
        seconds=monotonic() - started,
    )


def _file(problem: RosterProblem, file: RosterFile, roster: Roster) -> RosterFile:
    """The file with the new duties: no claim is made that they are the cheapest of all."""
    facts = Facts(problem, active_rules(problem), roster)
    prices = by_rule(facts)
    objective = sum(prices.values())
    bound = min(0, objective)
    vacant = sum(prices.get(code, 0) for code in FILLED)
    return file.model_copy(
        update={
            "status": "feasible",
            "objective": objective,
            "bound": bound,
            "gap": (objective - bound) / max(1, objective),
            "gap_without_vacancies": (objective - bound) / max(1, objective - vacant),
            "by_rule": prices,
            "duties": roster.duties,
            "vacancies": tuple(vacancies(facts)),
            "certificate": None,
        }
    )
