"""How soon pages and searches answer: `scripts/bench pages [SECTION ...] [--size 50000]`.

Sections: `search` (the library by what people type, and by category), `similar` (answers close to a
story), both over so many entries on SQLite and on a PostgreSQL server of its own; `citizen` (the
first pages of a citizen over the demonstration data with so many questions and entries, in this
process, over loopback: the server's time for each, and the weight of what a browser fetches for
the first), `reports` (the pages of schedulers and supervisors over so many past questions, in
processor time). All of them where none is named. Ends with 1 over the limits.
"""

from __future__ import annotations

import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path

from load_program import percentile
from made_library import Speaker, filled
from postgresql_server import postgresql_url
from sqlalchemy import Connection, Engine

from zhiban.data.database import make_engine, reading, upgrade
from zhiban.queue import library

SECTIONS = ("search", "similar", "citizen", "reports")
LIMIT_MS = 50.0
QUERIES = 500
Search = Callable[[Connection, str], object]


def main() -> int:
    """Prints a line for each measurement; 1 where one is over its limit."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("sections", nargs="*", help=", ".join(SECTIONS))
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args()
    wanted = options.sections or list(SECTIONS)
    unknown = set(wanted) - set(SECTIONS)
    if unknown:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    good = True
    with tempfile.TemporaryDirectory(prefix="zhiban-pages-") as name:
        folder = Path(name)
        searches = {"search", "similar"} & set(wanted)
        if searches and options.database != "postgresql":
            good &= _searched(f"sqlite:///{folder}/library.sqlite3", searches, options.size)
        if searches and options.database != "sqlite":
            with postgresql_url(folder) as url:
                good &= _searched(url, searches, options.size)
        if "citizen" in wanted:
            from bench_citizen import measured  # only where it is asked for

            good &= measured(folder, options.size, LIMIT_MS)
        if "reports" in wanted:
            from bench_reports import measured as reports_measured

            good &= reports_measured(folder, options.size)
    return 0 if good else 1


def _searched(url: str, sections: set[str], size: int) -> bool:
    upgrade(url)
    engine = make_engine(url)
    began = time.perf_counter()
    filled(engine, size)
    print(
        f"{engine.dialect.name:12s}{size:,} entries written and indexed in "
        f"{time.perf_counter() - began:.0f} s",
        flush=True,
    )
    speaker, good = Speaker(2), True
    if "search" in sections:
        queries = speaker.queries(QUERIES)
        good &= _timed(engine, "search, all categories", queries, _search)
        good &= _timed(engine, "search in a category", queries, _search_in_category)
    if "similar" in sections:
        good &= _timed(engine, "similar to a story", speaker.stories(QUERIES), _similar)
    engine.dispose()
    return good


def _search(connection: Connection, query: str) -> object:
    return library.find(connection, query, None)


def _search_in_category(connection: Connection, query: str) -> object:
    return library.find(connection, query, "labour")


def _similar(connection: Connection, story: str) -> object:
    return library.similar_offers(connection, story, "zh")


def _timed(engine: Engine, about: str, texts: Sequence[str], search: Search) -> bool:
    times, plain, own = [], [], []
    for text in texts:
        began = time.perf_counter()
        with reading(engine) as connection:
            connection.exec_driver_sql("SELECT 1")
        plain.append((time.perf_counter() - began) * 1000)
        began, worked = time.perf_counter(), time.process_time()
        with reading(engine) as connection:
            search(connection, text)
        times.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - worked) * 1000)
    p95 = percentile(times, 0.95)
    print(
        f"{engine.dialect.name:12s}{about:28s}p50 {percentile(times, 0.5):6.1f} ms  "
        f"p95 {p95:6.1f} ms (limit {LIMIT_MS:.0f})  longest {max(times):6.1f} ms  "
        f"(our processor p95 {percentile(own, 0.95):.1f} ms; SELECT 1 beside it "
        f"p95 {percentile(plain, 0.95):.1f} ms)",
        flush=True,
    )
    return p95 <= LIMIT_MS


if __name__ == "__main__":
    sys.exit(main())
