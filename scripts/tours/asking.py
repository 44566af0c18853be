"""Asking and the ticket: one page and step by step, the review, files, one's data, the way back."""

from __future__ import annotations

import base64

from camera import Camera
from playwright.sync_api import FilePayload, Page

WIDTHS = {360: 740, 768: 1024, 1280: 900}
STORY = (
    "我在一家餐馆打工，从八月起老板就没有发工资，三个月大概一万八。没有签合同，"
    "只有微信聊天记录和考勤的照片。怎样才能把工资要回来？"
)
# A tiny picture; what matters is how a file is listed.
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def tour(camera: Camera) -> None:
    """One question on the usual page, one step by step, and all that can be done with a ticket."""
    page = camera.desk()
    camera.take(page, "home", "/", WIDTHS)
    camera.take(page, "ask", "/ask", WIDTHS)
    _fill(page)
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/ask/review")
    camera.take(page, "ask-review", widths=WIDTHS)
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/receipt")
    camera.take(page, "receipt", widths=WIDTHS)
    _ticket(camera, page, page.url.split("/")[-2])
    camera.take(page, "recover", "/recover")
    camera.take(page, "accessibility", "/accessibility")
    _steps(camera)


def _fill(page: Page) -> None:
    page.fill("#text", STORY)
    page.select_option("#division", "330402")
    page.select_option("#category", "labour")
    page.click("#more > summary")
    page.fill("#other_party", "某餐馆")
    page.fill("#contact", "13805731234")
    page.check("[name=green][value=migrant_wage]")
    photo = FilePayload(name="考勤.png", mimeType="image/png", buffer=_PICTURE)
    page.set_input_files("#file", [photo])
    page.check("#consent")


def _ticket(camera: Camera, page: Page, code: str) -> None:
    camera.take(page, "ticket-given", f"/t/{code}", WIDTHS)
    for name in ("withdraw", "erase", "data", "rating"):
        camera.take(page, f"ticket-{name}", f"/t/{code}/{name}")


def _steps(camera: Camera) -> None:
    """The steps in large type."""
    page = camera.desk()
    page.context.add_cookies([{"name": "large", "value": "1", "url": camera.base}])
    camera.take(page, "large-home", "/")
    camera.take(page, "large-story", "/ask/story")
    page.fill("#text", STORY)
    for step in ("where", "papers", "about", "contact", "review"):
        page.click("main .btn-main")
        page.wait_for_url(f"**/ask/{step}")
        camera.take(page, f"large-{step}")
        if step == "where":
            page.select_option("#division", "330402")
