"""Calls of the lawyer for their own queue, and a question as staff see it."""

from __future__ import annotations

from starlette.requests import Request

from zhiban.queue import service
from zhiban.queue.outcomes import NotYours
from zhiban.web.accounts import Account
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.questions_model import QuestionPageOut, QueueOut
from zhiban.web.api.shapes import page_out, queue_line
from zhiban.web.i18n import language_of
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of


def lawyer_of(account: Account) -> str:
    """The register's id of a lawyer's account; Problem 403 for an account that is no lawyer's."""
    if account.lawyer is None:
        raise Problem(403)
    return account.lawyer


def viewer_name(account: Account) -> str:
    """The name under which an account looks at a question."""
    return f"lawyer:{account.lawyer}" if account.lawyer else f"staff:{account.login}"


async def my_queue(request: Request) -> Answer:
    """One's own open questions, the most pressing first; no stories."""
    wiring = wiring_of(request)
    lawyer, now, lang = lawyer_of(staff(request)), wiring.clock.now(), language_of(request)
    items = await wiring.read(
        lambda connection: service.queue_of(connection, wiring.keyring, lawyer, now)
    )
    return Answer(QueueOut(questions=[queue_line(item, lang) for item in items]))


async def open_question(request: Request) -> Answer:
    """A question with its story; that it was looked at is recorded."""
    wiring = wiring_of(request)
    account, now = staff(request), wiring.clock.now()
    ticket, viewer = request.path_params["ticket"][:40], viewer_name(account)
    found = await wiring.write(
        lambda connection: service.question_for(connection, wiring.keyring, ticket, viewer, now)
    )
    if isinstance(found, NotYours):
        raise Problem(404, found.why)
    return Answer(page_out(found, language_of(request)))


CALLS = (
    Call("GET", "/me/queue", my_queue, "My open questions.", answer=QueueOut, roles=("lawyer",)),
    Call(
        "GET",
        "/me/questions/{ticket}",
        open_question,
        "A question I hold, or any to a supervisor, with its story; the look is recorded.",
        answer=QuestionPageOut,
        roles=("lawyer", "supervisor"),
        problems=(404,),
    ),
)
