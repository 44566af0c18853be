"""The call by which staff enter questions of people at a counter or on the telephone."""

from __future__ import annotations

from starlette.requests import Request

from zhiban.data.wording import FieldError, Refused
from zhiban.queue import service
from zhiban.queue.asking import COUNTERS
from zhiban.queue.outcomes import KeyReused, NotPossible
from zhiban.web.api.call import PREFIX, Answer, Call, Parameter
from zhiban.web.api.questions import guardian_of
from zhiban.web.api.questions_model import AskedOut, WalkInIn
from zhiban.web.api.queue import lawyer_of
from zhiban.web.api.shapes import asked_out
from zhiban.web.i18n import language_of
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import Wiring, wiring_of


async def enter_walk_in(request: Request) -> Answer:
    """Enters a question for somebody; or records a talk that a lawyer has answered."""
    wiring, given, account = wiring_of(request), request.state.input, staff(request)
    if given.channel not in COUNTERS:
        known = ", ".join(COUNTERS)
        raise Refused.one("channel", f"只能是 {known}", f"is one of {known}")
    asking = service.Ask(
        text=given.text,
        division=given.division,
        consent=given.consent,
        category=given.category,
        channel=given.channel,
        contact=given.contact,
        other_party=given.other_party,
        green_lane=tuple(given.green_lane),
        entered_by=account.login,
        under_14=given.under_14,
        guardian=guardian_of(given),
    )
    key = request.headers.get("idempotency-key")
    if given.answer is None:
        now = wiring.clock.now()
        done: service.Asked | KeyReused | NotPossible = await wiring.write(
            service.Asking(wiring.keyring, asking, key, now)
        )
    else:
        done = await _record(wiring, given, asking, lawyer_of(account), key)
    if isinstance(done, KeyReused):
        raise Problem(409, done.why, (FieldError("Idempotency-Key", done.why),))
    if isinstance(done, NotPossible):
        raise Problem(409, done.why)
    headers = {"Location": f"{PREFIX}/questions/{done.ticket}"}
    if done.repeated:
        headers["Idempotent-Replayed"] = "true"
    return Answer(asked_out(done, language_of(request)), headers=headers)


async def _record(
    wiring: Wiring, given: WalkInIn, asking: service.Ask, lawyer: str, key: str | None
) -> service.Asked | KeyReused | NotPossible:
    talk = service.Talk(asking, given.answer or "", given.closes)
    now = wiring.clock.now()
    return await wiring.write(
        lambda c: service.record_talk(c, wiring.keyring, talk, lawyer, key, now)
    )


CALLS = (
    Call(
        "POST",
        "/walk-ins",
        enter_walk_in,
        "Enter a question for somebody at a counter or on the telephone, or record a talk.",
        answer=AskedOut,
        status=201,
        body=WalkInIn,
        roles=("lawyer", "scheduler", "supervisor"),
        parameters=(
            Parameter("Idempotency-Key", "header", "Random, 128 bits or more; kept for 48 hours."),
        ),
        problems=(409,),
    ),
)
