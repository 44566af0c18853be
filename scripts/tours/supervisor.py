"""The supervisor's desk: what is open, the sample, the log, and one question."""

from __future__ import annotations

from camera import Camera
from playwright.sync_api import Page

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.jiaxing import jiaxing_register
from zhiban.data.week import Week


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
    camera.take(desk, "supervisor-duplicates", "/supervisor/duplicates")
    desk.click("main tbody a.btn")
    camera.take(desk, "supervisor-joining")
    desk.fill("#merge-reason", "同一件事问了两次")
    desk.locator("#do-merge form button").click()
    desk.locator("#asks").wait_for()
    camera.take(desk, "supervisor-merge")
    desk.goto(f"{camera.base}/supervisor/quality")
    code = (desk.text_content("main tbody th") or "").strip()
    desk.goto(f"{camera.base}/supervisor/q/{code}")
    desk.locator("#do-reopen summary").click()
    camera.take(desk, "supervisor-closed")
    desk.locator("#do-erase summary").click()
    desk.get_by_role("button", name="看看会删什么").click()
    desk.locator("#asks").wait_for()
    camera.take(desk, "supervisor-erase")
    _papers(camera, desk, link.rpartition("/")[2])


def _papers(camera: Camera, desk: Page, code: str) -> None:
    desk.goto(f"{camera.base}/supervisor/q/{code}")
    name = (desk.text_content(".facts dd") or "").split()[0]
    people = jiaxing_register(published_calendar(), Week(2026, 48)).lawyers.values()
    page = camera.desk(next(one.id.lower() for one in people if one.name == name))
    page.goto(f"{camera.base}/lawyer/q/{code}")
    page.locator("#do-aid summary").click()
    page.fill("#aid-applicant", "钱小明")
    page.fill("#aid-contact", "10005731234")
    page.fill("#aid-matter", "交通事故损害赔偿")
    page.fill("#aid-grounds", "送外卖时与闯红灯的行人相撞，保险只赔了一部分，平台不承担其余的。")
    page.fill("#aid-means", "一家三口，月收入两千元，没有存款。")
    page.check("#aid-agreed")
    page.locator("#do-aid form button").click()
    page.wait_for_url("**done=aid")
    page.locator("#do-drafting summary").click()
    page.select_option("#drafting-document", index=1)
    page.fill("#drafting-wanted", "起诉平台公司，请求承担保险以外的赔偿。")
    page.locator("#do-drafting form button").click()
    page.wait_for_url("**done=drafting")
    camera.take(desk, "supervisor-papers", "/supervisor/papers")
    for kind in ("draft", "aid"):
        link = desk.get_attribute(f"a[href*='/supervisor/papers/{kind}/']", "href") or ""
        camera.take(desk, f"supervisor-{kind}", link)
        desk.goto(f"{camera.base}/supervisor/papers")
