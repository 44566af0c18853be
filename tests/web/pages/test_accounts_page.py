"""Accounts: seen by administrators alone; who is disabled is out at once; somebody stays."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from zhiban.data.database import reading
from zhiban.web.records import ACCOUNT

PAGE = "/admin/accounts"
NEW = {"login": "wang", "name": "王珏", "role": "scheduler", "lawyer": ""}
LONG = "another long password"


def ids(site: Any) -> dict[str, int]:
    with reading(site.engine) as connection:
        return {one.login: one.id for one in connection.execute(select(ACCOUNT))}


def act(browser: Any, id: int, what: str, **form: str) -> Any:
    return browser.send(f"{PAGE}/{id}", {"act": what, **form})


def save(browser: Any, id: int, **form: str) -> Any:
    page = browser.get(f"{PAGE}/{id}").text
    version = re.search(r'name="version" value="([^"]*)"', page)
    assert version
    return act(browser, id, "save", **{"version": version[1], **form})


def test_an_administrator_adds_disables_and_resets(site: Any) -> None:
    admin = site.browser("administrator")
    short = admin.send(PAGE, {**NEW, "password": "short"})
    assert short.status_code == 422
    assert 'id="password-why"' in short.text
    assert admin.send(PAGE, {**NEW, "password": "a long password"}).status_code == 200
    assert admin.send(PAGE, {**NEW, "password": "a long password"}).status_code == 422
    theirs, known = site.browser("wang"), ids(site)
    assert theirs.get("/scheduler/register").status_code == 200
    seen = admin.get(f"{PAGE}/{known['wang']}").text
    assert "今天9:00" in seen  # when they last logged in
    assert act(admin, known["wang"], "disable").status_code == 200
    assert str(theirs.get("/scheduler/register").url).endswith("/login?next=/scheduler/register")
    assert "已恢复" in act(admin, known["wang"], "enable").text
    assert act(admin, known["administrator"], "disable").status_code == 409
    assert act(admin, known["l1"], "password", password=LONG).status_code == 200
    assert "停用" in admin.get("/scheduler/register/changes?kind=account").text
    for role in ("scheduler", "supervisor"):
        assert site.browser(role).get(PAGE).status_code == 403
        assert act(site.browser(role), known["l1"], "disable").status_code == 403


def test_who_is_invited_chooses_a_password_by_a_code_that_works_once(site: Any) -> None:
    admin = site.browser("administrator")
    shown = admin.send(PAGE, NEW)
    code = re.search(r"<code>([^<]+)</code>", shown.text)
    assert code
    assert "等本人定密码" in admin.get(f"{PAGE}?q=wang").text
    stranger = site.browser()
    form = {"token": code[1], "password": LONG, "again": LONG}
    assert stranger.send("/login/code", {**form, "password": "short"}).status_code == 422
    assert stranger.send("/login/code", {**form, "token": "x" * 16}).status_code == 422
    assert str(stranger.send("/login/code", form).url).endswith("/login")
    assert stranger.send("/login/code", form).status_code == 422
    login = {"login": "wang", "password": LONG}
    assert stranger.send("/login", login).status_code == 200
    assert stranger.get("/scheduler/register").status_code == 200
    assert act(admin, ids(site)["wang"], "code").status_code == 200
    assert str(stranger.get("/scheduler/register").url).endswith("/login?next=/scheduler/register")
    assert site.browser().send("/login", login).status_code == 401


def test_a_role_is_changed_for_the_next_request_and_recorded(site: Any) -> None:
    admin, theirs, known = site.browser("administrator"), site.browser("scheduler"), ids(site)
    assert theirs.get("/supervisor").status_code == 403
    bad = save(admin, known["scheduler"], name="", role="lawyer", lawyer="L99")
    assert bad.status_code == 422
    assert 'id="lawyer-why"' in bad.text
    assert 'value="L99"' in bad.text
    done = save(admin, known["scheduler"], name="排班", role="supervisor")
    assert "<ins>supervisor</ins>" in done.text
    assert theirs.get("/supervisor").status_code == 200
    late = act(admin, known["scheduler"], "save", version="old", name="再改", role="supervisor")
    assert late.status_code == 409
    assert 'value="再改"' in late.text


def test_nobody_takes_the_last_administrators_right_away(site: Any) -> None:
    one = site.browser("administrator")
    assert one.send(PAGE, {**NEW, "role": "administrator", "password": LONG}).status_code == 200
    known = ids(site)
    assert save(one, known["administrator"], name="我", role="scheduler").status_code == 409
    two = site.browser()
    two.send("/login", {"login": "wang", "password": LONG})
    # Whoever is invited and has not chosen a password yet does not administrate.
    lone = one.send(PAGE, {**NEW, "login": "li", "role": "administrator"})
    assert "<code>" in lone.text
    assert act(two, known["administrator"], "disable").status_code == 200
    assert one.get(PAGE).url.path == "/login"
    assert save(two, known["wang"], name="王珏", role="scheduler").status_code == 409
    assert act(two, known["wang"], "disable").status_code == 409
    assert act(two, known["administrator"], "enable").status_code == 200
    assert save(two, known["administrator"], name="x", role="scheduler").status_code == 200
    assert act(two, 999, "disable").status_code == 404
    assert act(two, known["l1"], "nonsense").status_code == 422


def test_the_filter_shows_the_role_that_was_asked_for_and_not_the_viewers(site: Any) -> None:
    admin = site.browser("administrator")

    def chosen(query: str) -> list[str]:
        text = admin.get(f"{PAGE}{query}").text
        select = re.search(r'<select id="as".*?</select>', text, re.S)
        assert select
        return re.findall(r'value="([^"]*)" selected', select[0])

    assert chosen("") == []
    assert chosen("?role=lawyer") == ["lawyer"]
