"""The pages of the three desks."""

from __future__ import annotations

from starlette.routing import BaseRoute

from zhiban.web.pages import (
    account,
    asking,
    citizen,
    clocks,
    deciding,
    generating,
    lawyer,
    lawyer_week,
    publishing,
    question,
    scheduler,
    ticket,
)

routes: list[BaseRoute] = [
    *citizen.routes,
    *asking.routes,
    *ticket.routes,
    *account.routes,
    *lawyer.routes,
    *lawyer_week.routes,
    *question.routes,
    *deciding.routes,
    *scheduler.routes,
    *publishing.routes,
    *generating.routes,
    *clocks.routes,
]
