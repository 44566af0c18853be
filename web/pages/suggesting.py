"""What is offered while a question is written: a place, categories to tap, answers there are.

Both are parts of the ask page, fetched by its script. Nothing that is sent here is kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.queue.asking import Ask
from zhiban.queue.library import offered_names, similar_offers
from zhiban.queue.suggesting import best, suggest
from zhiban.web.i18n import Lang, language_of
from zhiban.web.limits import address
from zhiban.web.pages.ask_kept import last_division
from zhiban.web.pages.form import form_of
from zhiban.web.pages.placed import FoundPlace, found_place
from zhiban.web.render import page
from zhiban.web.wiring import wiring_of

MOST_CHIPS = 3
_WORTH_SHOWING = 0.08
_ENOUGH = 6  # fewer signs than that tell nothing


def chips(text: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The categories worth offering for a story, code and name, the most probable first."""
    if len(text.strip()) < _ENOUGH:
        return []
    found = suggest(text, names)[:MOST_CHIPS]
    return [
        (one.category, names[one.category])
        for place, one in enumerate(found)
        if not place or one.confidence >= _WORTH_SHOWING
    ]


def categorised(asked: Ask, names: Mapping[str, str]) -> Ask:
    """The question with the category that its story suggests, where nobody chose one."""
    if asked.category is not None or not asked.text.strip():
        return asked
    return asked._replace(category=best(asked.text, names))


async def suggested(request: Request) -> Response:
    """The chips for what is written so far, and the place that it names."""
    lang, text = await _written(request)
    wiring, last = wiring_of(request), last_division(request)

    def look(connection: Connection) -> tuple[dict[str, str], FoundPlace | None]:
        return offered_names(connection, lang), found_place(connection, wiring, text, last, lang)

    names, place = await wiring.read(look)
    return page(
        request, "suggested.html", chips=chips(text, names), found_place=place, scripted=True
    )


async def similar(request: Request) -> Response:
    """Reviewed questions close to what is written so far."""
    lang, text = await _written(request)

    def look(connection: Connection) -> list[object]:
        return list(similar_offers(connection, text, lang))

    offers = await wiring_of(request).read(look)
    return page(request, "similar.html", offers=offers, written=bool(text.strip()))


async def _written(request: Request) -> tuple[Lang, str]:
    """The language and the text; Problem 429 for who asks too often."""
    wiring_of(request).limiter.check("suggest", address(request))
    return language_of(request), (await form_of(request)).raw("text")


routes = [
    Route("/ask/suggest", suggested, methods=["POST"]),
    Route("/ask/similar", similar, methods=["POST"]),
]
