"""Parts of the week's page as text: rows, the bar, the panel; rows are kept, few change."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.board import County, Row
from zhiban.web.pages.shown import Shown
from zhiban.web.render import environment

LEVELS = ("city", "county", "town", "village")


@lru_cache(maxsize=2)
def _marks(lang: Lang) -> tuple[dict[str, str], str]:
    levels = {level: words.name("level", level, lang)[:1] for level in LEVELS}
    return levels, translate(lang, "线")


@lru_cache(maxsize=8000)
def row_html(row: Row, lang: Lang, prefix: str, day: int | None = None) -> Markup:
    """One post's row; `prefix` begins the address of each cell, `day` picks one day of the week."""
    levels, seat = _marks(lang)
    module: Any = environment(lang).get_template("week_row.html").module
    made: Markup = module.row(row, prefix, levels, seat, day)
    return made


def head_html(county: County, lang: Lang) -> Markup:
    """The name of a county over its posts, and how much is vacant there."""
    module: Any = environment(lang).get_template("week_row.html").module
    made: Markup = module.head(county)
    return made


def prefix_of(shown: Shown) -> str:
    """How the address of a cell begins; the draft is what is shown without being named."""
    return "?cell=" if shown.which == "draft" else f"?show={shown.which}&cell="


def changed_rows(before: Shown | None, after: Shown, lang: Lang) -> dict[str, str]:
    """The rows that differ, by post; all of them where nobody knows what was there."""
    known = {} if before is None else {row.post: row for row in _rows(before)}
    prefix = prefix_of(after)
    return {
        row.post: str(row_html(row, lang, prefix))
        for row in _rows(after)
        if known.get(row.post) != row
    }


def changed_heads(before: Shown | None, after: Shown, lang: Lang) -> dict[str, str]:
    """The heads of counties that differ."""
    known = {} if before is None else {one.code: one.vacancies for one in before.board.counties}
    return {
        one.code: str(head_html(one, lang))
        for one in after.board.counties
        if known.get(one.code) != one.vacancies
    }


def _rows(shown: Shown) -> list[Row]:
    return [row for county in shown.board.counties for row in county.rows]


def part(request: Request, lang: Lang, template: str, values: Mapping[str, Any]) -> str:
    """A part of a page filled in as the whole page would have it."""
    context = {
        "request": request,
        "viewer": getattr(request.state, "viewer", None),
        "csrf_token": request.state.csrf.token(),
        **values,
    }
    return environment(lang).get_template(template).render(context)
