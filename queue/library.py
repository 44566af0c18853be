"""The library as everybody may see it: reviewed entries, found by words and by category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from zhiban.data.categories import GENERAL
from zhiban.data.records import CategoryRecord, table
from zhiban.queue import library_store as store
from zhiban.queue.library_entry import Shown
from zhiban.queue.library_records import LIBRARY_ENTRY as ENTRY
from zhiban.queue.library_search import MOST_FOUND, Plan, category_word, plan, ranked
from zhiban.queue.suggesting import suggest
from zhiban.queue.words import article_word, words_of

_SIMILAR = 0.3
_SIMILAR_WORDS = 2
_LIKELY = 0.2
_CATEGORY = table(CategoryRecord)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, how many there are in all, and whether there are still more."""

    entries: tuple[Shown, ...]
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A reviewed question with its answer, close to what somebody is about to ask."""

    id: int
    title: str
    excerpt: str
    category: str
    category_name: str
    share: float


def find(
    connection: Connection, query: str, category: str | None, start: int = 0, size: int = 10
) -> Found:
    """Reviewed entries that hold words of the query, the best first; without words the newest."""
    words = words_of(query)
    if not words and query.strip():
        return Found((), 0)
    if not words:
        return _newest(connection, category, start, size)
    ids, shares = _search(connection, query, words, category)
    rows = store.rows_of(connection, ids[start : start + size])
    entries = [_shown(rows[id], shares[id]) for id in ids[start : start + size] if id in rows]
    return Found(tuple(entries), len(ids), len(ids) == MOST_FOUND)


def _search(
    connection: Connection, text: str, words: Sequence[str], category: str | None
) -> tuple[list[int], dict[int, float]]:
    """Ids from the best on, and how much of what was asked each holds."""
    looked_up = set(words) | ({category_word(category)} if category else set())
    entries = store.counts(connection, looked_up)
    made = plan(words, category, entries, entries.get(store.WHOLE, 0))
    if made is None:
        return [], {}
    found = store.found(connection, made)
    if not found and len(made.all_of) > 1 and not made.scored:
        rarest = min(made.weights, key=lambda word: (entries[word], word))
        must = tuple(word for word in made.all_of if word not in made.weights)
        found = store.found(connection, replace(made, all_of=(rarest, *must)))
    best = ranked(made, found, {} if category else _leaning(text))
    return [id for id, _, _ in best], {id: share for id, _, share in best}


def _leaning(text: str) -> dict[str, float]:
    """By category word how surely a text is about it, of those it may well be about."""
    return {
        category_word(one.category): one.confidence
        for one in suggest(text)[:3]
        if one.category != GENERAL and one.confidence > _LIKELY
    }


def _newest(connection: Connection, category: str | None, start: int, size: int) -> Found:
    which = [ENTRY.c.status == "reviewed"]
    if category:
        which.append(ENTRY.c.category == category)
    total = connection.execute(select(func.count()).select_from(ENTRY).where(*which)).scalar_one()
    wanted = select(ENTRY).where(*which).order_by(ENTRY.c.id.desc()).offset(start).limit(size)
    rows = connection.execute(wanted)
    return Found(tuple(_shown(row, 0.0) for row in rows), total)


def citing(
    connection: Connection, names: Sequence[str], article: int, most: int = 5
) -> tuple[Shown, ...]:
    """Reviewed entries that cite an article of the law with these names, the newest first."""
    found = store.found(connection, Plan((), (article_word(article),), {}, scored=False))
    ids = sorted((id for id, _ in found), reverse=True)
    rows = store.rows_of(connection, ids)
    texts = ((rows[id], f"{rows[id].question}{rows[id].answer}") for id in ids if id in rows)
    fitting = (row for row, text in texts if any(name in text for name in names))
    return tuple(_shown(row, 0.0) for row in islice(fitting, most))


def entry_for_all(connection: Connection, id: int) -> Shown | None:
    """A reviewed entry; None for every other."""
    row = store.rows_of(connection, [id]).get(id)
    return None if row is None else _shown(row, 0.0)


def similar_offers(connection: Connection, text: str, lang: str, most: int = 3) -> list[Offer]:
    """Reviewed questions close to a story, the closest first; none where nothing is close."""
    words = words_of(text)
    if len(set(words)) < _SIMILAR_WORDS:
        return []
    ids, shares = _search(connection, text, words, None)
    close = [id for id in ids if shares[id] >= _SIMILAR][:most]
    rows = store.rows_of(connection, close)
    names = category_names(connection, lang) if close else {}
    return [_offer(rows[id], names, shares[id]) for id in close if id in rows]


def _offer(row: Row[Any], names: dict[str, str], share: float) -> Offer:
    answer = row.answer.replace("\n", " ")
    excerpt = answer if len(answer) <= 70 else f"{answer[:70]}…"
    name = names.get(row.category, row.category)
    return Offer(row.id, row.title, excerpt, row.category, name, share)


def category_names(connection: Connection, lang: str) -> dict[str, str]:
    """The names of the categories by code, in a language; retired ones too."""
    return _names(connection, lang, select(_CATEGORY))


def offered_names(connection: Connection, lang: str) -> dict[str, str]:
    """The same of those that a new question may have."""
    return _names(connection, lang, select(_CATEGORY).where(_CATEGORY.c.retired.is_(False)))


def _names(connection: Connection, lang: str, which: Select[Any]) -> dict[str, str]:
    english = lang.startswith("en")
    return {
        row.code: (row.name_en or row.name) if english else row.name
        for row in connection.execute(which.order_by(_CATEGORY.c.position))
    }


def public_by_category(connection: Connection) -> dict[str, int]:
    """How many reviewed entries each category has."""
    counted = (
        select(ENTRY.c.category, func.count().label("number"))
        .where(ENTRY.c.status == "reviewed")
        .group_by(ENTRY.c.category)
    )
    return {row.category: row.number for row in connection.execute(counted)}


def _shown(row: Row[Any], share: float) -> Shown:
    return Shown(row.id, row.category, row.title, row.question, row.answer, row.reviewed_at, share)
