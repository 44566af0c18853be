"""`zhiban simulate` over a database: the week's roster, who asks, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import make_engine, upgrade, writing
from zhiban.data.store import save_register
from zhiban.data.week import Week
from zhiban.roster.problem import Division, Firm, Lawyer, Post, RosterProblem, Shift
from zhiban.roster.solve import solve
from zhiban.roster.store import save_draft
from zhiban.web.cli import app

URL = "sqlite:///zhiban.db"
DAY = date(2026, 11, 24)


@pytest.fixture
def engine(monkeypatch, tmp_path, register):
    """A database file with the small bureau's register, and no roster."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("ZHIBAN_DATABASE_URL", URL)
    key = new_key()
    monkeypatch.setenv("ZHIBAN_KEYS", key)
    upgrade(URL)
    engine = make_engine(URL)
    with writing(engine) as connection:
        save_register(connection, register, Keyring([key]))
    yield engine
    engine.dispose()


@pytest.fixture
def run(engine, capfd):
    """Runs the command; its code, output and complaints."""

    def command(*arguments: str) -> tuple[int, str, str]:
        code = app(["simulate", *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def asks(*times: str, division: str = "330411") -> None:
    """Writes arrivals.jsonl with a question at each of these times."""
    rows = [json.dumps({"at": at, "division": division}) for at in times]
    Path("arrivals.jsonl").write_text("\n".join(rows))


def played(run, *arguments: str) -> dict:
    """The figures of a run."""
    code, out, err = run("--week", "2026-W48", "--json", *arguments)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_published_week_is_played_through_with_the_arrivals_of_a_file(
    run, engine, register, publish_day
) -> None:
    publish_day(engine, register, "L1", DAY)
    # Two on Tuesday morning, when L1 sits; one on Wednesday, when nobody does; one a week later.
    asks("2026-11-24T09:00", "2026-11-24T09:00", "2026-11-25T09:00", "2026-12-01T09:00")
    found = played(run, "--arrivals", "arrivals.jsonl")
    assert (found["roster"], found["arrivals"], found["ignored"]) == ("published", "file", 1)
    assert (found["asked"], found["answered"]) == (3, 2)
    assert found["load"] == [{"lawyer": "L1", "name": "律师1", "answered": 2}]
    # Within 24 hours: both of Tuesday; that of Wednesday was due on Thursday and is late.
    assert found["attainment"] == pytest.approx(2 / 3)
    (county,) = found["counties"]
    assert (county["division"], county["unanswered"], county["short"]) == ("330411", 1, True)
    # Wednesday's clock ran out, and so the supervisor was told; no other division has a seat.
    assert (found["beyond"], found["escalated"], county["beyond"]) == (0, 1, {})
    assert found["short"] == [{"division": "330411", "name": "Xiuzhou", "posts": ["seat-330411"]}]
    code, out, _ = run("--week", "2026-W48", "--arrivals", "arrivals.jsonl")
    assert code == 0
    assert "Xiuzhou falls short (seat-330411)" in out
    assert "kept 66.7%" in out
    assert "0 beyond their own seat, 1 told to a supervisor" in out


def test_a_roster_published_within_the_week_counts_for_all_of_it(
    run, engine, register, publish_day
) -> None:
    # It is published on Friday the 20th; a week played through needs no such moment.
    publish_day(engine, register, "L1", date(2026, 11, 17))
    asks("2026-11-17T09:00")
    code, out, _ = run("--week", "2026-W47", "--arrivals", "arrivals.jsonl", "--json")
    assert (code, json.loads(out)["answered"]) == (0, 1)


def test_the_draft_serves_where_nothing_is_published(run, engine) -> None:
    problem = RosterProblem(
        start=date(2026, 11, 23),
        divisions=(Division(code="330411", name="秀洲区", level="county"),),
        firms=(Firm(id="F2", name="诚信", division="330411"),),
        posts=(Post(id="seat-330411", name="坐席", kind="seat", division="330411"),),
        shifts=(
            Shift(
                id="s",
                post="seat-330411",
                start=datetime(2026, 11, 24, 1, tzinfo=UTC),
                end=datetime(2026, 11, 24, 4, tzinfo=UTC),
            ),
        ),
        lawyers=(Lawyer(id="L1", name="律师1", firm="F2", division="330411", skills=("online",)),),
    )
    now = datetime(2026, 11, 20, tzinfo=UTC)
    with writing(engine) as connection:
        save_draft(connection, Week.of(DAY), problem, solve(problem), job=None, by="test", now=now)
    asks("2026-11-24T10:00")
    found = played(run, "--arrivals", "arrivals.jsonl")
    assert (found["roster"], found["answered"]) == ("draft", 1)


def test_who_sits_and_has_nothing_to_answer_is_listed_too(
    run, engine, register, publish_day
) -> None:
    publish_day(engine, register, "L1", DAY)
    asks("2026-11-26T09:00")  # when nobody sits
    found = played(run, "--arrivals", "arrivals.jsonl")
    assert found["load"] == [{"lawyer": "L1", "name": "律师1", "answered": 0}]


def test_without_a_file_arrivals_are_drawn_and_the_same_seed_draws_the_same(
    run, engine, register, publish_day
) -> None:
    publish_day(engine, register, "L1", DAY)
    found = played(run, "--seed", "3", "--a-day", "20")
    assert found["arrivals"] == "usual"
    # Poisson with mean 140: six standard deviations are 71.
    assert abs(found["asked"] - 140) < 71
    assert found == played(run, "--seed", "3", "--a-day", "20")
    assert found != played(run, "--seed", "4", "--a-day", "20")
    assert played(run, "--a-day", "0")["asked"] == 0


def test_what_cannot_be_used_is_named_in_one_line(run, engine, register, publish_day) -> None:
    publish_day(engine, register, "L1", DAY)
    asks("2026-11-24T09:00", division="999999")
    Path("binary.jsonl").write_bytes(bytes(range(256)))
    Path("empty.jsonl").write_text("")
    for arguments, named in (
        (("--week", "2026-W49"), "2026-W49"),
        (("--week", "soon"), "--week"),
        (("--week", "2026-W60"), "--week"),
        (("--seed", "-1"), "--seed"),
        (("--a-day", "nan"), "--a-day"),
        (("--week", "2026-W48", "--arrivals", "arrivals.jsonl"), "arrivals.jsonl: line 1"),
        (("--week", "2026-W48", "--arrivals", "binary.jsonl"), "binary.jsonl"),
        (("--week", "2026-W48", "--arrivals", "empty.jsonl"), "empty.jsonl"),
        (("--week", "2026-W48", "--arrivals", "missing.jsonl"), "missing.jsonl"),
    ):
        code, out, err = run(*arguments)
        assert (code, out, len(err.splitlines())) == (2, "", 1), (arguments, err)
        assert named in err


def test_without_a_database_that_is_said(run, engine) -> None:
    engine.dispose()
    Path("zhiban.db").unlink()
    code, out, err = run()
    assert (code, out, len(err.splitlines())) == (2, "", 1)
