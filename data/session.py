"""The session of a writer: one connection, used again and again, whose transactions hold the board.

On PostgreSQL a transaction may last a moment only, so that a process that was stopped while it
holds the board does not silence the others; whoever needs longer says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from zhiban.data import board
from zhiban.data.database import BUSY_SECONDS, failures

MOMENT = 2.0
_LONG = 120.0
_TIMEOUT_SINCE = 170_000  # the server's version that knows transaction_timeout


class WritingSession:
    """For one thread; opened when first needed, and anew after whatever went wrong."""

    def __init__(self, engine: Engine, moment: float = MOMENT) -> None:
        self._engine = engine
        self._moment = moment
        self._connection: Connection | None = None
        self._limited = False

    @contextmanager
    def transaction(self, patient: bool = False) -> Iterator[Connection]:
        """A transaction that holds the board: committed at the end, rolled back on any failure.

        Raises as `writing` does, and TookTooLong where it lasted longer than a moment, unless it
        is `patient`.
        """
        with failures():
            try:
                connection = self._locked()
                if self._limited:
                    self._limit(connection, _LONG if patient else self._moment)
                yield connection
                connection.commit()
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Gives the connection back; what it had not committed is rolled back."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(DBAPIError):  # one that is lost has nothing to roll back
            connection.rollback()  # closing alone would keep what a failed commit left
        connection.close()

    def _locked(self) -> Connection:
        """The connection with a transaction that has taken the board."""
        if self._connection is None:
            return self._lock(self._opened())
        try:
            return self._lock(self._connection)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self.close()  # the server went away since the last transaction; it may be back
            return self._lock(self._opened())

    @staticmethod
    def _lock(connection: Connection) -> Connection:
        connection.begin()
        board.lock(connection)
        return connection

    def _opened(self) -> Connection:
        connection = self._connection = self._engine.connect()
        if self._engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size=-65536")
        else:
            driver = connection.connection.driver_connection
            self._limited = driver is not None and driver.info.server_version >= _TIMEOUT_SINCE
            # Statistics lag behind tables that grow by thousands of rows a second, and small
            # look-ups by key would turn into scans.
            connection.exec_driver_sql("SET enable_seqscan = off")
            if self._limited:  # one stopped while it waits is given the board and does not know
                limit = int((BUSY_SECONDS + self._moment) * 1000)
                connection.exec_driver_sql(f"SET transaction_timeout = {limit}")
        connection.commit()
        return connection

    @staticmethod
    def _limit(connection: Connection, seconds: float) -> None:
        """Counts from now, when the board is taken; a limit that is only changed would not."""
        limit = f"SET LOCAL transaction_timeout = {int(seconds * 1000)}"
        connection.exec_driver_sql(f"SET LOCAL transaction_timeout = 0; {limit}")
