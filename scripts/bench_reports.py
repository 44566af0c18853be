"""The section `reports` of `scripts/bench pages`: the desk's pages over so many past questions."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from starlette.testclient import TestClient

from zhiban.data.crypt import new_key
from zhiban.data.database import make_engine, writing
from zhiban.data.records import BOARD
from zhiban.queue.records import QUESTION, QUESTION_EVENT
from zhiban.web.main import create_app
from zhiban.web.settings import Settings

CLOCK = "2026-11-24T10:20"
ZHIBAN = str(Path(sys.executable).with_name("zhiban"))
PASSWORD = "zhiban-demo"  # noqa: S105 - of the demonstration's log-ins
LIMIT = 500.0  # milliseconds of processor time a page
WAIT = 300.0  # seconds for the book of questions to be read
WEEK = "2026-W49"
SCHEDULER = (
    "/scheduler/today",
    f"/scheduler/week/{WEEK}",
    f"/scheduler/week/{WEEK}/prepare",
    "/scheduler/inbox",
    "/inbox",
    "/scheduler/reports",
    "/scheduler/reports?by=lawyer",
    "/scheduler/reports/sla.csv?by=lawyer",
    "/scheduler/reports/fairness",
    "/scheduler/reports/load",
    "/scheduler/reports/month",
    "/scheduler/reports/month.xlsx",
)
SUPERVISOR = ("/supervisor", "/supervisor?show=all", "/supervisor/audit", "/supervisor/quality")
_PORTION = 200_000  # rows written in one transaction


def measured(folder: Path, size: int) -> bool:
    """Prints a line for each page; whether all kept to the limit once the book was read."""
    database = folder / "reports.sqlite3"
    settings = prepared(database, size)
    app = create_app(settings)
    good = True
    with TestClient(app) as client:
        login(client, "scheduler")
        book = read_book(client)
        print(f"reports     the book of questions read beside the requests in {book:.1f} s")
        for path in SCHEDULER:
            good &= page(client, path)
        login(client, "supervisor")
        for path in SUPERVISOR:
            good &= page(client, path)
    return good


def prepared(database: Path, size: int) -> Settings:
    """The demonstration of one morning with its past questions multiplied to so many."""
    url, keys = f"sqlite:///{database}", new_key()
    os.environ.update(ZHIBAN_DATABASE_URL=url, ZHIBAN_KEYS=keys)
    day = [ZHIBAN, "demo", "--no-serve", "--clock", CLOCK, "--database", url]
    subprocess.run(day, check=True, stdout=subprocess.DEVNULL, cwd=database.parent)
    engine = make_engine(url)
    with writing(engine) as connection:
        multiply(connection, size)
    engine.dispose()
    since = datetime.now(UTC).isoformat()
    return Settings(
        _env_file=None, database_url=url, keys=keys, clock=CLOCK, clock_since=since, timers=False
    )


def multiply(connection: Connection, size: int) -> None:
    """Copies closed questions with all that happened to them, some hours before or after.

    The copies tell no text: their keys are not copied, and their chains are not those of a
    history. Reports read neither.
    """
    random = Random(1)  # noqa: S311 - times, the same each run
    closed = connection.execute(select(QUESTION).where(QUESTION.c.state == "closed")).all()
    events: dict[int, list[Any]] = {}
    for event in connection.execute(select(QUESTION_EVENT).order_by(QUESTION_EVENT.c.position)):
        events.setdefault(event.question, []).append(event)
    id = int(connection.execute(select(func.max(QUESTION.c.id))).scalar_one())
    at = int(connection.execute(select(func.max(QUESTION_EVENT.c.position))).scalar_one())
    questions: list[dict[str, Any]] = []
    copies: list[dict[str, Any]] = []
    for number in range(size - len(closed)):
        like, id = closed[number % len(closed)], id + 1
        moved = timedelta(minutes=random.randint(-2000, 0), weeks=-random.randint(0, 18))
        row = dict(like._mapping) | {"id": id, "code": f"B{id:09d}", "asked": like.asked + moved}
        questions.append(row)
        for event in events[like.id]:
            at += 1
            place = {"position": at, "question": id, "at": event.at + moved, "body": None}
            copies.append(dict(event._mapping) | place)
        if len(copies) > _PORTION:
            _written(connection, questions, copies)
    _written(connection, questions, copies)
    connection.execute(update(BOARD).values(next_question=id + 1, next_position=at + 1))


def _written(
    connection: Connection, questions: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    if questions:
        connection.execute(insert(QUESTION), questions)
        connection.execute(insert(QUESTION_EVENT), events)
    questions.clear()
    events.clear()


def login(client: TestClient, name: str) -> None:
    """Logs in as one of the demonstration's staff."""
    client.cookies.clear()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    if found is None:
        raise SystemExit("the page /login holds no form")
    form = {"login": name, "password": PASSWORD, "csrf_token": found[1]}
    client.post("/login", data=form)


def read_book(client: TestClient) -> float:
    """Asks for the report until it is there; the seconds that took."""
    began = time.perf_counter()
    while "data-reading" in client.get("/scheduler/reports").text:
        if time.perf_counter() - began > WAIT:
            raise SystemExit("the book of questions was not read")
        time.sleep(0.5)
    return time.perf_counter() - began


def page(client: TestClient, path: str) -> bool:
    """One line: the processor's time of the first answer and of the middle of the next three."""
    times = []
    for _ in range(4):
        began = time.process_time()
        answer = client.get(path)
        times.append((time.process_time() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
    kept, size = statistics.median(times[1:]), len(answer.content) / 1000
    good = max(times[0], kept) <= LIMIT
    print(
        f"reports     {path:38s}first {times[0]:6.0f} ms, kept {kept:6.0f} ms of processor, "
        f"{size:.0f} kB (limit {LIMIT:.0f} ms){'' if good else ' OVER'}",
        flush=True,
    )
    return good
