"""`zhiban roster repair|swaps` over files: what happened, what may change, what breaks."""

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
    return example(lawyers=40, stations=2, seats=1)


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
        code = app(["roster", name, *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def checked(run, problem: str, roster: str) -> dict:
    code, out, _ = run("check", problem, roster)
    assert code == 0, out
    return json.loads(out)


def test_the_problem_as_it_is_now_is_written_too_and_the_pair_passes_the_checker(
    run, problem, solved
) -> None:
    lost = solved.duties[0]
    day = next(one.start for one in problem.shifts if one.id == lost.shift).date()
    absent = f"{lost.lawyer}/{day}/{day + timedelta(days=1)}"
    repair = ("repair", "p.json", "r.json", "--absent", absent)
    code, _, err = run(*repair, "-o", "new.json", "--problem-out", "now.json")
    assert (code, err) == (0, "")
    leaves = json.loads(Path("now.json").read_text())["leaves"]
    assert leaves[-1]["lawyer"] == lost.lawyer
    assert checked(run, "now.json", "new.json")["violations"] == []
    # the roster that stood breaks the new problem: it is the absence that is tested
    code, out, _ = run("check", "now.json", "r.json")
    assert code == 1
    assert "leave" in {one["rule"] for one in json.loads(out)["violations"]}


def test_closed_and_added_shifts_and_a_swap_are_mended_together(run, problem, solved) -> None:
    shift = next(one for one in problem.shifts if one.id == solved.duties[0].shift)
    more = {
        "id": "evening",
        "post": shift.post,
        "start": shift.start.replace(hour=19, minute=0).isoformat(),
        "end": shift.start.replace(hour=21, minute=0).isoformat(),
    }
    Path("more.json").write_text(json.dumps([more]))
    closed = solved.duties[0].shift
    swap = exchangeable(run, solved, closed)
    changes = ("--closed", closed, "--added", "more.json", "--swap", swap)
    out_files = ("-o", "new.json", "--problem-out", "now.json")
    code, out, err = run("repair", "p.json", "r.json", *changes, *out_files, "--json")
    report = json.loads(out)
    assert (code, err, report["proved"], report["cheapest"]) == (0, "", True, True)
    assert checked(run, "now.json", "new.json")["violations"] == []
    held = {
        (one["shift"], one["lawyer"]) for one in json.loads(Path("new.json").read_text())["duties"]
    }
    assert closed not in {shift for shift, _ in held}
    one, other = (side.split(":", 1) for side in swap.split(","))
    assert {(one[1], other[0]), (other[1], one[0])} <= held
    assert "evening" in {one["shift"] for one in report["come"]}
    inline = ("--added", json.dumps(more))
    code, out, _ = run("repair", "p.json", "r.json", *inline)
    assert (code, out.splitlines()[0].split()[:2]) == (0, ["+", "evening"])


def exchangeable(run, solved: RosterFile, closed: str) -> str:
    """An exchange that is offered for one of the duties, as --swap takes it."""
    for duty in solved.duties:
        named = ("--duty", f"{duty.shift}:{duty.role}", "--lawyer", duty.lawyer)
        code, out, _ = run("swaps", "p.json", "r.json", *named, "--json")
        assert code == 0
        for one in json.loads(out)["swaps"]:
            shifts = {move["shift"] for move in one["moves"]}
            if one["kind"] == "exchange" and closed not in shifts and len(shifts) == 2:
                mine, other = one["moves"]
                return f"{mine['from']}:{mine['shift']},{other['from']}:{other['shift']}"
    raise AssertionError("nobody could exchange anything")


def test_what_may_change_is_named(run, problem, solved) -> None:
    lost = solved.duties[-1]
    shift = next(one for one in problem.shifts if one.id == lost.shift)
    absent = f"{lost.lawyer}/{shift.start.isoformat()}/{shift.end.isoformat()}"
    code, out, _ = run("repair", "p.json", "r.json", "--absent", absent, "--json")
    came = {one["lawyer"] for one in json.loads(out)["come"]}
    assert code == 0
    assert came
    alone = [part for who in came for part in ("--leave-alone", who)]
    code, out, _ = run("repair", "p.json", "r.json", "--absent", absent, *alone, "--json")
    assert code == 0
    assert came.isdisjoint(one["lawyer"] for one in json.loads(out)["come"])
    # nothing that starts before the day after may change: the place stays vacant
    since = (shift.start + timedelta(days=1)).date().isoformat()
    held = ("--since", since, "--move", "none")
    code, out, _ = run("repair", "p.json", "r.json", "--absent", absent, *held, "--json")
    report = json.loads(out)
    assert (code, report["come"]) == (0, [])
    assert [one["shift"] for one in report["vacancies"]] == [lost.shift]


def test_one_swap_is_checked_and_what_breaks_is_told(run, problem, solved) -> None:
    duty = solved.duties[0]
    named = ("--duty", duty.shift, "--lawyer", duty.lawyer)
    code, out, _ = run("swaps", "p.json", "r.json", *named, "--json")
    offers = [one for one in json.loads(out)["swaps"] if one["kind"] == "give_away"]
    takers = [one["moves"][0]["to"] for one in offers]
    assert code == 0
    assert [one["cost"] for one in offers] == sorted(one["cost"] for one in offers)
    code, out, _ = run("swaps", "p.json", "r.json", *named, "--with", takers[0])
    assert code == 0
    assert offers[0]["reason"] in out
    for lawyer in problem.lawyers:
        if lawyer.id != duty.lawyer and lawyer.id not in takers:
            code, out, _ = run("swaps", "p.json", "r.json", *named, "--with", lawyer.id, "--json")
            (one,) = json.loads(out)["swaps"]
            assert (code, one["allowed"]) == (1, False)
            assert one["broken"][0]["rule"]
            assert one["broken"][0]["text"] in one["reason"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("repair", "--closed", "nowhere"), "nowhere"),
        (("repair", "--added", '{"id": "x"}'), "post"),
        (("repair", "--added", "{"), "JSON"),
        (("repair", "--added", "missing.json"), "missing.json"),
        (("repair", "--swap", "L0001"), "LAWYER:SHIFT,LAWYER:SHIFT"),
        (("repair", "--swap", "nobody:SHIFT,nobody:SHIFT"), "nobody"),
        (("repair", "--swap", "LAWYER:nowhere,LAWYER:SHIFT"), "nowhere"),
        (("repair", "--closed", "SHIFT", "--leave-alone", "nobody"), "nobody"),
        (("repair", "--closed", "SHIFT", "--move", "never"), "never"),
        (("repair", "--closed", "SHIFT", "--since", "soon"), "soon"),
        (("repair", "--closed", "SHIFT", "-o", "x", "--problem-out", "x"), "--problem-out"),
        (("swaps", "--duty", "nowhere", "--lawyer", "LAWYER"), "nowhere"),
        (("swaps", "--duty", "SHIFT", "--lawyer", "nobody"), "nobody"),
        (("swaps", "--duty", "SHIFT", "--lawyer", "LAWYER", "--with", "nobody"), "nobody"),
        (("swaps", "--duty", "SHIFT", "--lawyer", "LAWYER", "--with", "a", "--with", "b"), "'a'"),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line(run, solved, arguments, named) -> None:
    duty = solved.duties[0]
    given = [one.replace("SHIFT", duty.shift).replace("LAWYER", duty.lawyer) for one in arguments]
    code, out, err = run(given[0], "p.json", "r.json", *given[1:])
    assert (code, out, len(err.splitlines())) == (2, "", 1), err
    assert named.replace("SHIFT", duty.shift) in err or named in err
