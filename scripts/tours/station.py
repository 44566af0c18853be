"""The day on the ground: numbers, the hall, the lawyer there, and the scheduler's today."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from camera import Camera
from playwright.sync_api import Page

KIOSK = {768: 1024, 1280: 800}
HALL = {1280: 720}
TODAY = {390: 844, 1280: 900}


def tour(camera: Camera) -> None:
    """Takes a number, has it called, records the talk, and finds a stand-in."""
    desk = camera.desk("scheduler")
    post, lawyer = _here(camera, desk)
    camera.take(desk, "today", "/scheduler/today", TODAY)
    camera.take(desk, "today-stand-in", _missing(camera, desk), TODAY)
    camera.take(desk, "stations", "/scheduler/stations", {1280: 900})
    row = desk.locator(f"[id='p-{post}']")
    kiosk = row.locator("a[href$='/kiosk']").get_attribute("href") or ""
    hall = row.locator("a[href$='/hall']").get_attribute("href") or ""
    camera.take(desk, "station-poster", f"/scheduler/stations/{post}/poster", {1280: 900})
    camera.take(desk, "enter", "/scheduler/enter")
    _visitor(camera, kiosk, hall)
    _at_the_counter(camera, lawyer)


def _here(camera: Camera, desk: Page) -> tuple[str, str]:
    """A station at which somebody talks with visitors now, and the lawyer's log-in."""
    desk.goto(f"{camera.base}/scheduler/today")
    links = desk.locator(".people a").evaluate_all("all => all.map(one => one.href)")
    asked = [parse_qs(urlsplit(link).query) for link in links]
    at = sorted((one["shift"][0], one["lawyer"][0]) for one in asked if "T0830" in one["shift"][0])
    shift, lawyer = next(pair for pair in at if not pair[0].startswith("seat"))
    return shift.partition("@")[0], lawyer.lower()


def _missing(camera: Camera, desk: Page) -> str:
    """The way from a no-show to its stand-in."""
    desk.goto(f"{camera.base}/scheduler/today")
    return desk.locator(".do-no_show a").first.get_attribute("href") or ""


def _visitor(camera: Camera, kiosk: str, hall: str) -> None:
    page = camera.desk()
    camera.take(page, "kiosk", kiosk, KIOSK)
    camera.take(page, "kiosk-first", f"{kiosk}?category=labour", KIOSK)
    page.click(".takes button >> nth=0")
    page.wait_for_selector(".st-number")
    camera.take(page, "kiosk-number", widths=KIOSK)
    phone = camera.desk()
    phone.goto(f"{camera.base}{kiosk}?category=family&own=1")
    phone.click(".takes button >> nth=0")
    camera.take(phone, "number")
    camera.take(page, "hall", hall, HALL)


def _at_the_counter(camera: Camera, login: str) -> None:
    page = camera.desk(login)
    camera.take(page, "lawyer-station", "/lawyer/station")
    camera.take(page, "lawyer-talk", "/lawyer/station/talk")
    page.click("form[action$='/talk'] button")
    page.wait_for_selector(".secret")
    camera.take(page, "lawyer-talk-recorded")
    page.click("form[action$='/next'] button")
    camera.take(page, "lawyer-station-called")
