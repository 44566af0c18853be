"""Pictures of the register: its lists, forms, Excel, rules, changes and accounts."""

from __future__ import annotations

from camera import Camera

REGISTER = "/scheduler/register"


def tour(camera: Camera) -> None:
    """The scheduler's pages, and the administrator's accounts."""
    desk = camera.desk("scheduler")
    camera.take(desk, "register", REGISTER)
    camera.take(desk, "register-posts", f"{REGISTER}?kind=post")
    desk.goto(f"{camera.base}{REGISTER}")
    lawyer = desk.get_attribute("main th a", "href") or ""
    camera.take(desk, "register-lawyer", lawyer)
    desk.goto(f"{camera.base}{REGISTER}?kind=post")
    camera.take(desk, "register-post", desk.get_attribute("main th a", "href") or "")
    camera.take(desk, "register-import", f"{REGISTER}/import")
    camera.take(desk, "register-rules", f"{REGISTER}/rules")
    camera.take(desk, "register-changes", f"{REGISTER}/changes")
    camera.take(camera.desk("admin"), "register-accounts", "/admin/accounts")
