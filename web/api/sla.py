"""The call for how clocks stand, and for what was kept of the questions asked in a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.timespan import Span
from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.asking import CHANNELS
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.report import Part, Quantiles, Report
from zhiban.queue.views import ClockBoard
from zhiban.web.api.call import Answer, Call, Parameter
from zhiban.web.api.reading import read_moment
from zhiban.web.api.reports_model import (
    KeptOut,
    QuantilesOut,
    SlaGroups,
    SlaLine,
    SlaOut,
    SlaPart,
    SlaPeriod,
)
from zhiban.web.api.shapes import local
from zhiban.web.i18n import Lang, language_of
from zhiban.web.wiring import wiring_of

LONGEST = timedelta(days=366)
Names = Callable[[str], str | None]


async def sla(request: Request) -> Answer:
    """Open questions by county; and, with `from`, what was kept of those asked in a time."""
    wiring = wiring_of(request)
    now, lang = wiring.clock.now(), language_of(request)
    period, only = read_period(request, now), read_filters(request)

    def question(connection: Connection) -> SlaOut:
        board = service.clock_board(connection, wiring.keyring, now, limit=0)
        out = SlaOut(at=local(board.at), total=board.total, lines=list(_lines(board, lang)))
        if period is not None:
            found = service.sla_report(connection, period.start, period.end, only)
            known = service.knowledge(connection, wiring.keyring, now)
            out.period = _period(found, known, lang)
        return out

    return Answer(await wiring.read(question))


def read_period(request: Request, now: datetime) -> Span | None:
    """From `from` to before `to` (default now), None without either; Refused names the field."""
    since, until = read_moment(request, "from"), read_moment(request, "to")
    if since is None:
        if until is None:
            return None
        raise Refused.one("from", "有 to 时也要有 from", "is needed with to")
    until = now if until is None else until
    if until <= since:
        raise Refused.one(
            "to", f"须晚于 from（{local(since)}）", f"must be later than from ({local(since)})"
        )
    if until - since > LONGEST:
        raise Refused.one("to", "一次最多366天", "at most 366 days at a time")
    return Span(since, until)


def read_filters(request: Request) -> dict[str, str]:
    """Which questions only, by the report's groupings; a division is a county's or the city's."""
    given = {name: request.query_params.get(name) for name in _FILTERS}
    return {_FILTERS[name]: key for name, key in given.items() if key is not None}


_FILTERS = {
    "division": "county",
    "post": "post",
    "lawyer": "lawyer",
    "category": "category",
    "channel": "channel",
}


def _lines(board: ClockBoard, lang: Lang) -> Iterable[SlaLine]:
    for line in board.counties:
        yield SlaLine(
            division=line.county.code,
            name=line.county.name.in_(lang),
            on_duty=line.on_duty,
            open=line.open,
            waiting=line.waiting,
            due_soon=line.due_soon,
            late=line.late,
        )


def _period(found: Report, known: Knowledge, lang: Lang) -> SlaPeriod:
    names = _names(known, lang)
    groups = {
        group: [_part(part, name(part.key)) for part in found.by[inner]]
        for group, (inner, name) in names.items()
    }
    return SlaPeriod(
        since=local(found.since),
        until=local(found.until),
        whole=_part(found.whole, None),
        by=SlaGroups(**groups),
    )


def _names(known: Knowledge, lang: Lang) -> dict[str, tuple[str, Names]]:
    """Each grouping with its name in the report and what its keys are called."""
    register = known.register
    divisions = {one.code: one.text.in_(lang) for one in register.divisions.values()}
    categories = {one.code: one.text.in_(lang) for one in register.categories.values()}
    posts = {one.id: one.text.in_(lang) for one in register.posts.values()}
    channels = {code: text.in_(lang) for code, text in CHANNELS.items()}
    return {
        "division": ("county", divisions.get),
        "post": ("post", posts.get),
        "lawyer": ("lawyer", lambda key: known.lawyer_name(key) if key else None),
        "category": ("category", categories.get),
        "channel": ("channel", channels.get),
        "day": ("day", lambda key: None),
    }


def _part(part: Part, name: str | None) -> SlaPart:
    return SlaPart(
        key=part.key,
        name=name,
        questions=part.questions,
        clocks=[
            KeptOut(
                clock=one.clock,
                kept=one.kept,
                late=one.late,
                given_up=one.given_up,
                running=one.running,
                attainment=one.attainment,
            )
            for one in part.clocks
            if one.kept + one.late + one.given_up + one.running
        ],
        waiting=quantiles_out(part.waiting),
        answering=quantiles_out(part.answering),
        rated=part.rated,
        rated_share=part.rated_share,
        satisfaction=part.satisfaction,
    )


def quantiles_out(found: Quantiles) -> QuantilesOut:
    """The quantiles of some lengths, in seconds."""
    return QuantilesOut(count=found.count, p50=found.p50, p90=found.p90, p99=found.p99)


CALL = Call(
    "GET",
    "/reports/sla",
    sla,
    "Open questions by county; with a period, what was kept of the questions asked in it.",
    answer=SlaOut,
    roles=("scheduler", "supervisor"),
    parameters=(
        Parameter("from", "query", "a day or a time, ISO 8601; from then on asked"),
        Parameter("to", "query", "a day or a time, ISO 8601, exclusive; default now"),
        *(
            Parameter(name, "query", f"only the questions of this {name}; empty: of none yet")
            for name in _FILTERS
        ),
    ),
    problems=(422,),
)
