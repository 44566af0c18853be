"""Every way through the two desks: phone, tablet and desk, both languages, without scripts too."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.queue import library_desk, service
from zhiban.queue.asking import Ask
from zhiban.queue.booking_records import BOOKING
from zhiban.queue.library_entry import Texts
from zhiban.queue.records import QUESTION
from zhiban.roster import station_keys

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
Window = Callable[..., Page]
Check = Callable[[Page], None]
WIDTHS, LANGS = (360, 768, 1280), ("zh", "en")
LAWYERS = list(itertools.product(WIDTHS, LANGS))
CITIZENS = [
    pytest.param(width, lang, scripts, id=f"{width}-{lang}-{'scripts' if scripts else 'plain'}")
    for width, lang, scripts in itertools.product(WIDTHS, LANGS, (True, False))
]
STORY = "我在餐馆打工，老板三个月没发工资。"
PHONE = "13805731234"
SEND = "form[action$='/attachments'] .btn >> nth=-1"


def asked(page: Page) -> str:
    """Asks a question; leaves the browser at its ticket, and gives the code."""
    page.goto("/ask?all")
    page.fill("#text", STORY)
    page.select_option("#division", "330411")
    page.click("#more > summary")
    page.fill("#contact", PHONE)
    page.check("#consent")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/ask/review")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/receipt")
    page.click("main a.btn-main")
    page.wait_for_url(re.compile("/t/[^/]+$"))
    return page.url.rsplit("/", 1)[1]


def does(site: Any, act: str, code: str, text: str = "") -> None:
    """The lawyer who holds the question does something with it."""
    with writing(site.engine) as connection:
        move = service.Move(code, "L2", site.clock.now(), text)
        done = getattr(service, act)(connection, site.keyring, move)
    assert isinstance(done, service.Moved), done


def looks(scripts: bool, fits: Check) -> Check:
    """Measuring takes a script of ours in the page."""
    return fits if scripts else lambda page: None


@pytest.mark.parametrize(("width", "lang", "scripts"), CITIZENS)
def test_a_ticket_is_added_to_answered_back_reopened_recovered_and_withdrawn(
    site: Any,
    window: Window,
    fits: Check,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    lang: str,
    scripts: bool,
) -> None:
    monkeypatch.setattr("zhiban.web.pages.ticket_data._SECONDS", 0.0)
    look = looks(scripts, fits)
    page = window(width, lang=lang, java_script_enabled=scripts)
    code = asked(page)
    does(site, "accept", code)
    does(site, "ask_back", code, "有没有工资条？")
    page.reload()
    page.fill("#text", "没有，只有微信记录。")
    page.click(SEND)
    page.wait_for_url("**done=message**")
    does(site, "answer", code, "先去投诉。")
    does(site, "close", code)
    page.reload()
    expect(page.locator(".talk")).to_contain_text("先去投诉。")
    look(page)
    page.fill("#text", "投诉了，没有用。")  # what is written now opens it again
    page.click(SEND)
    expect(page.locator(".talk")).to_contain_text("投诉了，没有用。")
    expect(page.locator("#text")).to_have_value("")  # sent, though the address is as before
    said = [line.inner_text() for line in page.locator(".talk .said-citizen p").all()]
    assert said == [STORY, "没有，只有微信记录。", "投诉了，没有用。"]
    page.goto(f"/t/{code}/data")
    look(page)
    other = window(width, lang=lang, java_script_enabled=scripts)
    other.goto("/recover")
    other.fill("#code", code)
    other.fill("#phone", PHONE)
    other.click("main .btn-main")
    other.wait_for_url("**/receipt**")
    look(other)
    other.goto(f"/t/{code}/withdraw")
    look(other)
    other.click("main .btn-grave")
    other.wait_for_url(re.compile(f"/t/{code}"))
    expect(other.locator("#text")).to_have_count(0)
    other.goto(f"/t/{code}/erase")
    other.check("#sure")
    other.click("main .btn-grave")
    expect(other.locator("main")).not_to_contain_text(STORY)
    look(other)


@pytest.mark.parametrize(("width", "lang", "scripts"), CITIZENS)
def test_one_learns_finds_books_cancels_joins_and_takes_a_number(
    site: Any, window: Window, fits: Check, width: int, lang: str, scripts: bool
) -> None:
    now, look = site.clock.now(), looks(scripts, fits)
    with writing(site.engine) as connection:
        texts = Texts("老板拖欠工资怎么办", "三个月不发。", "见《劳动法》第五十条。", "labour")
        library_desk.fill(connection, [texts], "staff:supervisor", now)
        door = station_keys.renew(
            connection, site.keyring, "station-t", "door", "scheduler", now
        ).token
    page = window(width, lang=lang, java_script_enabled=scripts)
    page.goto("/learn")
    page.fill("#q", "拖欠工资")
    page.click("form[role=search] button")
    page.click("#results ~ .rows a >> nth=0")
    expect(page.locator("main")).to_contain_text("三个月不发。")
    look(page)
    page.goto("/learn/law")
    page.fill("#q", "劳动合同法82")
    page.click("form[role=search] button")
    expect(page.locator(".law .links a").first).to_have_attribute("rel", "noopener noreferrer")
    look(page)

    page.goto("/places")
    page.select_option("#area", "330411")
    page.click("form[action='/places'] .btn-main")
    page.click(".places a >> nth=0")
    expect(page.locator("a[href*='amap.com']").first).to_be_visible()
    look(page)
    page.goto("/book")
    page.click("a[href='/book?what=station']")
    page.click(".rows a")
    page.click(".day-tabs a >> nth=1")
    look(page)
    page.click(".slots a >> nth=0")
    page.fill("#name", "王小明")
    page.fill("#phone", PHONE)
    page.check("#consent")
    page.dblclick("form[action^='/book/at'] .btn-main")
    page.wait_for_url(re.compile("/book/b/YY-"))
    look(page)
    expect(page.locator("a[href$='.ics']")).to_be_visible()
    page.click("a[href$='/cancel']")
    page.click("form[action$='/cancel'] button")
    page.wait_for_url(re.compile("/book/b/YY-[^/]*$"))
    look(page)
    assert site.count(select(func.count()).select_from(BOOKING)) == 1

    page.goto("/")
    page.click("main a[href='/join']")
    page.click("main a[href='/join?as=firm']")
    look(page)
    page.fill("#name", "浙江明理律师事务所")
    page.fill("#licence", "31330000MD12345678")
    page.select_option("#division", "330411")
    page.fill("#contact", "唐若兰")
    page.fill("#phone", PHONE)
    page.check("#agreed")
    page.click("form[action='/join'] .btn-main")
    page.wait_for_url(re.compile("/join/a/RZ-"))
    look(page)

    page.goto(f"/s/{door}/kiosk?own=1")
    page.click(".tile >> nth=0")
    look(page)
    page.click(".takes button >> nth=0")
    page.wait_for_url(re.compile("/n/"))
    expect(page.locator(".st-number")).to_contain_text("001")
    look(page)
    page.click("form[action$='/leave'] button")
    expect(page.locator("form[action$='/leave']")).to_have_count(0)


def given(site: Any, number: int) -> list[str]:
    """Questions that L2 holds, by what is due first; their codes."""
    made = []
    with writing(site.engine) as connection:
        for at in range(number):
            request = Ask(f"{STORY}{at}", "330411", consent=True, contact=PHONE)
            one = service.ask(connection, site.keyring, request, None, site.clock.now())
            assert isinstance(one, service.Asked)
            made.append(one.ticket)
    return made


def act(page: Page, name: str, **fields: str) -> None:
    """Opens what can be done with a question, fills its form in and sends it."""
    fold = page.locator(f"#do-{name}")
    fold.locator("summary").click()
    for field, value in fields.items():
        box = fold.locator(f"[name={field}]")
        if box.first.evaluate("one => one.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.first.fill(value)
    fold.locator("form button").last.click()


@pytest.mark.parametrize(("width", "lang"), LAWYERS)
def test_a_lawyer_accepts_asks_back_answers_defers_refers_hands_on_and_closes(
    site: Any, window: Window, fits: Check, width: int, lang: str
) -> None:
    first, second, third, fourth = given(site, 4)
    page = window(width, "l2", lang)
    page.goto("/lawyer")
    page.locator(f"a[href='/lawyer/q/{first}']").click()
    page.locator(".dock .btn-main").click()
    page.wait_for_url("**done=accept**")
    page.fill("#text", "有没有工资条？")
    page.click("button[value=ask-back]")
    page.wait_for_url("**done=ask-back**")
    fits(page)
    page.fill("#text", "先去投诉。")
    page.click("button[value=answer]")
    page.wait_for_url("**done=answer**")
    act(page, "note", note="下周再看")
    page.wait_for_url("**done=note**")
    act(page, "drafting", document="complaint", wanted="起诉餐馆")
    page.wait_for_url("**done=drafting**")
    page.goto("/lawyer/drafts")
    page.click("form[action$='/take'] button")
    fits(page)
    page.locator("textarea[name=text]").fill("起诉状全文")
    page.click("form[action$='/deliver'] button")
    page.wait_for_url("**done=deliver**")
    page.goto(f"/lawyer/q/{first}")
    act(page, "close")
    page.wait_for_url("**done=close**")
    fits(page)

    page.goto(f"/lawyer/q/{second}")
    page.locator(".dock .btn-main").click()
    page.wait_for_url("**done=accept**")
    there = page.locator("#refer-to option").nth(1).get_attribute("value") or ""
    act(page, "refer", to=there, reason="请带上身份证。")
    page.wait_for_url("**done=refer**")
    page.evaluate("document.getElementById('aid-agreed').checked = true")
    act(page, "aid", applicant="张三", contact=PHONE, matter="追讨工资", grounds="欠薪", means="低")
    page.wait_for_url("**done=aid**")
    act(page, "defer", until="2026-11-27", reason="等开庭")
    page.wait_for_url("**done=defer**")
    page.goto("/lawyer?show=deferred")
    expect(page.locator(f"a[href='/lawyer/q/{second}']")).to_be_visible()
    fits(page)

    page.goto(f"/lawyer/q/{third}")
    page.evaluate("document.getElementById('do-transfer').open = true")
    page.check("#do-transfer input[name=to]:enabled >> nth=0")
    page.evaluate("document.getElementById('do-transfer').open = false")
    act(page, "transfer", reason="更熟悉这一类")
    page.wait_for_url("**/lawyer?**")
    expect(page.locator(f"a[href='/lawyer/q/{third}']")).to_have_count(0)

    page.goto(f"/lawyer/q/{fourth}")
    act(page, "recuse", reason="对方是本所客户")
    page.wait_for_url("**/lawyer?**")
    expect(page.locator(f"a[href='/lawyer/q/{fourth}']")).to_have_count(0)
    fits(page)
    assert site.count(select(func.count()).where(QUESTION.c.state == "closed")) == 1


@pytest.mark.parametrize(("width", "lang"), LAWYERS)
def test_a_lawyer_at_the_station_calls_records_asks_leave_wishes_and_feeds_a_calendar(
    site: Any, window: Window, fits: Check, width: int, lang: str
) -> None:
    now = site.clock.now()
    with writing(site.engine) as connection:
        door = station_keys.renew(
            connection, site.keyring, "station-t", "door", "scheduler", now
        ).token
    phone = window(360, java_script_enabled=False)
    phone.goto(f"/s/{door}/kiosk?own=1")
    phone.click(".tile >> nth=0")
    phone.click(".takes button >> nth=0")
    page = window(width, "l3", lang)
    page.goto("/lawyer/station")
    # A routine talk: called, begun, recorded as it is suggested.
    for tap in ("next", "start", "talk"):
        page.click(f"form[action$='/{tap}'] button >> nth=-1")
    page.wait_for_selector(".secret")
    fits(page)
    assert site.count(select(func.count()).select_from(QUESTION)) == 1

    page.goto("/lawyer/leave/new")
    page.fill("#first", "2026-12-07")
    page.fill("#last", "2026-12-08")
    page.select_option("#kind", "court")
    page.click("main form .btn-main")
    page.wait_for_selector("input[name=seen]", state="attached")
    fits(page)
    page.click("main form .btn-main")
    page.wait_for_url(re.compile("/lawyer/leave[?]done="))
    page.goto("/lawyer/wishes")
    page.select_option("#weekday-0", "2")
    page.select_option("#value-0", "-3")
    page.click("main form .btn-main")
    expect(page.locator("#weekday-0")).to_have_value("2")
    fits(page)
    page.goto("/lawyer/entry")
    page.locator("main form textarea").last.fill("律所改了名")
    page.click("main form .btn-main")
    expect(page.locator("[role=status]").first).to_be_visible()
    fits(page)
    page.goto("/lawyer/calendar")
    page.click("main form button")
    expect(page.locator("main input[readonly]")).to_have_value(re.compile(r"/feeds/.+\.ics"))
    fits(page)
    for path in ("/lawyer/week", "/lawyer/month", "/lawyer/ledger"):
        page.goto(path)
        fits(page)
