"""The supervisor's desk: what is open, the sample, the log, and one question."""

from __future__ import annotations

from camera import Camera
from playwright.sync_api import Page


def tour(camera: Camera) -> None:
    """The open questions and the sample, then one question and what is done with it."""
    desk = camera.desk("supervisor")
    camera.take(desk, "supervisor", "/supervisor?show=all")
    boxes = desk.locator("input[type=checkbox][name=pick]")
    for number in range(min(3, boxes.count())):
        boxes.nth(number).check()
    desk.select_option("#to", index=2)
    desk.fill("#reason", "临时出庭")
    desk.get_by_role("button", name="看看会怎样").click()
    desk.locator(".told").wait_for()
    camera.take(desk, "supervisor-reassign")
    desk.goto(f"{camera.base}/supervisor/quality")
    desk.click("main form .btn-main")
    camera.take(desk, "supervisor-quality", "/supervisor/quality")
    link = desk.get_attribute("a[href*='/supervisor/quality/']", "href") or ""
    camera.take(desk, "supervisor-review", link)
    camera.take(desk, "supervisor-audit", "/supervisor/audit")
    _one_question(camera, desk)


def _one_question(camera: Camera, desk: Page) -> None:
    desk.goto(f"{camera.base}/supervisor?show=all")
    link = desk.get_attribute("a[href*='/supervisor/q/']", "href") or ""
    camera.take(desk, "supervisor-question", link)
    desk.goto(f"{camera.base}/supervisor/quality")
    code = (desk.text_content("main tbody th") or "").strip()
    desk.goto(f"{camera.base}/supervisor/q/{code}")
    desk.locator("#do-reopen summary").click()
    camera.take(desk, "supervisor-closed")
    desk.locator("#do-erase summary").click()
    desk.get_by_role("button", name="看看会删什么").click()
    desk.locator("#asks").wait_for()
    camera.take(desk, "supervisor-erase")
    camera.take(desk, "supervisor-papers", "/supervisor/papers")
    link = desk.get_attribute("a[href*='/supervisor/papers/aid/']", "href")
    if link:
        camera.take(desk, "supervisor-aid", link)
