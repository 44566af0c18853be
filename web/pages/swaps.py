"""A lawyer offers a duty for a swap: only partners are shown with whom no rule is broken."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.week import Week
from zhiban.data.wording import FieldError, Refused, Text
from zhiban.roster.offering import SwapAsk, offer_swap
from zhiban.roster.offers import NotDone, from_json, partners_in, to_json
from zhiban.roster.partners import Partners
from zhiban.roster.problem import Role
from zhiban.roster.published import OnDuty, Version
from zhiban.roster.request_store import load_policy
from zhiban.roster.roster import Duty
from zhiban.roster.swapping import NotSwapped, swap_partners
from zhiban.roster.swaps import Moves, Swap
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.offer_lines import Person, duty_line, in_words, people
from zhiban.web.pages.places import names
from zhiban.web.pages.weeks import parsed
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

_FIRST = 12
_ROLES: Mapping[str, Role] = {"primary": "primary", "standby": "standby"}


@dataclass(frozen=True, slots=True)
class WayLine:
    """One way that may be ticked: with whom, and what the offering lawyer gets for it."""

    value: str
    who: str
    firm: str
    instead: str
    chosen: bool


@allowed("lawyer")
async def new_page(request: Request) -> Response:
    """With whom one could swap a duty."""
    if not request.query_params.get("shift"):
        return RedirectResponse("/lawyer/week", 303)  # a duty has to be chosen first
    week, duty = _named(request.query_params, lawyer_of(staff(request)))
    return await _new(request, week, duty, {"key": secrets.token_hex(16)})


async def _new(
    request: Request,
    week: Week,
    duty: Duty,
    form: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    chosen: Sequence[str] = (),
    status: int = 200,
) -> Response:
    wiring, lang = wiring_of(request), language_of(request)
    now = wiring.clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        version = wiring.published(connection).newest(week)
        held = _held(version, duty) if version else None
        if version is None or held is None:
            raise Problem(404, _NOT_YOURS)
        found = swap_partners(connection, week, duty, now, under_way=True)
        if isinstance(found, NotSwapped):
            raise Problem(409, found.text)
        who, place = people(connection), names(connection, lang)
        shifts = {one.shift: duty_line(one, place, now, lang) for one in version.duties}
        return {
            "what": duty_line(held, place, now, lang),
            "errors": {
                field: in_words(text, who, place, now, lang)
                for field, text in (errors or {}).items()
            },
            "running": held.span.start <= now,
            "automatic": load_policy(connection).swap_automatic and held.span.start > now,
            "kinds": _kinds(found, duty, who, shifts, frozenset(chosen), lang),
        }

    values = await wiring.read(look)
    return page(
        request,
        "swap_new.html",
        status_code=status,
        week=str(week),
        duty=duty,
        form={"to": "some", "message": "", "key": "", **form},
        first=_FIRST,
        **values,
    )


def _kinds(
    found: Partners,
    duty: Duty,
    who: Mapping[str, Person],
    shifts: Mapping[str, str],
    chosen: frozenset[str],
    lang: Lang,
) -> list[tuple[str, str, list[WayLine]]]:
    """The kinds of swaps that there are, each with its hint and its ways."""
    kinds = (
        (
            translate(lang, "互换"),
            translate(lang, "对方接您这一班，您接对方的一班"),
            found.exchanges,
        ),
        (translate(lang, "接替"), translate(lang, "对方接下这一班，您不用还"), found.give_aways),
        (translate(lang, "三人轮换"), translate(lang, "要两位都同意"), found.chains),
    )
    return [
        (title, hint, [_way(one, duty, who, shifts, chosen, lang) for one in swaps])
        for title, hint, swaps in kinds
        if swaps
    ]


def _way(
    swap: Swap,
    duty: Duty,
    who: Mapping[str, Person],
    shifts: Mapping[str, str],
    chosen: frozenset[str],
    lang: Lang,
) -> WayLine:
    others = partners_in(swap.moves, duty.lawyer)
    mine = [shifts.get(one.duty.shift, "") for one in swap.moves if one.to == duty.lawyer]
    value = json.dumps(to_json(swap.moves), separators=(",", ":"))
    joint = "、" if lang == "zh" else ", "
    known = [who[one] for one in others if one in who]
    return WayLine(
        value=value,
        who=joint.join(one.name for one in known),
        firm=joint.join(dict.fromkeys(one.firm for one in known)),
        instead=joint.join(mine),
        chosen=value in chosen,
    )


@allowed("lawyer")
async def offer(request: Request) -> Response:
    """Offers the duty to those ticked, or to everybody."""
    wiring, lang, lawyer = wiring_of(request), language_of(request), lawyer_of(staff(request))
    form, now = await form_of(request), wiring.clock.now()
    week, duty = _named({name: form.text(name) for name in ("week", "shift", "role")}, lawyer)
    sent = {name: form.text(name) for name in ("to", "message", "key")}
    chosen = form.all("way")
    try:
        ways = _ways(form)
        ask = SwapAsk(week, duty, ways, form.text("message"), form.key())
        made = await wiring.write(lambda c: offer_swap(c, wiring.keyring, ask, now))
    except Refused as error:
        errors = {one.field: one.text.in_(lang) for one in error.errors}
        return await _new(request, week, duty, sent, errors, chosen, 422)
    if isinstance(made, NotDone):
        errors = {"ways": made.text.in_(lang)}
        return await _new(request, week, duty, sent, errors, chosen, 409)
    return RedirectResponse(f"/lawyer/swaps/{made.id}?done=offered", 303)


def _ways(form: Form) -> tuple[Moves, ...]:
    if form.text("to") == "all":
        return ()
    ways = tuple(read_way(text) for text in form.all("way"))
    if not ways:
        raise Refused.one(
            "ways", "请至少选一种换法，或选“谁都可以接”", "choose a way, or offer it to everybody"
        )
    return ways


def read_way(text: str) -> Moves:
    """A way as a form sends it; raises Refused."""
    try:
        return from_json(json.loads(text))
    except (ValueError, TypeError, RecursionError):
        error = Text("这种换法读不出来，请刷新后再选", "this way cannot be read; reload the page")
        raise Refused((FieldError("ways", error),)) from None


def _named(values: Mapping[str, str], lawyer: str) -> tuple[Week, Duty]:
    """The duty that a query or a form names; Problem 404 for none."""
    role = _ROLES.get(values.get("role", "primary"))
    shift = values.get("shift", "")
    if role is None or not shift or len(shift) > 160:
        raise Problem(404, _NOT_YOURS)
    return parsed(values.get("week", "")), Duty(shift=shift, lawyer=lawyer, role=role)


def _held(version: Version, duty: Duty) -> OnDuty | None:
    mine: Iterable[OnDuty] = (
        one
        for one in version.duties
        if (one.shift, one.lawyer, one.role) == (duty.shift, duty.lawyer, duty.role)
    )
    return next(iter(mine), None)


def shift_words(
    wiring: Wiring, connection: Connection, week: Week, now: datetime, lang: Lang
) -> dict[str, str]:
    """Every shift of a week's newest version in words."""
    version, place = wiring.published(connection).newest(week), names(connection, lang)
    duties = version.duties if version else ()
    return {one.shift: duty_line(one, place, now, lang) for one in duties}


_NOT_YOURS = Text("这一班不在您名下", "this duty is not yours")

routes = [
    Route("/lawyer/swaps/new", new_page),
    Route("/lawyer/swaps/new", offer, methods=["POST"]),
]
