"""The supervisor's papers in a real browser: empty, full, one decided by keyboard."""

from __future__ import annotations

from typing import Any

import pytest

from zhiban.data.database import writing
from zhiban.queue import aid, drafting
from zhiban.queue import service as queue
from zhiban.queue.aid_form import AidForm
from zhiban.queue.asking import Ask

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
FORM = AidForm("张三", "13800000000", "追索劳动报酬", "被拖欠三个月工资", True, "月收入两千元")


@pytest.mark.parametrize(("lang", "width"), [("zh", 360), ("zh", 768), ("en", 1280)])
def test_papers_are_listed_read_and_decided_by_keyboard(
    site: Any, window: Any, fits: Any, accessible: Any, lang: str, width: int
) -> None:
    page = window(width, "supervisor", lang)
    page.goto("/supervisor/papers")
    page.locator(".empty").wait_for()
    accessible(page)
    with writing(site.engine) as connection:
        now, ring = site.clock.now(), site.keyring
        ask = Ask("老板拖欠工资", "330411", consent=True, category="labour")
        made = queue.ask(connection, ring, ask, None, now)
        aid.apply_for_own_aid(connection, ring, made.ticket, made.secret, FORM, now)
        wish = (made.ticket, made.secret, "complaint", "起诉餐馆", now)
        drafting.ask_for_draft(connection, ring, *wish)
    page.goto("/supervisor/papers")
    assert page.locator("tbody tr").count() == 2
    fits(page)
    accessible(page)
    page.locator("tbody th a").first.press("Enter")
    page.locator("#wanted").wait_for()
    fits(page)
    accessible(page)
    page.goto("/supervisor/papers")
    page.locator("tbody th a").last.focus()
    page.keyboard.press("Enter")
    page.locator("#reason").wait_for()
    fits(page)
    accessible(page)
    page.locator("[name=verdict]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("材料齐全")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("[role=status]").wait_for()
    assert page.locator("tbody tr").count() == 1
