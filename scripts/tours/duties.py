"""Pictures of lawyers' weeks, leave, swaps and ledgers, and of the scheduler's to-do list."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from camera import Camera
from playwright.sync_api import Page

NEXT = "2026-W49"


def tour(camera: Camera) -> None:
    """The scheduler's list first: it names the lawyer who is away, whose pages come next."""
    desk = camera.desk("scheduler")
    camera.take(desk, "todo", "/scheduler/inbox")
    camera.take(desk, "members", "/scheduler/members")
    camera.take(desk, "request-rules", "/scheduler/requests")
    camera.take(desk, "post-calendars", "/scheduler/feeds")
    desk.goto(f"{camera.base}/scheduler/inbox?show=absence")
    link = desk.get_attribute("a[href*='/scheduler/inbox/absence']", "href") or ""
    camera.take(desk, "absence", link)
    camera.take(desk, "absence-repair", f"{link}&repair=1")
    lawyer = parse_qs(urlsplit(link).query)["lawyer"][0].lower()
    _lawyer(camera, camera.desk(lawyer))


def _lawyer(camera: Camera, page: Page) -> None:
    camera.take(page, "duties-week", f"/lawyer/week?week={NEXT}")
    camera.take(page, "duties-month", "/lawyer/month?month=2026-12")
    camera.take(page, "leave", "/lawyer/leave")
    camera.take(page, "leave-form", "/lawyer/leave/new")
    for name in ("me", "entry", "wishes", "calendar", "ledger", "firm"):
        camera.take(page, f"my-{name}", f"/lawyer/{name}")
    page.goto(f"{camera.base}/lawyer/week?week={NEXT}")
    swap = page.locator("a[href*='/lawyer/swaps/new']").first.get_attribute("href") or ""
    camera.take(page, "swap-new", swap)
    page.goto(f"{camera.base}/lawyer/leave")
    offers = page.locator("a[href^='/lawyer/swaps/']")
    for number in range(min(2, offers.count())):
        page.goto(f"{camera.base}/lawyer/leave")
        address = offers.nth(number).get_attribute("href") or ""
        camera.take(page, f"swap-offer-{number + 1}", address)
