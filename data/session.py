"""The session of a writer: one connection, used again and again, whose transactions hold the board.

On PostgreSQL a transaction may last a moment only, so that a process that was stopped while it
holds the board does not silence the others; whoever needs longer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from zhiban.data import board
from zhiban.data.checkpoints import LONG_LOG
from zhiban.data.database import BUSY_SECONDS
from zhiban.data.exchanges import Query
from zhiban.data.failures import commit, failures, lost

Along = Callable[[Engine], Sequence[Query]]
MOMENT = 2.0
_LONG = 120.0
_TIMEOUT_SINCE = 170_000  # the server's version that knows transaction_timeout


class WritingSession:
    """For one thread; opened when first needed, and anew after whatever went wrong.

    `along` says what PostgreSQL is asked together with the board.
    """

    def __init__(self, engine: Engine, moment: float = MOMENT, along: Along | None = None) -> None:
        self._engine = engine
        self._moment = moment
        self._along = along
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
                connection = self._locked(_LONG if patient else self._moment)
                yield connection
                commit(connection)
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

    def _locked(self, seconds: float) -> Connection:
        """The connection with a transaction that has taken the board and may last so long."""
        if self._connection is None:
            return self._lock(self._opened(), seconds)
        try:
            return self._lock(self._connection, seconds)
        except DBAPIError as error:
            if not lost(error):
                raise
            self.close()  # the server went away since the last transaction; it may be back
            return self._lock(self._opened(), seconds)

    def _lock(self, connection: Connection, seconds: float) -> Connection:
        connection.begin()
        if connection.dialect.name == "sqlite":
            board.lock(connection)
        else:
            queries = self._along(self._engine) if self._along else ()
            board.lock_with(connection, queries, seconds if self._limited else None)
        return connection

    def _opened(self) -> Connection:
        connection = self._connection = self._engine.connect()
        if self._engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size=-65536")
            connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint={LONG_LOG}")
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
