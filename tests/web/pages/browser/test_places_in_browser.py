"""Places, bookings and applications in a real browser: scripts, widths, both languages, rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from zhiban.data.database import writing
from zhiban.queue import booking_following

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
PAGES = (
    "/places?need=all&near=30.76,120.7",
    "/places/post/station-t",
    "/book",
    "/book?what=station",
    "/book/at/station-t",
    "/book/at/station-t/details?at=2026-11-25T09:00",
    "/book/find",
    "/join",
    "/join?as=lawyer",
    "/join/activate",
)


def test_the_position_is_asked_for_by_a_button_and_sent_rounded(
    window: Callable[..., Page], fits: Callable[[Page], None]
) -> None:
    page = window(
        360,
        geolocation={"latitude": 30.746123, "longitude": 120.755987},
        permissions=["geolocation"],
    )
    page.goto("/places?need=all")
    page.click("[data-locate]")
    page.wait_for_url("**near=30.746*120.756*")
    assert page.get_by_text("从您的位置算").is_visible()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")[:2] == [
        0,
        0,
    ]
    fits(page)


def test_where_the_position_is_refused_the_page_says_what_else_to_do(
    window: Callable[..., Page],
) -> None:
    page = window(360)
    page.goto("/places")
    page.click("[data-locate]")
    page.wait_for_function("document.querySelector('[data-locate-failed]').textContent !== ''")
    assert page.get_by_text("可以改选区县或镇街道").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_time_is_booked_changed_and_cancelled_with_scripts_and_without(
    window: Callable[..., Page],
    fits: Callable[[Page], None],
    accessible: Callable[[Page], None],
    site: Any,
    scripts: bool,
) -> None:
    page = window(360, java_script_enabled=scripts)
    page.goto("/book")
    page.click("a[href='/book?what=station']")
    page.click(".rows a")
    page.click(".day-tabs a >> nth=1")
    page.click(".slots a >> nth=0")
    page.fill("#name", "王小明")
    page.fill("#phone", "13805731234")
    page.check("#consent")
    page.click("form[action^='/book/at'] .btn-main")
    page.wait_for_url(re.compile("/book/b/YY-"))
    assert page.get_by_text("约好了").is_visible()
    if scripts:
        accessible(page)
        fits(page)
    page.click("a[href$='/change']")
    page.click(".slots button >> nth=1")
    assert page.get_by_text("时间已改").is_visible()
    with writing(site.engine) as connection:
        done = booking_following.follow_roster(connection, site.keyring, site.clock.now())
    assert done == booking_following.Followed()
    page.click("a[href$='/cancel']")
    page.click("form[action$='/cancel'] button")
    assert page.get_by_text("预约已取消").is_visible()
    if scripts:
        fits(page)


def test_times_can_be_chosen_by_keyboard_alone(window: Callable[..., Page]) -> None:
    page = window(360)
    page.goto("/book/at/station-t")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.slots') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/details?at=*")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_keeps_the_rules_and_fits_every_width(
    window: Callable[..., Page],
    fits: Callable[[Page], None],
    accessible: Callable[[Page], None],
    lang: str,
) -> None:
    page = window(360, lang=lang)
    for path in PAGES:
        page.goto(path)
        accessible(page)
        for width in (320, 360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            fits(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_desks_keep_the_rules_too(
    window: Callable[..., Page],
    fits: Callable[[Page], None],
    accessible: Callable[[Page], None],
    site: Any,
    lang: str,
) -> None:
    site.browser().send(
        "/book/at/station-t",
        {"at": "2026-11-25T09:00", "name": "王", "phone": "13805731234", "consent": "yes"},
    )
    sent = site.browser().send(
        "/join",
        {
            "kind": "firm",
            "name": "浙江明理律师事务所",
            "licence": "31330000MD12345678",
            "division": "330411",
            "contact": "唐",
            "phone": "13805731234",
            "agreed": "yes",
        },
    )
    code = str(sent.url).rsplit("/", 1)[1]
    page = window(1280, login="scheduler", lang=lang)
    for path in (
        "/scheduler/bookings?day=2026-11-25",
        "/scheduler/applications",
        f"/scheduler/applications/{code}",
    ):
        page.goto(path)
        accessible(page)
        fits(page)
    page = window(360, login="l3", lang=lang)
    page.goto("/lawyer/bookings?day=2026-11-25")
    accessible(page)
    fits(page)
