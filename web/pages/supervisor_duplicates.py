"""Open questions that may have been asked twice: listed, each leading to where they are joined."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.queue import service
from zhiban.queue.duplicates import likely_duplicates
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.reports import called
from zhiban.web.pages.supervisor import DESK
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/supervisor/duplicates"


@allowed(*DESK)
async def listing(request: Request) -> Response:
    """Two codes a row and why, and nothing of what was told."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        known = service.knowledge(connection, wiring.keyring, now)
        found = likely_duplicates(connection, wiring.keyring)
        codes = {twin.division for one in found for twin in (one.later, one.earlier)}
        held = {twin.lawyer for one in found for twin in (one.later, one.earlier) if twin.lawyer}
        return {
            "found": found,
            "places": {code: called(known, "county", code, lang) for code in codes},
            "lawyers": {id: known.lawyer_name(id) for id in held},
            "unread": unread(connection, staff(request)),
        }

    return page(request, "supervisor_duplicates.html", **await wiring.read(look))


routes = [Route(PATH, listing)]
