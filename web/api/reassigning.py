"""Many questions given away in one call by a supervisor, or tried out first."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.queue.outcomes import Moved, NoSuchTicket, Stale
from zhiban.queue.reassigning import Picked, Told, reassign_many
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.questions_model import ReassignedOut, ReassignIn, ReassignmentOut
from zhiban.web.i18n import Lang, language_of
from zhiban.web.security import staff
from zhiban.web.trial import tried
from zhiban.web.wiring import wiring_of


async def reassign(request: Request) -> Answer:
    """Gives each question to the lawyer named, or to whom the rules choose; one by one."""
    wiring, lang = wiring_of(request), language_of(request)
    given: ReassignIn = request.state.input
    who, now = staff(request).login, wiring.clock.now()
    picked = [Picked(one.ticket, one.version) for one in given.questions]

    def command(connection: Connection) -> tuple[Told, ...]:
        keyring = wiring.keyring
        return reassign_many(connection, keyring, picked, who, given.text, now, to=given.to)

    told = await (tried(wiring, command) if given.trial else wiring.write(command))
    return Answer(ReassignmentOut(trial=given.trial, questions=[_out(one, lang) for one in told]))


def _out(one: Told, lang: Lang) -> ReassignedOut:
    outcome = one.outcome
    if isinstance(outcome, Moved):
        return ReassignedOut(
            ticket=one.ticket,
            done=True,
            status=outcome.state,
            version=outcome.version,
            lawyer=one.lawyer,
        )
    stale = outcome if isinstance(outcome, Stale) else None
    return ReassignedOut(
        ticket=one.ticket,
        done=False,
        status=stale.state if stale else None,
        version=stale.version if stale else None,
        lawyer=None if isinstance(outcome, NoSuchTicket) else one.lawyer,
        why=outcome.why.in_(lang),
    )


CALLS = (
    Call(
        "POST",
        "/reassignments",
        reassign,
        "Give many questions away, each as of a version; with `trial`, tell how it would go.",
        answer=ReassignmentOut,
        body=ReassignIn,
        roles=("supervisor",),
        problems=(422,),
    ),
)
