"""Calls by which citizens take their data with them, have it destroyed, or find it again."""

from __future__ import annotations

from starlette.requests import Request

from zhiban.queue import own_data
from zhiban.queue.outcomes import NoSuchTicket
from zhiban.web.api.aid import aid_out
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.drafting import draft_out
from zhiban.web.api.outcomes import moved_or_problem
from zhiban.web.api.own_data_model import OwnDataOut, RecoveredOut, RecoverIn
from zhiban.web.api.questions import held_secret
from zhiban.web.api.questions_model import MovedOut
from zhiban.web.api.shapes import ticket_out
from zhiban.web.i18n import Lang, language_of
from zhiban.web.limits import address
from zhiban.web.problems import Problem
from zhiban.web.wiring import wiring_of


async def export_question(request: Request) -> Answer:
    """Everything that is stored of a question, for the citizen to keep."""
    wiring, lang = wiring_of(request), language_of(request)
    ticket, secret = held_secret(request)
    now = wiring.clock.now()
    found = await wiring.read(lambda c: own_data.own_data(c, wiring.keyring, ticket, secret, now))
    if isinstance(found, NoSuchTicket):
        raise Problem(404, found.why)
    return Answer(own_data_out(found, lang))


def own_data_out(found: own_data.OwnData, lang: Lang) -> OwnDataOut:
    """Everything of a question, in the words of a language where it has names."""
    return OwnDataOut(
        question=ticket_out(found.view, lang),
        text=found.sent.get("text"),
        contact=found.sent.get("contact"),
        other_party=found.sent.get("other_party"),
        green_lane=list(found.sent.get("green_lane", ())),
        guardian=found.sent.get("guardian"),
        applications=[aid_out(one) for one in found.applications],
        drafts=[draft_out(one, lang) for one in found.drafts],
    )


async def erase_own_question(request: Request) -> Answer:
    """Destroys everything that was written; what is open is withdrawn by it."""
    wiring = wiring_of(request)
    ticket, secret = held_secret(request)
    now = wiring.clock.now()
    done = await wiring.write(lambda c: own_data.erase_own(c, wiring.keyring, ticket, secret, now))
    return moved_or_problem(ticket, done)


async def recover_ticket(request: Request) -> Answer:
    """A new secret for who knows the code and the whole number left as contact."""
    wiring = wiring_of(request)
    given: RecoverIn = request.state.input
    # By address and by ticket: neither many numbers for one ticket nor many tickets can be tried.
    wiring.limiter.check("ticket", address(request))
    wiring.limiter.check("ticket", "recover", given.ticket.strip().upper())
    now = wiring.clock.now()
    found = await wiring.write(
        lambda c: own_data.recover(c, wiring.keyring, given.ticket, given.phone, now)
    )
    if isinstance(found, NoSuchTicket):
        raise Problem(404, found.why)
    return Answer(RecoveredOut(ticket=found.ticket, secret=found.secret))


CALLS = (
    Call(
        "GET",
        "/questions/{ticket}/export",
        export_question,
        "Everything that is stored of a question, to keep.",
        answer=OwnDataOut,
        secret=True,
    ),
    Call(
        "DELETE",
        "/questions/{ticket}",
        erase_own_question,
        "Destroy everything written in a question; an open one is withdrawn by it.",
        answer=MovedOut,
        secret=True,
        problems=(409,),
    ),
    Call(
        "POST",
        "/recoveries",
        recover_ticket,
        "A new secret, by the ticket's code and the whole telephone number left with it.",
        answer=RecoveredOut,
        body=RecoverIn,
        problems=(404, 429),
    ),
)
