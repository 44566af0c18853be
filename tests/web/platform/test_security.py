"""Who may come in: sessions, cookies, form tokens, headers, limits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from zhiban.data.crypt import Keyring, new_key
from zhiban.web.accounts import set_password
from zhiban.web.csrf import FormKey
from zhiban.web.headers import policy
from zhiban.web.main import create_app
from zhiban.web.passwords import fits, hashed
from zhiban.web.records import SESSION
from zhiban.web.security import inner_path
from zhiban.web.sessions import token_hash
from zhiban.web.settings import Settings

PASSWORD = "a long password"


def form_token(page: str) -> str:
    """The token in the first form of a page."""
    found = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', page)
    assert found, page[:2000]
    return found[1]


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(service) -> None:
    answers = [
        service.client.post("/api/v1/sessions", json={"login": login, "password": "wrong password"})
        for login in ("scheduler", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()
    assert "set-cookie" not in answers[0].headers


def test_only_the_hash_of_a_token_is_stored(service) -> None:
    answer = service.client.post(
        "/api/v1/sessions", json={"login": "scheduler", "password": PASSWORD}
    )
    token = answer.json()["token"]
    stored = service.wiring.read_now(
        lambda connection: connection.execute(select(SESSION.c.token_hash)).scalars().all()
    )
    assert list(stored) == [token_hash(token)]
    assert token not in stored


def test_the_session_cookie_is_for_this_host_only_and_no_script_reads_it(service) -> None:
    answer = service.client.post(
        "/api/v1/sessions", json={"login": "scheduler", "password": PASSWORD}
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "domain" not in cookie


def test_under_https_cookies_are_secure_and_bound_to_the_host(service, settings) -> None:
    app = create_app(settings.model_copy(update={"https": True}), service.clock)
    with TestClient(app, base_url="https://testserver") as client:
        answer = client.post("/api/v1/sessions", json={"login": "scheduler", "password": PASSWORD})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-zhiban=")
        assert "secure" in cookie.lower()
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


def test_hsts_is_sent_under_https_only() -> None:
    assert "Strict-Transport-Security" in policy(https=True)
    assert "Strict-Transport-Security" not in policy(https=False)


def test_a_session_ends_when_idle_and_at_its_absolute_end(service) -> None:
    # Idle limit 120 minutes, absolute limit 12 hours.
    idle = service.log_in("scheduler")
    service.clock.at += timedelta(minutes=119)
    assert idle.get("/api/v1/me").status_code == 200
    service.clock.at += timedelta(minutes=121)
    assert idle.get("/api/v1/me").status_code == 401

    used = service.log_in("scheduler")
    for _ in range(11):
        service.clock.at += timedelta(hours=1)
        assert used.get("/api/v1/me").status_code == 200
    service.clock.at += timedelta(minutes=61)
    assert used.get("/api/v1/me").status_code == 401


def test_logging_out_and_a_new_password_close_sessions(service) -> None:
    one, two = service.log_in("scheduler"), service.log_in("scheduler")
    assert one.delete("/api/v1/sessions").status_code == 204
    assert one.get("/api/v1/me").status_code == 401
    assert two.get("/api/v1/me").status_code == 200
    service.wiring.write_now(lambda c: set_password(c, "scheduler", "another long password"))
    assert two.get("/api/v1/me").status_code == 401


def test_logging_in_again_replaces_the_session_it_came_with(service) -> None:
    client = service.client
    first = client.post("/api/v1/sessions", json={"login": "scheduler", "password": PASSWORD})
    client.post("/api/v1/sessions", json={"login": "supervisor", "password": PASSWORD})
    old = service.stranger()
    old.headers["Authorization"] = f"Bearer {first.json()['token']}"
    assert old.get("/api/v1/me").status_code == 401


def test_a_cookie_borne_call_needs_the_sessions_token_and_a_bearer_call_does_not(service) -> None:
    client = service.client
    answer = client.post("/api/v1/sessions", json={"login": "scheduler", "password": PASSWORD})
    asked = {"week": "2026-W49"}
    assert client.post("/api/v1/rosters", json=asked).status_code == 403
    wrong = {"X-CSRF-Token": "0" * 64}
    assert client.post("/api/v1/rosters", json=asked, headers=wrong).status_code == 403
    right = {"X-CSRF-Token": answer.json()["csrf_token"]}
    assert client.post("/api/v1/rosters", json=asked, headers=right).status_code == 202
    assert service.log_in("scheduler").post("/api/v1/rosters", json=asked).status_code == 202


def test_a_form_without_its_pages_token_is_refused_and_nothing_is_written(service) -> None:
    client = service.stranger()
    for data in ({}, {"csrf_token": "0" * 64}):
        assert client.post("/language", data=data | {"lang": "en"}).status_code == 403
    token = form_token(client.get("/login").text)
    answer = client.post(
        "/language", data={"csrf_token": token, "lang": "en"}, follow_redirects=False
    )
    assert answer.status_code == 303
    # The token is worth nothing to another visitor.
    other = service.stranger()
    other.get("/login")
    assert other.post("/language", data={"csrf_token": token, "lang": "en"}).status_code == 403


def test_what_another_site_sends_is_refused_whatever_it_carries(service) -> None:
    client = service.stranger()
    token = form_token(client.get("/login").text)
    answer = client.post(
        "/language",
        data={"csrf_token": token, "lang": "en"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_a_forms_token_fits_the_browser_and_the_session_it_was_made_for_only() -> None:
    keyring = Keyring([new_key()])
    honest = FormKey(keyring, None, None)
    token = honest.token()
    assert FormKey(keyring, None, honest.new_visitor).fits(token)
    assert not FormKey(keyring, None, "another visitor").fits(token)
    assert not FormKey(Keyring([new_key()]), None, honest.new_visitor).fits(token)
    assert not FormKey(keyring, None, None).fits(token)
    assert not FormKey(keyring, "a session", honest.new_visitor).fits(token)


def test_form_tokens_outlive_a_rotation_of_the_keys() -> None:
    old, new = new_key(), new_key()
    before = FormKey(Keyring([old]), "a session", None).token()
    assert FormKey(Keyring([new, old]), "a session", None).fits(before)
    assert not FormKey(Keyring([new]), "a session", None).fits(before)


@pytest.mark.parametrize("login", ["\x00", "a\x00b", "x" * 64, "' OR 1=1 --", "\u202e"])
def test_a_name_that_nobody_can_have_is_simply_wrong(service, login: str) -> None:
    given = {"login": login, "password": PASSWORD}
    assert service.client.post("/api/v1/sessions", json=given).status_code == 401


def test_logging_in_rightly_is_never_too_often(service, settings) -> None:
    app = create_app(settings.model_copy(update={"login_limit": "2/minute"}), service.clock)
    with TestClient(app) as client:
        right = {"login": "scheduler", "password": PASSWORD}
        for _ in range(4):
            assert client.post("/api/v1/sessions", json=right).status_code == 201


@pytest.mark.parametrize("path", ["/", "/login", "/nothing", "/api/v1/duty", "/static/site.css"])
def test_every_answer_carries_the_security_headers(service, path: str) -> None:
    headers = service.stranger().get(path).headers
    content = headers["content-security-policy"]
    assert "default-src 'self'" in content
    assert "frame-ancestors 'none'" in content
    assert "unsafe" not in content
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_too_many_tries_to_log_in_are_refused_for_a_while(service, settings) -> None:
    app = create_app(settings.model_copy(update={"login_limit": "3/minute"}), service.clock)
    with TestClient(app) as client:
        given = {"login": "scheduler", "password": "wrong password"}
        tries = [client.post("/api/v1/sessions", json=given) for _ in range(4)]
        assert [answer.status_code for answer in tries] == [401, 401, 401, 429]
        assert int(tries[-1].headers["retry-after"]) >= 1
        # The right password does not help then either: nobody learns that it was right.
        right = {"login": "scheduler", "password": PASSWORD}
        assert client.post("/api/v1/sessions", json=right).status_code == 429


def test_a_body_over_the_limit_is_refused_also_without_a_declared_length(service) -> None:
    limit = service.app.state.settings.body_limit
    client = service.stranger()
    big = b'{"text": "' + b"x" * limit + b'"}'
    kind = {"Content-Type": "application/json"}
    assert client.post("/api/v1/questions", content=big, headers=kind).status_code == 413

    def pieces():
        for start in range(0, len(big), 10_000):
            yield big[start : start + 10_000]

    assert client.post("/api/v1/questions", content=pieces(), headers=kind).status_code == 413


def test_a_foreign_host_name_is_refused(service, settings) -> None:
    app = create_app(settings.model_copy(update={"hosts": "zhiban.example"}), service.clock)
    with TestClient(app) as client:
        assert client.get("/healthz").status_code == 400
        named = {"Host": "zhiban.example"}
        assert client.get("/healthz", headers=named).status_code == 200


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/lawyer?x=1", "/lawyer?x=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
        (None, "/"),
        ("/a\r\nSet-Cookie: x", "/"),
    ],
)
def test_one_goes_on_within_the_service_only(target: str | None, goes: str) -> None:
    assert inner_path(target) == goes


def test_passwords_are_hashed_with_argon2_and_an_unknown_name_costs_the_same_check() -> None:
    stored = hashed("a long password")
    assert stored.startswith("$argon2id$")
    assert fits("a long password", stored)
    assert not fits("a wrong password", stored)
    assert not fits("nobody has this name", None)


def test_settings_hide_keys_and_tokens_when_shown() -> None:
    shown = repr(Settings(_env_file=None, keys="secret-key", metrics_token="secret-token"))
    assert "secret" not in shown
