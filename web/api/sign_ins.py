"""The call by which lawyers sign in for their shift."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field
from starlette.requests import Request

from zhiban.data.wording import FieldError, Refused
from zhiban.roster.presence import ByCode, ByPosition, NotSignedIn, Online, Proof
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.questions_model import Input, ShortText
from zhiban.web.api.queue import lawyer_of
from zhiban.web.api.shapes import local
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.signing_in import signed_in
from zhiban.web.wiring import wiring_of

_FIELDS = {"wrong_code": "code", "too_far": "position", "no_place": "position", "proof": "code"}


class PositionIn(Input):
    """Where the device is, in degrees (WGS-84); used once and not kept."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class SignInIn(Input):
    """At a station the screen's `code` or a `position`; at a seat neither."""

    shift: ShortText | None = None
    code: ShortText | None = None
    position: PositionIn | None = None


class SignInOut(BaseModel):
    """When and how one signed in, and whether that was late."""

    shift: str
    post: str
    at: datetime
    late: bool
    way: str
    metres: int | None = None


async def enter(request: Request) -> Answer:
    """Signs the lawyer in for the shift that runs or begins soon."""
    wiring, given, lawyer = wiring_of(request), request.state.input, lawyer_of(staff(request))
    done = await signed_in(wiring, lawyer, proof_of(given), given.shift)
    if isinstance(done, NotSignedIn):
        if done.reason in _FIELDS:
            field = _FIELDS[done.reason]
            raise Refused((FieldError(field, done.why),))
        raise Problem(409, done.why)
    made = done.signed
    return Answer(
        SignInOut(
            shift=made.shift,
            post=made.post,
            at=local(made.at),
            late=made.late,
            way=made.way,
            metres=made.metres,
        ),
        status=200 if done.repeated else 201,
    )


def proof_of(given: SignInIn) -> Proof:
    """What was sent as the proof of being there."""
    if given.code is not None:
        return ByCode(given.code)
    if given.position is not None:
        return ByPosition(given.position.lat, given.position.lon)
    return Online()


CALLS = (
    Call(
        "POST",
        "/sign-ins",
        enter,
        "Sign in for one's shift: by the code on the station's screen, by position, or at a seat.",
        answer=SignInOut,
        status=201,
        body=SignInIn,
        roles=("lawyer",),
        problems=(409,),
    ),
)
