"""`zhiban bodies`: a table in and out without loss; a bad row is named and nothing is written."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from zhiban.data.bodies_file import read_bodies, write_bodies
from zhiban.data.bodies_store import load_bodies, replace_bodies
from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine, reading, upgrade, writing
from zhiban.data.jiaxing.bodies import bodies
from zhiban.data.register import Register
from zhiban.data.register_records import CHANGE
from zhiban.data.register_service import log
from zhiban.data.store import save_register
from zhiban.data.wording import Refused


def run(database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a stranger does."""
    call = "import sys; from zhiban.web.cli import app; sys.exit(app())"
    return subprocess.run(
        [sys.executable, "-c", call, "bodies", *arguments],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "LANG": "C", "ZHIBAN_DATABASE_URL": database},
    )


def test_the_seed_goes_out_and_in_without_loss() -> None:
    assert read_bodies(write_bodies(bodies())) == bodies()


def test_bodies_are_imported_and_exported_and_a_bad_row_writes_nothing(
    tmp_path: Path, jiaxing: Register, keyring: Keyring
) -> None:
    url = f"sqlite:///{tmp_path / 'bureau.sqlite3'}"
    upgrade(url)
    engine = make_engine(url)
    with writing(engine) as connection:
        save_register(connection, jiaxing, keyring)
    file, out = tmp_path / "bodies.csv", tmp_path / "out.csv"
    file.write_text(write_bodies(bodies()[:3]), encoding="utf-8-sig")  # as a spreadsheet saves it
    done = run(url, "import", str(file))
    assert done.returncode == 0, done.stderr
    assert run(url, "export", "-o", str(out)).returncode == 0
    assert out.read_text("utf-8") == file.read_text("utf-8-sig")
    rows = file.read_text("utf-8-sig").replace(",30,2,", ",soon,2,", 1).splitlines()
    rows.append(rows[-1].replace(bodies()[2].id, "notary-x").replace(",3304,", ",9999,"))
    file.write_text("\n".join(rows), encoding="utf-8")
    refused = run(url, "import", str(file))
    assert refused.returncode == 1
    assert "row 2" in refused.stderr
    assert "minutes" in refused.stderr
    assert "row 5 division" in refused.stderr
    with reading(engine) as connection:
        assert {one.id for one in load_bodies(connection)} == {one.id for one in bodies()[:3]}
        recorded = connection.execute(select(CHANGE.c.subject, CHANGE.c.actor)).all()
    assert sorted(recorded) == sorted((one.id, "command line") for one in bodies()[:3])
    engine.dispose()


def test_each_body_that_an_import_changes_is_recorded_with_before_and_after(
    database: Engine, keyring: Keyring, jiaxing: Register
) -> None:
    with writing(database) as connection:
        save_register(connection, jiaxing, keyring)
    aid, notary, court = bodies()[:3]
    moved = replace(aid, phone="0573-12345678", openings=aid.openings[:1])
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    with writing(database) as connection:
        replace_bodies(connection, keyring, (aid, notary), "anna", now)
        replace_bodies(connection, keyring, (aid, notary), "anna", now)  # nothing differs
        replace_bodies(connection, keyring, (moved, court), "ben", now)
    with reading(database) as connection:
        lines, total = log(connection, keyring, kind="body")
        assert {one.id for one in load_bodies(connection)} == {aid.id, court.id}
    # Two come, then one changes, one comes and one goes.
    assert total == 5
    last = {one.subject: one for one in lines if one.actor == "ben"}
    acts = {one: line.act for one, line in last.items()}
    assert acts == {aid.id: "changed", notary.id: "ended", court.id: "added"}
    said = {one.code: (one.before, one.after) for one in last[aid.id].fields}
    assert set(said) == {"phone", "openings"}
    assert said["phone"] == (aid.phone, "0573-12345678")
    # The first opening alone is one interval of one day.
    assert said["openings"][1].count("-") == 1
    gone = {one.code: one.after for one in last[notary.id].fields}
    assert set(gone.values()) == {""}


def test_what_is_no_such_file_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_bodies("id,name\n1,2\n")
    assert "desks" in str(refused.value)
    gone = run(f"sqlite:///{tmp_path / 'none.sqlite3'}", "import", str(tmp_path / "none.csv"))
    assert gone.returncode == 2
    assert len(gone.stderr.strip().splitlines()) == 1
