"""One question at the supervisor's desk in a real browser: by keyboard, light and dark, narrow."""

from __future__ import annotations

from typing import Any

import pytest

from zhiban.data.database import writing
from zhiban.queue import service as queue
from zhiban.queue.asking import Ask

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture
def closed(site: Any) -> str:
    """A question that was answered and closed; its code."""
    ask = Ask("老板拖欠工资", "330411", consent=True, category="labour", contact="13812345678")
    with writing(site.engine) as connection:
        made = queue.ask(connection, site.keyring, ask, None, site.clock.now())
        move = queue.Move(made.ticket, "L2", site.clock.now(), "可以申请仲裁。")
        queue.answer(connection, site.keyring, move)
        queue.close(connection, site.keyring, move)
    return str(made.ticket)


@pytest.mark.parametrize(("lang", "width"), [("zh", 390), ("en", 1280)])
def test_the_question_and_what_is_asked_before_erasing_fit_and_are_accessible(
    closed: str, window: Any, fits: Any, accessible: Any, lang: str, width: int
) -> None:
    page = window(width, "supervisor", lang)
    page.goto(f"/supervisor/q/{closed}")
    for fold in ("reopen", "note", "erase"):
        page.locator(f"#do-{fold} summary").click()
    fits(page)
    accessible(page)
    page.locator("#do-erase button").click()
    page.locator("#asks").wait_for()
    fits(page)
    accessible(page)


def test_a_question_is_found_noted_opened_again_and_erased_by_keyboard_alone(
    closed: str, window: Any
) -> None:
    page = window(1280, "supervisor")
    page.goto("/supervisor")
    page.locator("#ticket").focus()
    page.keyboard.type(closed)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=closed).wait_for()
    page.locator("#do-note summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("对方也来过电话")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("备注已记下").wait_for()
    assert page.locator(".said-note").inner_text().endswith("对方也来过电话")
    page.locator("#do-erase summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#asks").wait_for()
    page.get_by_role("button", name="删除，不能恢复").focus()
    page.keyboard.press("Enter")
    page.get_by_text("个人信息已删除").wait_for()
    assert "老板拖欠工资" not in page.content()
    assert page.locator(".more").count() == 0


@pytest.mark.parametrize(("lang", "width"), [("zh", 360), ("zh", 768), ("en", 1280)])
def test_two_questions_are_joined_by_keyboard_after_seeing_what_comes_of_it(
    site: Any, window: Any, fits: Any, accessible: Any, lang: str, width: int
) -> None:
    codes = []
    with writing(site.engine) as connection:
        story = "老板拖欠我三个月工资，工地停工了，没有合同，只有转账记录"
        for text in (story, f"我又问一次：{story}"):
            ask = Ask(text, "330411", consent=True, category="labour")
            codes.append(queue.ask(connection, site.keyring, ask, None, site.clock.now()).ticket)
    page = window(width, "supervisor", lang)
    page.goto("/supervisor/duplicates")
    fits(page)
    accessible(page)
    page.locator("tbody td a.btn").press("Enter")
    page.locator("#merge-into").wait_for()
    assert page.locator("h1").inner_text() == codes[1]
    assert page.locator("#merge-into").input_value() == codes[0]
    fits(page)
    accessible(page)
    page.locator("#merge-reason").focus()
    page.keyboard.type("同一件事")
    page.keyboard.press("Enter")
    page.locator("#asks").wait_for()
    fits(page)
    accessible(page)
    page.locator("#asks ~ form .btn-main").press("Enter")
    page.locator(".said", has_text="同一件事").wait_for()
    assert page.locator("#do-merge").count() == 0
