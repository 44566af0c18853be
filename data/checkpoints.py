"""Checkpoints of an SQLite file by a thread of its own, so that no commit has to wait for one.

What is committed lies in the log beside the file, safely, until a checkpoint copies it over.
SQLite does that within a commit, once the log has grown long: with it one commit in thirty took
ten times as long as the others.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from sqlalchemy import Engine

LONG_LOG = 8000
"""Pages of 4 KiB after which the writer makes a checkpoint itself, lest the log grow for ever."""
_PAUSE = 0.1  # seconds from a commit to the checkpoint that covers it and what follows


class Checkpoints:
    """Copies over what the writer has committed, a moment later, and waits for nobody."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._committed, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="zhiban-checkpoints", daemon=True)

    def start(self) -> None:
        """Starts the thread; once only."""
        self._thread.start()

    def note(self) -> None:
        """Something was committed."""
        self._committed.set()

    def stop(self) -> None:
        """Ends after the checkpoint under way."""
        self._ended.set()
        self._committed.set()
        if self._thread.ident is not None:
            self._thread.join()

    def make(self) -> None:
        """Copies over what no reader needs as it was; raises sqlite3.Error."""
        # A connection for each: one kept open would hold on to a file that was put back or moved.
        address = f"{Path(self._file).absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, timeout=0, isolation_level=None, uri=True)
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        finally:
            connection.close()

    def _run(self) -> None:
        while self._committed.wait() and not self._ended.wait(_PAUSE):
            self._committed.clear()
            try:
                self.make()
            except sqlite3.Error:
                continue  # a full disk, say: the log keeps all of it, and the next one tries again


def checkpoints_of(engine: Engine) -> Checkpoints | None:
    """The checkpoints of the engine's file; None for PostgreSQL, which makes its own."""
    if engine.dialect.name != "sqlite":
        return None
    return Checkpoints(str(engine.url.database))
