"""What needs a person now, and how each county stands: made from plain values; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from zhiban.data.register import Register
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.queue.numbers import Number
from zhiban.queue.views import ClockBoard, CountyLine
from zhiban.roster.presence import Coming
from zhiban.roster.published import OnDuty
from zhiban.roster.sign_ins import PRESENCE
from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.signs import Sign, sign

LONG_WAIT = timedelta(minutes=60)
_CLOCKS, _EMPTY = 12, 8
_AHEAD = 5  # days looked ahead for the next half-day with anything open


@dataclass(frozen=True, slots=True)
class Item:
    """One thing for somebody to do; `due` orders them."""

    kind: str
    due: datetime
    sign: Sign
    title: str
    detail: str
    href: str = ""
    action: str = ""
    shift: str = ""
    lawyer: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One lawyer of the day in a county's list."""

    name: str
    post: str
    hours: str
    presence: str
    said: str
    stand_in: str


@dataclass(frozen=True, slots=True)
class County:
    """One county's line."""

    code: str
    name: str
    on_duty: int
    signed: int
    missing: int
    open: int
    waiting: int
    due_soon: int
    late: int
    numbers: int
    people: tuple[Person, ...]


def stand_in_href(duty: OnDuty, why: str) -> str:
    """Where a stand-in for a duty is chosen."""
    query = urlencode({"shift": duty.shift, "lawyer": duty.lawyer, "why": why})
    return f"/scheduler/today/stand-in?{query}"


def counties(
    board: ClockBoard,
    coming: Sequence[Coming],
    waiting: Mapping[str, Sequence[Number]],
    register: Register,
    said: Mapping[str, str],
    now: datetime,
    lang: Lang,
) -> list[County]:
    """A line for each county, with the lawyers of the day that are not over."""
    by_county: dict[str, list[Coming]] = {}
    for one in coming:
        by_county.setdefault(_county(register, one.duty.division), []).append(one)
    lines = {line.county.code: line for line in board.counties}
    found = []
    for code in sorted(lines.keys() | by_county.keys()):
        here = [one for one in by_county.get(code, ()) if one.duty.span.end > now]
        found.append(_line(code, lines.get(code), here, waiting, register, said, now, lang))
    return found


def _line(
    code: str,
    line: CountyLine | None,
    here: Sequence[Coming],
    waiting: Mapping[str, Sequence[Number]],
    register: Register,
    said: Mapping[str, str],
    now: datetime,
    lang: Lang,
) -> County:
    running = [one for one in here if one.duty.span.contains(now)]
    numbers = sum(
        len(them)
        for post, them in waiting.items()
        if post in register.posts and _county(register, register.posts[post].division) == code
    )
    return County(
        code=code,
        name=said.get(code, code),
        on_duty=len(running),
        signed=sum(one.signed is not None or one.presence == "excused" for one in running),
        missing=sum(one.presence == "missing" for one in running),
        open=line.open if line else 0,
        waiting=line.waiting if line else 0,
        due_soon=line.due_soon if line else 0,
        late=line.late if line else 0,
        numbers=numbers,
        people=tuple(_person(one, said, lang) for one in here),
    )


def _county(register: Register, division: str) -> str:
    return register.county_of(division) if division in register.divisions else division


def _person(one: Coming, said: Mapping[str, str], lang: Lang) -> Person:
    duty = one.duty
    return Person(
        name=duty.lawyer_name,
        post=said.get(duty.post, duty.post_name),
        hours=words.hours(duty.span.start, duty.span.end),
        presence=one.presence,
        said=PRESENCE[one.presence].in_(lang),
        stand_in=stand_in_href(duty, "no_show" if one.presence == "missing" else "absence"),
    )


def missing(
    coming: Iterable[Coming], said: Mapping[str, str], now: datetime, lang: Lang
) -> list[Item]:
    """Who has not come to a shift that runs."""
    found = []
    for one in coming:
        duty = one.duty
        settled = one.alarm is not None and one.alarm.settled != "open"
        if one.presence != "missing" or settled or not duty.span.contains(now):
            continue
        late = words.duration(now - duty.span.start, lang)
        found.append(
            Item(
                kind="no_show",
                due=duty.span.start,
                sign=Sign("late", translate(lang, "没到岗%(late)s", late=late), 0.0),
                title=f"{duty.lawyer_name} · {said.get(duty.post, duty.post_name)}",
                detail=translate(lang, "这一班到%(end)s", end=words.hour(duty.span.end)),
                href=stand_in_href(duty, "no_show"),
                action=translate(lang, "找人替班"),
                shift=duty.shift,
                lawyer=duty.lawyer,
            )
        )
    return found


