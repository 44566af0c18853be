"""Whatever is sent to the register's, supervisor's and report pages is refused, never a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.routing import Route

from zhiban.web import pages
from zhiban.web.pages import register

DESKS = ("/scheduler/register", "/scheduler/reports", "/supervisor", "/admin")
NONSENSE = ("", "x" * 300, "a\x00b", "-1", "9" * 30, "1e9", "²", "没有的", "2026-02-30", "🙂'\"<>%")
_READ = re.compile(
    r"(?:query_params|asked|query|params|form|sent)"
    r"(?:\.(?:get|text|raw|some|number|all|getlist))?[\[(]\"([\w.]+)\""
)
_NAMED = re.compile(r"<(?:input|select|textarea|button)\b[^>]*? name=\"([^\"]+)\"[^>]*>")


def routes(method: str) -> list[str]:
    """The desks' addresses that take a method."""
    return sorted(
        {
            one.path
            for one in pages.routes
            if isinstance(one, Route)
            and method in (one.methods or ())
            and one.path.startswith(DESKS)
        }
    )


def addresses(path: str) -> Iterator[str]:
    """An address with something in each of its places: what is there, and what is not."""
    there = {"kind": "lawyer", "id": "L1", "name": "register", "act": "save", "group": "county"}
    numbers = {"id": "1"}
    for said in (None, "x" * 200, "a\x00b", "0"):

        def put(match: re.Match[str], said: str | None = said) -> str:
            name, _, kind = match[1].partition(":")
            if said is None:
                return (numbers if kind else there).get(name, "1")
            return "0" if kind else quote(said)

        yield re.sub(r"\{([^}]+)\}", put, path)
        if "{" not in path:
            return


def names() -> list[str]:
    """Every name of a field or parameter that the pages' code reads."""
    folder = Path(register.__file__).parent
    found: set[str] = set()
    for file in folder.glob("*.py"):
        if file.name.startswith(("register", "supervisor", "reports", "hours", "promise")):
            found |= set(_READ.findall(file.read_text("utf-8")))
    assert {"page", "day", "version", "edition"} <= found
    return sorted(found - {"csrf_token"})


def token(browser: Any) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/about").text)
    assert found
    return found[1]


def test_pages_read_with_nonsense_for_every_parameter(site: Any) -> None:
    browser, known, ways = site.browser("administrator"), names(), cycle(NONSENSE)
    for path in routes("GET"):
        for address in addresses(path):
            for said in islice(ways, 3):
                answer = browser.client.get(address, params=dict.fromkeys(known, said))
                assert answer.status_code < 500, (address, said)


def test_forms_sent_with_nonsense_in_every_field(site: Any) -> None:
    browser, known, ways = site.browser("administrator"), names(), cycle(NONSENSE)
    with_token = {"csrf_token": token(browser)}
    for path in routes("POST"):
        for address in addresses(path):
            for said in islice(ways, 4):
                form = dict.fromkeys(known, said) | with_token
                answer = browser.client.post(address, data=form, follow_redirects=False)
                assert answer.status_code < 500, (address, said)


def forms(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The forms of a page that are sent: where to, and as they stand."""
    for action, body in re.findall(
        r'<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*>(.*?)</form>', text, re.DOTALL
    ):
        fields = {}
        for match in _NAMED.finditer(body):
            value = re.search(r' value="([^"]*)"', match[0])
            fields[match[1]] = unescape(value[1]) if value else ""
        yield unescape(action), fields


def test_each_field_of_each_form_with_nonsense_beside_good_ones(site: Any) -> None:
    """Every form as it stands with one field after another spoilt, by turns in another way."""
    browser, ways = site.browser("administrator"), cycle(NONSENSE)
    shown = [next(addresses(path)) for path in routes("GET")]
    shown += ["/scheduler/register/firm/F1", "/scheduler/register/post/seat-c", "/admin/accounts/1"]
    tried = 0
    for address in shown:
        for action, fields in list(forms(browser.get(address).text)):
            if not action.startswith(DESKS):
                continue
            others = [name for name in fields if name != "csrf_token"]
            for name in others[:: 1 + len(others) // 12]:
                form = fields | {name: next(ways)}
                answer = browser.client.post(action, data=form, follow_redirects=False)
                assert answer.status_code < 500, (action, name, form[name])
                tried += 1
    assert tried > 60
