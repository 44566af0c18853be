"""A problem in, the cheapest roster out, with its proof, its vacancies and its figures."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from time import monotonic

import numpy as np

from zhiban.roster.apart import crew_for, solve_apart
from zhiban.roster.aside import Aside
from zhiban.roster.evidence import certificate
from zhiban.roster.facts import Facts
from zhiban.roster.improve import improve
from zhiban.roster.model import build
from zhiban.roster.network import first_plan, flow, start_columns
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import RosterProblem
from zhiban.roster.remedies import Patience
from zhiban.roster.rosterfile import Progress, RosterFile
from zhiban.roster.run import Run
from zhiban.roster.shortage import vacancies

VACANCY_RULES = ("cover", "online_seat", "locks")
REMEDY_SECONDS = 10.0  # for all vacancies together, after the solve


def solve(
    problem: RosterProblem,
    *,
    seconds: float = 30.0,
    workers: int = 2,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> RosterFile:
    """The cheapest roster, proved so when time allows; the best so far at any stop.

    Never fails for lack of lawyers: places that cannot be held come back as vacancies. A province
    of several cities is solved in so many processes (`workers`), anything else in this one, with
    a second thread where `workers` allows it; the roster is the same with and without.
    Raises Refused only for unknown rules or parameters.
    """
    started = monotonic()
    with crew_for(problem, workers, seed) as crew:
        model = build(problem)
        run = Run(model, seconds, on_progress, stopped, started, seed)
        run.offer(np.zeros(0, np.int64), "empty")
        apart = crew is not None and solve_apart(run, crew)
    if not apart:
        found = flow(model)
        run.offer(first_plan(model, found).chosen, "first")
        with Aside(workers) as aside:
            improve(run, start_columns(model, found), aside)
    return _file(run)


def _file(run: Run) -> RosterFile:
    seconds = run.elapsed
    roster = run.model.roster(run.best)
    facts = Facts(run.model.ground.problem, run.model.ground.rules, roster)
    prices = by_rule(facts)
    bound = run.bound if run.bound is not None else min(0, run.objective)
    vacant = sum(prices.get(code, 0) for code in VACANCY_RULES)
    return RosterFile(
        status="optimal" if run.proved else "feasible",
        objective=run.objective,
        bound=bound,
        gap=_gap(run.objective, bound, 0),
        gap_without_vacancies=_gap(run.objective, bound, vacant),
        seconds=round(seconds, 4),
        first_seconds=round(_first(run), 4),
        by_rule=prices,
        duties=roster.duties,
        vacancies=tuple(vacancies(facts, Patience(REMEDY_SECONDS))),
        certificate=None if run.priced is None else certificate(run.model, run.stars, run.priced),
        progress=tuple(run.rows),
        stopped="proof" if run.proved else "asked" if run.asked else "time",
        seed=run.seed,
        versions={name: version(name) for name in ("highspy", "ortools", "numpy")},
    )


def _gap(objective: int, bound: int, vacant: int) -> float:
    return max(0, objective - bound) / max(1, objective - vacant)


def _first(run: Run) -> float:
    """When the first roster came with as many duties held as in the best."""
    most = run.covered[-1][1]
    return next(at for at, held in run.covered if held >= most)
