"""`zhiban import`: bad rows named, nothing written unless the good ones are asked for."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import make_engine, reading, upgrade, writing
from zhiban.data.excel import register_workbook
from zhiban.data.register import Register
from zhiban.data.store import load_register, save_register
from zhiban.data.workbooks import put

COLUMN_OF_NAME = 3


@pytest.fixture
def bureau(tmp_path: Path, jiaxing: Register) -> tuple[str, str, Path]:
    """A database, its key, and a workbook in which one firm has a new name and one has none."""
    url, key = f"sqlite:///{tmp_path / 'bureau.sqlite3'}", new_key()
    upgrade(url)
    engine = make_engine(url)
    with writing(engine) as connection:
        save_register(connection, jiaxing, Keyring([key]))
    engine.dispose()
    book = load_workbook(io.BytesIO(register_workbook(jiaxing, filled=True)))
    put(book["律所"], 4, COLUMN_OF_NAME, "浙江改名律师事务所")
    put(book["律所"], 5, COLUMN_OF_NAME, "")
    file = tmp_path / "register.xlsx"
    book.save(file)
    return url, key, file


def run(bureau: tuple[str, str, Path], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a stranger does."""
    url, key, file = bureau
    call = "import sys; from zhiban.web.cli import app; sys.exit(app())"
    return subprocess.run(
        [sys.executable, "-c", call, "import", str(file), *arguments],
        capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "LANG": "C",
            "ZHIBAN_DATABASE_URL": url,
            "ZHIBAN_KEYS": key,
        },
    )


def renamed(bureau: tuple[str, str, Path]) -> bool:
    engine = make_engine(bureau[0])
    with reading(engine) as connection:
        found = load_register(connection, Keyring([bureau[1]]))
    engine.dispose()
    return any(one.name == "浙江改名律师事务所" for one in found.firms.values())


def test_a_bad_row_is_named_and_good_ones_wait_until_they_are_asked_for(
    bureau: tuple[str, str, Path],
) -> None:
    refused = run(bureau)
    assert refused.returncode == 1, refused.stderr
    assert refused.stderr.splitlines() == ["zhiban: Firms, row 5, name: is needed: full name"]
    assert "nothing written" in refused.stdout
    assert not renamed(bureau)
    dry = run(bureau, "--dry-run", "--accept-valid-rows")
    assert (dry.returncode, renamed(bureau)) == (1, False)
    taken = run(bureau, "--accept-valid-rows")
    assert taken.returncode == 1
    assert "0 new, 1 changed" in taken.stdout
    assert "1 bad rows; written" in taken.stdout
    assert renamed(bureau)


def test_a_file_that_is_none_of_ours_is_unusable(bureau: tuple[str, str, Path]) -> None:
    bureau[2].write_bytes(b"PK\x03\x04 no workbook")
    refused = run(bureau)
    assert refused.returncode == 2
    assert "must be an .xlsx file" in refused.stderr
