"""The pieces of the roster benchmark work at tiny sizes."""

from __future__ import annotations

import runpy
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from roster_bench import afterwards, alone, leaving_out, prototype, runs
from roster_bench.memory import Memory
from roster_bench.plot import plotted
from roster_bench.runs import Measurement, measured

from zhiban.roster.checker import check
from zhiban.roster.example import example
from zhiban.roster.rosterfile import Progress

ENDLESS = 1e6  # no run of the suite ends by its time
SIZE = ["--lawyers", "25", "--stations", "4", "--seats", "3", "--seconds", str(ENDLESS)]
BENCH = str(Path(__file__).parents[3] / "scripts" / "bench_roster.py")


@pytest.fixture(scope="module")
def one() -> Measurement:
    problem = example(lawyers=25, stations=4, seats=3, seed=1)
    return measured("1", problem, seconds=ENDLESS)


def test_a_measurement_is_checked_and_says_when_and_how_much(one: Measurement) -> None:
    assert one.checked.sound
    assert 0 <= one.file.first_seconds <= one.file.seconds <= one.call
    assert one.file.first_seconds <= one.near <= one.file.seconds
    assert 0.01 < one.memory < 8
    assert "sound" in one.row()
    assert one.row().count("|") == runs.HEAD.splitlines()[0].count("|")
    assert "1 proved" in runs.summary([one])


def test_near_and_gap_are_read_off_the_progress(one: Measurement) -> None:
    # bound 1000 at the end: 1002 is 0.2 % away, 1003 is not; at 2.5 s 1003 is open against 900
    rows = [(1.0, 5000, None), (2.0, 1003, 900), (3.0, 1002, 990), (4.0, 1000, 1000)]
    progress = tuple(
        Progress(seconds=at, objective=cost, bound=bound, stage="x") for at, cost, bound in rows
    )
    file = one.file.model_copy(update={"progress": progress, "bound": 1000, "objective": 1000})
    made = Measurement("x", one.problem, file, one.checked, 4.0, 4.0, 0.1, 0.1)
    assert made.near == 3.0
    assert made.gap_at(2.5) == 103 / 1003
    assert made.gap_at(1.0) == 1.0  # no bound yet
    assert made.gap_at(9.0) == 0.0


@pytest.mark.parametrize("solver", [*alone.SOLVERS][:2])
def test_each_solver_alone_proves_the_same_optimum(one: Measurement, solver: str) -> None:
    found = alone.SOLVERS[solver](one.problem, ENDLESS)
    assert found.proved
    assert found.objective == one.file.objective
    assert found.roster is not None
    assert 0 < found.building < found.seconds
    assert alone.agrees(one, found)


def test_each_solver_alone_has_its_line(one: Measurement) -> None:
    lines = [line for line, sound in alone.compared([one], 0.5) if sound]
    columns = alone.HEAD.splitlines()[0].count("|")
    assert [line.count("|") for line in lines[1:-1]] == [columns] * len(alone.SOLVERS)
    assert lines[-1].count("times as long") == len(alone.SOLVERS)


def test_a_solver_that_says_something_else_is_told_wrong(one: Measurement) -> None:
    found = alone.SOLVERS["HiGHS alone, by MathOpt"](one.problem, ENDLESS)
    lying = type(found)(found.roster, (found.objective or 0) - 1, True, 1.0, 0.1)
    assert not alone.agrees(one, lying)


def test_rules_left_out_are_missed_or_not_by_the_checker_alone(one: Measurement) -> None:
    rows = list(leaving_out.left_out(one.problem, one.file, seconds=ENDLESS))
    missed = {row.rule.code for row in rows if row.binds}
    # these bind in every example, however small
    assert {"skill", "division", "cover", "fairness", "per_week"} <= missed
    assert all(row.others == 0 for row in rows)
    assert {line.row().count("|") for line in rows} == {7}


