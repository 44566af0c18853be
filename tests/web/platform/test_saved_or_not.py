"""A connection that dies during the commit: nobody is told that nothing was saved."""

from __future__ import annotations

import re
import sqlite3

import psycopg
import pytest
from sqlalchemy import func, select, text

from zhiban.data.database import make_engine, reading, writing
from zhiban.data.failures import DatabaseUnavailable, SavedOrNot
from zhiban.data.records import SettingRecord, table
from zhiban.queue.records import QUESTION
from zhiban.roster import job_store

ASK = {"text": "老板拖欠三个月工资", "division": "330411", "consent": True}
KEY = {"Idempotency-Key": "a-key-of-one-caller-only-0002", "Accept-Language": "en"}
SETTING = table(SettingRecord)


def dies_after_commit(engine, monkeypatch) -> None:
    """The next commit is done, and its answer is lost."""
    real = engine.dialect.do_commit

    def once(connection) -> None:
        monkeypatch.setattr(engine.dialect, "do_commit", real)
        real(connection)
        if engine.dialect.name == "postgresql":
            connection.driver_connection.close()
            raise psycopg.OperationalError("the server closed the connection unexpectedly")
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
        raise error

    monkeypatch.setattr(engine.dialect, "do_commit", once)


def questions(database) -> int:
    """How many questions there are."""
    with reading(database) as connection:
        return connection.execute(select(func.count()).select_from(QUESTION)).scalar_one()


def test_a_lost_answer_is_told_as_not_known_and_the_same_key_takes_nothing_twice(
    service, database, monkeypatch
) -> None:
    client = service.stranger()
    assert client.post("/api/v1/questions", json=ASK).status_code == 201  # the writer is connected
    dies_after_commit(service.wiring.engine, monkeypatch)
    lost = client.post("/api/v1/questions", json=ASK, headers=KEY)
    assert (lost.status_code, lost.headers["Retry-After"]) == (503, "5")
    assert "not known whether it was saved" in lost.json()["detail"]
    assert "same Idempotency-Key is safe" in lost.json()["detail"]
    assert questions(database) == 2  # it was saved, as the answer did not rule out
    again = client.post("/api/v1/questions", json=ASK, headers=KEY)
    assert again.status_code == 201
    assert questions(database) == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "不知道是否已经保存"), ("en", "it is not known whether it was saved")],
)
def test_a_page_says_so_in_words_and_does_not_speak_of_keys(
    service, database, monkeypatch, language: str, words: str
) -> None:
    client = service.stranger()
    client.cookies.set("lang", language)
    assert client.post("/api/v1/questions", json=ASK).status_code == 201  # the writer is connected
    token = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', client.get("/login").text)[1]
    form = {"csrf_token": token, "login": "scheduler", "password": "a long password"}
    dies_after_commit(service.wiring.engine, monkeypatch)
    page = client.post("/login", data=form)
    assert page.status_code == 503
    assert words in page.text
    assert "Idempotency" not in page.text
    # The address may take only forms: a link to it would be answered with 405.
    assert 'class="btn" href="/login"' not in page.text
    assert {"zh": "浏览器的后退键", "en": "back button"}[language] in page.text


def test_a_plain_transaction_says_so_too(database, monkeypatch) -> None:
    dies_after_commit(database, monkeypatch)
    with pytest.raises(SavedOrNot), writing(database) as connection:
        connection.execute(SETTING.insert().values(key="kept", value=1))
    with reading(database) as connection:
        assert connection.execute(select(SETTING.c.key)).scalars().all() == ["kept"]


def test_a_failure_before_the_commit_still_means_that_nothing_was_saved(database) -> None:
    if database.dialect.name != "postgresql":
        pytest.skip("SQLite has no connection that could end")
    with pytest.raises(DatabaseUnavailable) as raised, writing(database) as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert not isinstance(raised.value, SavedOrNot)


def test_a_server_process_ended_within_the_commit_is_not_known(database) -> None:
    if database.dialect.name != "postgresql":
        pytest.skip("SQLite has no server process")
    engine = make_engine(database.url.render_as_string(hide_password=False))
    with writing(engine) as connection:
        connection.execute(
            text(
                "CREATE FUNCTION pulled() RETURNS trigger AS $$ BEGIN "
                "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; "
                "END $$ LANGUAGE plpgsql"
            )
        )
        connection.execute(
            text(
                "CREATE CONSTRAINT TRIGGER pulled AFTER INSERT ON setting "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pulled()"
            )
        )
    try:
        with pytest.raises(SavedOrNot), writing(engine) as connection:
            connection.execute(SETTING.insert().values(key="gone", value=1))
    finally:
        with writing(engine) as connection:
            connection.execute(text("DROP TRIGGER pulled ON setting"))
            connection.execute(text("DROP FUNCTION pulled()"))
        engine.dispose()


NOT_KNOWN = [("zh", "不能确定是否已经保存"), ("en", "may or may not have been saved")]


def fails_after_the_write(monkeypatch, error: Exception) -> None:
    """What is said of a job that was queued cannot be said."""

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("zhiban.web.api.jobs.job_out", fails)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "不能确定是否已经保存"), ("en", "may or may not have been saved")],
)
def test_after_an_unforeseen_failure_nobody_is_told_that_nothing_was_saved(
    service, database, monkeypatch, language: str, words: str
) -> None:
    client = service.log_in("scheduler")
    fails_after_the_write(monkeypatch, RuntimeError("unforeseen"))
    told = {"Accept-Language": language}
    failed = client.post("/api/v1/rosters", json={"week": "2026-W49"}, headers=told)
    assert failed.status_code == 500
    assert words in failed.json()["detail"]
    with reading(database) as connection:
        assert len(job_store.load_jobs(connection)) == 1  # it was saved indeed


def test_a_database_lost_after_a_commit_is_not_said_to_have_saved_nothing(
    service, monkeypatch
) -> None:
    client = service.log_in("scheduler")
    client.headers["Accept-Language"] = "en"
    fails_after_the_write(monkeypatch, DatabaseUnavailable("gone"))
    partly = client.post("/api/v1/rosters", json={"week": "2026-W49"})
    assert partly.status_code == 503
    assert "Some or all of it was saved" in partly.json()["detail"]

    def refuses(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr("zhiban.web.api.jobs.service.request_job", refuses)
    nothing = client.post("/api/v1/rosters", json={"week": "2026-W49"})
    assert nothing.status_code == 503
    assert nothing.json()["detail"].startswith("Nothing was saved")


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "不能确定是否已经保存"), ("en", "may or may not have been saved")],
)
def test_a_page_that_fails_says_so_in_words_and_does_not_speak_of_keys(
    service, monkeypatch, language: str, words: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    client = service.stranger()
    client.cookies.set("lang", language)
    monkeypatch.setattr("zhiban.web.pages.citizen.page", fails)
    page = client.get("/about")
    assert page.status_code == 500
    assert words in page.text
    assert "Idempotency" not in page.text
