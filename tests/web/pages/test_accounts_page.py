"""Accounts: only administrators see them; who is disabled is out at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from zhiban.data.database import reading
from zhiban.web.records import ACCOUNT

PAGE = "/admin/accounts"
NEW = {"login": "wang", "name": "王珏", "role": "scheduler", "lawyer": ""}


def test_an_administrator_adds_disables_and_resets(site: Any) -> None:
    admin = site.browser("administrator")
    short = admin.send(PAGE, {**NEW, "password": "short"})
    assert short.status_code == 422
    assert 'id="password-why"' in short.text
    assert admin.send(PAGE, {**NEW, "password": "a long password"}).status_code == 200
    assert admin.send(PAGE, {**NEW, "password": "a long password"}).status_code == 422
    theirs = site.browser("wang")
    assert theirs.get("/scheduler/register").status_code == 200
    with reading(site.engine) as connection:
        ids = dict(connection.execute(select(ACCOUNT.c.login, ACCOUNT.c.id)).all())
    assert admin.send(f"{PAGE}/{ids['wang']}", {"act": "disable"}).status_code == 200
    assert str(theirs.get("/scheduler/register").url).endswith("/login?next=/scheduler/register")
    assert admin.send(f"{PAGE}/{ids['administrator']}", {"act": "disable"}).status_code == 409
    again = {"act": "password", "password": "another password"}
    assert admin.send(f"{PAGE}/{ids['l1']}", again).status_code == 200
    assert "停用" in admin.get("/scheduler/register/changes?kind=account").text
    for role in ("scheduler", "supervisor", "l1"):
        if role != "l1":
            assert site.browser(role).get(PAGE).status_code == 403
