"""The duty table on paper, as Chromium prints it: a page for each sheet, nothing below 8 pt."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.roster.duty_table import Box, Column, DutyTable, Entry, Half, Line, Person, Section
from zhiban.roster.duty_words import Bureau
from zhiban.web.duty_sheets import sheets, standalone

pytestmark = pytest.mark.browser
WEEK = Week(2026, 48)
HOURS: dict[Half, str] = {"am": "8:30–11:30", "pm": "13:30–17:00", "night": "18:00–21:00"}
# Points of every element that holds text of its own and is printed: CSS counts 96 px to 72 pt.
POINTS = """() => [...document.querySelectorAll('body *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => e.getClientRects().length)
  .map(e => parseFloat(getComputedStyle(e).fontSize) * 72 / 96)"""
# Text that is wider than its cell would be printed over its neighbour.
SPILT = """() => [...document.querySelectorAll('td, th')]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim())"""


def county(code: str, posts: int, people: int, phone: str, halves: tuple[Half, ...]) -> Section:
    """A county in which every post is open in every half of seven days."""
    someone = tuple(
        Person(f"L{n}", "欧阳明达", "浙江海盐江南律师事务所", phone, "primary")
        for n in range(people)
    )
    return Section(
        code,
        f"第{code}县",
        tuple(Column(f"p{n}", f"武原街道第{n}公共法律服务工作站") for n in range(posts)),
        tuple(
            Line(
                day,
                half,
                at == 0,
                len(halves),
                (Box((Entry("s", HOURS[half], someone, 0),)),) * posts,
            )
            for day in WEEK.days
            for at, half in enumerate(halves)
        ),
    )


def table(*sections: Section) -> DutyTable:
    """A published table of these counties."""
    return DutyTable(WEEK, "version", 3, datetime(2026, 11, 20, 16, tzinfo=SHANGHAI), sections)


def pages_of(page: Page) -> int:
    """How many pages Chromium makes of what is open."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_however_crowded_each_sheet_is_one_page_and_can_be_read(browser: Browser) -> None:
    day: tuple[Half, ...] = ("am", "pm")
    made = table(
        county("1", 2, 2, "138****1234", day),
        county("2", 26, 1, "138****1234", day),
        county("3", 12, 2, "13805731234", day),
        county("4", 5, 6, "13805731234", (*day, "night")),
        county("5", 1, 0, "", day),
    )
    told = sheets(made, Bureau())
    # The first and the last fit a sheet; six people three times a day with phones never do.
    assert [sum(one.title.startswith(f"第{n}县") for one in told.pages) for n in (1, 5)] == [1, 1]
    assert sum(one.title.startswith("第4县") for one in told.pages) > 1
    page = browser.new_page(viewport={"width": 1054, "height": 726})
    page.set_content(standalone(made, Bureau()))
    page.emulate_media(media="print")
    assert page.evaluate(SPILT) == []
    assert min(page.evaluate(POINTS)) >= 8 - 1e-6
    assert pages_of(page) == len(told.pages)
    assert page.locator(".foot-line", has_text="服务热线 12348").count() == len(told.pages)
    assert page.locator("h2").count() == page.locator("thead").count() == len(told.pages)
    page.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_the_desk_prints_as_many_pages_as_it_says(
    site: Any, window: Any, fits: Any, accessible: Any, lang: str
) -> None:
    page = window(1280, login="scheduler", lang=lang)
    page.goto(f"/scheduler/week/{WEEK}/print")
    fits(page)
    accessible(page)
    page.emulate_media(media="print", color_scheme="dark")
    assert min(page.evaluate(POINTS)) >= 8 - 1e-6
    assert pages_of(page) == page.locator(".duty-sheet").count() == 2
    assert page.locator(".print-bar").is_hidden()
