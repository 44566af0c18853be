"""The calendar's page: a notice seen before it holds, what it touches, and the way back."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import select

from zhiban.data.database import reading, writing
from zhiban.data.holiday_store import load_holidays
from zhiban.queue import intake
from zhiban.queue.asking import Ask
from zhiban.queue.records import QUESTION_CLOCK
from zhiban.web.pages.register_calendar import CALENDAR_PATH as PAGE

# The Wednesday of the published week becomes a day off, and the Sunday before it is worked: the
# three posts lose two shifts each, with one lawyer at the seats and two at the station.
NOTICE = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、试点节：11月25日（周三）放假1天。11月28日（周六）上班。"""


def calendar_of(site: Any) -> Any:
    with reading(site.engine) as connection:
        return load_holidays(connection)


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found[1]


def test_a_notice_is_seen_with_all_it_touches_then_taken_then_put_back(site: Any) -> None:
    browser, before = site.browser("scheduler"), calendar_of(site)
    seen = browser.send(PAGE, {"text": NOTICE})
    assert seen.status_code == 200, seen.text
    assert "试点节" in seen.text
    # On each half-day of Wednesday: L1 and L2 at the seats, L3 and L4 at the station.
    assert re.search(r"已公布、但当天不再开放的值班</dt><dd>8</dd>", seen.text)
    # Saturday is worked in exchange: three posts, open Monday to Friday, twice a day.
    assert re.search(r"新开放、还没有人的班次</dt><dd>6</dd>", seen.text)
    assert "/scheduler/week/2026-W48" in seen.text
    assert calendar_of(site) == before
    form = {name: hidden(seen.text, name) for name in ("file", "version")}
    done = browser.send(f"{PAGE}/take", form)
    assert "日历已改" in done.text
    assert calendar_of(site).days[date(2026, 11, 25)] == ("off", "试点节")
    log = browser.get("/scheduler/register/changes?kind=calendar").text
    assert "<del>工作日</del>" in log
    assert "<ins>放假 试点节</ins>" in log
    assert browser.send(f"{PAGE}/take", form).status_code == 404
    back = browser.send(PAGE, {"act": "again", "edition": hidden(done.text, "edition")})
    form = {name: hidden(back.text, name) for name in ("file", "version")}
    assert browser.send(f"{PAGE}/take", form).status_code == 200
    assert calendar_of(site) == before


def test_running_clocks_are_shown_before_and_reckoned_after(site: Any) -> None:
    browser = site.browser("scheduler")
    ask = Ask("老板拖欠三个月工资怎么办？", "330411", True, "labour", channel="letter")
    with writing(site.engine) as connection:
        intake.ask(connection, site.keyring, ask, None, site.clock.now())
    # A letter has seven working days; one of them less means one workday, Friday, later.
    seen = browser.send(PAGE, {"text": NOTICE.replace("11月28日（周六）上班。", "")})
    assert re.search(r"在办咨询的时限变化</dt><dd>1</dd>", seen.text)
    assert "12月3日" in seen.text
    form = {name: hidden(seen.text, name) for name in ("file", "version")}
    assert browser.send(f"{PAGE}/take", form).status_code == 200
    with reading(site.engine) as connection:
        due = connection.execute(select(QUESTION_CLOCK.c.due)).scalar_one()
    assert due.date() == date(2026, 12, 4)


def test_whatever_is_wrong_is_told_by_its_line_and_what_was_pasted_stays(site: Any) -> None:
    browser = site.browser("scheduler")
    bad = browser.send(PAGE, {"text": NOTICE.replace("（周三）", "（周二）")})
    assert bad.status_code == 422
    assert "第3行" in bad.text
    assert "（周二）放假1天" in bad.text
    for text in ("", "随便写的", "2027-01-01,放假,元旦\n2027-02-30,放假"):
        assert browser.send(PAGE, {"text": text}).status_code == 422
    same = browser.send(PAGE, {"act": "hours", "hours": "8:30-11:30、13:30-17:00"})
    assert "和现在的日历没有差别" in same.text
    assert browser.send(PAGE, {"act": "hours", "hours": "8:30-7:00"}).status_code == 422
    assert browser.send(PAGE, {"act": "again", "edition": "99"}).status_code == 404
    assert site.browser("supervisor").send(PAGE, {"text": NOTICE}).status_code == 403


def test_a_calendar_that_moved_since_the_preview_is_shown_anew(site: Any) -> None:
    one, other = site.browser("scheduler"), site.browser("administrator")
    seen = one.send(PAGE, {"text": NOTICE})
    form = {name: hidden(seen.text, name) for name in ("file", "version")}
    hours = other.send(PAGE, {"act": "hours", "hours": "9:00-12:00"})
    theirs = {name: hidden(hours.text, name) for name in ("file", "version")}
    assert other.send(f"{PAGE}/take", theirs).status_code == 200
    late = one.send(f"{PAGE}/take", form)
    assert late.status_code == 409
    assert "日历又有了变化" in late.text
    assert date(2026, 11, 25) not in calendar_of(site).days
