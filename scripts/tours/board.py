"""The week board: read, filtered, one cell open, changed by hand, a vacancy with its remedies."""

from __future__ import annotations

from camera import Camera

WEEK = "2026-W48"
DESKS = {1280: 900, 1920: 1080}


def tour(camera: Camera) -> None:
    """The board's pages in a window of the scheduler's desk."""
    page = camera.desk("scheduler")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{camera.base}/scheduler/week/{WEEK}?show=draft")
    camera.take(page, "week-board", widths=DESKS)
    cell = page.locator(".board .d:has([data-l]):not(.many):not(:has(.lk))")
    cell.nth(40).click()
    page.wait_for_selector(".options .whos")
    camera.take(page, "week-board-cell", widths=DESKS)
    page.click(".holder button[value=lock]")
    page.wait_for_selector(".told")
    cell.nth(60).click()
    page.click(".holder button[value=remove]")
    page.wait_for_selector("[data-remedies] a")
    page.click(".empty-place summary")
    page.click("[data-remedies] a")
    page.wait_for_selector("[data-remedies] .whos", timeout=60_000)
    camera.take(page, "week-board-vacancy", widths=DESKS)
    page.fill("#who", "王")
    page.press("#who", "Enter")
    page.wait_for_selector(".options .whos p:not(.terms)")
    page.locator(".options .whos button").first.click()
    page.wait_for_selector(".holder .big")
    camera.take(page, "week-board-edited", widths=DESKS)
    cell.nth(4).focus()
    page.keyboard.press("x")
    page.wait_for_selector(".d.can")
    camera.take(page, "week-board-carried", widths=DESKS)
    base = f"/scheduler/week/{WEEK}?show=draft"
    camera.take(page, "week-lawyers", f"{base}&view=lawyers", DESKS)
    camera.take(page, "week-day", f"{base}&view=day&day=2", DESKS)
