"""The migrations make the very tables that the records describe, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, make_url, text
from sqlmodel import SQLModel

from zhiban.data.database import (
    current_revision,
    described,
    make_engine,
    migrations,
    newest_revision,
    reading,
    upgrade,
    writing,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server = make_url(request.getfixturevalue("postgresql_url"))
    administrator = make_engine(server.render_as_string(hide_password=False))
    with administrator.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS empty_one"))
        connection.execute(text("CREATE DATABASE empty_one"))
        yield server.set(database="empty_one").render_as_string(hide_password=False)
        connection.execute(text("DROP DATABASE empty_one"))
    administrator.dispose()


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """An engine on it."""
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def test_the_migrated_schema_is_the_one_the_records_describe(
    empty_url: str, engine: Engine
) -> None:
    upgrade(empty_url)
    with writing(engine) as connection:
        options = {"compare_type": True, "include_name": described}
        context = MigrationContext.configure(connection, opts=options)
        missing = compare_metadata(context, SQLModel.metadata)
        assert missing == [], "write it with scripts/new_migration.py"


def test_upgrading_twice_changes_nothing_and_says_the_same_revision(
    empty_url: str, engine: Engine
) -> None:
    with reading(engine) as connection:
        assert current_revision(connection) is None
    assert upgrade(empty_url) == upgrade(empty_url) == newest_revision()
    with reading(engine) as connection:
        assert current_revision(connection) == newest_revision()


def test_the_newest_revision_is_the_one_head_that_the_migrations_lead_to() -> None:
    assert ScriptDirectory.from_config(migrations()).get_heads() == [newest_revision()]
