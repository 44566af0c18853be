"""Checkpoints of an SQLite file: made beside the writer, a moment after it commits."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from zhiban.data.checkpoints import Checkpoints, checkpoints_of
from zhiban.data.writer import Writer

SECONDS = 20  # no test waits this long unless it fails
MARK = b"a word that is nowhere else"


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Path]:
    """A file whose log holds a committed word; its writer makes no checkpoint and stays open."""
    file = tmp_path / "a ?#.sqlite3"  # characters that mean something in an address
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("CREATE TABLE told (word TEXT)")
        connection.execute("INSERT INTO told VALUES (?)", (MARK.decode(),))
        yield file


class Watched(Checkpoints):
    """Tells when one was tried; the first fails where `failing` says so."""

    def __init__(self, file: str, failing: bool = False) -> None:
        super().__init__(file)
        self.tried, self.done, self.failing = threading.Event(), threading.Event(), failing

    def make(self) -> None:
        """Makes one, or fails as a full disk does."""
        failing, self.failing = self.failing, False
        self.tried.set()
        if failing:
            raise sqlite3.OperationalError("database or disk is full")
        super().make()
        self.done.set()


def test_what_was_committed_is_copied_from_the_log_to_the_file(logged: Path) -> None:
    assert MARK not in logged.read_bytes()
    Checkpoints(str(logged)).make()
    assert MARK in logged.read_bytes()


def test_a_file_that_was_moved_away_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Checkpoints(str(tmp_path / "gone.sqlite3")).make()
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_follows_a_commit_by_itself_and_after_a_failed_one_the_next(
    logged: Path,
) -> None:
    checkpoints = Watched(str(logged), failing=True)
    checkpoints.start()
    checkpoints.note()
    assert checkpoints.tried.wait(SECONDS)
    assert MARK not in logged.read_bytes()
    checkpoints.note()
    assert checkpoints.done.wait(SECONDS)
    assert MARK in logged.read_bytes()
    checkpoints.stop()


def test_checkpoints_that_never_began_end_too(logged: Path) -> None:
    Checkpoints(str(logged)).stop()
    assert MARK not in logged.read_bytes()


def test_the_writer_has_checkpoints_made_where_the_database_makes_none_itself(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = threading.Event()
    monkeypatch.setattr(Checkpoints, "make", lambda self: made.set())
    writer = Writer(database)
    writer.start()

    def command(connection: Connection) -> int:
        if database.dialect.name != "sqlite":
            return 0
        return int(connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar_one())

    pages = writer.submit(command).result(SECONDS)
    if database.dialect.name == "sqlite":
        assert made.wait(SECONDS)
        assert pages == 8000  # eight times SQLite's own, for when the thread cannot keep up
    else:
        assert checkpoints_of(database) is None
    writer.stop()
