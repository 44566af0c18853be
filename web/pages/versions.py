"""The history of a week: its versions, any two of them compared, and one taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import store
from zhiban.roster.changes import differences
from zhiban.roster.drafts import Publication, SignOff
from zhiban.roster.published import Version
from zhiban.roster.withdrawing import Back, NotWithdrawn, way_back, withdraw
from zhiban.web import words
from zhiban.web.accounts import names_of
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.differences import compared
from zhiban.web.pages.form import form_of
from zhiban.web.pages.places import names
from zhiban.web.pages.weeks import called, week_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

_NUMBERS = 2**31


@dataclass(frozen=True, slots=True)
class Row:
    """One version in the history."""

    number: int
    when: str
    signed: str
    duties: int
    vacancies: int
    noted: int
    remark: str
    withdrawn: bool


def _row(one: Publication, withdrawn: set[int], called: Mapping[str, str], lang: Lang) -> Row:
    remark = ""
    if one.withdraws is not None:
        remark = (
            translate(
                lang,
                "撤回第%(old)s版，恢复第%(again)s版：%(reason)s",
                old=one.withdraws,
                again=one.repeats,
                reason=one.reason,
            )
            if one.repeats
            else translate(
                lang,
                "撤回第%(old)s版，没有更早的版本：%(reason)s",
                old=one.withdraws,
                reason=one.reason,
            )
        )
    return Row(
        number=one.number,
        when=words.stamp(one.published_at, lang),
        signed=one.signed.name or called.get(one.published_by, one.published_by),
        duties=one.summary.duties,
        vacancies=one.summary.vacancies,
        noted=len(one.signed.acknowledged),
        remark=remark,
        withdrawn=one.number in withdrawn,
    )


@allowed("scheduler", "supervisor", "administrator")
async def history(request: Request) -> Response:
    """All versions of the week, newest first, and two of them compared."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    now = wiring.clock.now()
    asked = _number(request, "from"), _number(request, "to")

    def look(connection: Connection) -> dict[str, Any]:
        rows = store.load_history(connection, week)
        withdrawn = {one.withdraws for one in rows if one.withdraws is not None}
        newest = rows[-1].number if rows else 0
        named = names_of(connection, {one.published_by for one in rows})
        back = way_back(connection, week, newest, now) if rows else None
        return {
            "rows": [_row(one, withdrawn, named, lang) for one in reversed(rows)],
            "withdrawable": newest if isinstance(back, Back) else 0,
            "until": words.hour(back.until) if isinstance(back, Back) else "",
            **_two(connection, week, asked, lang),
        }

    values = await wiring.read(look)
    return page(request, "versions.html", week=str(week), week_name=called(week, lang), **values)


def _number(request: Request, name: str) -> int:
    sent = request.query_params.get(name, "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= 6 else 0


def _two(connection: Connection, week: Week, asked: tuple[int, int], lang: Lang) -> dict[str, Any]:
    """The two versions that are compared: those asked for, else the newest and the one before."""
    versions = {one.number: one for one in store.load_published(connection, week, week).versions}
    newest = max(versions, default=0)
    last = asked[1] if asked[1] in versions else newest
    first = asked[0] if asked[0] in versions else last - 1
    old, new = versions.get(first), versions.get(last)
    if new is None or old is None or old is new:
        return {"first": first, "last": last, "told": None}
    told = compared(differences(old, new), (old, new), names(connection, lang), lang)
    return {"first": first, "last": last, "told": told}


@allowed("scheduler", "supervisor", "administrator")
async def ask_back(request: Request) -> Response:
    """Asks before a version is withdrawn: what would hold again, and who would be told."""
    return await _asked(request, {}, "", 200)


async def _asked(
    request: Request, errors: dict[str, str], reason: str, status_code: int
) -> Response:
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    number, now = _version(request), wiring.clock.now()

    def look(connection: Connection) -> tuple[Back | NotWithdrawn, dict[str, str]]:
        return way_back(connection, week, number, now), names(connection, lang)

    back, said = await wiring.read(look)
    if isinstance(back, NotWithdrawn):
        return _stays(request, week, number, back, lang)
    new = Version(0, week, number + 1, now, back.before.duties if back.before else ())
    return page(
        request,
        "versions_withdraw.html",
        status_code=status_code,
        week=str(week),
        week_name=called(week, lang),
        number=number,
        again=back.before.number if back.before else 0,
        until=words.hour(back.until),
        told=compared(back.changes, (back.version, new), said, lang),
        errors=errors,
        reason=reason,
        name=staff(request).name,
    )


def _version(request: Request) -> int:
    number: int = request.path_params["id"]
    if number >= _NUMBERS:
        raise Problem(404)
    return number


def _stays(request: Request, week: Week, number: int, why: NotWithdrawn, lang: Lang) -> Response:
    return page(
        request,
        "versions_stay.html",
        status_code=404 if why.why == "unknown" else 409,
        week=str(week),
        week_name=called(week, lang),
        number=number,
        why=why.text.in_(lang),
    )


@allowed("scheduler")
async def take_back(request: Request) -> Response:
    """Withdraws the version, if it may still be, and says what holds again."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    number, form = _version(request), await form_of(request)
    by, now = staff(request).login, wiring.clock.now()
    reason, signed = form.text("reason"), SignOff(staff(request).name)
    try:
        done = await wiring.write(
            lambda connection: withdraw(
                connection, wiring.keyring, week, number, by, now, reason, signed
            )
        )
    except Refused as refused:
        errors = {one.field: one.text.in_(lang) for one in refused.errors}
        return await _asked(request, errors, form.raw("reason"), 422)
    if isinstance(done, NotWithdrawn):
        return _stays(request, week, number, done, lang)
    return RedirectResponse(f"/scheduler/week/{week}/versions?from={number}&to={done.number}", 303)


routes = [
    Route("/scheduler/week/{week}/versions", history),
    Route("/scheduler/week/{week}/versions/{id:int}/withdraw", ask_back),
    Route("/scheduler/week/{week}/versions/{id:int}/withdraw", take_back, methods=["POST"]),
]
