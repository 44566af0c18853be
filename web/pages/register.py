"""名册: lawyers, firms and posts found, filtered and sorted, a page by county; what was changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data import register_service as service
from zhiban.data.excel_choices import KINDS, LEVELS, LICENCES
from zhiban.data.excel_sheets import Kind
from zhiban.data.people import Firm, Lawyer
from zhiban.data.places import Post
from zhiban.data.register import Register
from zhiban.data.register_diff import entries_of
from zhiban.data.register_form import ended_on, ends_of
from zhiban.data.store import load_register
from zhiban.web.i18n import Lang, language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.register_parts import ACT_NAMES, DESK, KIND_NAMES, PATH
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

SIZE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list."""

    id: str
    name: str
    division: str
    county: str
    cells: tuple[str, ...]
    ended: date | None
    order: tuple[Any, ...]


@allowed(*DESK)
async def listing(request: Request) -> Response:
    """A list of one kind, by county, words and state."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    asked = request.query_params
    kind = cast("Kind", asked.get("kind") if asked.get("kind") in ("firm", "post") else "lawyer")
    county, sort = asked.get("county", ""), asked.get("sort", "")
    words = asked.get("q", "").strip()[:40]

    def look(connection: Connection) -> tuple[Register, int]:
        return load_register(connection, wiring.keyring), unread(connection, viewer)

    register, news = await wiring.read(look)
    lines = [
        one
        for one in _lines(register, kind, lang)
        if (not county or one.county == county)
        and _says(one, words)
        and (asked.get("state") != "ended" or one.ended)
    ]
    orders: dict[str, Callable[[Line], Any]] = {
        "name": lambda one: (one.name, one.id),
        "place": lambda one: one.order,
    }
    lines.sort(key=orders.get(sort, lambda one: one.id))
    number = max(1, int(asked.get("page", "1")[:5]) if asked.get("page", "1").isdecimal() else 1)
    return page(
        request,
        "register.html",
        kind=kind,
        lines=lines[(number - 1) * SIZE : number * SIZE],
        total=len(lines),
        number=number,
        pages=max(1, -(-len(lines) // SIZE)),
        county=county,
        counties=_counties(register, lang),
        q=words,
        sort=sort,
        state=asked.get("state", ""),
        unread=news,
    )


def _says(line: Line, words: str) -> bool:
    said = " ".join((line.id, line.name, line.division, *line.cells)).casefold()
    return all(word in said for word in words.casefold().split())


def _counties(register: Register, lang: Lang) -> list[tuple[str, str]]:
    return [
        (one.code, one.text.in_(lang))
        for one in register.divisions.values()
        if one.level in ("city", "county")
    ]


def _lines(register: Register, kind: Kind, lang: Lang) -> list[Line]:
    ends, cells = ends_of(register.leaves), _cells(register, lang)
    found = []
    for one in entries_of(register, kind).values():
        assert isinstance(one, (Lawyer, Firm, Post))  # noqa: S101 - no list of leave is asked for
        division = register.divisions[one.division]
        found.append(
            Line(
                one.id,
                one.text.in_(lang) if isinstance(one, Post) else one.name,
                division.text.in_(lang),
                register.county_of(one.division),
                cells(one),
                ended_on(one, ends),
                (one.division, one.id),
            )
        )
    return found


def _cells(register: Register, lang: Lang) -> Callable[[Lawyer | Firm | Post], tuple[str, ...]]:
    people: dict[str, int] = {}
    for lawyer in register.lawyers.values():
        people[lawyer.firm] = people.get(lawyer.firm, 0) + 1

    def cells(one: Lawyer | Firm | Post) -> tuple[str, ...]:
        if isinstance(one, Lawyer):
            return (
                register.firms[one.firm].name,
                one.licensed_on.isoformat(),
                LICENCES[one.licence].in_(lang),
                str(one.weight),
            )
        if isinstance(one, Firm):
            return str(people.get(one.id, 0)), "✓" if one.consents else "✕"
        return KINDS[one.kind].in_(lang), LEVELS[one.level].in_(lang), f"{one.need}+{one.standby}"

    return cells


@allowed(*DESK)
async def changes(request: Request) -> Response:
    """What was changed by whom, newest first, found by words and kind."""
    wiring, viewer, asked = wiring_of(request), staff(request), request.query_params
    words, kind = asked.get("q", "").strip()[:40], asked.get("kind", "")
    given = asked.get("page", "1")
    number = max(1, int(given[:5]) if given.isdecimal() else 1)

    def look(connection: Connection) -> tuple[tuple[tuple[service.Logged, ...], int], int]:
        found = service.log(
            connection,
            wiring.keyring,
            words=words,
            kind=kind if kind in KIND_NAMES else "",
            start=(number - 1) * SIZE,
            most=SIZE,
        )
        return found, unread(connection, viewer)

    (lines, total), news = await wiring.read(look)
    return page(
        request,
        "register_changes.html",
        lines=lines,
        total=total,
        number=number,
        pages=max(1, -(-total // SIZE)),
        q=words,
        kind=kind,
        kinds=KIND_NAMES,
        acts=ACT_NAMES,
        unread=news,
    )


routes = [Route(PATH, listing), Route(f"{PATH}/changes", changes)]
