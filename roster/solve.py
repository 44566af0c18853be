"""The pipeline: first roster, bound by pricing, dive, fixing, exact step, proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.exact import Search, search
from zhiban.roster.facts import Facts
from zhiban.roster.model import Model, build
from zhiban.roster.network import first_plan, flow, start_columns
from zhiban.roster.plan import objective_of
from zhiban.roster.prices import by_rule
from zhiban.roster.pricing import ONE, Priced
from zhiban.roster.problem import RosterProblem
from zhiban.roster.relaxation import Relaxation, StoppedError
from zhiban.roster.remedies import Patience
from zhiban.roster.rosterfile import Certificate, Dual, Progress, RosterFile
from zhiban.roster.shortage import vacancies
from zhiban.roster.stars import Stars

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
VACANCY_RULES = ("cover", "online_seat", "locks")
DIRECT = 5  # open points up to which the exact step takes all columns that could matter
NEAR = 0.4  # otherwise it first takes those within that share of the open points
DIVE = 6
REMEDY_SECONDS = 10.0  # for all vacancies together, after the solve


@dataclass
class Run:
    """One solve under way: the best roster and bound so far, and when they came."""

    model: Model
    seconds: float
    on_progress: Callable[[Progress], None] | None
    stopped: Callable[[], bool] | None
    started: float
    seed: int
    stars: Stars = field(init=False)
    best: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    objective: int = 0
    priced: Priced | None = None
    proved: bool = False
    asked: bool = False
    rows: list[Progress] = field(default_factory=list)
    covered: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stars = Stars(self.model)

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds until time is up."""
        return self.seconds - self.elapsed

    def interrupted(self) -> bool:
        """Whether time is up or somebody asked to stop."""
        if self.stopped is not None and self.stopped():
            self.asked = True
        return self.asked or self.elapsed >= self.seconds

    def offer(self, chosen: Ints, stage: str) -> None:
        """Keeps the roster if it is better than the best."""
        objective = objective_of(self.model, chosen)
        if self.covered and objective >= self.objective:
            return
        self.best, self.objective = chosen, objective
        self.covered.append((self.elapsed, len(self.model.columns.arcs_of(chosen))))
        self._report(stage)

    def bounded(self, priced: Priced) -> None:
        """Takes note of a better bound."""
        self.priced = priced
        self._report("bound")

    @property
    def bound(self) -> int | None:
        """No roster costs less than this."""
        if self.proved:
            return self.objective
        return None if self.priced is None else -(-self.priced.bound // ONE)

    def _report(self, stage: str) -> None:
        row = Progress(
            seconds=round(self.elapsed, 4), objective=self.objective, bound=self.bound, stage=stage
        )
        self.rows.append(row)
        if self.on_progress is not None:
            self.on_progress(row)

    @property
    def slack(self) -> int:
        """What a better roster's columns may cost at most above their best, in 2^-20 points."""
        if self.priced is None:
            return 1 << 62
        return (self.objective - 1) * ONE - self.priced.bound

    def settle(self) -> bool:
        """Whether the best roster is proved by the bound alone."""
        self.proved = self.proved or self.slack < 0
        return self.proved


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

    Never fails for lack of lawyers: places that cannot be held come back as vacancies. Raises
    Refused only for unknown rules or parameters.
    """
    started = monotonic()
    model = build(problem)
    run = Run(model, seconds, on_progress, stopped, started, seed)
    run.offer(np.zeros(0, np.int64), "empty")
    _pipeline(run)
    return _file(run)


def _pipeline(run: Run) -> None:
    found = flow(run.model)
    run.offer(first_plan(run.model, found).chosen, "first")
    relaxation = Relaxation(run.model, run.stars, start_columns(run.model, found), run.interrupted)
    try:
        priced = relaxation.solve(run.bounded)
    except StoppedError:
        return
    if run.settle():
        return
    _dive(run, priced, relaxation.values())
    _prove(run, priced)


def _dive(run: Run, priced: Priced, value: Floats) -> None:
    """Fixes what the LP is sure of and searches the rest close to the LP."""
    fixed = np.flatnonzero(value > 0.999)
    columns, arcs = run.model.columns, run.model.arcs
    room = run.model.ground.places.room.copy()
    np.subtract.at(room, arcs.place[columns.arcs_of(fixed)], 1)
    taken = np.zeros(len(columns.group) - 1, bool)
    taken[columns.day[fixed]] = True
    full = np.logical_or.reduceat(room[arcs.place[columns.arc]] <= 0, columns.first[:-1])
    near = (priced.above <= DIVE * ONE) & ~taken[columns.day] & ~full
    how = Search(
        run.interrupted,
        lambda chosen: run.offer(chosen, "dive"),
        run.left,
        relative_gap=0.0001,
        seed=run.seed,
        fixed=fixed,
    )
    found = search(run.model, run.stars, np.flatnonzero(near), how)
    if found.chosen is not None:
        run.offer(found.chosen, "dive")


def _prove(run: Run, priced: Priced) -> None:
    """Searches what could still be better, in one or more steps, until nothing is left out.

    A roster better than the best costs at most one point less, so each of its columns lies
    within the slack; a search over all columns within it, proved, proves the whole.
    """
    reach = 0
    while not run.settle() and not run.interrupted():
        reach = run.slack if run.slack <= DIRECT * ONE or reach else int(NEAR * run.slack)
        how = Search(
            run.interrupted,
            lambda chosen: run.offer(chosen, "exact"),
            run.left,
            seed=run.seed,
            start=run.best,
        )
        found = search(run.model, run.stars, np.flatnonzero(priced.above <= reach), how)
        if found.chosen is not None:
            run.offer(found.chosen, "exact")
        if not found.proved:
            return
        if run.slack <= reach:
            run.proved = True
            run._report("proof")


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
        certificate=_certificate(run),
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


def _certificate(run: Run) -> Certificate | None:
    priced = run.priced
    if priced is None:
        return None
    rows = np.flatnonzero(priced.duals).tolist()
    stars = np.flatnonzero(priced.star_duals).tolist()
    named = [(run.model.frame.key(row), priced.duals[row]) for row in rows]
    named += [(run.stars.key(row), priced.star_duals[row]) for row in stars]
    return Certificate(
        bound=priced.bound,
        duals=tuple(Dual(rule=rule, key=key, value=int(value)) for (rule, key), value in named),
    )
