"""Pictures of the boards, and of the supervisor's desk."""

from __future__ import annotations

from camera import Camera


def tour(camera: Camera) -> None:
    """Each board, one ledger, then what a supervisor does."""
    desk = camera.desk("scheduler")
    camera.take(desk, "reports", "/scheduler/reports")
    camera.take(desk, "reports-fairness", "/scheduler/reports/fairness")
    link = desk.get_attribute("a[href*='/scheduler/reports/fairness/']", "href") or ""
    camera.take(desk, "reports-ledger", link)
    desk.goto(f"{camera.base}/scheduler/reports/load")
    desk.wait_for_timeout(15_000)  # two weeks are played through five times each
    camera.take(desk, "reports-load", "/scheduler/reports/load")
    camera.take(desk, "reports-month", "/scheduler/reports/month")
    _supervisor(camera)


def _supervisor(camera: Camera) -> None:
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
