"""A disk that is full and a database that is held: 503, nothing half written, and a safe retry."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import event, func, select, text

from zhiban.data import board
from zhiban.data.database import make_engine, reading, writing
from zhiban.data.outbox import waiting
from zhiban.queue import service as queue_service
from zhiban.queue.records import QUESTION, QUESTION_EVENT

ASK = {"text": "老板拖欠三个月工资", "division": "330411", "consent": True}
KEY = {"Idempotency-Key": "a-key-of-one-caller-only-0001"}


def stored(database) -> tuple[int, int, int]:
    """How many questions, events and notices there are."""
    with reading(database) as connection:
        questions = connection.execute(select(func.count()).select_from(QUESTION)).scalar_one()
        events = connection.execute(select(func.count()).select_from(QUESTION_EVENT)).scalar_one()
        return questions, events, waiting(connection)


def refused_and_then_taken(service, database, free) -> None:
    """Asks in vain, sees that nothing was written, frees what was in the way, and asks again."""
    client = service.stranger()
    before = stored(database)
    answer = client.post("/api/v1/questions", json=ASK, headers=KEY)
    assert answer.status_code == 503
    assert answer.json()["detail"]
    assert int(answer.headers["Retry-After"]) > 0
    assert stored(database) == before
    free()
    first, again = (client.post("/api/v1/questions", json=ASK, headers=KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["ticket"] == again.json()["ticket"]
    assert stored(database)[0] == before[0] + 1
    wiring = service.wiring
    assert wiring.read_now(lambda c: queue_service.verify(c, wiring.keyring)) == []


def fill(engine) -> None:
    """From now on the database says that its disk is full when an event is written."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(
                text(
                    "CREATE FUNCTION disk_full() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION "
                    "'could not extend file: No space left on device' USING ERRCODE = '53100'; "
                    "END $$ LANGUAGE plpgsql"
                )
            )
            connection.execute(
                text(
                    "CREATE TRIGGER disk_full BEFORE INSERT ON question_event "
                    "FOR EACH STATEMENT EXECUTE FUNCTION disk_full()"
                )
            )


def empty(engine) -> None:
    """There is room again."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER IF EXISTS disk_full ON question_event"))
            connection.execute(text("DROP FUNCTION IF EXISTS disk_full()"))


def test_a_full_disk_is_a_503_with_nothing_half_written_and_the_retry_is_safe(
    service, database
) -> None:
    engine = service.wiring.engine
    full = engine.dialect.name == "sqlite"

    def no_page_more(connection) -> None:
        # SQLite says "full" when its file may not grow, as on a full disk.
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        most = pages if full else 2**30
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")

    def room() -> None:
        nonlocal full
        full = False
        empty(engine)

    if full:
        event.listen(engine, "begin", no_page_more)
        fill_up_pages(service, database)
    fill(engine)
    try:
        refused_and_then_taken(service, database, room)
    finally:
        empty(engine)


def fill_up_pages(service, database) -> None:
    """Asks until the pages that there are hold no more."""
    client = service.stranger()
    for _ in range(200):
        if client.post("/api/v1/questions", json=ASK).status_code == 503:
            return
    pytest.fail("the file grew though it must not")


@pytest.fixture
def impatient(settings, database, monkeypatch) -> None:
    """Services wait a fifth of a second for the database, and not five."""
    hurried = partial(make_engine, busy_seconds=0.2)
    monkeypatch.setattr("zhiban.web.wiring.make_engine", hurried)


@pytest.mark.usefixtures("impatient")
def test_a_locked_database_is_a_503_with_nothing_written_and_the_retry_is_safe(
    service, database
) -> None:
    holder = database.connect()
    transaction = holder.begin()
    board.lock(holder)

    def free() -> None:
        transaction.rollback()
        holder.close()

    refused_and_then_taken(service, database, free)
