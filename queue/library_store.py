"""Rows of the library, and its search by words on either database."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Row, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite

from zhiban.queue.library_records import LIBRARY_ENTRY, LIBRARY_WORD
from zhiban.queue.library_search import MOST_FOUND, Plan

WHOLE = ""
_COUNTS = select(LIBRARY_WORD.c.word, LIBRARY_WORD.c.entries).where(
    LIBRARY_WORD.c.word.in_(bindparam("words", expanding=True))
)
_LITE = (
    "SELECT {place} AS place, rowid AS id FROM search_library WHERE search_library MATCH :{name}"
)
_POSTGRES = (
    "SELECT {place} AS place, id FROM library_entry WHERE status = 'reviewed' "
    "AND array_to_tsvector(string_to_array(btrim(words), ' ')) @@ CAST(:{name} AS tsquery)"
)
# Planned once for all words, which a UNION of as many parts would not be.
_EACH = text(
    "SELECT CAST(asked.place AS integer) - 1, found.id "
    "FROM unnest(CAST(:queries AS text[])) WITH ORDINALITY AS asked(query, place) "
    "CROSS JOIN LATERAL (SELECT id FROM library_entry WHERE status = 'reviewed' "
    "AND array_to_tsvector(string_to_array(btrim(words), ' ')) @@ CAST(asked.query AS tsquery)"
    ") AS found"
)
_WORDS = select(LIBRARY_ENTRY.c.id, LIBRARY_ENTRY.c.words).where(
    LIBRARY_ENTRY.c.id.in_(bindparam("ids", expanding=True))
)


def counts(connection: Connection, words: Iterable[str]) -> dict[str, int]:
    """In how many reviewed entries each word stands; the word WHOLE counts them all."""
    rows = connection.execute(_COUNTS, {"words": [*words, WHOLE]})
    return {row.word: row.entries for row in rows}


def found(connection: Connection, plan: Plan) -> list[tuple[int, str]]:
    """Reviewed entries that the plan finds, at most MOST_FOUND: id and words."""
    ids = _heaviest(connection, plan) if plan.scored else _newest(connection, plan)
    return [(row.id, row.words) for row in connection.execute(_WORDS, {"ids": ids})]


def _heaviest(connection: Connection, plan: Plan) -> list[int]:
    """The entries whose rarer words weigh most together; all are found in one statement."""
    look, quoted, both = _language(connection)
    must = [quoted.format(word) for word in plan.all_of]
    queries = [both.join([quoted.format(word), *must]) for word in plan.one_of]
    if connection.dialect.name == "postgresql":
        rows = connection.execute(_EACH, {"queries": queries}).all()
    else:
        parts = (look.format(place=place, name=f"word{place}") for place in range(len(queries)))
        values = {f"word{place}": query for place, query in enumerate(queries)}
        rows = connection.execute(text(" UNION ALL ".join(parts)), values).all()
    heavy = [plan.weights[word] for word in plan.one_of]
    weights: dict[int, float] = defaultdict(float)
    for place, id in rows:
        weights[id] += heavy[place]
    return heapq.nlargest(MOST_FOUND, weights, key=lambda id: (weights[id], id))


def _newest(connection: Connection, plan: Plan) -> list[int]:
    """The newest of the entries that hold all the words, which are common."""
    look, quoted, both = _language(connection)
    query = look.format(place=0, name="words")
    if connection.dialect.name == "postgresql" and len(plan.all_of) > 1:
        # Found first and put in order then: else the newest would be tried one by one.
        query = f"WITH found AS MATERIALIZED ({query}) SELECT id FROM found"  # noqa: S608 - ours
    order = "id" if connection.dialect.name == "postgresql" else "rowid"
    words = both.join(quoted.format(word) for word in plan.all_of)
    rows = connection.execute(
        text(f"{query} ORDER BY {order} DESC LIMIT {MOST_FOUND}"), {"words": words}
    )
    return [row.id for row in rows]


def _language(connection: Connection) -> tuple[str, str, str]:
    """How this database is asked: the statement, a word in it, and words that must all be there.

    Words hold letters, digits and 汉字 alone, so none of them can be taken for a sign.
    """
    lite = connection.dialect.name == "sqlite"
    return (_LITE, '"{}"', " AND ") if lite else (_POSTGRES, "'{}'", " & ")


def add_words(connection: Connection, entries: Mapping[int, str]) -> None:
    """Lets entries be found by their words (id -> words)."""
    _count(connection, entries.values(), 1)
    if connection.dialect.name == "sqlite":
        _tell(connection, "INSERT INTO search_library(rowid, words) VALUES (:id, :words)", entries)


def remove_words(connection: Connection, entries: Mapping[int, str]) -> None:
    """Lets entries be found no longer; the words are those by which they were added."""
    _count(connection, entries.values(), -1)
    if connection.dialect.name == "sqlite":
        _tell(
            connection,
            "INSERT INTO search_library(search_library, rowid, words) "
            "VALUES ('delete', :id, :words)",
            entries,
        )


def _tell(connection: Connection, statement: str, entries: Mapping[int, str]) -> None:
    rows = [{"id": id, "words": words} for id, words in entries.items()]
    if rows:
        connection.execute(text(statement), rows)


def _count(connection: Connection, entries: Iterable[str], step: int) -> None:
    changes: Counter[str] = Counter()
    for words in entries:
        changes.update({WHOLE, *words.split()})
    rows = [{"word": word, "entries": step * times} for word, times in sorted(changes.items())]
    if not rows:
        return
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(LIBRARY_WORD)
    summed = LIBRARY_WORD.c.entries + statement.excluded.entries
    connection.execute(
        statement.on_conflict_do_update(index_elements=["word"], set_={"entries": summed}), rows
    )


def rows_of(connection: Connection, ids: Sequence[int]) -> dict[int, Row[tuple[object, ...]]]:
    """The reviewed entries among these, by id."""
    wanted = select(LIBRARY_ENTRY).where(
        LIBRARY_ENTRY.c.id.in_(ids), LIBRARY_ENTRY.c.status == "reviewed"
    )
    return {row.id: row for row in connection.execute(wanted)}
