"""The pages of the three desks."""

from __future__ import annotations

from starlette.routing import BaseRoute

from zhiban.web.pages import (
    account,
    citizen,
    clocks,
    generating,
    lawyer,
    publishing,
    question,
    scheduler,
    ticket,
)

routes: list[BaseRoute] = [
    *citizen.routes,
    *ticket.routes,
    *account.routes,
    *lawyer.routes,
    *question.routes,
    *scheduler.routes,
    *publishing.routes,
    *generating.routes,
    *clocks.routes,
]
