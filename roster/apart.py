"""Whether a problem is solved city by city, and the processes that do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from zhiban.roster.crew import Crew, LostError
from zhiban.roster.parting import city_of, parting
from zhiban.roster.problem import RosterProblem
from zhiban.roster.province import Province
from zhiban.roster.run import Run

WORTH = 1500  # lawyers, times weeks, from which on a province is worth its processes


@contextmanager
def crew_for(problem: RosterProblem, workers: int, seed: int) -> Iterator[Crew | None]:
    """So many processes for a province, to start while its model is built; None for a city.

    None as well for a province that is not worth them.
    """
    cities = 0
    if len(problem.lawyers) * problem.weeks >= WORTH:
        cities = len(set(city_of(problem).tolist()))
    if cities < 2:
        yield None
        return
    with Crew(max(1, min(workers, cities)), seed) as crew:
        yield crew


def solve_apart(run: Run, crew: Crew) -> bool:
    """Solves a province city by city; false when that is not how to do it.

    A problem whose cities bind each other too closely is left to one process, as is one whose
    process is lost on the way: the roster so far stays.
    """
    found = parting(run.model, city_of(run.model.ground.problem))
    if found.cities < 2:
        return False
    try:
        Province(run, found, crew).solve()
    except LostError:
        run.report("lost")
        return run.interrupted()
    return True
