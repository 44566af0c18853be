"""A station's screens and the scheduler's today in a real browser: taps, live change, lost line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhiban.data.database import writing
from zhiban.roster import station_keys
from zhiban.web.jobs import call_missing
from zhiban.web.notify.channels import Kept

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
Window = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def links(site: Any) -> dict[str, str]:
    """The station's two links."""
    with writing(site.engine) as connection:
        return {
            purpose: station_keys.renew(
                connection, site.keyring, "station-t", purpose, "scheduler", site.clock.now()
            ).token
            for purpose in station_keys.PURPOSES
        }


@pytest.mark.parametrize(("width", "lang"), [(768, "zh"), (1280, "en")])
def test_two_taps_at_the_touch_screen(
    window: Window, fits: Check, accessible: Check, links: dict[str, str], width: int, lang: str
) -> None:
    page = window(width, lang=lang)
    page.goto(f"/s/{links['door']}/kiosk")
    fits(page)
    accessible(page)
    page.click(".tile >> nth=0")
    accessible(page)
    page.click(".takes button >> nth=0")
    expect(page.locator(".st-number")).to_have_text("001")
    expect(page.locator("[data-countdown]")).to_be_visible()
    fits(page)
    accessible(page)


def test_the_phone_follows_the_line_and_the_hall_follows_the_lawyer(
    window: Window, fits: Check, accessible: Check, links: dict[str, str]
) -> None:
    phone = window(360, java_script_enabled=False)
    phone.goto(f"/s/{links['door']}/kiosk?own=1")
    phone.click(".tile >> nth=0")
    phone.click(".takes button >> nth=1")  # all of it without scripts
    expect(phone.locator(".st-number")).to_contain_text("001")
    follower = window(320)
    follower.goto(phone.url)
    fits(follower)
    accessible(follower)
    hall = window(1280)
    hall.goto(f"/s/{links['screen']}/hall")
    accessible(hall)
    lawyer = window(360, login="l3")
    lawyer.goto("/lawyer/station")
    fits(lawyer)
    accessible(lawyer)
    lawyer.click("form[action$='/next'] button")
    expect(hall.locator(".calls .now b")).to_have_text("001", timeout=9000)
    expect(hall.locator("[data-announce]")).to_have_text("请1号到1号窗口")
    expect(follower.locator(".lede")).to_contain_text("请到1号窗口", timeout=9000)
    lawyer.click("form[action$='/start'] button")
    fits(lawyer)
    accessible(lawyer)
    lawyer.click("form[action$='/talk'] button")
    expect(lawyer.locator("h1")).to_have_text("接谈已登记")
    accessible(lawyer)
    expect(follower.locator(".lede")).to_contain_text("已办完", timeout=9000)


def test_the_hall_says_that_the_connection_is_lost_and_comes_back(
    window: Window, links: dict[str, str]
) -> None:
    hall = window(1280, lang="en")
    hall.goto(f"/s/{links['screen']}/hall")
    expect(hall.locator("[data-lost]")).to_be_hidden()
    hall.clock.install()
    hall.reload()
    hall.context.set_offline(True)
    hall.clock.run_for(3100)
    hall.clock.run_for(3100)
    expect(hall.locator("[data-lost]")).to_contain_text("connection is lost")
    hall.context.set_offline(False)
    hall.clock.run_for(3100)
    expect(hall.locator("[data-lost]")).to_be_hidden()


def test_signing_in_by_position_asks_the_phone_once_it_is_wanted(
    site: Any, window: Window, links: dict[str, str]
) -> None:
    from zhiban.data.records import PostRecord, table

    post = table(PostRecord)
    with writing(site.engine) as connection:
        connection.execute(post.update().values(lat=30.8, lon=120.6, approximate=False))
    here = {"latitude": 30.8, "longitude": 120.6}
    page = window(360, login="l3", geolocation=here, permissions=["geolocation"])
    page.goto("/lawyer/station")
    page.click("form[data-position] button")
    expect(page.locator("main")).to_contain_text("记为迟到")


@pytest.mark.parametrize(("width", "lang"), [(390, "zh"), (1280, "en"), (1920, "zh")])
def test_today_and_a_stand_in_in_two_clicks(
    site: Any, window: Window, fits: Check, accessible: Check, width: int, lang: str
) -> None:
    call_missing(site.app.state.wiring, Kept(), site.clock.now())
    page = window(width, login="scheduler", lang=lang)
    page.goto("/scheduler/today")
    fits(page)
    accessible(page)
    page.click(".do-no_show a[href*='station-t']")
    fits(page)
    accessible(page)
    page.click(".do button >> nth=0")
    expect(page).to_have_url(re.compile(r"today\?version=2"))
    page.goto("/scheduler/stations")
    accessible(page)
    page.goto("/scheduler/enter")
    fits(page)
    accessible(page)
