"""After publishing: the fewest changed duties that make a roster whole again, and stand-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from zhiban.data.wording import Refused, Text
from zhiban.roster.explain import first_bar
from zhiban.roster.facts import Facts
from zhiban.roster.improve import improve
from zhiban.roster.model import Model, build
from zhiban.roster.prices import by_rule, change
from zhiban.roster.problem import Leave, Role, RosterProblem
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import active_rules
from zhiban.roster.run import Run
from zhiban.roster.shortage import vacancies

Ints = NDArray[np.int64]
CHANGE = 1 << 15  # price of one new duty: above any difference in cost that it could make
VACANT = 1 << 4  # vacancies cost that many times more still: they are filled before all else
FILLED = ("cover", "online_seat", "locks")


@dataclass(frozen=True)
class Repaired:
    """The problem as it is now, its roster, and what changed; `proved`: with the fewest changes."""

    problem: RosterProblem
    file: RosterFile
    gone: tuple[Duty, ...]
    come: tuple[Duty, ...]
    proved: bool
    seconds: float


@dataclass(frozen=True)
class StandIn:
    """Somebody who could hold a duty, and what that would cost more, by rule."""

    lawyer: str
    cost: int
    prices: dict[str, int]
    reason: Text


def repair(
    problem: RosterProblem,
    file: RosterFile,
    absent: Sequence[tuple[str, datetime, datetime]],
    *,
    seconds: float = 30.0,
    seed: int = 1,
) -> Repaired:
    """The roster with the absent replaced: fewest vacancies, then fewest new duties, then cost."""
    started = monotonic()
    known = {lawyer.id for lawyer in problem.lawyers}
    for lawyer, _, _ in absent:
        if lawyer not in known:
            raise Refused.one("absent", f"没有律师 {lawyer}", f"no lawyer {lawyer}")
    leaves = tuple(Leave(lawyer=who, start=start, end=end) for who, start, end in absent)
    now = problem.model_copy(update={"leaves": (*problem.leaves, *leaves)})
    return repaired(now, file, started=started, seconds=seconds, seed=seed)


def repaired(
    problem: RosterProblem, file: RosterFile, *, started: float, seconds: float, seed: int
) -> Repaired:
    """The least-changed roster of a problem that has changed since the file was made."""
    model = build(problem)
    old = _known_arcs(model, file.roster)
    dear = _dearer(model, old)
    run = Run(dear, seconds, None, None, started, seed)
    kept = _kept_columns(dear, old)
    run.offer(np.zeros(0, np.int64), "empty")
    run.offer(kept, "kept")
    improve(run, _near_columns(dear, old))
    roster = model.roster(run.best)
    before, after = set(file.duties), set(roster)
    return Repaired(
        problem=problem,
        file=_file(problem, file, roster),
        gone=tuple(sorted(before - after, key=lambda duty: duty.key)),
        come=tuple(sorted(after - before, key=lambda duty: duty.key)),
        proved=run.proved,
        seconds=monotonic() - started,
    )


def _known_arcs(model: Model, roster: Roster) -> NDArray[np.bool_]:
    """The arcs of duties that are still possible."""
    old = np.zeros(len(model.arcs), bool)
    for duty in roster:
        place = model.ground.place_index.get((duty.shift, duty.role))
        lawyer = model.ground.lawyer_index.get(duty.lawyer)
        if place is not None and lawyer is not None and model.arcs.at[lawyer, place] >= 0:
            old[model.arcs.at[lawyer, place]] = True
    return old


def _dearer(model: Model, old: NDArray[np.bool_]) -> Model:
    """The same model where each new duty costs CHANGE, and vacancies more than that."""
    arc_price = model.arcs.price + np.where(old, 0, CHANGE)
    new = np.add.reduceat((~old)[model.columns.arc].astype(np.int64), model.columns.first[:-1])
    steps = model.frame.steps
    rules = np.array([family.rule in FILLED for family in model.frame.families])
    family = np.searchsorted(model.frame.offset, steps.row, side="right") - 1
    price = np.where(rules[family], steps.price * CHANGE * VACANT // 1000, steps.price)
    return replace(
        model,
        arcs=replace(model.arcs, price=arc_price),
        cost=model.cost + CHANGE * new,
        frame=replace(model.frame, steps=replace(steps, price=price)),
    )


def _kept_columns(model: Model, old: NDArray[np.bool_]) -> Ints:
    """The columns of what everybody holds still."""
    columns = model.columns
    all_old = np.logical_and.reduceat(old[columns.arc], columns.first[:-1])
    size = np.where(all_old, np.diff(columns.first), 0)
    best: dict[int, int] = {}
    for column in np.flatnonzero(size).tolist():
        day = int(columns.day[column])
        if day not in best or size[column] > size[best[day]]:
            best[day] = column
    return np.array(sorted(best.values()), np.int64)


def _near_columns(model: Model, old: NDArray[np.bool_]) -> Ints:
    """Columns of old duties, and of one new duty on a place that lost its holder."""
    columns, arcs = model.columns, model.arcs
    held = np.bincount(arcs.place[old], minlength=len(model.ground.places))
    lost = held < model.ground.places.room
    new = np.add.reduceat((~old)[columns.arc].astype(np.int64), columns.first[:-1])
    helps = np.logical_or.reduceat((lost[arcs.place] & ~old)[columns.arc], columns.first[:-1])
    return np.flatnonzero((new == 0) | ((new == 1) & helps))


def _file(problem: RosterProblem, file: RosterFile, roster: Roster) -> RosterFile:
    """The file with the new duties: no claim is made that they are the cheapest."""
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


def stand_ins(facts: Facts, shift: str, role: Role = "primary") -> list[StandIn]:
    """Everybody who could take the place over as things stand, cheapest first, with reasons.

    Of several who hold the role the first one gives way; a vacant place just gets somebody.
    """
    asked = facts.shifts[shift]
    holders = [duty for duty in facts.duties_on(shift) if duty.role == role]
    gone = holders[:1] if len(holders) >= asked.places(role) else []
    without = facts.with_roster(Roster(tuple(d for d in facts.roster.duties if d not in gone)))
    found = []
    for lawyer in without.eligible(shift, role):
        held = any(duty.lawyer == lawyer for duty in holders)
        if not held and first_bar(without, lawyer, asked, role) is None:
            prices = change(facts, gone, [Duty(shift=shift, lawyer=lawyer, role=role)])
            found.append(_stand_in(facts, lawyer, prices))
    return sorted(found, key=lambda one: (one.cost, one.lawyer))


def _stand_in(facts: Facts, lawyer: str, prices: dict[str, int]) -> StandIn:
    titles = {rule.code: rule.title for rule in facts.rules}
    terms = sorted(prices.items(), key=lambda item: -abs(item[1]))[:3]
    zh = "，".join(f"{titles[code].zh}{price:+d}" for code, price in terms)
    en = ", ".join(f"{titles[code].en} {price:+d}" for code, price in terms)
    cost = sum(prices.values())
    reason = Text(f"总价{cost:+d}（{zh}）", f"{cost:+d} in all ({en})")
    return StandIn(lawyer, cost, prices, reason)