def test_vacancies_are_explained_and_repairs_checked() -> None:
    problem = example(lawyers=12, stations=3, seats=2, seed=1, short=True)
    short = measured("1", problem, seconds=ENDLESS)
    lines = [*afterwards.explained(short), *afterwards.repaired(short, 2)]
    assert [sound for _, sound in lines] == [True, True]
    missing = sum(vacancy.missing > 0 for vacancy in short.file.vacancies)
    assert lines[0][0].startswith(f"| 1 | {missing} | {missing} | {missing} |")


def test_the_picture_is_sound_and_ends_in_cost_and_bound(one: Measurement) -> None:
    root = ET.fromstring(plotted(one.file, "a & b"))
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a & b", "cost", "bound", f"{one.file.objective:,}", "0 s"} <= set(texts)
    lines = [*root.iter("{http://www.w3.org/2000/svg}polyline")]
    assert len(lines) == 2


def test_memory_counts_what_was_held_in_between() -> None:
    with Memory() as before:
        pass
    with Memory() as after:
        held = b"x" * 200_000_000
    assert len(held) == 200_000_000
    assert after.peak - before.peak > 0.15


def test_a_prototype_runs_beside_on_its_own_instance(tmp_path: Path) -> None:
    (tmp_path / "maker.py").write_text(MAKER, encoding="utf-8")
    (tmp_path / "finder.py").write_text(FINDER, encoding="utf-8")
    (found,) = prototype.beside(tmp_path, [7], ENDLESS)
    assert found.figures == {"t": 0.5, "tdive": 0.25, "obj": 7, "proved": True, "ok": True}
    assert check(found.ours.problem, found.ours.file).sound
    # the station's two places on Monday go to the two lawyers who are not on leave then, and
    # who may: the own county's, and the one's of the county after it
    served = {(duty.shift, duty.lawyer) for duty in found.ours.file.duties}
    assert served == {("0", "L0"), ("0", "L1"), ("1", "L0")}
    assert found.ratio == found.ours.file.seconds / 0.5
    assert found.row().count("|") == prototype.HEAD.splitlines()[0].count("|")
    assert "Median ratio" in prototype.told([found])


MAKER = """
from dataclasses import dataclass

@dataclass(slots=True)
class Law:
    id: int; cty: int; firm: int; on: bool; senior: bool; newc: bool; mx: int; daycap: int
    gap: bool; h: int; hu: int; leave: set; dis: set; want: set

@dataclass(slots=True)
class Shift:
    id: int; site: int; cty: int; d: int; t: int; kind: str; dem: int; standby: bool
    unpop: bool; pair: bool

class Instance:
    pass

def gen(cities, seed):
    made = Instance()
    made.seed = seed
    made.law = [
        Law(0, 0, 0, True, True, False, 2, 2, False, 5, 1, set(), set(), {(0, 0)}),
        Law(1, 1, 1, False, False, False, 2, 2, False, 5, 1, set(), set(), set()),
        Law(2, 0, 1, False, False, False, 2, 2, False, 5, 1, {(0, 0)}, set(), set()),
    ]
    made.sh = [
        Shift(0, 5, 0, 0, 0, "st", 2, False, False, False),
        Shift(1, -1, 0, 1, 1, "on", 1, False, False, False),
    ]
    made.sites = {5: (0, 0, 0.4, 0.4)}
    made.neigh = set()
    made.last = {(5, 0, 0): 0}
    return made
"""
FINDER = """
def solve(instance, slack):
    found = {"t": 0.5, "tdive": 0.25, "obj": instance.seed, "proved": True, "ok": True}
    return found, None, None
"""


def test_the_whole_command_prints_what_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "picture.svg"
    asked = ["--seeds", "1-2", *SIZE, "--explain", "--repairs", "1", "--plot", str(picture)]
    monkeypatch.setattr(sys, "argv", ["bench_roster.py", *asked])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(BENCH, run_name="__main__")
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    for text in ("2 proved", "2 sound", "no vacancy to explain", "| 1 | 1 | 1 |"):
        assert text in printed
    assert picture.read_text(encoding="utf-8").startswith("<svg")
