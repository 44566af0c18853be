"""Before a period and after it in a real browser: entries looked through, firms' lawyers named,
two older versions compared, and the month told as a page, on paper and as a workbook."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from zhiban.data.database import writing
from zhiban.data.store import put_setting
from zhiban.data.week import Week
from zhiban.queue import service as queue
from zhiban.queue.asking import Ask
from zhiban.roster.service import FIRM_SLOTS
from zhiban.web.jobs import follow_requests, remind_firms, send_notices
from zhiban.web.notify.channels import Kept

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.parametrize("width", [1280, 1920]),
]
WEEK = Week(2026, 48)
Windows = Callable[..., Page]
Check = Callable[[Page], None]


def test_a_round_of_corrections_from_its_opening_to_the_register(
    site: Any, window: Windows, fits: Check, accessible: Check, width: int
) -> None:
    desk = window(width, login="scheduler")
    desk.goto("/scheduler/members")
    desk.fill("#title", "明年一季度排班前核对")
    desk.fill("#deadline", "2026-11-30")
    desk.click("main form .btn-main")
    expect(desk.locator("[role=status]")).to_contain_text("每位律师都会收到消息")
    right, wrong = window(360, login="l1"), window(360, login="l2")
    right.goto("/lawyer/entry")
    right.get_by_role("button", name="确认无误").click()
    expect(right.locator("[role=status]")).to_contain_text("已经确认")
    wrong.goto("/lawyer/entry")
    wrong.fill("#phone", "13805739999")
    wrong.get_by_role("button", name="提交更正").click()
    expect(wrong.locator("[role=status]")).to_contain_text("已经交给排班员")
    desk.goto("/scheduler/members")
    # Six lawyers; one has confirmed and one has corrected.
    expect(desk.locator("main")).to_contain_text("2 / 6位已核对")
    desk.get_by_role("button", name="提醒还没核对的").click()
    expect(desk.locator("[role=status]")).to_contain_text("提醒了4位")
    fits(desk)
    accessible(desk)
    desk.goto("/scheduler/inbox?show=entry")
    desk.locator(".todo .btn-main").first.click()
    expect(desk.locator("[role=status]").first).to_contain_text("已批准")
    wrong.goto("/lawyer/entry")
    expect(wrong.locator("#phone")).to_have_value("13805739999")


def test_a_firm_is_reminded_names_its_lawyer_and_the_desk_sees_what_is_open(
    site: Any, window: Windows, fits: Check, accessible: Check, width: int
) -> None:
    with writing(site.engine) as connection:
        slots = {"posts": ["station-t"], "firms": {"F1": 10, "F2": 10}, "days": 2}
        put_setting(connection, FIRM_SLOTS, slots)
    site.draft(WEEK.next())
    site.publish(WEEK.next())
    # The first place is Monday's; it is to be named two days before, and they are reminded a day
    # before that.
    site.clock.at = WEEK.next().span.start - timedelta(days=2, hours=12)
    wiring = site.app.state.wiring
    remind_firms(wiring, Kept(), site.clock.now())
    send_notices(wiring, Kept(), site.clock.now())
    speaker = window(360, login="l5")
    speaker.goto("/inbox")
    expect(speaker.locator("main")).to_contain_text("指定")
    speaker.goto("/lawyer/firm")
    waiting = speaker.locator("main form").count()
    speaker.locator("main form select").first.select_option("L5")
    speaker.locator("main form .btn-main").first.click()
    expect(speaker.locator("[role=status]")).to_contain_text("已经指定")
    expect(speaker.locator("main form")).to_have_count(waiting - 1)
    desk = window(width, login="scheduler")
    desk.goto("/scheduler/inbox?show=firm")
    expect(desk.locator("main")).to_contain_text("还没指定律师")
    fits(desk)
    accessible(desk)
    # A name is a version at once: whoever looks at the week sees L5 there.
    desk.goto(f"/scheduler/week/{WEEK.next()}")
    expect(desk.locator("tr[data-post='station-t']")).to_contain_text("顾晓燕")


def test_any_two_older_versions_are_compared(
    site: Any, window: Windows, fits: Check, accessible: Check, width: int
) -> None:
    for holder in ("L5", "L6", "L2"):
        site.draft(seat_x=holder)
        site.publish()
    page = window(width, login="scheduler", lang="en")
    page.goto(f"/scheduler/week/{WEEK}/versions")
    page.check("input[name=from][value='2']")
    page.check("input[name=to][value='3']")
    page.get_by_role("button", name="Compare these two").click()
    expect(page.locator("#diff")).to_have_text("From version 2 to version 3")
    told = page.locator("section[aria-labelledby=diff]")
    expect(told).to_contain_text("Xiuzhou")  # on an English page the posts are named in English
    expect(told).not_to_contain_text("坐席")
    # The newest brought the first one's duties back.
    page.check("input[name=from][value='1']")
    page.check("input[name=to][value='4']")
    page.get_by_role("button", name="Compare these two").click()
    expect(page.locator("#diff")).to_have_text("From version 1 to version 4")
    expect(page.locator("section[aria-labelledby=diff] table")).to_have_count(0)
    fits(page)
    accessible(page)


def test_the_month_is_told_as_a_page_on_paper_and_as_a_workbook(
    site: Any, window: Windows, tmp_path: Path, width: int
) -> None:
    with writing(site.engine) as connection:
        ask = Ask("老板拖欠工资", "330411", consent=True, category="labour")
        queue.ask(connection, site.keyring, ask, None, site.clock.now())
    page = window(width, login="scheduler")
    page.goto("/scheduler/reports/month?month=2026-11")
    page.locator("#by-county").wait_for(timeout=20_000)
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator("h1 .only-print")).to_be_visible()  # whose report it is
    assert re.search(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    page.emulate_media(media="screen")
    with page.expect_download() as taken:
        page.click("a[href*='month.xlsx']")
    file = tmp_path / "month.xlsx"
    taken.value.save_as(file)
    book = openpyxl.load_workbook(file)
    cells = {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value}
    assert "秀洲区" in cells


def test_the_reminder_of_a_round_comes_by_itself_a_day_before_its_end(
    site: Any, window: Windows, width: int
) -> None:
    desk = window(width, login="scheduler")
    desk.goto("/scheduler/members")
    desk.fill("#title", "排班前核对")
    desk.fill("#deadline", "2026-11-30")
    desk.click("main form .btn-main")
    site.clock.at = Week(2026, 49).span.start - timedelta(
        hours=6
    )  # Sunday 18:00; it ends Monday 17:00
    follow_requests(site.app.state.wiring, Kept(), site.clock.now())
    later = window(width, login="scheduler")  # nobody stays logged in for days
    later.goto("/scheduler/members")
    expect(later.locator("main")).to_contain_text("提醒过")
