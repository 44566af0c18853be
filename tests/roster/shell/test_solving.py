"""The solver's own process: it reports, stops when asked, and its death is told in words."""

import os
import signal
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import Engine

from zhiban.data.database import reading
from zhiban.data.register import Register
from zhiban.data.week import Week
from zhiban.roster.assembly import problem_for
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.solving import Failed, Solving

PATIENCE = 60.0  # a busy machine takes its time to start a process


@pytest.fixture
def small(bureau: Register, week: Week) -> RosterProblem:
    return problem_for(bureau, week)


@pytest.fixture
def city(jiaxing: Register, week: Week) -> RosterProblem:
    """Large enough not to be solved before it is looked at."""
    return problem_for(jiaxing, week)


def end_of(solving: Solving) -> RosterFile | Failed:
    limit = monotonic() + PATIENCE
    while monotonic() < limit:
        outcome = solving.outcome(1.0)
        if outcome is not None:
            return outcome
    raise AssertionError("it did not come to an end")


def first_progress_of(solving: Solving) -> None:
    limit = monotonic() + PATIENCE
    while not solving.progress:
        assert solving.outcome(1.0) is None
        assert monotonic() < limit


def test_a_roster_comes_back_with_its_progress(small: RosterProblem) -> None:
    with Solving(small, seconds=20, workers=1, seed=1) as solving:
        outcome = end_of(solving)
    assert isinstance(outcome, RosterFile)
    assert len(outcome.duties) == 20  # two posts, ten half-days
    assert (outcome.status, outcome.stopped) == ("optimal", "proof")
    assert solving.progress


def test_asked_to_stop_it_gives_its_best_so_far_within_a_second(city: RosterProblem) -> None:
    with Solving(city, seconds=300, workers=1, seed=1) as solving:
        first_progress_of(solving)
        asked = monotonic()
        solving.ask_to_stop()
        outcome = end_of(solving)
        waited = monotonic() - asked
    assert isinstance(outcome, RosterFile)
    assert outcome.stopped == "asked"
    assert waited < 5  # a second on a machine of one's own


def test_a_killed_process_is_told_in_words(city: RosterProblem) -> None:
    with Solving(city, seconds=300, workers=1, seed=1) as solving:
        first_progress_of(solving)
        os.kill(solving.pid, signal.SIGKILL)
        outcome = end_of(solving)
    assert isinstance(outcome, Failed)
    assert "SIGKILL" in outcome.text.en
    assert "SIGKILL" in outcome.text.zh


def test_a_problem_it_refuses_comes_back_as_the_reason(small: RosterProblem) -> None:
    unknown = small.model_copy(update={"rules": {"nonsense": {}}})
    with Solving(unknown, seconds=20, workers=1, seed=1) as solving:
        outcome = end_of(solving)
    assert isinstance(outcome, Failed)
    assert "rules.nonsense" in outcome.text.en


def test_it_is_gone_when_it_is_not_wanted_any_more(city: RosterProblem) -> None:
    with Solving(city, seconds=300, workers=1, seed=1) as solving:
        pid = solving.pid
        assert solving.outcome(0) is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(
    not Path("/proc/self/fd").exists(),
    reason="open files of another process are read from /proc, which only Linux has",
)
def test_it_has_none_of_our_database_handles(database: Engine, city: RosterProblem) -> None:
    with reading(database), Solving(city, seconds=300, workers=1, seed=1) as solving:
        first_progress_of(solving)
        ours, theirs = handles(os.getpid()), handles(solving.pid)
    if database.dialect.name == "sqlite":
        assert database.url.database in ours
    assert not {one for one in ours & theirs if "sqlite" in one or "socket" in one}


def handles(pid: int) -> set[str]:
    found = set()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(os.readlink(one))
        except FileNotFoundError:  # closed meanwhile, the one that lists them among others
            continue
    return found
