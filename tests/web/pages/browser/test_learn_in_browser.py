"""我要学 and what is offered while a question is typed, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from zhiban.data.categories import Category
from zhiban.data.database import writing
from zhiban.data.records import CategoryRecord, table
from zhiban.queue import library_desk
from zhiban.queue.library_entry import Texts

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
STORY = "老板拖欠我三个月工资不发，没有签劳动合同，怎么要回来？"
ENTRIES = [
    Texts(
        "老板拖欠工资怎么办",
        "老板拖欠工资三个月不发，没有签劳动合同。",
        "可以投诉，也可以申请仲裁，见《劳动合同法》第八十二条。",
        "labour",
    ),
    Texts("离婚时孩子归谁", "离婚，孩子一岁。", "见《民法典》第一千零八十四条。", "family"),
    *(Texts(f"工资的第{n}个问题", "工资。", "可以。", "labour") for n in range(1, 15)),
]


@pytest.fixture
def filled(site: Any) -> Any:
    """The bureau with a library and a second category."""
    family = Category("family", "婚姻家庭", "Marriage and family")
    with writing(site.engine) as connection:
        connection.execute(
            insert(table(CategoryRecord)).values(
                code=family.code, name=family.name, name_en=family.name_en, position=9
            )
        )
        library_desk.fill(connection, ENTRIES, "staff:supervisor", site.clock.now())
        draft = Texts("加班费", "我的手机号13800000000", "按百分之一百五十。", "labour")
        library_desk.propose(connection, draft, "lawyer:L1", site.clock.now())
    return site


def test_typing_brings_a_chip_that_is_taken_with_a_tap_and_nothing_moves(
    filled: Any, window: Any
) -> None:
    page = window(360)
    page.goto("/ask?all")
    below = (
        "document.querySelector('[data-similar]').closest('details').getBoundingClientRect().top"
    )
    before = page.evaluate(below)
    page.fill("#text", STORY)
    chip = page.locator(".chip[data-category=labour]")
    chip.wait_for()
    assert page.evaluate(below) == before
    assert page.input_value("#category") == ""  # offered, not taken
    chip.click()
    assert page.input_value("#category") == "labour"
    assert chip.get_attribute("aria-pressed") == "true"
    page.select_option("#category", "family")  # changed by hand
    assert chip.get_attribute("aria-pressed") == "false"
    page.fill("#text", "我要离婚，孩子归谁，抚养费多少")
    page.locator(".chip[data-category=family]").wait_for()
    assert page.input_value("#category") == "family"
    assert page.locator(".chip[data-category=family]").get_attribute("aria-pressed") == "true"


def test_similar_answers_come_when_their_fold_is_opened(filled: Any, window: Any) -> None:
    page = window(360)
    page.goto("/ask?all")
    page.fill("#text", STORY)
    page.locator("summary", has_text="看看类似的问题和解答").click()
    offer = page.locator("[data-similar] a.row", has_text=ENTRIES[0].title)
    offer.wait_for()
    assert "from=ask" in (offer.get_attribute("href") or "")


def test_without_scripts_the_library_is_searched_and_the_ask_page_says_what_happens(
    filled: Any, window: Any
) -> None:
    page = window(360, java_script_enabled=False)
    page.goto("/learn")
    page.fill("#q", "拖欠工资")
    page.press("#q", "Enter")
    page.locator("a.row", has_text=ENTRIES[0].title).click()
    assert page.locator("h1").inner_text() == ENTRIES[0].title
    page.goto("/ask?all")
    assert "提交时没有选的，按您写的内容归类" in page.locator(".suggested").inner_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_fit_and_keep_to_the_rules(
    filled: Any, window: Any, fits: Any, accessible: Any, lang: str
) -> None:
    page = window(360, lang=lang)
    for path in (
        "/learn?q=工资",
        "/learn?q=没有这样的词",
        "/learn/1",
        "/learn/law?q=劳动合同法82",
        "/learn/law",
    ):
        for width in (320, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(path)
            fits(page)
        accessible(page)
    desk = window(1280, login="supervisor", lang=lang)
    for path in ("/supervisor/library", "/supervisor/library/17", "/supervisor/library/new"):
        desk.goto(path)
        fits(desk)
        accessible(desk)
