"""Accounts: whose lawyer is in the register, and logins that capitals do not tell apart."""

from __future__ import annotations

import pytest

from zhiban.data.database import reading, writing
from zhiban.data.wording import Refused
from zhiban.web.accounts import add_account, all_accounts, known_login, set_password

PASSWORD = "a long password"


@pytest.mark.parametrize("lawyer", ["L9999", "l1", "", "L1\x00", "L" * 500])
def test_a_lawyer_who_is_not_in_the_register_gets_no_account(service, lawyer) -> None:
    engine, now = service.wiring.engine, service.clock.now()
    with writing(engine) as connection, pytest.raises(Refused) as refused:
        add_account(connection, "new", "新", "lawyer", PASSWORD, now, lawyer)
    (error,) = refused.value.errors
    assert error.field == "lawyer"
    assert lawyer[:5] in error.text.en
    with reading(engine) as connection:
        assert "new" not in {one.login for one in all_accounts(connection)}


@pytest.mark.parametrize("login", ["scheduler", "SCHEDULER", "Lawyer-2", "ÄRGER"])
def test_a_login_that_differs_in_capitals_only_is_taken(service, login) -> None:
    engine, now = service.wiring.engine, service.clock.now()
    with writing(engine) as connection:
        add_account(connection, "ärger", "新", "scheduler", PASSWORD, now)
    with writing(engine) as connection, pytest.raises(Refused) as refused:
        add_account(connection, login, "新", "scheduler", PASSWORD, now)
    (error,) = refused.value.errors
    assert error.field == "login"
    assert login.lower() in error.text.en  # the one that has it, as it is written


def test_one_logs_in_with_capitals_or_without(service) -> None:
    for login in ("scheduler", "SCHEDULER", "Scheduler"):
        client = service.log_in(login)
        assert client.get("/api/v1/me").json()["account"]["login"] == "scheduler"
    with writing(service.wiring.engine) as connection:
        set_password(connection, "SCHEDULER", "another long password")
    assert client.get("/api/v1/me").status_code == 401  # its sessions are closed


def test_of_two_older_logins_each_is_found_as_written(service) -> None:
    from sqlalchemy import insert, select

    from zhiban.web.records import ACCOUNT

    with writing(service.wiring.engine) as connection:
        row = dict(
            connection.execute(select(ACCOUNT).where(ACCOUNT.c.login == "scheduler"))
            .mappings()
            .one()
        )
        del row["id"]
        connection.execute(insert(ACCOUNT).values(row | {"login": "SCHEDULER"}))
    with reading(service.wiring.engine) as connection:
        for login in ("scheduler", "SCHEDULER"):
            found = known_login(connection, login)
            assert found is not None
            assert found[0].login == login
        assert known_login(connection, "Scheduler") is None  # which of both is not guessed


def test_tries_at_one_name_count_together_however_it_is_written(service, settings) -> None:
    from starlette.testclient import TestClient

    from zhiban.web.main import create_app

    app = create_app(settings.model_copy(update={"login_limit": "3/minute"}), service.clock)
    written = ("scheduler", "Scheduler", "SCHEDULER", "sCHEDULER")
    with TestClient(app):
        answers = [
            # each from an address of its own, for tries from one address count together anyway
            TestClient(app, client=(f"10.0.0.{number}", 1)).post(
                "/api/v1/sessions", json={"login": login, "password": "wrong password"}
            )
            for number, login in enumerate(written)
        ]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
