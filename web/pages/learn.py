"""我要学: reviewed questions and answers, searched and by category; laws by name and article."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data.categories import GENERAL
from zhiban.queue import laws as law_table
from zhiban.queue import library
from zhiban.queue.laws import Law, in_chinese, look_up
from zhiban.queue.library_entry import Shown
from zhiban.queue.suggesting import best
from zhiban.web.i18n import language_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.wiring import wiring_of

SIZE = 10
_MOST_PAGES = 1000
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, and which page of it."""

    query: str
    category: str
    number: int

    def href(self, **changed: object) -> str:
        """The address with some of it changed; a change goes back to the first page."""
        values: dict[str, object] = {"q": self.query, "category": self.category, "page": 1}
        values |= changed
        kept = {key: value for key, value in values.items() if value not in ("", 1)}
        return f"/learn?{urlencode(kept)}" if kept else "/learn"


def wanted_of(request: Request) -> Wanted:
    """What the address asks for; what cannot be a page is the first."""
    query = request.query_params
    number = query.get("page", "1")
    sound = number.isascii() and number.isdigit() and 0 < int(number[:9]) <= _MOST_PAGES
    return Wanted(
        query.get("q", "").strip()[:_LONGEST],
        query.get("category", "")[:40],
        int(number[:9]) if sound else 1,
    )


async def learn(request: Request) -> Response:
    """The library's page: all of it, one category, or what a search finds."""
    wanted, lang = wanted_of(request), language_of(request)

    def look(connection: Connection) -> tuple[library.Found, dict[str, str], dict[str, int]]:
        names = library.category_names(connection, lang)
        category = wanted.category if wanted.category in names else None
        start = (wanted.number - 1) * SIZE
        found = library.find(connection, wanted.query, category, start, SIZE)
        return found, names, library.public_by_category(connection)

    found, names, counts = await wiring_of(request).read(look)
    return page(
        request,
        "learn.html",
        wanted=wanted,
        found=found,
        names=names,
        kinds=[(code, name, counts[code]) for code, name in names.items() if counts.get(code)],
        pages=max(1, -(-found.total // SIZE)),
        law=look_up(wanted.query).laws[:1] if wanted.query else (),
        whole=sum(counts.values()),
        field=_field(wanted, counts) if not found.total else "",
    )


def _field(wanted: Wanted, counts: dict[str, int]) -> str:
    """The category that a search without a find is surely about, where it has entries."""
    meant = best(wanted.query, counts) if wanted.query else None
    return meant if meant and meant not in (GENERAL, wanted.category) else ""


async def entry(request: Request) -> Response:
    """One reviewed question with its answer; all others are not there."""
    lang, id = language_of(request), request.path_params["id"]

    def look(connection: Connection) -> tuple[Shown, str, list[library.Offer]] | None:
        found = library.entry_for_all(connection, id) if id < 2**31 else None
        if found is None:
            return None
        names = library.category_names(connection, lang)
        near = library.similar_offers(connection, f"{found.title} {found.question}", lang, most=4)
        others = [one for one in near if one.id != found.id][:3]
        return found, names.get(found.category, found.category), others

    given = await wiring_of(request).read(look)
    if given is None:
        raise Problem(404)
    shown, name, near = given
    return page(
        request,
        "learn_entry.html",
        entry=shown,
        category_name=name,
        near=near,
        from_ask=request.query_params.get("from") == "ask",
    )


async def law(request: Request) -> Response:
    """A law by any of its names, an article by its number, and where the texts stand."""
    query = request.query_params.get("q", "").strip()[:60]
    looked = look_up(query)
    shown = looked.laws if query else law_table.laws()
    article = looked.article if query else None
    lang = language_of(request)

    def cited(connection: Connection) -> tuple[Shown, ...]:
        if article is None or len(shown) != 1:
            return ()
        return library.citing(connection, (shown[0].short, *shown[0].aliases), article)

    near = await wiring_of(request).read(cited)
    names = await wiring_of(request).read(lambda c: library.category_names(c, lang))
    return page(
        request,
        "learn_law.html",
        query=query,
        rows=[_row(one, article) for one in shown],
        article=article,
        no_name=bool(query and not looked.laws and article is not None),
        near=near,
        names=names,
        cases=law_table.CASES_LIBRARY,
        national=law_table.NATIONAL_LIBRARY,
        regulations=law_table.REGULATIONS_LIBRARY,
    )


def _row(one: Law, article: int | None) -> dict[str, object]:
    """What the page shows of a law, with the article where there is one of that number."""
    there = article is not None and (one.articles is None or 1 <= article <= one.articles)
    return {
        "law": one,
        "article": in_chinese(article) if article is not None and there else "",
        "part": one.part_of(article) if article is not None and there else None,
        "missing": article is not None and not there,
    }


routes = [
    Route("/learn", learn),
    Route("/learn/law", law),
    Route("/learn/{id:int}", entry),
]
