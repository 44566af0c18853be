"""Leave, swaps and the to-do list in a real browser: one thumb, widths, both languages, axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhiban.data.database import writing
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.roster.asking_leave import approve_leave, ask_leave
from zhiban.roster.correcting import ask_correction, open_round
from zhiban.roster.entries import Entry
from zhiban.roster.leave_requests import LeaveAsk
from zhiban.roster.offering import SwapAsk, accept_swap, offer_swap
from zhiban.roster.offers import Offer
from zhiban.roster.roster import Duty
from zhiban.roster.swaps import give_away

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
WEEK = Week(2026, 48)
NEXT = Duty(shift="seat-x@2026-11-25T0830", lawyer="L2")
LATER = Duty(shift="seat-x@2026-11-26T0830", lawyer="L2")
NEXT_DAY = datetime(2026, 11, 27, tzinfo=SHANGHAI)
Windows = Callable[..., Page]
Check = Callable[[Page], None]


def crowded(site: Any) -> int:
    """Leave over a duty, harmless leave, an agreed swap, an offer, a correction and a round."""
    now = site.clock.now()
    with writing(site.engine) as connection:
        ring = site.keyring
        away = Span(NEXT_DAY, NEXT_DAY.replace(day=28))
        first = ask_leave(connection, ring, LeaveAsk("L2", away, "court", "开庭"), now)
        approve_leave(connection, ring, first.id, "scheduler", now)
        free = LeaveAsk("L6", Span(NEXT_DAY, NEXT_DAY.replace(day=28)), "training")
        ask_leave(connection, ring, free, now)
        way = give_away(LATER, "L5")
        made = offer_swap(connection, ring, SwapAsk(WEEK, LATER, (way,)), now)
        assert isinstance(made, Offer)
        accept_swap(connection, ring, made.id, "L5", way, now)
        asked = offer_swap(connection, ring, SwapAsk(WEEK, NEXT, (give_away(NEXT, "L5"),)), now)
        assert isinstance(asked, Offer)
        open_round(connection, ring, "排班前核对", NEXT_DAY.replace(day=30), "scheduler", now)
        entry = Entry("13805730000", frozenset({"online", "labour"}), frozenset(), frozenset())
        ask_correction(connection, ring, "L3", entry, "", None, now)
    return asked.id


@pytest.mark.parametrize(("width", "lang"), [(360, "zh"), (768, "zh"), (1280, "en")])
def test_every_page_of_the_lawyer_fits_and_is_accessible(
    site: Any, window: Windows, fits: Check, accessible: Check, width: int, lang: str
) -> None:
    number = crowded(site)
    page = window(width, login="l5", lang=lang)

    def look(page: Page) -> None:
        fits(page)
        if width != 768:  # the same pages between a phone's and a desk's width: only their width
            accessible(page)

    swap = f"/lawyer/swaps/new?week={WEEK}&shift={NEXT.shift}&role=primary"
    paths = ["/lawyer/leave", "/lawyer/leave/new", f"/lawyer/swaps/{number}", "/lawyer/week"]
    more = ["/lawyer/month", "/lawyer/me", "/lawyer/entry", "/lawyer/wishes", "/lawyer/ledger"]
    for path in [*paths, *more, "/lawyer/firm"]:
        page.goto(path)
        look(page)
    page.goto("/lawyer/calendar")
    page.click("main button")
    look(page)
    owner = window(width, login="l2", lang=lang)
    owner.goto(swap)
    look(owner)


@pytest.mark.parametrize(("lang", "width"), [("zh", 1280), ("en", 1920)])
def test_every_page_of_the_scheduler_fits_and_is_accessible(
    site: Any, window: Windows, fits: Check, accessible: Check, lang: str, width: int
) -> None:
    crowded(site)
    page = window(width, login="scheduler", lang=lang)
    for path in ("/scheduler/inbox", "/scheduler/members", "/scheduler/requests"):
        page.goto(path)
        fits(page)
        accessible(page)
    page.goto("/scheduler/feeds?post=seat-x")
    page.locator("section button").first.click()
    accessible(page)
    page.goto("/scheduler/inbox")
    page.locator("a[href*='/scheduler/inbox/absence']").first.click()
    accessible(page)
    page.click("a[href*='repair=1']")
    fits(page)
    accessible(page)


def test_half_a_day_is_asked_for_with_the_fields_that_belong_to_it(
    site: Any, window: Windows
) -> None:
    page = window(360, login="l2")
    page.goto("/lawyer/week")
    page.locator("a[href*='/lawyer/leave/new']").last.click()
    expect(page.locator("#first")).to_be_hidden()
    expect(page.locator("#day")).to_be_visible()
    page.check("input[name=how][value=hours]", force=True)
    expect(page.locator("#from_time")).to_be_visible()
    page.check("input[name=how][value=halves]", force=True)
    page.select_option("#kind", "court")
    page.click("main form .btn-main")
    expect(page.locator("main")).to_contain_text("碰到您已公布的1个班次")
    page.click("main form .btn-main")
    page.wait_for_url("**/lawyer/leave?done=asked")
    expect(page.locator("main")).to_contain_text("等排班员决定")


def test_a_swap_between_two_phones_and_the_schedulers_desk(site: Any, window: Windows) -> None:
    owner, partner = window(360, login="l2"), window(360, login="l5")
    owner.goto(f"/lawyer/swaps/new?week={WEEK}&shift={NEXT.shift}&role=primary")
    owner.locator("label", has_text="顾晓燕").locator("input").check()
    owner.click("main .btn-big")
    owner.wait_for_url("**done=offered")
    partner.goto("/lawyer/leave")
    partner.click("text=看看怎么换")
    partner.click("text=同意这样换")
    partner.wait_for_url("**done=agreed")
    desk = window(1280, login="scheduler")
    desk.goto("/scheduler/inbox")
    desk.locator(".todo-swap .btn-main").click()
    expect(desk.locator("[role=status]").first).to_contain_text("已批准")
    partner.goto("/lawyer/week")
    expect(partner.locator("main")).to_contain_text("您的班次有变动")
    partner.click("text=知道了")
    expect(partner.locator(".new-mark")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 1920])
def test_all_that_is_harmless_is_ticked_and_approved_at_once(
    site: Any, window: Windows, width: int
) -> None:
    crowded(site)
    page = window(width, login="scheduler")
    page.goto("/scheduler/inbox")
    page.locator("[data-all] input").check()
    expect(page.locator("input[name=pick]:checked")).to_have_count(3)
    page.click("#bulk button")
    page.wait_for_url(re.compile("count=3"))
    expect(page.locator("[role=status]").first).to_contain_text("批准了3件")
