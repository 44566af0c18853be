"""Every page as every role and as a stranger: nobody reads what is not theirs, nothing breaks."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Route

from zhiban.web.accounts import ACTS_AS, ROLES
from zhiban.web.pages import routes

# What anyone may open, with or without a log-in; a ticket still asks for its secret.
OPEN = {
    "/",
    "/about",
    "/ask",
    "/find",
    "/login",
    "/login/code",
    "/logout",
    "/language",
    "/type",
}
# And what citizens have beyond: to ask, learn, find, book, join; codes and links are theirs.
OPEN_TO_CITIZENS = re.compile(
    r"/(ask|t|learn|places|book|join|find|recover|feeds|s|n|accessibility|contrast)(/|$)"
)
EXAMPLES = {"ticket": "ZB-0000-0000", "week": "2026-W48", "act": "accept"}
PAGES = [
    (method, route)
    for route in routes
    if isinstance(route, Route)
    for method in sorted(route.methods - {"HEAD"})
]
NAMES = [f"{method} {route.path}" for method, route in PAGES]


def address(path: str) -> str:
    """A path with something plausible in its places, where nothing is."""
    return re.sub(r"\{([\w:]+)\}", _example, path)


def _example(place: re.Match[str]) -> str:
    return "99" if place[1].endswith(":int") else EXAMPLES.get(place[1], "none")


def is_open(path: str) -> bool:
    """Whether anybody may open a path."""
    return path in OPEN or OPEN_TO_CITIZENS.match(path) is not None


def send(client, method: str, path: str):
    """Sends a request; a form carries the page's token, as a person's would."""
    data = {}
    if method == "POST":
        found = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', client.get("/ask").text)
        data["csrf_token"] = found[1]
    return client.request(method, address(path), data=data, follow_redirects=False)


def log_in(service, login: str):
    """A browser that has logged in by the form."""
    client = service.stranger()
    token = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', client.get("/login").text)[1]
    form = {"csrf_token": token, "login": login, "password": "a long password"}
    assert client.post("/login", data=form, follow_redirects=False).status_code == 303
    return client


def test_a_stranger_is_sent_to_the_log_in_or_refused(service) -> None:
    for method, route in PAGES:
        answer = send(service.stranger(), method, route.path)
        assert answer.status_code < 500, (method, route.path)
        if is_open(route.path):
            continue
        if method == "GET":
            assert answer.status_code == 303, route.path
            assert answer.headers["location"].startswith("/login?next=")
        else:
            assert answer.status_code == 401, (method, route.path)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_desk_and_no_other(service, role: str) -> None:
    client = log_in(service, role)
    for method, route in PAGES:
        if route.path == "/logout" or is_open(route.path):
            continue
        allowed = getattr(route.endpoint, "roles", None)
        answer = send(client, method, route.path)
        assert answer.status_code < 500, (role, method, route.path)
        if allowed is not None and ACTS_AS[role].isdisjoint(allowed):
            assert answer.status_code == 403, (role, method, route.path)
        else:
            assert answer.status_code not in (401, 403), (role, method, route.path)


def test_every_staff_page_stands_behind_a_wall() -> None:
    walled = {
        route.path for _, route in PAGES if not is_open(route.path) and route.path != "/inbox"
    }
    assert walled
    for _, route in PAGES:
        if route.path in walled:
            assert getattr(route.endpoint, "roles", None), route.path


def test_changes_to_rosters_are_the_schedulers_alone() -> None:
    for method, route in PAGES:
        if method == "POST" and route.path.startswith("/scheduler/week/"):
            assert set(route.endpoint.roles) <= {"scheduler"}, route.path


def test_a_ticket_without_its_secret_shows_nothing(service) -> None:
    ask = {"text": "秘密的故事", "division": "330411", "consent": True}
    ticket = service.stranger().post("/api/v1/questions", json=ask).json()["ticket"]
    for client in (service.stranger(), log_in(service, "lawyer-2"), log_in(service, "scheduler")):
        for path in (f"/t/{ticket}", f"/t/{ticket}/live", f"/t/{ticket}/receipt"):
            answer = client.get(path)
            assert "秘密的故事" not in answer.text, path
    other = log_in(service, "lawyer-2").get(f"/lawyer/q/{ticket}")
    assert other.status_code == 404
    assert "秘密的故事" not in other.text
    assert "秘密的故事" in log_in(service, "lawyer").get(f"/lawyer/q/{ticket}").text


def test_pages_load_nothing_from_elsewhere_and_carry_no_inline_script_or_style(service) -> None:
    clients = [service.stranger(), *(log_in(service, role) for role in ROLES)]
    for client in clients:
        for method, route in PAGES:
            if method != "GET" or route.path.endswith("/events"):
                continue
            page = client.get(address(route.path)).text
            assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", page), route.path
            assert not re.search(r"<style|\sstyle=|\son\w+=", page), route.path
            # A link may lead elsewhere; nothing may be fetched from there.
            for link in re.findall(r'(?:src|action|<link[^>]* href)="([^"]*)"', page):
                assert not re.match(r"(https?:)?//", link), (route.path, link)
