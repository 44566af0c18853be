"""A week in a real browser: prepared, begun and stopped, compared, chosen, published, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from zhiban.roster.records import ALTERNATIVE
from zhiban.web.jobs import run_roster_jobs
from zhiban.web.notify.channels import Kept

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.parametrize(("width", "lang"), [(1280, "zh"), (1920, "en")]),
]
WEEK = "/scheduler/week/2026-W48"
Check = Callable[[Page], None]


@pytest.fixture
def look(fits: Check, accessible: Check) -> Check:
    """Asserts that a page fits its window and breaks no rule of axe-core, light and dark."""

    def check(page: Page) -> None:
        fits(page)
        accessible(page)

    return check


def test_a_week_is_prepared_begun_and_stopped_with_the_best(
    site: Any, window: Callable[..., Page], look: Check, width: int, lang: str
) -> None:
    page = window(width, login="scheduler", lang=lang)
    page.goto("/scheduler/week/2026-W49/prepare")
    look(page)
    page.fill("#weeks", "99")
    page.locator("form[action$='/prepare'] .btn-main").click()
    expect(page.locator("#weeks")).to_have_value("99")
    expect(page.locator("#weeks")).to_have_attribute("aria-invalid", "true")
    look(page)
    page.fill("#weeks", "1")
    page.locator("form[action$='/prepare'] .btn-main").click()
    expect(page).to_have_url(re.compile(r"/scheduler/jobs/\d+$"))
    look(page)
    page.locator("form[action$='/stop'] button").click()
    expect(page.locator("form[action$='/stop']")).to_have_count(0)
    run_roster_jobs(site.app.state.wiring, Kept(), site.clock.now())
    expect(page.locator("a[href$='/compare']")).to_be_visible(timeout=20_000)
    look(page)


def test_of_two_drafts_one_is_chosen_published_with_its_sign_off_and_withdrawn(
    site: Any, window: Callable[..., Page], look: Check, width: int, lang: str
) -> None:
    site.draft(seat_x="L5")
    # The Friday before: what has begun under a version keeps it from being withdrawn.
    site.clock.at -= timedelta(days=3)
    page = window(width, login="scheduler", lang=lang)
    page.goto(f"{WEEK}/compare")
    page.fill("#name", "顾律师值坐席")
    page.locator("form[action$='/keep'] button").click()
    expect(page.locator(".compare thead th")).to_have_count(2)
    site.draft(seat_x="L6")
    page.goto(f"{WEEK}/compare")
    look(page)
    page.locator("form[action$='/choose'] button").click()
    page.wait_for_url("**show=draft&chosen=1")
    # What was chosen is the draft now, and the draft that it replaced is kept beside it.
    assert site.count(select(func.count()).select_from(ALTERNATIVE)) == 1
    page.goto(f"{WEEK}/publish")
    look(page)
    publish(page)
    page.goto(f"{WEEK}/versions")
    expect(page.locator(".versions tbody tr")).to_have_count(2)
    look(page)
    page.locator("a[href$='/withdraw']").click()
    look(page)
    page.fill("#reason", "排错了坐席")
    page.locator("form[action$='/withdraw'] .btn-main").click()
    # The withdrawal is a version of its own: the first one's duties again.
    page.goto(f"{WEEK}/versions")
    expect(page.locator(".versions tbody tr")).to_have_count(3)
    look(page)


def publish(page: Page) -> None:
    """Ticks every warning, signs and publishes."""
    for box in page.locator(".acks input[type=checkbox]").all():
        box.check()
    page.fill("#name", "沈科长")
    page.locator("form[action$='/publish'] .btn-main").click()
    page.wait_for_url(re.compile(r"2026-W48(?!.*/publish)"))
