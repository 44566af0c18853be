"""What fails at the database, told apart by what it means: busy, unavailable, perhaps saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from zhiban.data.exchanges import together
from zhiban.data.wording import Text


class DatabaseBusy(Exception):  # noqa: N818 - says what happened
    """Somebody else holds the database longer than we wait; trying again later is safe."""

    text = Text("数据库正忙，请稍后再试", "The database is busy; please try again shortly")


class DatabaseUnavailable(Exception):  # noqa: N818 - says what happened
    """The database cannot be reached, or cannot write (a full disk, say); nothing was written."""

    text = Text("数据库暂时不可用，内容没有保存", "The database is unavailable; nothing was saved")


class TookTooLong(DatabaseUnavailable):
    """A transaction lasted longer than it may while others wait; nothing was written."""


class SavedOrNot(DatabaseUnavailable):
    """The connection was lost during the commit: what was written is there whole, or not at all."""

    text = Text(
        "保存时与数据库的连接中断，不知道是否已保存；请先查看，再决定是否重做",
        "The connection to the database was lost while saving, and it is not known whether it was "
        "saved; look before you do it again",
    )


def commit(connection: Connection) -> None:
    """Commits; raises SavedOrNot where the connection was lost before the database answered.

    What is written at the last moment goes to a server in one exchange with the commit.
    """
    try:
        with together(connection):
            connection.commit()
    except DBAPIError as error:
        if unanswered(error):
            raise SavedOrNot(str(error.orig)) from error
        raise


@contextmanager
def failures() -> Iterator[None]:
    """Turns a driver's failures into the two that callers act upon; the rest pass unchanged."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseBusy(str(error)) from error
    except DBAPIError as error:
        kind = _kind(error)
        if kind is None:
            raise
        raise kind(str(error.orig)) from error


def lost(error: DBAPIError) -> bool:
    """Whether the connection failed, so that another one may do better."""
    return error.connection_invalidated or _kind(error) is DatabaseUnavailable


def unanswered(error: DBAPIError) -> bool:
    """Whether a commit that failed so may have been done all the same.

    An error that PostgreSQL tells without ending the connection has rolled back, and so has a
    transaction that lasted too long. SQLite's file may hold the commit where its sync failed.
    """
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith("SQLITE_IOERR")
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return error.connection_invalidated or _kind(error) is DatabaseUnavailable
    return state != _TOOK_TOO_LONG and (
        error.connection_invalidated or state.startswith(_POSTGRESQL_GONE)
    )


_SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_SQLITE_UNAVAILABLE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
_TOOK_TOO_LONG = "25P04"
_POSTGRESQL_BUSY = ("40001", "40P01", "55P03", "53300")  # conflict, deadlock, lock, connections
_POSTGRESQL_GONE = ("08", "57P")  # connection, shutdown
_POSTGRESQL_UNAVAILABLE = ("08", "53", "57P", "58")  # connection, resources, shutdown, system


def _kind(error: DBAPIError) -> type[DatabaseBusy | DatabaseUnavailable] | None:
    if getattr(error.orig, "sqlstate", None) == _TOOK_TOO_LONG:
        return TookTooLong
    if error.connection_invalidated:
        return DatabaseUnavailable
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        if name.startswith(_SQLITE_BUSY):
            return DatabaseBusy
        return DatabaseUnavailable if name.startswith(_SQLITE_UNAVAILABLE) else None
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # psycopg has no state when it could not connect at all
        return DatabaseUnavailable if type(error.orig).__name__ == "OperationalError" else None
    if state in _POSTGRESQL_BUSY:
        return DatabaseBusy
    return DatabaseUnavailable if state.startswith(_POSTGRESQL_UNAVAILABLE) else None
