"""The database, SQLite or PostgreSQL: engines, transactions, the one time type, failures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    select,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from zhiban.data.exchanges import told
from zhiban.data.failures import (
    DatabaseBusy,
    DatabaseUnavailable,
    SavedOrNot,
    TookTooLong,
    failures,
    unanswered,
)
from zhiban.data.wording import Refused

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = [
    "BUSY_SECONDS",
    "DatabaseBusy",
    "DatabaseUnavailable",
    "TookTooLong",
    "UtcDateTime",
    "current_revision",
    "described",
    "failures",
    "make_engine",
    "migrations",
    "newest_revision",
    "reading",
    "upgrade",
    "writing",
]

BUSY_SECONDS = 5.0


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: takes aware times only, stores UTC, gives UTC back, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored time needs a zone, {value} has none")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def make_engine(url: str, *, busy_seconds: float = BUSY_SECONDS, pool_size: int = 20) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql+psycopg://...`; nothing is opened yet.

    Whoever waits longer than `busy_seconds` for a lock, or for one of the `pool_size`
    connections, gets DatabaseBusy.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        address = make_url("unknown://")
    kind, file = address.drivername.partition("+")[0], address.database
    if kind == "sqlite" and file not in (None, "", ":memory:"):  # no two would share a memory
        return _sqlite(address, busy_seconds, pool_size)
    if kind == "postgresql":
        options = f"-c lock_timeout={int(busy_seconds * 1000)} -c timezone=UTC"
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=busy_seconds,
            pool_pre_ping=True,
            connect_args={"options": options, "connect_timeout": 5},
        )
    raise Refused.one(
        "database_url",
        "数据库地址须为 sqlite:///文件 或 postgresql+psycopg://用户@主机/库名",
        "the database URL is sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
    )


def _sqlite(address: URL, busy_seconds: float, pool_size: int) -> Engine:
    engine = create_engine(
        address,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=busy_seconds,
        connect_args={"check_same_thread": False, "timeout": busy_seconds},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        if isinstance(connection, SQLiteConnection):
            connection.isolation_level = None  # we say BEGIN ourselves, below
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns from reading to writing fails at once when somebody
        # else wrote meanwhile, whatever the timeout; so writers say from the start what they are.
        reading = connection.get_execution_options().get("reading", False)
        driver: Any = connection.connection.driver_connection
        with told(connection):
            driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: committed at the end, rolled back when anything raises.

    Raises DatabaseBusy or DatabaseUnavailable, and SavedOrNot where the commit was not answered.
    """
    with failures(), engine.connect() as connection:
        saving = False
        try:
            with connection.begin():
                yield connection
                saving = True
        except DBAPIError as error:
            if saving and unanswered(error):
                raise SavedOrNot(str(error.orig)) from error
            raise


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of what is committed; writing through it fails. Waits for no writer."""
    with failures(), engine.connect() as raw:
        if engine.dialect.name == "postgresql":
            connection = raw.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            yield connection
            return
        connection = raw.execution_options(reading=True)
        connection.exec_driver_sql("PRAGMA query_only=ON")
        try:
            yield connection
        finally:
            connection.rollback()
            connection.exec_driver_sql("PRAGMA query_only=OFF")


def upgrade(url: str) -> str:
    """Brings the database's tables up to date, in one transaction, and returns the revision.

    Safe to call at every start and from several processes; raises as `writing` does.
    """
    engine = make_engine(url)
    try:
        if not _is_newest(engine):
            _migrate(engine)
    finally:
        engine.dispose()
    return newest_revision()


def _is_newest(engine: Engine) -> bool:
    with writing(engine) as connection:  # for reading, SQLite needs a file that is there
        return current_revision(connection) == newest_revision()


def _migrate(engine: Engine) -> None:
    from alembic import command  # a quarter of a second, paid only by who has to upgrade
    from alembic.util import CommandError

    config = migrations()
    with failures(), engine.connect() as connection:
        _without_foreign_keys(connection)
        with connection.begin():
            if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE excludes
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADING})")
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:  # tables of a newer program, say
                raise Refused.one(
                    "database_url",
                    f"数据库无法使用（{error}）；请检查 ZHIBAN_DATABASE_URL",
                    f"the database cannot be used ({error}); check ZHIBAN_DATABASE_URL",
                ) from error


def current_revision(connection: Connection) -> str | None:
    """The revision of the database's tables; None when they were never made."""
    if not inspect(connection).has_table(_REVISION.name):
        return None
    return connection.execute(select(_REVISION.c.version_num)).scalar_one_or_none()


@cache
def newest_revision() -> str:
    """The revision that this program works with: the highest number of a migration's file."""
    files = Path(__file__).with_name("migrations").glob("versions/[0-9]*.py")
    return max(file.name.partition("_")[0] for file in files)


_REVISION = Table("alembic_version", MetaData(), Column("version_num", String(32)))


_UPGRADING = 7_401_226  # any number of our own, the same in every process


def described(name: str | None, kind: str, parents: object) -> bool:
    """Whether the records describe it: not so what one database alone has to search by words."""
    return not (kind in ("table", "index") and (name or "").startswith("search_"))


def migrations() -> Config:
    """Alembic's configuration: where our migrations lie."""
    from alembic.config import Config

    config = Config()
    folder = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _without_foreign_keys(connection: Connection) -> None:
    """SQLite changes a table by copying it, for which its foreign keys must rest."""
    driver = connection.connection.driver_connection
    if isinstance(driver, SQLiteConnection):
        driver.execute("PRAGMA foreign_keys=OFF")
