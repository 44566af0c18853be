"""我要学 and the desk of public answers; chips on the ask page."""

from __future__ import annotations

from camera import Camera

STORY = "老板拖欠我三个月工资不发，没有签劳动合同，怎么要回来？"


def tour(camera: Camera) -> None:
    """The library as citizens see it, what is offered while they write, and its desk."""
    page = camera.desk()
    camera.take(page, "learn", "/learn")
    camera.take(page, "learn-found", "/learn?q=拖欠工资")
    camera.take(page, "learn-nothing", "/learn?q=月球")
    camera.take(page, "learn-entry", "/learn/1")
    camera.take(page, "learn-law", "/learn/law?q=民法典第1079条")
    page.goto(f"{camera.base}/ask?all")
    page.fill("#text", STORY)
    page.locator(".chip").first.wait_for()
    page.locator(".chip").first.click()
    page.locator("[data-similar]").locator("xpath=..").locator("summary").click()
    page.locator("[data-similar] a.row").first.wait_for()
    camera.take(page, "ask-suggested")
    desk = camera.desk("supervisor")
    camera.take(desk, "library", "/supervisor/library")
    camera.take(desk, "library-entry", "/supervisor/library/45")
