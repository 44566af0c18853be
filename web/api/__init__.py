"""The JSON API under /api/v1: the table of its calls, from which routes and description come."""

from __future__ import annotations

from starlette.routing import BaseRoute

from zhiban.web.api import (
    aid,
    alternatives,
    attachments,
    clients,
    docs,
    drafting,
    duty,
    jobs,
    library,
    outlook,
    own_data,
    paper_times,
    places,
    questions,
    queue,
    queue_rules,
    reassigning,
    reports,
    requests,
    rosters,
    sessions,
    sign_ins,
    steps,
    walk_ins,
)
from zhiban.web.api.call import Call

CALLS: tuple[Call, ...] = (
    *questions.CALLS,
    *attachments.CALLS,
    *duty.CALLS,
    *sessions.CALLS,
    *queue.CALLS,
    *steps.CALLS,
    *reassigning.CALLS,
    *walk_ins.CALLS,
    *sign_ins.CALLS,
    *clients.CALLS,
    *aid.CALLS,
    *drafting.CALLS,
    *own_data.CALLS,
    *places.CALLS,
    *reports.CALLS,
    *requests.CALLS,
    *queue_rules.CALLS,
    *paper_times.CALLS,
    *jobs.CALLS,
    *rosters.CALLS,
    *alternatives.CALLS,
    *outlook.CALLS,
    *library.CALLS,
)
routes: list[BaseRoute] = [*(call.route() for call in CALLS), *docs.routes]
