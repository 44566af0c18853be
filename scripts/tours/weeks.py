"""A week prepared, its drafts compared, published, its versions, and the printed duty table."""

from __future__ import annotations

import re

from camera import Camera
from playwright.sync_api import Page

WEEK, LATER = "2026-W48", "2026-W49"
DESKS = {1280: 900, 1920: 1080}
DESK = {1280: 900}


def tour(camera: Camera) -> None:
    """The scheduler's desk from a week's demand to the sheet on the wall."""
    page = camera.desk("scheduler")
    week = f"/scheduler/week/{LATER}"
    camera.take(page, "week-prepare", f"{week}/prepare", DESKS)
    another_draft(camera, page)
    page.goto(f"{camera.base}{week}/compare")
    page.locator("[aria-busy=true]").first.wait_for(state="detached", timeout=120_000)
    camera.take(page, "week-compare", widths=DESKS)
    camera.take(page, "week-publish", f"{week}/publish", DESK)
    versions(camera, page)
    camera.take(page, "week-files", f"/scheduler/week/{WEEK}/files", DESK)
    camera.take(page, "print-week", f"/scheduler/week/{WEEK}/print", DESK)


def another_draft(camera: Camera, page: Page) -> None:
    """Changes one duty of the later week by hand, the former draft being kept by name."""
    page.goto(f"{camera.base}/scheduler/week/{LATER}/compare")
    keep = page.locator("form[action$='/keep']")
    if keep.count():
        keep.locator("input[name=name]").fill("排出的原稿")
        keep.locator("button").click()
    page.goto(f"{camera.base}/scheduler/week/{LATER}?show=draft")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.locator(".board .d:has([data-l]):not(.many):not(:has(.lk))").nth(3).click()
    page.wait_for_selector(".options .whos")
    page.locator(".options .whos button").first.click()
    page.wait_for_selector(".told")


def versions(camera: Camera, page: Page) -> None:
    """The later week published with its sign-off, and two versions beside each other."""
    page.goto(f"{camera.base}/scheduler/week/{LATER}/publish")
    for box in page.locator(".acks input[type=checkbox]").all():
        box.check()
    page.locator("form[action$='/publish'] .btn-main").click()
    page.wait_for_url(re.compile(r"/scheduler/week/"))
    camera.take(page, "week-versions", f"/scheduler/week/{LATER}/versions", DESKS)
    link = page.locator("a[href*='/withdraw']").first
    if link.count():
        camera.take(page, "week-withdraw", str(link.get_attribute("href")), DESK)
