"""Pictures of the boards."""

from __future__ import annotations

from camera import Camera


def tour(camera: Camera) -> None:
    """Each board, and one ledger."""
    desk = camera.desk("scheduler")
    camera.take(desk, "reports", "/scheduler/reports")
    camera.take(desk, "reports-fairness", "/scheduler/reports/fairness")
    link = desk.get_attribute("a[href*='/scheduler/reports/fairness/']", "href") or ""
    camera.take(desk, "reports-ledger", link)
    desk.goto(f"{camera.base}/scheduler/reports/load")
    desk.wait_for_timeout(15_000)  # two weeks are played through five times each
    camera.take(desk, "reports-load", "/scheduler/reports/load")
    camera.take(desk, "reports-month", "/scheduler/reports/month")
