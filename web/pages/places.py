"""Names of places and categories for choosing from and for showing, read from the register."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from zhiban.data.records import CategoryRecord, DivisionRecord, PostRecord, table
from zhiban.web.i18n import Lang

_DIVISION, _CATEGORY = table(DivisionRecord), table(CategoryRecord)
_POST = table(PostRecord)


@dataclass(frozen=True, slots=True)
class Place:
    """A county (or city) with the towns and streets in it."""

    code: str
    name: str
    towns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers: cities, counties with their towns, categories; (code, name) each."""

    cities: tuple[tuple[str, str], ...]
    counties: tuple[Place, ...]
    categories: tuple[tuple[str, str], ...]


def choices(connection: Connection, lang: Lang) -> Choices:
    """The divisions and categories of the register, named in a language; no retired category."""
    rows = connection.execute(
        select(
            _DIVISION.c.code,
            _DIVISION.c.name,
            _DIVISION.c.name_en,
            _DIVISION.c.level,
            _DIVISION.c.parent,
        ).order_by(_DIVISION.c.code)
    ).all()
    named = [
        (row.level, row.parent, (row.code, _said(row.name, row.name_en, lang))) for row in rows
    ]
    towns: dict[str, list[tuple[str, str]]] = {}
    for level, parent, entry in named:
        if level == "town":
            towns.setdefault(parent, []).append(entry)
    counties = tuple(
        Place(*entry, towns=tuple(towns.get(entry[0], ())))
        for level, _, entry in named
        if level == "county"
    )
    found = connection.execute(
        select(_CATEGORY.c.code, _CATEGORY.c.name, _CATEGORY.c.name_en)
        .where(_CATEGORY.c.retired.is_(False))
        .order_by(_CATEGORY.c.position)
    )
    return Choices(
        cities=tuple(entry for level, _, entry in named if level == "city"),
        counties=counties,
        categories=tuple((row.code, _said(row.name, row.name_en, lang)) for row in found),
    )


def _said(name: str, name_en: str, lang: Lang) -> str:
    return name if lang == "zh" or not name_en else name_en


def names(connection: Connection, lang: Lang) -> dict[str, str]:
    """The names of posts and divisions by id, in a language."""
    posts = connection.execute(select(_POST.c.id, _POST.c.name, _POST.c.name_en))
    found = {row.id: _said(row.name, row.name_en, lang) for row in posts}
    divisions = connection.execute(select(_DIVISION.c.code, _DIVISION.c.name, _DIVISION.c.name_en))
    return found | {row.code: _said(row.name, row.name_en, lang) for row in divisions}


def addresses(connection: Connection) -> dict[str, str]:
    """Where each post is, as far as it is known."""
    posts = connection.execute(select(_POST.c.id, _POST.c.address))
    return {row.id: row.address for row in posts if row.address}
