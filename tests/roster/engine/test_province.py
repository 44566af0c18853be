"""Provinces of a few small cities, solved apart, beside the same solved as one."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest

from zhiban.roster import apart as aparts
from zhiban.roster import parting as partings
from zhiban.roster import province as provinces
from zhiban.roster.checker import check
from zhiban.roster.cities import City, Terms
from zhiban.roster.crew import Crew
from zhiban.roster.example import example
from zhiban.roster.model import Model, build
from zhiban.roster.parting import city_of, parting, parts
from zhiban.roster.plan import objective_of
from zhiban.roster.pricing import ONE
from zhiban.roster.problem import Neighbour, RosterProblem
from zhiban.roster.province import Province
from zhiban.roster.relaxation import DUAL, PRIMAL, Relaxation
from zhiban.roster.rosterfile import Progress, RosterFile
from zhiban.roster.solve import solve

SIZE: dict[str, Any] = {"lawyers": 60, "stations": 10, "seats": 8, "cities": 3}
PATIENCE = 60.0  # a busy machine takes its time to start a process


def shared_seats(seed: int = 3) -> RosterProblem:
    """Three cities whose lawyers may all hold the province's own seats."""
    problem = example(**SIZE, seed=seed)
    open_to_all = {post.id for post in problem.posts if post.division == "P"}
    assert any(shift.post in open_to_all for shift in problem.shifts)
    return problem


def shared_firm() -> RosterProblem:
    """A firm of the first city with lawyers in the second: its share is reckoned over both."""
    problem = shared_seats()
    firm = next(one.firm for one in problem.lawyers if one.division.startswith("C0"))
    moved = [one.id for one in problem.lawyers if one.division.startswith("C1")][:3]
    lawyers = tuple(
        one.model_copy(update={"firm": firm}) if one.id in moved else one for one in problem.lawyers
    )
    return problem.model_copy(update={"lawyers": lawyers})


def shared_county() -> RosterProblem:
    """Lawyers of a county of the second city help out in one of the first."""
    problem = shared_seats()
    more = Neighbour(division="C0.0", neighbour="C1.0", minutes=20, price=5)
    return problem.model_copy(update={"neighbours": (*problem.neighbours, more)})


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small provinces are solved city by city, however much their cities share."""
    monkeypatch.setattr(aparts, "WORTH", 0)
    monkeypatch.setattr(partings, "MOST_SHARED", 1.0)


def as_one(problem: RosterProblem) -> RosterFile:
    """So small a problem is not taken apart by itself."""
    file = solve(problem, seconds=60)
    assert file.status == "optimal"
    return file


def children() -> set[int]:
    """Processes started by this one that are not gone."""
    return {
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    }


def gone(pid: int) -> bool:
    """Waits until the process is gone, whoever started it."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], PATIENCE)[0])
    finally:
        os.close(handle)


