"""Calls for applications for legal aid: from a question to the bureau's decision."""

from __future__ import annotations

from starlette.requests import Request

from zhiban.data.wording import Refused
from zhiban.queue import aid, service
from zhiban.queue.aid_form import AidForm
from zhiban.queue.outcomes import NoSuchTicket, NotYours
from zhiban.web.api.call import Answer, Call, Parameter
from zhiban.web.api.outcomes import made_or_problem, moved_or_problem
from zhiban.web.api.papers_model import (
    AidFormIn,
    AidFormOut,
    AidOut,
    AidsOut,
    DecideIn,
    LawyersAidIn,
    MadeOut,
)
from zhiban.web.api.questions import held_secret
from zhiban.web.api.questions_model import MovedOut
from zhiban.web.api.queue import lawyer_of
from zhiban.web.api.reading import read_number
from zhiban.web.api.shapes import local
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of

_STATUSES: tuple[aid.Status, ...] = ("submitted", "accepted", "refused", "withdrawn")


async def apply_for_own_aid(request: Request) -> Answer:
    """The citizen applies, from the ticket."""
    wiring = wiring_of(request)
    ticket, secret = held_secret(request)
    form, now = _form(request.state.input), wiring.clock.now()
    done = await wiring.write(
        lambda c: aid.apply_for_own_aid(c, wiring.keyring, ticket, secret, form, now)
    )
    return made_or_problem(ticket, done)


async def apply_for_aid(request: Request) -> Answer:
    """The lawyer who holds the question applies for its citizen."""
    wiring = wiring_of(request)
    given: LawyersAidIn = request.state.input
    form, ticket = _form(given), request.path_params["ticket"][:40]
    lawyer = lawyer_of(staff(request))
    move = service.Move(ticket, lawyer, wiring.clock.now(), version=given.version)
    done = await wiring.write(lambda c: aid.apply_for_aid(c, wiring.keyring, move, form))
    return made_or_problem(ticket, done)


async def aid_of_ticket(request: Request) -> Answer:
    """The applications of a ticket, for the citizen."""
    wiring = wiring_of(request)
    ticket, secret = held_secret(request)
    now = wiring.clock.now()
    found = await wiring.read(lambda c: aid.applications_of(c, wiring.keyring, ticket, secret, now))
    if isinstance(found, NoSuchTicket):
        raise Problem(404, found.why)
    return Answer(AidsOut(applications=[aid_out(one) for one in found]))


async def withdraw_aid(request: Request) -> Answer:
    """The citizen takes an application back."""
    wiring = wiring_of(request)
    ticket, secret = held_secret(request)
    id, now = read_number(request, "application"), wiring.clock.now()
    done = await wiring.write(
        lambda c: aid.withdraw_aid(c, wiring.keyring, ticket, secret, id, now)
    )
    return moved_or_problem(ticket, done)


async def list_aid(request: Request) -> Answer:
    """Applications by what is due first, without what is in them."""
    wiring = wiring_of(request)
    now, wanted = wiring.clock.now(), request.query_params.get("status")
    status = next((one for one in _STATUSES if one == wanted), None)
    if wanted is not None and status is None:
        known = ", ".join(_STATUSES)
        raise Refused.one("status", f"只能是 {known}", f"is one of {known}")
    found = await wiring.read(lambda c: aid.applications(c, now, status))
    return Answer(AidsOut(applications=[aid_out(one) for one in found]))


async def read_aid(request: Request) -> Answer:
    """An application in full; that it was read is recorded."""
    wiring = wiring_of(request)
    id, login = read_number(request, "application"), staff(request).login
    now = wiring.clock.now()
    found = await wiring.write(lambda c: aid.application_for(c, wiring.keyring, id, login, now))
    if isinstance(found, NotYours):
        raise Problem(404, found.why)
    return Answer(aid_out(found))


async def decide_aid(request: Request) -> Answer:
    """The bureau accepts or refuses an application."""
    wiring = wiring_of(request)
    given: DecideIn = request.state.input
    id, login = read_number(request, "application"), staff(request).login
    now = wiring.clock.now()
    done = await wiring.write(
        lambda c: aid.decide_aid(
            c, wiring.keyring, id, login, given.version, given.accepted, given.reason, now
        )
    )
    return moved_or_problem(str(id), done)


def _form(given: AidFormIn) -> AidForm:
    return AidForm(
        applicant=given.applicant,
        contact=given.contact,
        matter=given.matter,
        grounds=given.grounds,
        agreed=given.agreed,
        means=given.means,
        exempt=given.exempt,
    )


def aid_out(one: aid.Application) -> AidOut:
    """An application as it is told."""
    form = one.form
    return AidOut(
        id=one.id,
        version=one.version,
        ticket=one.ticket,
        status=one.status,
        started_by=one.started_by,
        submitted_at=local(one.submitted_at),
        due=local(one.due),
        late=one.late,
        decided_at=local(one.decided_at) if one.decided_at else None,
        form=AidFormOut.model_validate(form, from_attributes=True) if form else None,
        reason=one.reason,
    )


CALLS = (
    Call(
        "POST",
        "/questions/{ticket}/aid",
        apply_for_own_aid,
        "Apply for legal aid, from the ticket.",
        answer=MadeOut,
        body=AidFormIn,
        secret=True,
        problems=(409,),
    ),
    Call(
        "GET",
        "/questions/{ticket}/aid",
        aid_of_ticket,
        "The ticket's applications for legal aid.",
        answer=AidsOut,
        secret=True,
    ),
    Call(
        "POST",
        "/questions/{ticket}/aid/{application}/withdraw",
        withdraw_aid,
        "Take an application back.",
        answer=MovedOut,
        secret=True,
        problems=(409,),
    ),
    Call(
        "POST",
        "/me/questions/{ticket}/aid",
        apply_for_aid,
        "Apply for legal aid for the citizen of a question I hold.",
        answer=MadeOut,
        body=LawyersAidIn,
        roles=("lawyer",),
        problems=(404, 409),
    ),
    Call(
        "GET",
        "/aid",
        list_aid,
        "Applications for legal aid by what is due first, without what is in them.",
        answer=AidsOut,
        roles=("supervisor",),
        parameters=(Parameter("status", "query", "submitted, accepted, refused or withdrawn"),),
        problems=(422,),
    ),
    Call(
        "GET",
        "/aid/{application}",
        read_aid,
        "An application in full; the look is recorded.",
        answer=AidOut,
        roles=("supervisor",),
        problems=(404,),
    ),
    Call(
        "POST",
        "/aid/{application}/decide",
        decide_aid,
        "Accept or refuse an application, with a reason.",
        answer=MovedOut,
        body=DecideIn,
        roles=("supervisor",),
        problems=(404, 409),
    ),
)
