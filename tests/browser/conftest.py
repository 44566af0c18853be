"""A real Chromium before a real service: the demonstration's register, nothing published yet."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, text

from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import make_engine, upgrade
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.web.demo.seeding import seed_register

CLOCK = datetime(2026, 11, 25, 9, 40, tzinfo=SHANGHAI)  # a Wednesday morning
WEEK = Week.of(CLOCK.date())
COMMAND = (sys.executable, "-c", "from zhiban.web.cli import app; app()")


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: its address and its database."""

    address: str
    database: str

    def one(self, query: str, **values: str) -> str:
        """The one value that the query finds."""
        engine = create_engine(self.database)
        try:
            with engine.connect() as connection:
                return str(connection.execute(text(query), values).scalar_one())
        finally:
            engine.dispose()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`zhiban serve` on Jiaxing's register, on a Wednesday morning, with no roster yet."""
    folder = tmp_path_factory.mktemp("service")
    url, key = f"sqlite:///{folder / 'zhiban.db'}", new_key()
    upgrade(url)
    engine = make_engine(url)
    seed_register(engine, Keyring([key]), WEEK, CLOCK)
    engine.dispose()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with _serving(port, {"ZHIBAN_DATABASE_URL": url, "ZHIBAN_KEYS": key}, folder / "log") as ready:
        assert ready.wait(60), (folder / "log").read_text()
        yield Service(f"http://127.0.0.1:{port}", url)


class _serving:  # noqa: N801  # read as a phrase: with _serving(...)
    def __init__(self, port: int, settings: dict[str, str], log: Path) -> None:
        self._log = log.open("w")
        self._process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port), "--clock", CLOCK.isoformat()],
            env={**os.environ, **settings},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._port, self._ready = port, threading.Event()

    def __enter__(self) -> threading.Event:
        threading.Thread(target=self._watch, daemon=True).start()
        return self._ready

    def _watch(self) -> None:
        pause = threading.Event()
        while self._process.poll() is None and not self._ready.is_set():
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    self._ready.set()
            pause.wait(0.1)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._log.close()


@pytest.fixture
def person(browser: Browser, service: Service) -> Iterator[Callable[..., Page]]:
    """Opens a window for one person; fails the test when its console ever shows an error."""
    windows, complaints = [], []

    def open_window(width: int = 1280, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            base_url=service.address,
            locale="zh-CN",
        )
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        windows.append(context)
        return page

    yield open_window
    for context in windows:
        context.close()
    assert complaints == []
