"""Nonsense in every field of the citizen's and the lawyer's forms never makes the service fail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest

from zhiban.data.database import writing
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.web.limits import Limiter

NONSENSE = (
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "9" * 40,
    "-1",
    "１２：３０",
    "2026-02-30",
    "2026-11-24T99:99",
    "9999-12-31",
    "0001-01-01",
    "nan",
    "1e400",
    "😀" * 90,
    "字" * 6000,
    "<script>alert(1)</script>'\"; --",
    "../../%00%2e",
    "",
)
CITIZEN = (
    "/ask",
    "/ask/story",
    "/ask/where",
    "/ask/papers",
    "/ask/about",
    "/ask/contact",
    "/find",
    "/recover",
    "/learn",
    "/learn/law",
    "/places",
    "/book?what=station&area=330411",
    "/book/at/station-t",
    "/book/at/station-t/details?at=2026-11-25T09:00",
    "/book/find",
    "/join?as=lawyer",
    "/join?as=firm",
    "/join/find",
    "/join/activate",
    "/login",
)
LAWYER = (
    "/lawyer",
    "/lawyer/week",
    "/lawyer/month",
    "/lawyer/leave",
    "/lawyer/leave/new",
    "/lawyer/wishes",
    "/lawyer/swaps/new",
    "/lawyer/station",
    "/lawyer/enter",
    "/lawyer/me",
    "/lawyer/entry",
    "/lawyer/ledger",
    "/lawyer/calendar",
    "/lawyer/templates",
    "/lawyer/bookings",
    "/lawyer/drafts",
    "/inbox",
    "/inbox/notices",
)
# What would end the walk itself.
LEAVING = ("/logout", "/language", "/type", "/contrast")


@dataclass
class Form:
    """A form of a page: where it goes, and its fields with what they hold."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Collects the forms of a page; of choices the first, of boxes what a tick would send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.within: Form | None = None
        self.choosing = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a form or a field."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.within = Form(given.get("action", ""), given.get("method", "get").lower())
            self.found.append(self.within)
        elif self.within is None:
            return
        elif tag in ("input", "textarea", "select", "button") and given.get("name"):
            self.within.fields.setdefault(given["name"], given.get("value", ""))
            self.choosing = given["name"] if tag == "select" else ""
        elif tag == "option" and self.choosing and given.get("value"):
            self.within.fields[self.choosing] = self.within.fields[self.choosing] or given["value"]

    def handle_endtag(self, tag: str) -> None:
        """Leaves a form."""
        if tag == "form":
            self.within = None


def forms_of(text: str, path: str) -> list[Form]:
    """The forms of a page that lead somewhere else than away."""
    reader = Forms()
    reader.feed(text)
    for form in reader.found:
        form.action = form.action or path.partition("?")[0]
    return [form for form in reader.found if form.action not in LEAVING]


def filled(form: Form) -> list[dict[str, str]]:
    """The form with one nonsense in all fields, and with every field in turn nonsense alone."""
    kept = {"csrf_token": form.fields.get("csrf_token", "")}
    names = [name for name in form.fields if name != "csrf_token"]
    everywhere = [dict.fromkeys(names, bad) | kept for bad in NONSENSE]
    alone = [
        form.fields | {name: NONSENSE[place * 5 % len(NONSENSE)]}
        for place, name in enumerate(names)
    ]
    return everywhere + alone


def sent(browser: Any, form: Form, values: dict[str, str]) -> str:
    """Sends it; what went wrong, if the service failed."""
    if form.method == "get":
        short = {name: value[:300] for name, value in values.items()}
        answer = browser.client.get(form.action, params=short, follow_redirects=False)
    else:
        answer = browser.client.post(form.action, data=values, follow_redirects=False)
    return f"{answer.status_code} {form.action} {values}"[:400] if answer.status_code >= 500 else ""


def walked(browser: Any, paths: tuple[str, ...]) -> list[str]:
    """What failed of all forms of these pages, each form once."""
    failed, seen = [], set()
    for path in paths:
        page = browser.get(path)
        assert page.status_code < 500, path
        for form in forms_of(page.text, path):
            mark = (re.sub(r"\d+", "0", form.action), tuple(form.fields))
            if mark in seen:
                continue
            seen.add(mark)
            failed += [wrong for values in filled(form) if (wrong := sent(browser, form, values))]
    # What was taken in all the same is shown without failing, too.
    return failed + [path for path in paths if browser.get(path).status_code >= 500]


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms reach what is behind the limits of rate."""
    monkeypatch.setattr(Limiter, "check", lambda *_: None)


@pytest.fixture
def asked(site: Any) -> service.Asked:
    """A question that L2 holds and has accepted."""
    with writing(site.engine) as connection:
        ask = Ask("老板三个月没发工资。", "330411", consent=True, contact="13805731234")
        made = service.ask(connection, site.keyring, ask, None, site.clock.now())
        assert isinstance(made, service.Asked)
        service.accept(connection, site.keyring, service.Move(made.ticket, "L2", site.clock.now()))
    return made


def test_no_form_of_a_citizen_fails_whatever_stands_in_it(site: Any, asked: service.Asked) -> None:
    browser = site.browser()
    browser.send("/find", {"code": asked.ticket, "secret": asked.secret}, "/find")
    ticket = f"/t/{asked.ticket}"
    own = (ticket, f"{ticket}/rating", f"{ticket}/withdraw", f"{ticket}/erase", f"{ticket}/data")
    assert walked(browser, CITIZEN + own) == []


def test_no_form_of_a_lawyer_fails_whatever_stands_in_it(site: Any, asked: service.Asked) -> None:
    assert walked(site.browser("l2"), (f"/lawyer/q/{asked.ticket}", *LAWYER)) == []


def test_no_address_fails_whatever_stands_in_it(site: Any) -> None:
    names = ("q", "page", "category", "day", "at", "what", "area", "week", "month", "from", "to")
    browser = site.browser("l2")
    for place, path in enumerate(CITIZEN + LAWYER):
        for turn in range(4):
            bad = NONSENSE[(place + turn * 4) % len(NONSENSE)][:300]
            answer = browser.client.get(path.partition("?")[0], params=dict.fromkeys(names, bad))
            assert answer.status_code < 500, (path, bad)
