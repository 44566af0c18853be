"""The scheduler's side of joining: applications, who is known already, accept or refuse."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import codes
from zhiban.data import joining_service as service
from zhiban.data.joining_service import PREFIX, AlreadyDecided, Decided
from zhiban.data.trail import trail_of
from zhiban.data.wording import Refused
from zhiban.queue.memory import knowledge
from zhiban.web.accounts import Role
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import form_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

_DECIDING: tuple[Role, ...] = ("scheduler", "administrator")


@allowed("scheduler", "supervisor", "administrator")
async def applications(request: Request) -> Response:
    """All applications, those that wait first."""
    wiring, viewer = wiring_of(request), staff(request)

    def look(connection: Connection) -> dict[str, Any]:
        found = service.find(connection, wiring.keyring)
        return {"found": found, "unread": unread(connection, viewer)}

    values = await wiring.read(look)
    return page(request, "join_applications.html", **values)


@allowed("scheduler", "supervisor", "administrator")
async def application(request: Request) -> Response:
    """One application with what is known already, and the two decisions."""
    return await _page(request)


async def _page(
    request: Request,
    errors: dict[str, str] | None = None,
    reason: str = "",
    activation: str | None = None,
    status: int = 200,
) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    code, now = _code(request), wiring.clock.now()

    def look(connection: Connection) -> dict[str, Any] | None:
        one = service.by_code(connection, wiring.keyring, code)
        if one is None:
            return None
        register = knowledge(connection, wiring.keyring, now).register
        same = service.same_as(connection, wiring.keyring, one) if one.state == "waiting" else ()
        firm, division = register.firms.get(one.form.firm), register.divisions
        skills = [register.categories[c] for c in one.form.skills if c in register.categories]
        return {
            "one": one,
            "same": [text.in_(lang) for text in same],
            "firm_name": firm.name if firm else "",
            "division_name": division[one.form.division].text.in_(lang)
            if one.form.division in division
            else one.form.division,
            "skills": [skill.name if lang == "zh" else skill.name_en for skill in skills],
            "trail": trail_of(connection, one.code),
            "acts": _acts(lang),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    if values is None:
        raise Problem(404)
    return page(
        request,
        "join_application.html",
        status_code=status,
        errors=errors or {},
        reason=reason,
        activation=None if activation is None else codes.spaced(activation),
        may_decide=viewer.may(*_DECIDING),
        **values,
    )


def _acts(lang: Lang) -> dict[str, str]:
    return {
        "handed_in": translate(lang, "提交申请"),
        "accepted": translate(lang, "通过，进入名册"),
        "refused": translate(lang, "未通过"),
        "activation_made": translate(lang, "发出激活码"),
        "activated": translate(lang, "开通账号"),
    }


def _code(request: Request) -> str:
    return codes.read_code(PREFIX, request.path_params["code"]) or ""


@allowed(*_DECIDING)
async def accept(request: Request) -> Response:
    """Accepts; the code for an account is shown this once."""
    form, wiring, by = await form_of(request), wiring_of(request), staff(request).login
    code, now, lang = _code(request), wiring.clock.now(), language_of(request)
    account = form.text("account") == "yes"
    try:
        result = await wiring.write(
            lambda c: service.accept(c, wiring.keyring, code, by, now, account=account)
        )
    except Refused as refused:
        return await _page(request, {"account": refused.text.in_(lang)}, status=422)
    return await _decided(request, result)


async def _decided(request: Request, result: Decided | AlreadyDecided) -> Response:
    if isinstance(result, AlreadyDecided):
        told = translate(language_of(request), "这件申请刚才已经由别人办理，下面是结果。")
        return await _page(request, {"account": told}, status=409)
    if result.activation is None:
        return RedirectResponse(f"/scheduler/applications/{_code(request)}", 303)
    return await _page(request, activation=result.activation)


@allowed(*_DECIDING)
async def refuse(request: Request) -> Response:
    """Refuses with a reason that the applicant reads."""
    form, wiring, by = await form_of(request), wiring_of(request), staff(request).login
    code, now, reason = _code(request), wiring.clock.now(), form.raw("reason")
    try:
        result = await wiring.write(
            lambda c: service.refuse(c, wiring.keyring, code, by, reason, now)
        )
    except Refused as refused:
        errors = {"reason": refused.errors[0].text.in_(language_of(request))}
        return await _page(request, errors, reason, status=422)
    return await _decided(request, result)


@allowed(*_DECIDING)
async def again(request: Request) -> Response:
    """Another code for an account, where the first was lost; the old one works no more."""
    wiring, by = wiring_of(request), staff(request).login
    code, now = _code(request), wiring.clock.now()
    token = await wiring.write(lambda c: service.renew_activation(c, wiring.keyring, code, by, now))
    if token is None:
        raise Problem(404)
    return await _page(request, activation=token)


routes = [
    Route("/scheduler/applications", applications),
    Route("/scheduler/applications/{code}", application),
    Route("/scheduler/applications/{code}/accept", accept, methods=["POST"]),
    Route("/scheduler/applications/{code}/refuse", refuse, methods=["POST"]),
    Route("/scheduler/applications/{code}/activation", again, methods=["POST"]),
]
