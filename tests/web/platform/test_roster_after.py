"""`zhiban roster repair|standins|explain` over files: what is printed, and one line when wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from zhiban.roster.example import example
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.solve import solve
from zhiban.web.cli import app


@pytest.fixture(scope="module")
def problem() -> RosterProblem:
    """A small problem."""
    return example(lawyers=24, stations=2, seats=1)


@pytest.fixture(scope="module")
def solved(problem) -> RosterFile:
    """Its roster, proved optimal."""
    return solve(problem, workers=1)


@pytest.fixture
def run(monkeypatch, capfd, tmp_path, problem, solved):
    """Runs a command where p.json and r.json lie; its code, output and complaints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.delenv("LC_ALL", raising=False)
    Path("p.json").write_text(problem.model_dump_json())
    Path("r.json").write_text(solved.model_dump_json())

    def command(name: str, *arguments: str) -> tuple[int, str, str]:
        code = app(["roster", name, "p.json", "r.json", *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def absence(problem: RosterProblem, solved: RosterFile) -> tuple[str, str]:
    """The holder of the first duty, away for just that shift: the shift, and the option."""
    duty = solved.duties[0]
    shift = next(one for one in problem.shifts if one.id == duty.shift)
    until = shift.end + timedelta(minutes=1)
    return duty.shift, f"{duty.lawyer}/{shift.start.isoformat()}/{until.isoformat()}"


def test_a_repair_prints_the_changed_duties_and_writes_the_roster(run, problem, solved) -> None:
    shift, absent = absence(problem, solved)
    lost = solved.duties[0]
    code, out, err = run("repair", "--absent", absent, "-o", "new.json")
    assert (code, err) == (0, "")
    assert out.startswith(f"- {shift}  {lost.lawyer} ")
    assert f"+ {shift}  " in out
    new = json.loads(Path("new.json").read_text())
    assert {"shift": shift, "lawyer": lost.lawyer, "role": "primary"} not in new["duties"]
    code, out, _ = run("repair", "--absent", absent, "--json")
    report = json.loads(out)
    assert (code, report["proved"], report["vacancies"]) == (0, True, [])
    assert [one["lawyer"] for one in report["gone"]] == [lost.lawyer]
    gone = {(one["shift"], one["lawyer"], one["role"]) for one in report["gone"]}
    come = {(one["shift"], one["lawyer"], one["role"]) for one in report["come"]}
    # the written roster is the old one without what has gone, with what has come
    old = {(one.shift, one.lawyer, one.role) for one in solved.duties}
    assert {(d["shift"], d["lawyer"], d["role"]) for d in new["duties"]} == old - gone | come


def test_a_roster_on_standard_output_is_alone_there(run, problem, solved) -> None:
    _, absent = absence(problem, solved)
    code, out, err = run("repair", "--absent", absent, "-o", "-")
    assert code == 0
    assert json.loads(out)["format"] == "zhiban-roster/1"
    assert err.startswith("- ")


def test_an_absence_without_duties_changes_nothing(run, problem) -> None:
    who = problem.lawyers[0].id
    code, out, _ = run("repair", "--absent", f"{who}/2020-01-01/2020-01-02", "--json")
    report = json.loads(out)
    assert (code, report["gone"], report["come"]) == (0, [], [])


def test_stand_ins_are_ranked_by_cost_with_reasons(run, solved) -> None:
    duty = solved.duties[0]
    code, out, _ = run("standins", duty.shift, "--json")
    rows = json.loads(out)["standins"]
    assert code == 0
    assert rows
    assert duty.lawyer not in {one["lawyer"] for one in rows}
    costs = [one["cost"] for one in rows]
    assert costs == sorted(costs)
    assert costs[0] >= 0  # the roster is optimal: nobody who steps in makes it cheaper
    assert all(sum(one["prices"].values()) == one["cost"] for one in rows)
    code, out, _ = run("standins", duty.shift)
    assert [line.split()[1] for line in out.splitlines()] == [one["lawyer"] for one in rows]


def test_a_duty_is_explained_and_so_is_who_does_not_hold_it(run, problem, solved) -> None:
    duty = solved.duties[0]
    code, out, _ = run("explain", duty.shift)
    assert code == 0
    assert "none of whom would make the whole roster cheaper" in out
    code, out, _ = run("explain", duty.shift, duty.lawyer, "--json")
    assert json.loads(out)["places"][0]["holds"] is True
    for lawyer in problem.lawyers:
        if lawyer.id != duty.lawyer:
            code, out, _ = run("explain", duty.shift, lawyer.id, "--json")
            (place,) = json.loads(out)["places"]
            assert (code, place["holds"]) == (0, False)
            assert lawyer.name in place["text"]
            assert place["rule"]


def test_an_empty_shift_is_explained_with_everybody_counted_once(run, problem, solved) -> None:
    duty = solved.duties[0]
    left = solved.model_copy(update={"duties": solved.duties[1:]})
    Path("r.json").write_text(left.model_dump_json())
    code, out, _ = run("explain", duty.shift, "--json")
    (place,) = json.loads(out)["places"]
    assert (code, place["missing"]) == (0, 1)
    assert place["vacancy"]["sentence"]
    assert sum(place["vacancy"]["blocked"].values()) == len(problem.lawyers)
    code, out, _ = run("explain", duty.shift)
    assert place["vacancy"]["sentence"] in out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("repair", "--absent", "L9999/2026-11-30/2026-12-01"), "L9999"),
        (("repair", "--absent", "2026-11-30"), "LAWYER/FROM/TO"),
        (("repair", "--absent", "L0001/soon/2026-12-01"), "soon"),
        (("repair", "--absent", "L0001/2026-12-01/2026-11-30"), "ends"),
        (("repair", "--absent", "L0001/2026-12-01/2026-12-01"), "ends"),
        (("repair",), "--absent"),
        (("standins", "nowhere"), "nowhere"),
        (("standins", "SHIFT", "--role", "king"), "king"),
        (("explain", "nowhere"), "nowhere"),
        (("explain", "SHIFT", "L9999"), "L9999"),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line(run, solved, arguments, named) -> None:
    shift = solved.duties[0].shift
    code, out, err = run(*(shift if one == "SHIFT" else one for one in arguments))
    assert (code, out, len(err.splitlines())) == (2, "", 1), err
    assert named in err


def test_a_roster_of_another_problem_is_refused_by_name(run, solved) -> None:
    roster = json.loads(solved.model_dump_json())
    roster["duties"][0]["shift"] = "elsewhere"
    Path("r.json").write_text(json.dumps(roster))
    shift = solved.duties[1].shift
    for arguments in (
        ("repair", "--absent", "L0001/2026-11-30/2026-12-01"),
        ("standins", shift),
        ("explain", shift),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert "r.json" in err
        assert "elsewhere" in err
