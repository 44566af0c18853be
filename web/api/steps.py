"""Steps on a question: by the lawyer who holds it, and by a supervisor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.crypt import Keyring
from zhiban.data.timespan import parse_time
from zhiban.queue import service
from zhiban.web.accounts import Account, Role
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.outcomes import Outcome, moved_or_problem
from zhiban.web.api.questions_model import ActIn, DeferIn, MergeIn, MovedOut, ReferIn, TransferIn
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of

Step = Callable[[Connection, Keyring, service.Move, Any], Outcome]
"""A step on a question; the last argument is the body that was sent."""


def _plain(step: Callable[[Connection, Keyring, service.Move], Outcome]) -> Step:
    """A step that takes nothing but a text."""
    return lambda connection, keyring, move, given: step(connection, keyring, move)


def _by(
    lawyers: Callable[..., Outcome], staffs: Callable[..., Outcome], *fields: str
) -> Callable[[Account], Step]:
    """A step that a lawyer takes with a question in hand, and a supervisor with any."""

    def choose(account: Account) -> Step:
        step = lawyers if account.lawyer else staffs

        def take(
            connection: Connection, keyring: Keyring, move: service.Move, given: Any
        ) -> Outcome:
            return step(
                connection, keyring, move, **{field: getattr(given, field) for field in fields}
            )

        return take

    return choose


def _always(step: Step) -> Callable[[Account], Step]:
    return lambda account: step


def _defer(connection: Connection, keyring: Keyring, move: service.Move, given: Any) -> Outcome:
    until = parse_time(given.until, "until")
    return service.defer(connection, keyring, move, until=until)


def _refer(connection: Connection, keyring: Keyring, move: service.Move, given: Any) -> Outcome:
    return service.refer(connection, keyring, move, to=given.to)


def _merge(connection: Connection, keyring: Keyring, move: service.Move, given: Any) -> Outcome:
    return service.merge(connection, keyring, move, into=given.into)


def _act(choose: Callable[[Account], Step], name: str) -> Callable[[Request], Awaitable[Answer]]:
    async def handler(request: Request) -> Answer:
        wiring = wiring_of(request)
        given: ActIn = request.state.input
        account, now = staff(request), wiring.clock.now()
        ticket = request.path_params["ticket"][:40]
        who = account.lawyer or account.login
        move = service.Move(ticket, who, now, given.text, given.version)
        step = choose(account)
        done = await wiring.write(lambda c: step(c, wiring.keyring, move, given))
        return moved_or_problem(ticket, done)

    handler.__name__ = name
    return handler


_LAWYER: tuple[Role, ...] = ("lawyer",)
_BOTH: tuple[Role, ...] = ("lawyer", "supervisor")
_SUPERVISOR: tuple[Role, ...] = ("supervisor",)
_STEPS: tuple[tuple[str, Callable[[Account], Step], str, type[ActIn], tuple[Role, ...]], ...] = (
    ("accept", _always(_plain(service.accept)), "Take the question up.", ActIn, _LAWYER),
    (
        "ask-back",
        _always(_plain(service.ask_back)),
        "Ask the citizen something; the clocks pause.",
        ActIn,
        _LAWYER,
    ),
    ("answer", _always(_plain(service.answer)), "Answer.", ActIn, _LAWYER),
    (
        "defer",
        _always(_defer),
        "Agree on a later day, with a reason; the clocks pause until then.",
        DeferIn,
        _LAWYER,
    ),
    (
        "decline",
        _always(_plain(service.decline)),
        "Give the question back, with a reason; it never comes again.",
        ActIn,
        _LAWYER,
    ),
    (
        "recuse",
        _always(_plain(service.recuse)),
        "Step back, with one's whole firm, for a conflict of interest.",
        ActIn,
        _LAWYER,
    ),
    (
        "refer",
        _always(_refer),
        "Point to another body: aid, notary, mediation, appraisal, firm; it stays open.",
        ReferIn,
        _LAWYER,
    ),
    (
        "close",
        _always(_plain(service.close)),
        "Close the question; one not answered needs a reason.",
        ActIn,
        _LAWYER,
    ),
    (
        "note",
        _by(service.note, service.note_by_staff),
        "Add an internal note, which citizens never see and which stops no clock.",
        ActIn,
        _BOTH,
    ),
    (
        "reopen",
        _by(service.reopen_own, service.reopen),
        "Open a closed question again, with a reason.",
        ActIn,
        _BOTH,
    ),
    (
        "transfer",
        _by(service.transfer, service.reassign, "to"),
        "Pass a question to a lawyer on shift, with a reason.",
        TransferIn,
        _BOTH,
    ),
    (
        "merge",
        _always(_merge),
        "Close a question as the same as another that is open; its ticket shows that one's answer.",
        MergeIn,
        _SUPERVISOR,
    ),
    (
        "erase",
        _always(_plain(service.erase)),
        "Destroy the texts and papers of a question that has ended; its history stays.",
        ActIn,
        _SUPERVISOR,
    ),
)

CALLS = tuple(
    Call(
        "POST",
        f"/questions/{{ticket}}/{path}",
        _act(choose, path.replace("-", "_")),
        about,
        answer=MovedOut,
        body=body,
        roles=roles,
        problems=(404, 409),
    )
    for path, choose, about, body, roles in _STEPS
)
