"""The pages of the three desks."""

from __future__ import annotations

from starlette.routing import BaseRoute

from zhiban.web.pages import (
    account,
    answer_draft,
    ask_review,
    ask_steps,
    asking,
    citizen,
    clocks,
    deciding,
    drafting,
    editing,
    exporting,
    generating,
    lawyer,
    lawyer_week,
    phrases,
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
    *answer_draft.routes,
    *drafting.routes,
    *phrases.routes,
    *deciding.routes,
    *scheduler.routes,
    *editing.routes,
    *publishing.routes,
    *generating.routes,
    *exporting.routes,
    *clocks.routes,
]
