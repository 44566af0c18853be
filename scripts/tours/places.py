"""Places, bookings and applications to join, as citizens, lawyers and schedulers see them."""

from __future__ import annotations

import re
from random import randrange

from camera import Camera
from playwright.sync_api import Page

WIDTHS = {360: 740, 768: 1024, 1280: 900}
DESK = {1280: 900, 1920: 1080}
# Another one each time, since one number books a few times a day only; 100... is nobody's.
PHONE = f"1000573{randrange(10_000):04d}"  # noqa: S311 - no secret


def tour(camera: Camera) -> None:
    """Finds a place, books and changes a time, applies, decides."""
    page = camera.desk()
    camera.take(page, "places", "/places", WIDTHS)
    camera.take(page, "places-county", "/places?need=station&area=330481", WIDTHS)
    camera.take(page, "places-near", "/places?need=all&near=30.747,120.783")
    camera.take(page, "places-empty", "/places?need=firm&area=330424&open=1")
    camera.take(page, "place", "/places/post/centre-3304", WIDTHS)
    camera.take(page, "place-body", "/places/body/notary-330481")
    _book(camera, page)
    _join(camera, page)
    _desks(camera)


def _book(camera: Camera, page: Page) -> None:
    camera.take(page, "book", "/book", WIDTHS)
    camera.take(page, "book-where", "/book?what=station&area=330402")
    camera.take(page, "book-times", "/book/at/centre-330402", WIDTHS)
    page.click(".slots a >> nth=0")
    camera.take(page, "book-details")
    page.fill("#name", "赵丽")
    page.click("form[action^='/book/at'] .btn-main")
    camera.take(page, "book-errors")
    page.fill("#phone", PHONE)
    page.fill("#topic", "工伤赔偿")
    page.check("#consent")
    page.click("form[action^='/book/at'] .btn-main")
    page.wait_for_url(re.compile("/book/b/"))
    camera.take(page, "book-own", widths=WIDTHS)
    code = page.url.split("/")[-1].split("?")[0]
    camera.take(page, "book-change", f"/book/b/{code}/change")
    camera.take(page, "book-cancel", f"/book/b/{code}/cancel")
    camera.take(page, "book-find", "/book/find")


def _join(camera: Camera, page: Page) -> None:
    camera.take(page, "join", "/join")
    camera.take(page, "join-lawyer", "/join?as=lawyer", WIDTHS)
    page.fill("#name", "顾晓燕")
    page.click("form[action='/join'] .btn-main")
    camera.take(page, "join-errors")
    page.goto(f"{camera.base}/join?as=firm")
    for field, value in (
        ("name", "浙江观澜律师事务所"),
        ("licence", f"3133{page.evaluate('Date.now()')}A"[:18].ljust(18, "0")),
        ("contact", "顾晓燕"),
        ("phone", PHONE),
    ):
        page.fill(f"#{field}", value)
    page.select_option("#division", "330402")
    page.check("#agreed")
    page.click("form[action='/join'] .btn-main")
    page.wait_for_url(re.compile("/join/a/"))
    camera.take(page, "join-own")
    camera.take(page, "join-activate", "/join/activate")


def _desks(camera: Camera) -> None:
    page = camera.desk("scheduler")
    camera.take(page, "scheduler-bookings", "/scheduler/bookings", DESK)
    page.goto(f"{camera.base}/scheduler/bookings")
    if page.locator(".day-tabs a").count():
        page.click(".day-tabs a >> nth=0")
        camera.take(page, "scheduler-bookings-day", widths=DESK)
    camera.take(page, "scheduler-applications", "/scheduler/applications", DESK)
    page.click(".rows a >> nth=0")
    camera.take(page, "scheduler-application", widths=DESK)
