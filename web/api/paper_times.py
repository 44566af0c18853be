"""Calls for how long applications for legal aid, and documents to be drafted, may take."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.requests import Request

from zhiban.queue.paper_times import change_times, stored_times
from zhiban.queue.rule_edits import Outdated, Stored
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.questions_model import Input, ShortText
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of


class PaperTimesIn(Input):
    """Targets such as `90m`, `168h` (by the wall) or `3d` (working days); left out: as usual."""

    aid: ShortText | None = None
    drafting: ShortText | None = None


class ChangePaperTimesIn(Input):
    """The same, instead of those of the version that was seen."""

    papers: PaperTimesIn
    version: ShortText


class PaperTimesNow(BaseModel):
    """The targets in force."""

    aid: str
    drafting: str


class PaperTimesOut(BaseModel):
    """The targets in force; `version` names them."""

    papers: PaperTimesNow
    version: str


async def show_times(request: Request) -> Answer:
    """The targets in force."""
    return Answer(_out(await wiring_of(request).read(stored_times)))


async def put_times(request: Request) -> Answer:
    """Sets other targets for what is asked from now on."""
    given: ChangePaperTimesIn = request.state.input
    value = given.papers.model_dump(exclude_none=True)
    wiring, by = wiring_of(request), staff(request).login
    keyring, now = wiring.keyring, wiring.clock.now()
    done = await wiring.write(lambda c: change_times(c, keyring, value, given.version, by, now))
    if isinstance(done, Outdated):
        raise Problem(409, done.why)
    return Answer(_out(done))


def _out(found: Stored) -> PaperTimesOut:
    return PaperTimesOut(papers=PaperTimesNow.model_validate(found.value), version=found.version)


CALLS = (
    Call(
        "GET",
        "/settings/papers",
        show_times,
        "How long legal aid and documents to be drafted may take.",
        answer=PaperTimesOut,
        roles=("scheduler", "supervisor"),
    ),
    Call(
        "PUT",
        "/settings/papers",
        put_times,
        "Set other targets; what was asked before keeps its due moment.",
        answer=PaperTimesOut,
        body=ChangePaperTimesIn,
        roles=("administrator",),
        problems=(409,),
    ),
)
