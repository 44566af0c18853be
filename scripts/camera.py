"""The camera of `scripts/screenshots`: a browser at the demonstration that takes pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, Page
from small_pictures import Press

WIDTHS = {360: 740, 1280: 900}
# The board is made to fill a window; a picture longer than the window would not show that.
WINDOW_ONLY = ("week-board", "question-answer", "question-accept")
PASSWORD = "zhiban-demo"  # noqa: S105 - printed by the demonstration itself


class Camera:
    """Takes pictures of a page at every width, in one language and one scheme."""

    def __init__(self, browser: Browser, base: str, folder: Path, lang: str, scheme: str) -> None:
        self.browser, self.base, self.folder = browser, base, folder
        self.lang, self.scheme = lang, scheme
        self.taken = 0
        self._press = Press(browser)

    def desk(self, login: str = "") -> Page:
        """A browser of its own, logged in where a name is given."""
        context = self.browser.new_context(color_scheme=self.scheme)  # type: ignore[arg-type] # checked by argparse
        context.add_cookies([{"name": "lang", "value": self.lang, "url": self.base}])
        page = context.new_page()
        if login:
            page.goto(f"{self.base}/login")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.click("main button")
            page.wait_for_url(re.compile("/(lawyer|scheduler)"))
        return page

    def take(
        self, page: Page, name: str, path: str = "", widths: Mapping[int, int] = WIDTHS
    ) -> None:
        """The page (or another path in its browser) at every width (to its window's height)."""
        for width, height in widths.items():
            page.set_viewport_size({"width": width, "height": height})
            if path:
                page.goto(self.base + path)
            file = self.folder / f"{name}-{width}.png"
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=file, full_page=name not in WINDOW_ONLY)
            self._press.press(file)
            self.taken += 1
            print(file)
