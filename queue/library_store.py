"""Rows of the library, and its search by words on either database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Row, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite

from zhiban.queue.library_records import LIBRARY_ENTRY, LIBRARY_WORD
from zhiban.queue.library_search import MOST_FOUND, Plan

WHOLE = ""
_COUNTS = select(LIBRARY_WORD.c.word, LIBRARY_WORD.c.entries).where(
    LIBRARY_WORD.c.word.in_(bindparam("words", expanding=True))
)
_LITE = "SELECT rowid AS id, words FROM search_library WHERE search_library MATCH :query "
_POSTGRES = (
    "SELECT id, words FROM library_entry WHERE status = 'reviewed' "
    "AND array_to_tsvector(string_to_array(btrim(words), ' ')) @@ CAST(:query AS tsquery)"
)


def counts(connection: Connection, words: Iterable[str]) -> dict[str, int]:
    """In how many reviewed entries each word stands; the word WHOLE counts them all."""
    rows = connection.execute(_COUNTS, {"words": [*words, WHOLE]})
    return {row.word: row.entries for row in rows}


def found(connection: Connection, plan: Plan) -> list[tuple[int, str]]:
    """Reviewed entries that the plan finds, at most MOST_FOUND: id and words."""
    if connection.dialect.name == "postgresql":
        rows = _found_by_postgres(connection, plan)
    else:
        query = _joined(plan, '"{}"', " OR ", " AND ")
        order = "bm25(search_library)" if plan.scored else "rowid DESC"
        statement = text(f"{_LITE} ORDER BY {order} LIMIT {MOST_FOUND}")
        rows = connection.execute(statement, {"query": query}).all()
    return [(row.id, row.words) for row in rows]


def _found_by_postgres(connection: Connection, plan: Plan) -> Sequence[Row[tuple[int, str]]]:
    values: dict[str, object] = {"query": _joined(plan, "'{}'", " | ", " & ")}
    score = "0"
    if plan.scored:
        parts = []
        for number, word in enumerate(plan.one_of):
            values |= {f"word{number}": f" {word} ", f"weight{number}": plan.weights[word]}
            parts.append(
                f"CASE WHEN position(:word{number} in words) > 0 "
                f"THEN CAST(:weight{number} AS float) ELSE 0 END"
            )
        score = " + ".join(parts)
    # Found first and put in order then: else the newest would be tried one by one.
    statement = text(
        f"WITH found AS MATERIALIZED ({_POSTGRES}) SELECT id, words FROM found "  # noqa: S608
        f"ORDER BY {score} DESC, id DESC LIMIT {MOST_FOUND}"
        if plan.scored or len(plan.all_of) > 1
        else f"{_POSTGRES} ORDER BY id DESC LIMIT {MOST_FOUND}"
    )
    return connection.execute(statement, values).all()


def _joined(plan: Plan, quoted: str, either: str, both: str) -> str:
    """The plan in a database's language for such queries; words hold no sign of it."""
    parts = [quoted.format(word) for word in plan.all_of]
    if plan.one_of:
        parts.insert(0, "(" + either.join(quoted.format(word) for word in plan.one_of) + ")")
    return both.join(parts)


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
