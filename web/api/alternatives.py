"""Calls about drafts kept beside the one that is edited: choose one, let one go."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.wording import Text
from zhiban.roster import alternatives
from zhiban.roster.drafts import Stale
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.reading import read_number, read_week
from zhiban.web.api.rosters_model import ChooseIn, ChosenOut
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of

_GONE = Text("没有这份备选，或者它已经不在了。", "There is no such alternative, or not any more.")


async def choose(request: Request) -> Answer:
    """Makes an alternative the draft; the draft until then is kept beside."""
    wiring, week, id = wiring_of(request), read_week(request), read_number(request, "alternative")
    by, now = staff(request).login, wiring.clock.now()
    given: ChooseIn = request.state.input
    done = await wiring.write(
        lambda connection: alternatives.choose(connection, week, id, by, now, given.revision)
    )
    if done is None:
        raise Problem(404, _GONE)
    if isinstance(done, Stale):
        raise Problem(409, done.text)
    return Answer(ChosenOut(week=str(week), revision=done))


async def let_go(request: Request) -> Answer:
    """Lets an alternative go."""
    wiring, week, id = wiring_of(request), read_week(request), read_number(request, "alternative")

    def command(connection: Connection) -> bool:
        return alternatives.let_go(connection, week, id)

    if not await wiring.write(command):
        raise Problem(404, _GONE)
    return Answer()


CALLS = (
    Call(
        "POST",
        "/rosters/{week}/alternatives/{alternative}/choose",
        choose,
        "Make an alternative the draft of a revision; the draft until then is kept beside.",
        answer=ChosenOut,
        body=ChooseIn,
        roles=("scheduler",),
        problems=(404, 409, 422),
    ),
    Call(
        "DELETE",
        "/rosters/{week}/alternatives/{alternative}",
        let_go,
        "Let an alternative go.",
        status=204,
        roles=("scheduler",),
        problems=(404, 422),
    ),
)
