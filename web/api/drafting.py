"""Calls for documents that citizens ask to have drafted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.crypt import Keyring
from zhiban.queue import drafting, service
from zhiban.queue.aid_form import DOCUMENTS
from zhiban.queue.outcomes import NoSuchTicket
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.outcomes import Outcome, made_or_problem, moved_or_problem
from zhiban.web.api.papers_model import (
    DraftIn,
    DraftOut,
    DraftsOut,
    DraftStepIn,
    LawyersDraftIn,
    MadeOut,
)
from zhiban.web.api.questions import held_secret
from zhiban.web.api.questions_model import MovedOut
from zhiban.web.api.queue import lawyer_of
from zhiban.web.api.reading import read_number
from zhiban.web.api.shapes import local
from zhiban.web.i18n import Lang, language_of
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of

Act = Callable[[Connection, Keyring, drafting.Step], Outcome]


async def ask_for_draft(request: Request) -> Answer:
    """The citizen asks for a document."""
    wiring = wiring_of(request)
    ticket, secret = held_secret(request)
    given: DraftIn = request.state.input
    now = wiring.clock.now()
    done = await wiring.write(
        lambda c: drafting.ask_for_draft(
            c, wiring.keyring, ticket, secret, given.document, given.wanted, now
        )
    )
    return made_or_problem(ticket, done)


async def note_draft(request: Request) -> Answer:
    """The lawyer who holds a question notes that its citizen wants a document."""
    wiring = wiring_of(request)
    given: LawyersDraftIn = request.state.input
    lawyer, ticket = lawyer_of(staff(request)), request.path_params["ticket"][:40]
    move = service.Move(ticket, lawyer, wiring.clock.now(), given.wanted, given.version)
    done = await wiring.write(
        lambda c: drafting.note_draft(c, wiring.keyring, move, given.document)
    )
    return made_or_problem(ticket, done)


async def drafts_of_ticket(request: Request) -> Answer:
    """The documents of a ticket, with their texts, for the citizen."""
    wiring, lang = wiring_of(request), language_of(request)
    ticket, secret = held_secret(request)
    now = wiring.clock.now()
    found = await wiring.read(lambda c: drafting.drafts_of(c, wiring.keyring, ticket, secret, now))
    if isinstance(found, NoSuchTicket):
        raise Problem(404, found.why)
    return Answer(DraftsOut(drafts=[draft_out(one, lang) for one in found]))


async def my_drafts(request: Request) -> Answer:
    """What a lawyer may take, and has taken; the look is recorded."""
    wiring, lang = wiring_of(request), language_of(request)
    lawyer, now = lawyer_of(staff(request)), wiring.clock.now()
    found = await wiring.write(lambda c: drafting.drafts_for(c, wiring.keyring, lawyer, now))
    return Answer(DraftsOut(drafts=[draft_out(one, lang) for one in found]))


async def open_drafts(request: Request) -> Answer:
    """All open requests, without their texts."""
    wiring, lang = wiring_of(request), language_of(request)
    now = wiring.clock.now()
    found = await wiring.read(lambda c: drafting.open_drafts(c, now))
    return Answer(DraftsOut(drafts=[draft_out(one, lang) for one in found]))


def _act(act: Act, name: str) -> Callable[[Request], Awaitable[Answer]]:
    async def handler(request: Request) -> Answer:
        wiring = wiring_of(request)
        given: DraftStepIn = request.state.input
        id, lawyer = read_number(request, "draft"), lawyer_of(staff(request))
        step = drafting.Step(id, lawyer, given.version, wiring.clock.now(), given.text)
        done = await wiring.write(lambda c: act(c, wiring.keyring, step))
        return moved_or_problem(str(id), done)

    handler.__name__ = name
    return handler


_STEPS: tuple[tuple[str, Act, str], ...] = (
    ("take", drafting.take_draft, "Take the request on."),
    ("deliver", drafting.deliver_draft, "Deliver the document."),
    ("decline", drafting.decline_draft, "Say why it is not drafted."),
)


def draft_out(one: drafting.Draft, lang: Lang) -> DraftOut:
    """A document asked for, as it is told."""
    values: dict[str, Any] = {
        name: getattr(one, name)
        for name in ("id", "version", "ticket", "status", "document", "late", "lawyer")
    }
    return DraftOut(
        **values,
        document_name=DOCUMENTS[one.document].in_(lang),
        asked_at=local(one.asked_at),
        due=local(one.due),
        ended_at=local(one.ended_at) if one.ended_at else None,
        wanted=one.wanted,
        delivered=one.delivered,
    )


CALLS = (
    Call(
        "POST",
        "/questions/{ticket}/drafts",
        ask_for_draft,
        "Ask for a document to be drafted.",
        answer=MadeOut,
        body=DraftIn,
        secret=True,
        problems=(409,),
    ),
    Call(
        "GET",
        "/questions/{ticket}/drafts",
        drafts_of_ticket,
        "The ticket's documents, with what was delivered.",
        answer=DraftsOut,
        secret=True,
    ),
    Call(
        "POST",
        "/me/questions/{ticket}/drafts",
        note_draft,
        "Note that the citizen of a question I hold wants a document.",
        answer=MadeOut,
        body=LawyersDraftIn,
        roles=("lawyer",),
        problems=(404, 409),
    ),
    Call(
        "GET",
        "/me/drafts",
        my_drafts,
        "Documents I may take on, and those I have taken; the look is recorded.",
        answer=DraftsOut,
        roles=("lawyer",),
    ),
    *(
        Call(
            "POST",
            f"/me/drafts/{{draft}}/{path}",
            _act(act, f"{path}_draft"),
            about,
            answer=MovedOut,
            body=DraftStepIn,
            roles=("lawyer",),
            problems=(404, 409),
        )
        for path, act, about in _STEPS
    ),
    Call(
        "GET",
        "/drafts",
        open_drafts,
        "All open requests for documents, without their texts.",
        answer=DraftsOut,
        roles=("supervisor",),
    ),
)
