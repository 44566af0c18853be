"""Choosing a stand-in in two clicks, and the standby who says: I will."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster import presence_store
from zhiban.roster.published import OnDuty, Published, Version
from zhiban.roster.roster import Duty
from zhiban.roster.stepping_in import (
    Candidates,
    NotSteppedIn,
    Prepared,
    Why,
    candidates,
    prepare,
    step_in,
)
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of
from zhiban.web.pages.form import form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.places import names
from zhiban.web.pages.today import PATH
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

STEP_IN = "/lawyer/step-in"
_SHOWN = 12
_NO_DUTY = Text(
    "没有这个班次，或者已经换了人。请回到今天页看最新情况。",
    "There is no such duty, or somebody else has it by now. Go back and look again.",
)
_NOT_CALLED = Text(
    "这个班次没有叫您顶班，或者已经有人顶上。",
    "You are not called to step in there, or somebody has done so.",
)


def _duty_of(published: Published, shift: str, lawyer: str, now: datetime) -> OnDuty | None:
    """The duty in this week's newest versions or the next."""
    week = Week.of(now.astimezone(SHANGHAI).date())
    for newest in (published.newest(week.next(step)) for step in (-1, 0, 1)):
        for duty in newest.duties if newest else ():
            if (duty.shift, duty.lawyer, duty.role) == (shift, lawyer, "primary"):
                return duty
    return None


def _week(duty: OnDuty) -> Week:
    return Week.of(duty.span.start.astimezone(SHANGHAI).date())


def _why(text: str) -> Why:
    return "no_show" if text == "no_show" else "absence"


async def _found(request: Request, values: Mapping[str, str]) -> OnDuty:
    wiring = wiring_of(request)
    now, shift, lawyer = wiring.clock.now(), values.get("shift", ""), values.get("lawyer", "")
    published = await wiring.read(wiring.published)
    duty = _duty_of(published, shift, lawyer, now)
    if duty is None:
        raise Problem(404, _NO_DUTY)
    return duty


async def _choose(
    request: Request, duty: OnDuty, why: Why, refused: str = "", status: int = 200
) -> Response:
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    held = Duty(shift=duty.shift, lawyer=duty.lawyer)

    def look(connection: Connection) -> tuple[Candidates | NotSteppedIn, dict[str, str]]:
        return candidates(connection, _week(duty), held, now, why), names(connection, lang)

    found, said = await wiring.read(look)
    everybody = () if isinstance(found, NotSteppedIn) else found.candidates
    who = request.query_params.get("who", "").strip()[:40]
    ranked = [one for one in everybody if who.lower() in f"{one.name} {one.firm}".lower()]
    if isinstance(found, NotSteppedIn):
        refused = refused or found.text.in_(lang)
    return page(
        request,
        "stand_in.html",
        status_code=status,
        duty=_shown(duty, said, now, lang),
        why=why,
        refused=refused,
        who=who,
        somebody=bool(everybody),
        ranked=ranked[:_SHOWN],
        more=max(0, len(ranked) - _SHOWN),
    )


def _shown(duty: OnDuty, said: Mapping[str, str], now: datetime, lang: Lang) -> dict[str, Any]:
    return {
        "shift": duty.shift,
        "lawyer": duty.lawyer,
        "name": duty.lawyer_name,
        "firm": duty.firm_name,
        "post": said.get(duty.post, duty.post_name),
        "when": words.span(duty.span.start, duty.span.end, now, lang),
    }


@allowed("scheduler", "supervisor", "administrator")
async def choose(request: Request) -> Response:
    """Who could step in, the standby first, each with the reason."""
    if "shift" not in request.query_params:
        return RedirectResponse(PATH, 303)
    duty = await _found(request, request.query_params)
    return await _choose(request, duty, _why(request.query_params.get("why", "")))


async def _do(wiring: Wiring, duty: OnDuty, to: str, why: Why, by: str) -> Version | NotSteppedIn:
    """Reckons it beside the writer, then puts it in force at once."""
    now, held = wiring.clock.now(), Duty(shift=duty.shift, lawyer=duty.lawyer)
    ready = await wiring.read(lambda c: prepare(c, _week(duty), held, to, now, why))
    if not isinstance(ready, Prepared):
        return ready
    made: Prepared = ready
    return await wiring.write(lambda c: step_in(c, wiring.keyring, made, by, now))


@allowed("scheduler")
async def confirm(request: Request) -> Response:
    """Puts the stand-in in force as a new version; only those concerned are told."""
    form, lang = await form_of(request), language_of(request)
    values = {name: form.text(name) for name in ("shift", "lawyer")}
    duty, why = await _found(request, values), _why(form.text("why"))
    done = await _do(wiring_of(request), duty, form.text("to"), why, staff(request).login)
    if isinstance(done, NotSteppedIn):
        return await _choose(request, duty, why, done.text.in_(lang), 409)
    return RedirectResponse(f"{PATH}?version={done.number}", 303)


def _called(
    wiring: Wiring, connection: Connection, values: Mapping[str, str], lawyer: str, now: datetime
) -> OnDuty | None:
    """The duty for which this lawyer, as its standby, is called; None where they are not."""
    shift, absent = values.get("shift", ""), values.get("absent", "")
    published = wiring.published(connection)
    duty = _duty_of(published, shift, absent, now)
    alarm = presence_store.no_shows(connection, [shift]).get((shift, absent))
    if duty is None or alarm is None or alarm.settled != "open" or now >= duty.span.end:
        return None
    version = published.newest(_week(duty))
    standby = {
        one.lawyer
        for one in (version.duties if version else ())
        if one.shift == shift and one.role == "standby"
    }
    return duty if lawyer in standby else None


@allowed("lawyer")
async def step_in_page(request: Request) -> Response:
    """What the standby is asked, with one button."""
    if "shift" not in request.query_params:
        return RedirectResponse("/lawyer/station", 303)
    return await _step_in_page(request, request.query_params)


async def _step_in_page(
    request: Request, values: Mapping[str, str], refused: str = "", status: int = 200
) -> Response:
    wiring, lang, lawyer = wiring_of(request), language_of(request), lawyer_of(staff(request))
    now = wiring.clock.now()
    duty, said = await wiring.read(
        lambda c: (_called(wiring, c, values, lawyer, now), names(c, lang))
    )
    if duty is None:
        raise Problem(404, _NOT_CALLED)
    return page(
        request,
        "step_in.html",
        status_code=status,
        duty=_shown(duty, said, now, lang),
        refused=refused,
    )


@allowed("lawyer")
async def i_will(request: Request) -> Response:
    """The standby takes the duty over; from that moment it is theirs."""
    wiring, form, lang = wiring_of(request), await form_of(request), language_of(request)
    lawyer, now = lawyer_of(staff(request)), wiring.clock.now()
    values = {name: form.text(name) for name in ("shift", "absent")}
    duty = await wiring.read(lambda c: _called(wiring, c, values, lawyer, now))
    if duty is None:
        raise Problem(409, _NOT_CALLED)
    done = await _do(wiring, duty, lawyer, "no_show", staff(request).login)
    if isinstance(done, NotSteppedIn):
        return await _step_in_page(request, values, done.text.in_(lang), 409)
    return RedirectResponse("/lawyer/station", 303)


routes = [
    Route(f"{PATH}/stand-in", choose),
    Route(f"{PATH}/stand-in", confirm, methods=["POST"]),
    Route(STEP_IN, step_in_page),
    Route(STEP_IN, i_will, methods=["POST"]),
]
