"""Calls of the lawyer who holds a question, and of the supervisor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.crypt import Keyring
from zhiban.queue import service
from zhiban.queue.outcomes import Moved, NotYours, Stale
from zhiban.web.accounts import Account
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.outcomes import Outcome, moved_or_problem
from zhiban.web.api.questions_model import (
    ActIn,
    MovedOut,
    QuestionPageOut,
    QueueOut,
    TransferIn,
)
from zhiban.web.api.shapes import page_out, queue_line
from zhiban.web.i18n import language_of
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of


class Step(Protocol):
    """A step of the lawyer who holds a question."""

    def __call__(
        self,
        connection: Connection,
        keyring: Keyring,
        ticket: str,
        lawyer: str,
        expected_version: int | None,
        text: str,
        now: datetime,
    ) -> Moved | Stale | NotYours:
        """Takes the step, or says why not."""
        ...


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


def _act(step: Step, name: str) -> Callable[[Request], Awaitable[Answer]]:
    async def handler(request: Request) -> Answer:
        wiring = wiring_of(request)
        given: ActIn = request.state.input
        lawyer, now = lawyer_of(staff(request)), wiring.clock.now()
        ticket = request.path_params["ticket"][:40]
        done = await wiring.write(
            lambda connection: step(
                connection, wiring.keyring, ticket, lawyer, given.version, given.text, now
            )
        )
        return moved_or_problem(ticket, done)

    handler.__name__ = name
    return handler


async def transfer(request: Request) -> Answer:
    """Passes a question to a lawyer on shift: by who holds it, or by a supervisor."""
    wiring = wiring_of(request)
    given: TransferIn = request.state.input
    account, now = staff(request), wiring.clock.now()
    ticket = request.path_params["ticket"][:40]

    def command(connection: Connection) -> Outcome:
        hand = service.transfer if account.lawyer else service.reassign
        who = account.lawyer or account.login
        return hand(
            connection, wiring.keyring, ticket, who, given.version, given.text, now, to=given.to
        )

    return moved_or_problem(ticket, await wiring.write(command))


_STEPS: tuple[tuple[str, Step, str], ...] = (
    ("accept", service.accept, "Take the question up."),
    ("ask-back", service.ask_back, "Ask the citizen something; the clocks pause."),
    ("answer", service.answer, "Answer."),
    ("decline", service.decline, "Give the question back, with a reason; it never comes again."),
    ("recuse", service.recuse, "Step back, with one's whole firm, for a conflict of interest."),
    ("close", service.close, "Close the question; one not answered needs a reason."),
)

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
    *(
        Call(
            "POST",
            f"/questions/{{ticket}}/{path}",
            _act(step, path.replace("-", "_")),
            about,
            answer=MovedOut,
            body=ActIn,
            roles=("lawyer",),
            problems=(404, 409),
        )
        for path, step, about in _STEPS
    ),
    Call(
        "POST",
        "/questions/{ticket}/transfer",
        transfer,
        "Pass a question to a lawyer on shift, with a reason.",
        answer=MovedOut,
        body=TransferIn,
        roles=("lawyer", "supervisor"),
        problems=(404, 409),
    ),
)
