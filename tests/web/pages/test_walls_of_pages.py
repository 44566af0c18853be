"""Nobody reads or does what is not theirs: every page as every role, and as a stranger."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.routing import Route

from zhiban.web import pages

OPEN = {
    "/",
    "/about",
    "/accessibility",
    "/ask",
    "/ask/about",
    "/ask/contact",
    "/ask/papers",
    "/ask/review",
    "/ask/story",
    "/ask/where",
    "/contrast",
    "/feeds/{token}.ics",
    "/find",
    "/learn",
    "/learn/law",
    "/learn/{id:int}",
    "/ask/suggest",
    "/ask/similar",
    "/login",
    "/login/code",
    "/logout",
    "/language",
    "/type",
    "/t/{ticket}",
    "/t/{ticket}/live",
    "/t/{ticket}/receipt",
    "/t/{ticket}/messages",
    "/t/{ticket}/rating",
    "/t/{ticket}/withdraw",
    "/t/{ticket}/forget",
    "/t/{ticket}/attachments",
    "/t/{ticket}/attachments/{attachment}",
    "/t/{ticket}/data",
    "/t/{ticket}/data.json",
    "/t/{ticket}/erase",
    "/recover",
    "/places",
    "/places/{group}/{id}",
    "/book",
    "/book/at/{id}",
    "/book/at/{id}/details",
    "/book/find",
    "/book/b/{code}",
    "/book/b/{code}/cancel",
    "/book/b/{code}/change",
    "/book/b/{code}/calendar.ics",
    "/book/b/{code}/forget",
    "/join",
    "/join/find",
    "/join/a/{code}",
    "/join/activate",
    "/s/{token}/kiosk",
    "/s/{token}/kiosk/{code}",
    "/s/{token}/hall",
    "/s/{token}/hall/live",
    "/s/{token}/code",
    "/n/{code}",
    "/n/{code}/live",
    "/n/{code}/leave",
}
FILLED = {
    "ticket": "ZB-0000-0000",
    "week": "2026-W48",
    "id": "1",
    "id:int": "1",
    "act": "accept",
}
ROUTES = [route for route in pages.routes if isinstance(route, Route)]


def address(route: Route) -> str:
    """The route's path with something in its places."""
    path = route.path
    for name, value in FILLED.items():
        path = path.replace("{" + name + "}", value)
    return path


def needs(path: str) -> set[str]:
    """The roles that a path is open to."""
    if path.startswith("/inbox"):
        return {"lawyer", "scheduler", "supervisor", "administrator"}
    if path.startswith("/lawyer"):
        return {"lawyer"}
    if path.startswith("/admin"):
        return {"administrator"}
    desk = {"supervisor", "administrator"}
    return desk if path.startswith("/supervisor") else desk | {"scheduler"}


def call(browser: Any, route: Route) -> int:
    """The status of a call to the route, redirects not followed."""
    browser.client.follow_redirects = False
    if "GET" in (route.methods or ()):
        return int(browser.get(address(route)).status_code)
    return int(browser.send(address(route), {}).status_code)


def test_a_stranger_is_asked_to_log_in_everywhere_but_on_the_citizens_pages(site: Any) -> None:
    browser = site.browser()
    for route in ROUTES:
        if route.path in OPEN or "events" in route.path:
            continue
        status = call(browser, route)
        assert status in (303, 401), (route.path, status)


@pytest.mark.parametrize("role", ["lawyer", "scheduler", "supervisor", "administrator"])
def test_each_role_is_refused_what_is_not_its_own(site: Any, role: str) -> None:
    browser = site.browser("l6" if role == "lawyer" else role)
    for route in ROUTES:
        if route.path in OPEN:
            continue
        if role not in needs(route.path):
            assert call(browser, route) == 403, route.path
        elif "GET" in (route.methods or ()) and "{" not in route.path:
            assert call(browser, route) in (200, 303), route.path


def test_every_form_without_the_pages_token_is_refused(site: Any) -> None:
    client = site.browser("scheduler").client
    for route in ROUTES:
        if "POST" in (route.methods or ()):
            assert client.post(address(route), data={}).status_code == 403, route.path


_NUMBERED = sorted({r.path for r in pages.routes if isinstance(r, Route) and ":int}" in r.path})


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_numbers_no_row_can_have_are_not_found_on_any_page(site: Any, number: int) -> None:
    assert "/lawyer/swaps/{id:int}" in _NUMBERED
    for path in _NUMBERED:
        address = re.sub(r"{\w+:int}", str(number), path)
        address = address.replace("{week}", "2026-W48").replace("{act}", "accept")
        login = "l2" if path.startswith("/lawyer") else "scheduler"
        browser = site.browser(login)
        reads = browser.get(address).status_code
        writes = browser.send(address, {}).status_code
        assert {reads, writes} <= {403, 404, 405}, (path, reads, writes)


@pytest.mark.parametrize(
    "address",
    [
        "/learn?q=%00",
        "/learn?q=工%00资&category=%00",
        "/places?place=%00&need=%00",
        "/book?place=%00",
        "/book/times?place=%00&topic=%00",
        "/find?code=%00",
        "/t/%00",
        "/n/%00",
        "/learn/law?q=%00",
    ],
)
def test_a_character_that_no_database_keeps_is_never_a_failure_of_ours(
    site: Any, address: str
) -> None:
    assert site.browser().get(address).status_code < 500, address


def test_a_number_too_long_to_be_read_is_a_page_that_is_not_there(site: Any) -> None:
    for path in ("/scheduler/jobs/", "/learn/"):
        assert site.browser("scheduler").get(path + "9" * 5000).status_code == 404