@pytest.mark.parametrize("made", [shared_seats, shared_firm, shared_county])
def test_a_province_solved_apart_comes_to_the_optimum_of_the_whole(
    made: Any, apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = made()
    file = solve(problem, seconds=120)
    monkeypatch.setattr(aparts, "WORTH", 1 << 40)
    whole = as_one(problem)
    assert (file.status, file.objective) == ("optimal", whole.objective)
    checked = check(problem, file)
    assert checked.sound
    # The duals of three cities and the prices of what they share prove this for the whole.
    assert checked.certificate_bound is not None
    assert whole.objective - 200 < checked.certificate_bound <= whole.objective


def test_every_row_of_progress_holds_the_optimum_between_bound_and_objective(apart: None) -> None:
    problem = shared_seats()
    rows: list[Progress] = []
    file = solve(problem, seconds=120, on_progress=rows.append)
    assert {"first", "bound", "dive"} <= {row.stage for row in rows}
    for row in rows:
        assert row.objective is not None
        assert file.objective <= row.objective
        assert row.bound is None or row.bound <= file.objective


def test_every_city_has_a_roster_before_any_linear_programme_is_solved(apart: None) -> None:
    rows: list[Progress] = []
    file = solve(shared_seats(), seconds=120, on_progress=rows.append)
    empty, first, bound = rows[:3]
    assert [empty.stage, first.stage, bound.stage] == ["empty", "first", "bound"]
    assert first.objective is not None
    assert empty.objective is not None
    assert file.objective <= first.objective < empty.objective


def test_a_city_whose_terms_are_the_same_again_keeps_its_roster_without_a_search() -> None:
    part = parts(*_parted(shared_seats()))[0][0]
    told: list[Any] = []
    city = City(part, 1, lambda: False)
    none = np.zeros(len(part.shared), np.int64)
    terms = Terms(part.model.frame.lower[part.shared], none, none)
    city.first(terms)
    found = city.roster(terms, monotonic() + PATIENCE, told.append)
    often = len(told)
    assert often
    assert city.roster(terms, monotonic() + PATIENCE, told.append) is found
    assert len(told) == often
    city.roster(replace(terms, others=none), monotonic() + PATIENCE, told.append)
    assert len(told) > often


def test_other_prices_start_from_the_last_answer_and_other_limits_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part = parts(*_parted(shared_seats()))[0][0]
    size = len(part.shared)
    most, fewer = np.full(size, 2), np.ones(size, np.int64)
    cheap, dear = np.full(size, 5 * ONE), np.full(size, 40 * ONE)
    strategies: list[int] = []
    run = Relaxation._run

    def noted(relaxation: Relaxation) -> None:
        strategies.append(relaxation.highs.getOptionValue("simplex_strategy")[1])
        run(relaxation)

    monkeypatch.setattr(Relaxation, "_run", noted)
    warm, firsts = City(part, 1, lambda: False), []
    for prices, limits in ((cheap, most), (dear, most), (dear, fewer), (cheap, fewer)):
        strategies.clear()
        answer = warm.sell(prices, limits)
        firsts.append(strategies[0])
        fresh = City(part, 1, lambda: False).sell(prices, limits)
        assert answer is not None
        assert fresh is not None
        # Each ends within a quarter of a point of the same optimum.
        assert abs(answer.bound - fresh.bound) <= ONE // 2
    assert firsts == [DUAL, PRIMAL, DUAL, PRIMAL]


def test_the_city_with_most_points_open_is_searched_to_the_end_before_the_others(
    apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []
    still_open: list[dict[int, int]] = []
    tell, collect = Crew.tell, Crew.collect

    def noted(crew: Crew, city: int, name: str, *arguments: Any) -> None:
        told.append((name, city))
        tell(crew, city, name, *arguments)

    def answered(crew: Crew, *arguments: Any) -> dict[int, Any]:
        answers = collect(crew, *arguments)
        if told[-1][0] == "open":
            still_open.append(answers)
        return answers

    monkeypatch.setattr(Crew, "tell", noted)
    monkeypatch.setattr(Crew, "collect", answered)
    solve(shared_seats(9), seconds=120)  # prices alone do not prove this one
    searched = [city for name, city in told if name == "finish"]
    assert searched
    for round_, points in enumerate(still_open):
        order = searched[3 * round_ : 3 * round_ + 3]
        assert [points[city] for city in order] == sorted(points.values(), reverse=True)


def test_a_city_searched_to_the_end_leaves_no_shared_duty_to_the_others(
    apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A least head count over all cities binds none of them alone, and yet somebody has to serve.
    pairs: list[tuple[int, int]] = []
    rosters = Province._rosters

    def together(province: Province) -> int:
        return objective_of(province._run.model, np.sort(np.concatenate(province._held)))

    def compared(province: Province, name: str, *arguments: Any) -> None:
        before = together(province)
        rosters(province, name, *arguments)
        if name == "finish":
            pairs.append((before, together(province)))

    monkeypatch.setattr(Province, "_rosters", compared)
    solve(example(lawyers=150, stations=20, seats=8, cities=4, seed=3), seconds=120)
    assert pairs
    assert all(after <= before for before, after in pairs)


def test_what_the_first_prices_prove_is_told_at_once_and_then_what_better_ones_do(
    apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provinces, "FIRST", 1)  # one round of prices after the opening ones,
    monkeypatch.setattr(provinces, "ROUNDS", 0)  # and no more
    rows: list[Progress] = []
    solve(shared_seats(), seconds=120, on_progress=rows.append)
    bounds = [row.bound for row in rows if row.stage == "bound" and row.bound is not None]
    assert len(bounds) == 2
    assert 0 < bounds[0] < bounds[1]


def test_the_same_roster_comes_again_from_one_process_or_two(apart: None) -> None:
    problem = shared_seats(4)
    files = [solve(problem, seconds=120, workers=workers) for workers in (2, 2, 1)]
    assert files[0].duties == files[1].duties == files[2].duties
    assert files[0].certificate == files[1].certificate == files[2].certificate


def test_asked_to_stop_it_gives_its_best_and_leaves_no_process_behind(apart: None) -> None:
    problem = shared_seats()
    before = children()
    rows: list[Progress] = []
    file = solve(
        problem,
        seconds=120,
        on_progress=rows.append,
        stopped=lambda: any(row.stage == "dive" for row in rows),
    )
    assert file.stopped in ("asked", "proof")
    assert check(problem, file).sound
    assert children() == before


@pytest.mark.parametrize("stage", ["first", "bound"])
def test_when_a_process_is_killed_the_province_is_solved_as_one(stage: str, apart: None) -> None:
    problem = shared_seats()
    before = children()
    rows: list[Progress] = []

    def kill_one(row: Progress) -> None:
        if row.stage == stage and all(one.stage != stage for one in rows):
            os.kill(min(children() - before), signal.SIGKILL)
        rows.append(row)

    file = solve(problem, seconds=120, on_progress=kill_one)
    assert "lost" in {row.stage for row in rows}
    assert file.status == "optimal"
    assert check(problem, file).sound
    assert children() == before


SOLVING = """
import sys
from pathlib import Path
from zhiban.roster import apart
from zhiban.roster.problem import load_problem
from zhiban.roster.solve import solve

def tell(row):
    if row.stage == "first":
        tasks = Path("/proc/self/task").iterdir()
        print(*(task.joinpath("children").read_text() for task in tasks), flush=True)
        sys.stdin.read()

apart.WORTH = 0
solve(load_problem(Path(sys.argv[1]).read_bytes()), on_progress=tell)
"""


def test_no_process_outlives_a_solve_that_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(shared_seats().model_dump_json())
    with subprocess.Popen(
        [sys.executable, "-c", SOLVING, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        pids = [int(pid) for pid in process.stdout.readline().split()]
        process.kill()
        assert len(pids) == 2
        assert all(gone(pid) for pid in pids)


def test_each_lawyer_belongs_to_the_city_above_the_own_county() -> None:
    problem = shared_seats()
    cities = city_of(problem).tolist()
    assert cities == [int(one.division[1]) for one in problem.lawyers]


def _parted(problem: RosterProblem) -> tuple[Model, partings.Parting]:
    model = build(problem)
    return model, parting(model, city_of(problem))


def test_the_parts_hold_every_column_once_at_its_price() -> None:
    model, found = _parted(shared_seats())
    pieces = parts(model, found)
    columns = np.concatenate([names.columns for _, names in pieces])
    assert sorted(columns.tolist()) == list(range(len(model.columns)))
    for part, names in pieces:
        assert (part.model.cost == model.cost[names.columns]).all()
        own = np.arange(0, len(names.columns), 7)
        arcs = part.model.arcs.lawyer[part.model.columns.arcs_of(own)]
        whole = model.arcs.lawyer[model.columns.arcs_of(names.columns[own])]
        assert (names.lawyers[arcs] == whole).all()
    shared = np.zeros(len(model.frame), np.int64)
    for _, names in pieces:
        shared[names.rows] += 1
    assert (shared >= 1).all()
    assert (np.flatnonzero(shared > 1) == found.shared).all()


def test_what_the_cities_cost_apart_adds_up_when_they_share_nothing() -> None:
    # Without posts of the province the price of the empty roster is the sum over the cities.
    problem = shared_seats()
    own = tuple(
        post.model_copy(update={"division": post.id.split(".")[0]})
        if post.division == "P"
        else post
        for post in problem.posts
    )
    model, found = _parted(problem.model_copy(update={"posts": own}))
    assert found.cities == 3
    assert not len(found.shared)
    none = np.zeros(0, np.int64)
    costs = [objective_of(part.model, none) for part, _ in parts(model, found)]
    assert sum(costs) == objective_of(model, none)


def test_pairing_at_a_shared_seat_makes_one_city_of_all() -> None:
    # A newcomer of one city may stand beside a senior of another: that cannot be shared out.
    problem = shared_seats()
    open_to_all = {post.id for post in problem.posts if post.division == "P"}
    shifts = tuple(
        one.model_copy(update={"pairing": True, "need": 2, "wish": None})
        if one.post in open_to_all
        else one
        for one in problem.shifts
    )
    assert _parted(problem)[1].cities == 3
    assert _parted(problem.model_copy(update={"shifts": shifts}))[1].cities == 1


def test_one_city_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aparts, "WORTH", 0)
    before = children()
    seen: set[int] = set()
    problem = example(lawyers=40, stations=8, seats=3)
    file = solve(problem, seconds=60, on_progress=lambda row: seen.update(children() - before))
    assert file.status == "optimal"
    assert not seen
