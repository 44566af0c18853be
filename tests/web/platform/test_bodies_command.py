"""`zhiban bodies`: a table in and out without loss; a bad row is named and nothing is written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhiban.data.bodies_file import read_bodies, write_bodies
from zhiban.data.bodies_store import load_bodies
from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine, reading, upgrade, writing
from zhiban.data.jiaxing.bodies import bodies
from zhiban.data.register import Register
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
    engine.dispose()


def test_what_is_no_such_file_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_bodies("id,name\n1,2\n")
    assert "desks" in str(refused.value)
    gone = run(f"sqlite:///{tmp_path / 'none.sqlite3'}", "import", str(tmp_path / "none.csv"))
    assert gone.returncode == 2
    assert len(gone.stderr.strip().splitlines()) == 1
