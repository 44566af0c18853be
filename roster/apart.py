"""Whether a problem is solved city by city, and the processes that do it."""

from __future__ import annotations

from zhiban.roster.crew import Crew, LostError
from zhiban.roster.parting import city_of, parting
from zhiban.roster.province import Province
from zhiban.roster.run import Run

WORTH = 200_000  # day columns from which on a province is worth its processes


def solve_apart(run: Run, workers: int) -> bool:
    """Solves a province city by city in so many processes; false when that is not how to do it.

    A problem of one city, or of cities that bind each other too closely, or one of fewer day
    columns than are worth the processes, is left to one process, as is one whose process is lost
    on the way: the roster so far stays.
    """
    model = run.model
    if len(model.columns) < WORTH:
        return False
    found = parting(model, city_of(model.ground.problem))
    if found.cities < 2:
        return False
    try:
        with Crew(max(1, min(workers, found.cities)), run.seed) as crew:
            Province(run, found, crew).solve()
    except LostError:
        run.report("lost")
        return run.interrupted()
    return True
