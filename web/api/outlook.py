"""The call that plays a week's roster, draft or published, through in virtual time."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from zhiban.data.wording import Refused, Text
from zhiban.queue.outlook import (
    Ahead,
    Outlook,
    RosterKind,
    Source,
    expected,
    loads,
    play,
    short_posts,
    week_ahead,
)
from zhiban.queue.simulate import Arrival, County
from zhiban.web.api.call import Answer, Call, Parameter
from zhiban.web.api.outlook_model import (
    OutlookCounty,
    OutlookLoad,
    OutlookOut,
    OutlookShort,
)
from zhiban.web.api.reading import read_week
from zhiban.web.api.sla import quantiles_out
from zhiban.web.i18n import Lang, language_of
from zhiban.web.problems import Problem
from zhiban.web.wiring import wiring_of

USUAL_A_DAY = 200.0
MOST_A_DAY = 5000.0
_NO_ROSTER = Text("这一周没有这样的值班表。", "There is no such roster of this week.")


async def outlook(request: Request) -> Answer:
    """What the roster of a week would do to those who ask in it."""
    wiring, week = wiring_of(request), read_week(request)
    which, seed, a_day = _roster(request), _seed(request), _a_day(request)
    now = wiring.clock.now()

    def question(connection: Connection) -> tuple[Ahead, tuple[list[Arrival], Source]] | None:
        ahead = week_ahead(connection, wiring.keyring, week, which)
        if ahead is None:
            return None
        register = ahead.known.register
        return ahead, expected(connection, register, week, now, seed, a_day)

    found = await wiring.read(question)
    if found is None:
        raise Problem(404, _NO_ROSTER)
    ahead, (arrivals, source) = found
    played = await run_in_threadpool(play, ahead, week, arrivals, source, seed)
    return Answer(_out(played, seed, language_of(request)))


def _out(played: Outlook, seed: int, lang: Lang) -> OutlookOut:
    found, known = played.found, played.ahead.known
    names = {code: one.text.in_(lang) for code, one in known.register.divisions.items()}
    posts = {one.id: one.text.in_(lang) for one in known.register.posts.values()}
    return OutlookOut(
        week=str(played.week),
        roster=played.ahead.kind,
        number=played.ahead.number,
        arrivals=played.source,
        seed=seed,
        asked=found.asked,
        answered=found.answered,
        waiting=quantiles_out(found.waiting),
        answering=quantiles_out(found.answering),
        attainment=found.attainment,
        beyond=found.beyond,
        escalated=found.escalated,
        counties=[_county(one, names[one.code]) for one in found.counties],
        short=[
            OutlookShort(
                division=code, name=names[code], posts={id: posts.get(id, id) for id in short}
            )
            for code, short in short_posts(played).items()
        ],
        load=[
            OutlookLoad(lawyer=lawyer, name=known.lawyer_name(lawyer), answered=count)
            for lawyer, count in sorted(loads(played).items(), key=lambda one: (-one[1], one[0]))
        ],
    )


def _county(one: County, name: str) -> OutlookCounty:
    return OutlookCounty(
        division=one.code,
        name=name,
        asked=one.asked,
        answered=one.answered,
        unanswered=one.unanswered,
        waiting=quantiles_out(one.waiting),
        answering=quantiles_out(one.answering),
        attainment=one.attainment,
        short=one.short,
        beyond=dict(one.beyond),
        escalated=one.escalated,
    )


def _roster(request: Request) -> RosterKind | None:
    text = request.query_params.get("roster")
    kinds: dict[str | None, RosterKind | None] = {
        None: None,
        "published": "published",
        "draft": "draft",
    }
    if text not in kinds:
        raise Refused.one("roster", "只能是 published、draft", "is published or draft")
    return kinds[text]


def _seed(request: Request) -> int:
    text = request.query_params.get("seed", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused.one("seed", "须为0至999999999的整数", "is a whole number from 0 on")
    return int(text)


def _a_day(request: Request) -> float:
    try:
        number = float(request.query_params.get("a_day", USUAL_A_DAY))
    except ValueError:
        number = -1.0
    if not 0 <= number <= MOST_A_DAY:
        raise Refused.one(
            "a_day", f"须为0至{MOST_A_DAY:.0f}的数", f"is a number from 0 to {MOST_A_DAY:.0f}"
        )
    return number


CALLS = (
    Call(
        "GET",
        "/rosters/{week}/outlook",
        outlook,
        "Play a week's roster through in virtual time: waits, clocks kept, load, posts too short.",
        answer=OutlookOut,
        roles=("scheduler", "supervisor"),
        parameters=(
            Parameter("roster", "query", "published or draft alone; default published, else draft"),
            Parameter("seed", "query", "the seed of who asks and how long talks last; default 1"),
            Parameter("a_day", "query", "questions a day where none were asked before; 200"),
        ),
        problems=(404, 422),
    ),
)
