"""Lawyers and citizens where the line is lost, pages are read anew and colours are the system's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.records import QUESTION
from zhiban.roster import sign_ins, station_keys
from zhiban.web.notify.channels import Kept
from zhiban.web.notify.delivery import deliver

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
Window = Callable[..., Page]
Check = Callable[[Page], None]
STORY = "我在餐馆打工，老板三个月没发工资。"
ANSWER = "#answer-form button[value=answer]"
FILLED = """one => {
  const fill = getComputedStyle(one).backgroundColor;
  return !fill.endsWith(', 0)') && fill !== getComputedStyle(document.body).backgroundColor;
}"""
HAIR = 3.0  # pixels of white above a letter's ink, within its own size
SWAP = "/lawyer/swaps/new?week=2026-W48&shift=seat-x@2026-11-25T0830&role=primary"


def given(site: Any) -> service.Asked:
    """A question that L2 holds and has accepted."""
    with writing(site.engine) as connection:
        now = site.clock.now()
        request = Ask(STORY, "330411", consent=True)
        made = service.ask(connection, site.keyring, request, None, now)
        assert isinstance(made, service.Asked)
        service.accept(connection, site.keyring, service.Move(made.ticket, "L2", now))
    return made


@pytest.mark.parametrize(("width", "lang"), [(360, "zh"), (768, "zh"), (1280, "en")])
def test_an_answer_stays_on_the_page_while_the_line_is_lost_and_is_then_sent_once(
    site: Any, window: Window, fits: Check, width: int, lang: str
) -> None:
    lost, kept, back = {
        "zh": ("没有发出去", "先存在这台设备上", "网络恢复了"),
        "en": ("Not sent", "kept on this device", "online again"),
    }[lang]
    page = window(width, "l2", lang)
    page.goto(f"/lawyer/q/{given(site).ticket}")
    page.context.set_offline(True)
    page.fill("#text", "先去投诉。")
    expect(page.locator("[data-saved]")).to_contain_text(kept)
    page.click(ANSWER)
    expect(page.locator(".sending")).to_contain_text(lost)
    expect(page.locator("#text")).to_have_value("先去投诉。")
    fits(page)
    page.context.set_offline(False)
    expect(page.locator(".sending")).to_contain_text(back)
    page.dblclick(ANSWER)
    page.wait_for_url("**done=answer**")
    expect(page.locator(".talk .said-lawyer")).to_have_count(1)


def test_a_service_that_does_not_answer_is_found_before_the_page_is_left(
    site: Any, window: Window
) -> None:
    page = window(360, "l3")
    page.goto("/lawyer/station/talk")
    page.locator(".picks >> nth=0").locator("label").first.click()
    page.fill("#text", "问工资")
    page.route("**/healthz", lambda route: route.abort("connectionreset"))
    page.click("main form .btn-main")
    expect(page.locator(".sending")).to_contain_text("没有发出去")
    expect(page.locator("#text")).to_have_value("问工资")
    page.unroute("**/healthz")
    page.click("main form .btn-main")
    page.wait_for_selector(".secret")
    assert site.count(select(func.count()).select_from(QUESTION)) == 1


def test_a_second_message_begun_after_the_first_survives_a_reload_and_another_language(
    site: Any, window: Window
) -> None:
    made = given(site)
    page = window(360)
    page.goto("/find")
    page.fill("#code", made.ticket)
    page.fill("#secret", made.secret)
    page.click("form[action='/find'] button")
    page.fill("#text", "第一段")
    page.click("form[action$='/attachments'] .btn >> nth=-1")
    page.wait_for_url("**done=message**")
    page.fill("#text", "第二段，写到一半")
    page.reload()
    expect(page.locator("#text")).to_have_value("第二段，写到一半")
    page.click("form[action='/language'] button")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#text")).to_have_value("第二段，写到一半")


def test_a_switch_of_language_or_type_keeps_the_search_and_leaves_a_refused_form_whole(
    site: Any, window: Window
) -> None:
    page = window(360)
    page.goto("/places?need=all&in=330411")
    page.click("form[action='/language'] button")
    page.wait_for_url("**/places?need=all&in=330411")
    lawyer = window(360, "l2")
    lawyer.goto(f"/lawyer/q/{given(site).ticket}")
    lawyer.click(ANSWER)  # nothing was written
    expect(lawyer.locator(".errors")).to_be_visible()
    lawyer.click("form[action='/type'] button")
    expect(lawyer.locator(".story")).to_contain_text(STORY)
    stranger = window(360)
    stranger.goto("/inbox?from=mail")
    stranger.fill("#login", "l2")
    stranger.fill("#password", "a long password")
    stranger.click("main button")
    stranger.wait_for_url("**/inbox?from=mail")


def test_the_code_on_the_stations_screen_signs_a_lawyer_in(site: Any, window: Window) -> None:
    now = site.clock.now()
    with writing(site.engine) as connection:
        key = station_keys.renew(connection, site.keyring, "station-t", "screen", "scheduler", now)
    page = window(360, "l3")
    page.goto("/lawyer/station")
    page.fill("#code", sign_ins.code_at(key.token, now))
    page.dblclick("form:has(#code) button")
    expect(page.locator("form[action$='/sign-out']")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_colleague_is_found_by_name_and_who_is_ticked_stays_in_sight(
    window: Window, fits: Check, lang: str
) -> None:
    page = window(360, "l2", lang)
    page.goto(SWAP)
    page.fill("#colleague", "顾晓")
    shown = page.locator(".ways-list .tick:visible b")
    assert set(shown.all_text_contents()) == {"顾晓燕"}
    page.locator(".ways-list .tick:visible input").first.check()
    page.fill("#colleague", "没有这个人")
    expect(page.locator(".ways-list .tick:visible")).to_have_count(1)
    expect(page.locator("[data-finds] [role=status]")).not_to_be_empty()
    fits(page)
    page.press("#colleague", "Enter")  # looks for somebody, offers nothing
    assert "/lawyer/swaps/new" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_what_is_chosen_and_what_a_form_is_for_are_still_seen(
    site: Any, window: Window, scheme: str
) -> None:
    page = window(360, "l3", forced_colors="active", color_scheme=scheme)
    page.goto("/lawyer/station/talk")
    assert page.locator(".btn-main").evaluate(FILLED)
    page.locator(".picks label").first.click()
    assert page.locator(".picks input:checked + span").first.evaluate(FILLED)
    assert not page.locator(".picks input:not(:checked) + span").first.evaluate(FILLED)
    page.goto("/lawyer/leave/new")
    assert page.locator("input[name=how]:checked + .face").evaluate(FILLED)


@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
def test_the_number_of_unread_messages_hides_no_letter_of_its_tab(
    site: Any, base: str, window: Window, large: bool
) -> None:
    with writing(site.engine) as connection:
        for number in range(12):
            request = Ask(f"{STORY}{number}", "330411", consent=True)
            service.ask(connection, site.keyring, request, None, site.clock.now())
    deliver(site.app.state.wiring, Kept(), site.clock.now())
    page = window(360, "l2")
    if large:
        page.context.add_cookies([{"name": "large", "value": "1", "url": base}])
    page.goto("/lawyer")
    overlap = page.locator(".nav a:has(.count)").evaluate(
        """tab => {
          const words = document.createRange();
          words.selectNode(tab.firstChild);
          const letters = words.getBoundingClientRect();
          const size = parseFloat(getComputedStyle(tab).fontSize);
          const top = letters.top + (letters.height - size) / 2;  // where the letters begin
          return tab.querySelector('.count').getBoundingClientRect().bottom - top;
        }"""
    )
    assert overlap <= HAIR
