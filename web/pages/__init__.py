"""The pages of the three desks."""

from __future__ import annotations

from starlette.routing import BaseRoute

from zhiban.web.pages import (
    account,
    ask_review,
    ask_steps,
    asking,
    citizen,
    clocks,
    deciding,
    exporting,
    generating,
    lawyer,
    lawyer_week,
    publishing,
    question,
    scheduler,
    ticket,
    ticket_acts,
    ticket_data,
)

routes: list[BaseRoute] = [
    *citizen.routes,
    *asking.routes,
    *ask_steps.routes,
    *ask_review.routes,
    *ticket.routes,
    *ticket_acts.routes,
    *ticket_data.routes,
    *account.routes,
    *lawyer.routes,
    *lawyer_week.routes,
    *question.routes,
    *deciding.routes,
    *scheduler.routes,
    *publishing.routes,
    *generating.routes,
    *exporting.routes,
    *clocks.routes,
]