def unstaffed(board: ClockBoard, now: datetime, lang: Lang) -> list[Item]:
    """Counties in which questions wait and no lawyer is on a seat."""
    found = []
    for line in board.counties:
        if line.waiting == 0 or line.on_duty > 0:
            continue
        dues = [
            row.due.due
            for row in board.rows
            if row.county.code == line.county.code and row.state == "waiting" and row.due
        ]
        count = translate(lang, "%(count)s件在等，没有律师在线", count=line.waiting)
        query = urlencode({"county": line.county.code, "state": "waiting"})
        due = min(dues, default=now)
        shape = Sign("late" if due < now else "soon", words.left(due, now, lang), 0.2)
        title = line.county.name.in_(lang)
        action = translate(lang, "看问题")
        found.append(
            Item("unstaffed", due, shape, title, count, f"/scheduler/clocks?{query}", action)
        )
    return found


def clocks(board: ClockBoard, now: datetime, lang: Lang) -> list[Item]:
    """The questions that are late or nearly due."""
    found = []
    for row in board.rows:
        if row.due is None or row.due.status not in ("breached", "warned"):
            continue
        state = "late" if row.due.status == "breached" else "soon"
        query = urlencode({"county": row.county.code, "state": state})
        holder = row.lawyer_name or translate(lang, "还没有律师")
        about = row.category.name.in_(lang) if row.category else translate(lang, "未分类")
        found.append(
            Item(
                kind=state,
                due=row.due.due,
                sign=sign(row.due, now, lang),
                title=f"{row.ticket} · {holder}",
                detail=f"{row.division.name.in_(lang)} · {about}",
                href=f"/scheduler/clocks?{query}",
                action=translate(lang, "看问题"),
            )
        )
    return found[:_CLOCKS]


def long_waits(
    waiting: Mapping[str, Sequence[Number]], said: Mapping[str, str], now: datetime, lang: Lang
) -> list[Item]:
    """Stations where somebody has waited long with a number."""
    found = []
    for post, numbers in waiting.items():
        since = min(one.taken_at for one in numbers)
        if now - since < LONG_WAIT:
            continue
        waited = words.duration(now - since, lang)
        found.append(
            Item(
                kind="hall",
                due=since + LONG_WAIT,
                sign=Sign("soon", translate(lang, "最久等了%(time)s", time=waited), 0.3),
                title=said.get(post, post),
                detail=translate(lang, "%(count)s人在等", count=len(numbers)),
            )
        )
    return found


def next_half(register: Register, now: datetime) -> list[tuple[str, Span]]:
    """The posts that are open in the next half-day in which any is, with their hours."""
    today = now.astimezone(SHANGHAI).date()
    for ahead in range(_AHEAD):
        day = today + timedelta(days=ahead)
        spans = [
            (post.id, span)
            for post in register.posts.values()
            for span in post.spans(day, register.calendar)
            if span.start > now
        ]
        if spans:
            first = min(spans, key=lambda pair: pair[1].start)[1]
            half = words.half(first.start, first.end)
            return [pair for pair in spans if words.half(pair[1].start, pair[1].end) == half]
    return []


def empty_next(
    opened: Sequence[tuple[str, Span]],
    duties: Iterable[OnDuty],
    said: Mapping[str, str],
    now: datetime,
    lang: Lang,
) -> list[Item]:
    """Posts open in the next half-day for which nobody is on duty."""
    held = [one for one in duties if one.role == "primary"]
    bare = [
        (post, span)
        for post, span in opened
        if not any(one.post == post and one.span.overlaps(span) for one in held)
    ]
    found = []
    for post, span in sorted(bare, key=lambda pair: (pair[1].start, pair[0]))[:_EMPTY]:
        week = span.start.astimezone(SHANGHAI).isocalendar()
        found.append(
            Item(
                kind="empty",
                due=span.start,
                sign=Sign("soon", words.left(span.start, now, lang), 0.5),
                title=said.get(post, post),
                detail=translate(
                    lang, "%(when)s没有排人", when=words.span(span.start, span.end, now, lang)
                ),
                href=f"/scheduler/week/{week.year}-W{week.week:02d}",
                action=translate(lang, "看值班表"),
            )
        )
    return found
