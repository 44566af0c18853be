"""Calls about the library, and which category a text is about."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.wording import Refused
from zhiban.queue import library
from zhiban.queue.suggesting import suggest
from zhiban.web.api.call import Answer, Call, Parameter
from zhiban.web.api.library_model import (
    LibraryEntryOut,
    LibraryOut,
    SuggestionOut,
    SuggestionsOut,
    TextIn,
)
from zhiban.web.api.shapes import local
from zhiban.web.i18n import language_of
from zhiban.web.limits import address
from zhiban.web.wiring import wiring_of

SIZE = 20
_MOST_PAGES = 1000
_SHOWN = 3


async def search_library(request: Request) -> Answer:
    """Reviewed questions and answers, by words and by category."""
    lang, query = language_of(request), request.query_params.get("q", "")[:100]
    category, number = request.query_params.get("category"), _page(request)

    def look(connection: Connection) -> tuple[library.Found, dict[str, str]]:
        names = library.category_names(connection, lang)
        if category is not None and category not in names:
            raise Refused.one("category", "没有这个类别", f"there is no category {category[:20]!r}")
        return library.find(connection, query, category, (number - 1) * SIZE, SIZE), names

    found, names = await wiring_of(request).read(look)
    entries = [
        LibraryEntryOut(
            id=one.id,
            category=one.category,
            category_name=names.get(one.category, one.category),
            title=one.title,
            question=one.question,
            answer=one.answer,
            reviewed=local(one.reviewed_at),
        )
        for one in found.entries
    ]
    return Answer(LibraryOut(total=found.total, more=found.more, page=number, entries=entries))


def _page(request: Request) -> int:
    text = request.query_params.get("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST_PAGES):
        raise Refused.one(
            "page", f"须为1至{_MOST_PAGES}的整数", f"is a whole number from 1 to {_MOST_PAGES}"
        )
    return int(text)


async def suggest_category(request: Request) -> Answer:
    """The most probable categories of a text; it is not kept."""
    wiring, lang = wiring_of(request), language_of(request)
    wiring.limiter.check("suggest", address(request))
    sent: TextIn = request.state.input
    names = await wiring.read(lambda c: library.offered_names(c, lang))
    found = [
        SuggestionOut(
            category=one.category, name=names[one.category], confidence=round(one.confidence, 3)
        )
        for one in suggest(sent.text, names)[:_SHOWN]
    ]
    return Answer(SuggestionsOut(suggestions=found))


CALLS = (
    Call(
        "GET",
        "/library",
        search_library,
        "Reviewed questions and answers, by words and by category; 20 a page.",
        answer=LibraryOut,
        parameters=(
            Parameter("q", "query", "words in Chinese; left out: the newest"),
            Parameter("category", "query", "a category's code"),
            Parameter("page", "query", "which page, from 1"),
        ),
        problems=(422,),
    ),
    Call(
        "POST",
        "/library/suggestions",
        suggest_category,
        "Which categories a text is probably about; the text is not kept.",
        answer=SuggestionsOut,
        body=TextIn,
        problems=(422, 429),
    ),
)
