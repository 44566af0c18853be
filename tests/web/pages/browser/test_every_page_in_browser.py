"""Every page of every role, by its route: no sideways scroll (phone, tablet), and the keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page
from starlette.routing import Route

from zhiban.data.database import writing
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.web import pages

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Focus is put on each control in turn, as Tab would; what is drawn is an outline on the control,
# on its label, or on the face that stands for it. On the board one cell is reached, arrows lead on.
UNSEEN = """() => {
  const drawn = one => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const shown = one => one.checkVisibility({checkVisibilityCSS: true})
    && one.getClientRects().length > 0 && !one.closest('[inert], .trap');
  const controls = [...document.querySelectorAll(
    'a[href], button:enabled, input:enabled:not([type=hidden]), ' +
    'select:enabled, textarea:enabled, summary')].filter(shown);
  return controls.filter(one => {
    if (one.tabIndex > 0) return true;
    if (one.tabIndex < 0) return !one.closest('[data-board]');
    one.focus();
    if (document.activeElement !== one || !one.matches(':focus-visible')) return true;
    const faces = [one, one.nextElementSibling, one.closest('label')].filter(Boolean);
    return !faces.some(drawn);
  }).map(one => one.outerHTML.slice(0, 120));
}"""
ROLES = ["", "l2", "scheduler", "supervisor", "administrator"]
# What a role may not open, or what leads elsewhere, is not its page.
LEAST = {"": 15, "l2": 20, "scheduler": 25, "supervisor": 29, "administrator": 29}


def addresses(site: Any, role: str) -> list[str]:
    """The path of every page, with a question, a week and a shift that there are."""
    request = Ask("我在餐馆打工，老板三个月没发工资。", "330411", consent=True)
    with writing(site.engine) as connection:
        made = service.ask(connection, site.keyring, request, None, site.clock.now())
    assert isinstance(made, service.Asked)
    filled = {"ticket": made.ticket, "week": "2026-W48", "group": "stations"}
    found = []
    for route in pages.routes:
        if not isinstance(route, Route) or "GET" not in (route.methods or ()):
            continue
        if re.search(r"/(live|events|code)$|\.(ics|json|xlsx|csv)$", route.path):
            continue
        if role and not route.path.startswith(("/lawyer", "/inbox", "/scheduler", "/s", "/admin")):
            continue
        path = route.path
        for name, value in filled.items():
            path = path.replace("{" + name + "}", value)
        if "{" not in path:
            found.append(path)
    return found


def walked(page: Page, paths: list[str]) -> list[str]:
    """Those that are whole pages, and that whoever is logged in may open."""
    shown = []
    for path in paths:
        got = page.request.get(path, max_redirects=0)
        whole = got.headers.get("content-type", "").startswith("text/html")
        if got.status == 200 and whole and got.text().startswith("<!doctype html>"):
            shown.append(path)
    return shown


@pytest.mark.parametrize("role", ROLES, ids=["citizen", *ROLES[1:]])
def test_no_page_of_any_role_scrolls_sideways_and_all_is_seen_by_keyboard(
    site: Any, window: Any, role: str
) -> None:
    page = window(320, role)
    shown = walked(page, addresses(site, role))
    assert len(shown) >= LEAST[role], shown
    wide, unseen = [], {}
    for path in shown:
        page.goto(path)
        if page.evaluate(TOO_WIDE):
            wide.append(path)
        page.keyboard.press("Tab")  # from here on the browser shows where the focus is
        if found := page.evaluate(UNSEEN):
            unseen[path] = found
        page.set_viewport_size({"width": 768, "height": 1024})  # a tablet
        if page.evaluate(TOO_WIDE):
            wide.append(f"{path} at 768 px")
        page.set_viewport_size({"width": 320, "height": 800})
    assert (wide, unseen) == ([], {})
