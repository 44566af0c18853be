"""What tests in a real browser share: the served bureau, windows, and what every page keeps to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PASSWORD = "a long password"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# A link within a sentence or a table may be as tall as its line.
SMALL = """() => [...document.querySelectorAll(
    'a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => !e.closest('.skip, .trap, p, td, th, dd, .errors'))
  .map(e => e.closest('label') || e)
  .filter(e => e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().height < 43.5)
  .map(e => e.outerHTML.slice(0, 90))"""


class Started(uvicorn.Server):
    """Tells when it is up, so that nobody asks again and again."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then tells."""
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture
def base(site: Any) -> Iterator[str]:
    """The bureau served to real browsers."""
    config = uvicorn.Config(site.app, port=0, lifespan="off", log_level="error", ws="none")
    server = Started(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.ready.wait(20)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def window(browser: Browser, base: str) -> Iterator[Callable[..., Page]]:
    """Opens a window, logged in where a name is given; no console error, no other host."""
    opened, complaints = [], []

    def open_window(width: int = 360, login: str = "", lang: str = "zh", **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, base_url=base, **options
        )
        context.add_cookies([{"name": "lang", "value": lang, "url": base}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None
        )
        page.on("request", lambda r: complaints.append(r.url) if _elsewhere(r.url, base) else None)
        opened.append(context)
        if login:
            page.goto("/login")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.click("main button")
        return page

    yield open_window
    for context in opened:
        context.close()
    assert complaints == []


def _elsewhere(url: str, base: str) -> bool:
    return not url.startswith(("data:", "blob:")) and urlsplit(url).netloc != urlsplit(base).netloc


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """Asserts that the page does not scroll sideways and that its targets are large enough."""

    def check(page: Page) -> None:
        page.wait_for_load_state()  # a page on its way to the next has no document yet
        assert not page.evaluate(TOO_WIDE), page.url
        assert page.evaluate(SMALL) == [], page.url

    return check


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Asserts that no rule of axe-core is broken, in the light and in the dark scheme."""

    def check(page: Page) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page).response["violations"]
            broken = {r["id"]: [node["html"][:120] for node in r["nodes"]] for r in found}
            assert broken == {}, (page.url, scheme)

    return check
