"""How long legal aid and drafting may take: set over the API and the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine, reading, upgrade
from zhiban.data.deadline import Target
from zhiban.data.register_service import log
from zhiban.queue.paper_times import PaperTimes, load_times

PLACE = "/api/v1/settings/papers"
USUAL = {"aid": "168h", "drafting": "3d"}


def test_targets_are_seen_and_changed_by_an_administrator_alone(
    service, database, settings
) -> None:
    administrator = service.log_in("administrator")
    supervisor = service.log_in("supervisor")
    found = supervisor.get(PLACE).json()
    assert found["papers"] == USUAL
    change = {"papers": {"aid": "5d", "drafting": "48h"}, "version": found["version"]}
    assert supervisor.put(PLACE, json=change).status_code == 403
    done = administrator.put(PLACE, json=change)
    assert (done.status_code, done.json()["papers"]) == (200, change["papers"])
    with reading(database) as connection:
        assert load_times(connection) == PaperTimes(Target(5, "d"), Target(48, "h"))
        (line,), _ = log(connection, Keyring([settings.keys]), subject="papers")
    assert line.actor == "administrator"
    assert [(one.before, one.after) for one in line.fields] == [("168h", "5d"), ("3d", "48h")]
    # What is left out becomes as usual, as with the settings of the queue.
    again = {"papers": {"aid": "4d"}, "version": done.json()["version"]}
    assert administrator.put(PLACE, json=again).json()["papers"] == {"aid": "4d", "drafting": "3d"}


def test_whoever_comes_second_is_told_and_changes_nothing(service) -> None:
    administrator = service.log_in("administrator")
    version = administrator.get(PLACE).json()["version"]
    first = {"papers": USUAL | {"drafting": "2d"}, "version": version}
    assert administrator.put(PLACE, json=first).status_code == 200
    late = {"papers": USUAL | {"drafting": "9d"}, "version": version}
    assert administrator.put(PLACE, json=late).status_code == 409
    assert administrator.get(PLACE).json()["papers"]["drafting"] == "2d"


@pytest.mark.parametrize("target", ["soon", "0h", "99999d"])
def test_a_target_that_cannot_be_used_is_named(service, target: str) -> None:
    administrator = service.log_in("administrator")
    version = administrator.get(PLACE).json()["version"]
    wrong = {"papers": {"aid": target}, "version": version}
    refused = administrator.put(PLACE, json=wrong)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["papers.aid"]


def run(database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a stranger does."""
    call = "import sys; from zhiban.web.cli import app; sys.exit(app())"
    return subprocess.run(
        [sys.executable, "-c", call, "papers", *arguments],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "LANG": "C", "ZHIBAN_DATABASE_URL": database},
    )


def test_the_command_line_shows_and_sets_one_and_leaves_the_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bureau.sqlite3'}"
    upgrade(url)
    before = json.loads(run(url, "show").stdout)
    assert before["papers"] == USUAL
    done = run(url, "set", "--drafting", "2d", "--version", before["version"])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["papers"] == USUAL | {"drafting": "2d"}
    for wrong in (["--aid", "5d", "--version", before["version"]], ["--aid", "soon"], []):
        assert run(url, "set", *wrong).returncode == 2
    engine = make_engine(url)
    with reading(engine) as connection:
        assert load_times(connection) == PaperTimes(Target(168, "h"), Target(2, "d"))
    engine.dispose()
