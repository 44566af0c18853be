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
_LITE = "SELECT rowid AS id{more} FROM search_library WHERE search_library MATCH :{name}"
_POSTGRES = (
    "SELECT id{more} FROM library_entry WHERE status = 'reviewed' "
    "AND array_to_tsvector(string_to_array(btrim(words), ' ')) @@ CAST(:{name} AS tsquery)"
)
_HEAVIEST = (
    "SELECT id FROM ({found}) AS found GROUP BY id ORDER BY sum(weight) DESC, id DESC LIMIT {most}"
)
# Planned once for all words, which a UNION of as many parts would not be.
_EACH = (
    "SELECT one.id, asked.weight "
    "FROM unnest(CAST(:queries AS text[]), CAST(:weights AS float8[])) AS asked(query, weight) "
    "CROSS JOIN LATERAL (SELECT id FROM library_entry WHERE status = 'reviewed' "
    "AND array_to_tsvector(string_to_array(btrim(words), ' ')) @@ CAST(asked.query AS tsquery)"
    ") AS one"
)
_WORDS = "SELECT id, words FROM library_entry WHERE id IN ({ids})"


def counts(connection: Connection, words: Iterable[str]) -> dict[str, int]:
    """In how many reviewed entries each word stands; the word WHOLE counts them all."""
    rows = connection.execute(_COUNTS, {"words": [*words, WHOLE]}).all()
    return {row.word: row.entries for row in rows}


def found(connection: Connection, plan: Plan) -> list[tuple[int, str]]:
    """Reviewed entries that the plan finds, at most MOST_FOUND: id and words."""
    ids, values = (_heaviest if plan.scored else _newest)(connection, plan)
    rows = connection.execute(text(_WORDS.format(ids=ids)), values).all()
    return [(row.id, row.words) for row in rows]


def _heaviest(connection: Connection, plan: Plan) -> tuple[str, dict[str, object]]:
    """A look-up, with its values, of the entries whose rarer words weigh most together."""
    look, quoted, both = _language(connection)
    must = [quoted.format(word) for word in plan.all_of]
    queries = [both.join([quoted.format(word), *must]) for word in plan.one_of]
    heavy = [plan.weights[word] for word in plan.one_of]
    if connection.dialect.name == "postgresql":
        return _HEAVIEST.format(found=_EACH, most=MOST_FOUND), {
            "queries": queries,
            "weights": heavy,
        }
    parts = (
        look.format(name=f"word{n}", more=f", :weight{n} AS weight") for n in range(len(queries))
    )
    values: dict[str, object] = {f"word{n}": query for n, query in enumerate(queries)}
    values |= {f"weight{n}": weight for n, weight in enumerate(heavy)}
    return _HEAVIEST.format(found=" UNION ALL ".join(parts), most=MOST_FOUND), values


def _newest(connection: Connection, plan: Plan) -> tuple[str, dict[str, object]]:
    """A look-up, with its values, of the newest entries with all the words, which are common."""
    look, quoted, both = _language(connection)
    query = look.format(name="words", more="")
    order = "rowid"
    if connection.dialect.name == "postgresql":
        order = "id"
        if len(plan.all_of) > 1:
            # Found first and put in order then: else the newest would be tried one by one.
            query = f"WITH found AS MATERIALIZED ({query}) SELECT id FROM found"  # noqa: S608 - ours
    words = both.join(quoted.format(word) for word in plan.all_of)
    return f"{query} ORDER BY {order} DESC LIMIT {MOST_FOUND}", {"words": words}


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
