"""我要入: a lawyer or a firm applies to serve, follows the application, and opens an account."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import codes
from zhiban.data import joining_service as service
from zhiban.data.database import DatabaseBusy
from zhiban.data.joining import KINDS, JoinForm
from zhiban.data.joining_service import PREFIX, HandedIn
from zhiban.data.wording import Refused
from zhiban.data.writer import WriterBusy
from zhiban.queue.memory import knowledge
from zhiban.web.accounts import add_account
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address
from zhiban.web.pages.asking import asked_to_wait, busy
from zhiban.web.pages.booking_access import held, keep
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.places import choices
from zhiban.web.passwords import LONGEST, SHORTEST
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.wiring import wiring_of

_FIELDS = ("name", "licence", "firm", "division", "admitted", "phone", "contact")


async def join_page(request: Request) -> Response:
    """Who applies: a lawyer or a firm; then the form."""
    kind = request.query_params.get("as", "")
    if kind not in KINDS:
        return page(request, "join.html")
    empty: dict[str, object] = dict.fromkeys(_FIELDS, "")
    return await _form(request, kind, empty | {"skills": (), "agreed": False}, {})


async def _form(
    request: Request,
    kind: str,
    form: Mapping[str, object],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        register = knowledge(connection, wiring.keyring, now).register
        offered = choices(connection, lang)
        firms: dict[str, list[tuple[str, str]]] = {}
        for one in register.firms.values():
            area = register.divisions[one.division].text.in_(lang)
            firms.setdefault(area, []).append((one.id, one.name))
        return {
            "cities": offered.cities,
            "counties": offered.counties,
            "categories": offered.categories,
            "firms": firms,
        }

    values = await wiring.read(look)
    return page(
        request,
        "join_form.html",
        status_code=status,
        kind=kind,
        form=form,
        errors=errors,
        key=secrets.token_urlsafe(24),
        **values,
    )


async def join(request: Request) -> Response:
    """Takes the application in and shows its code, or the form again with what to mend."""
    form, lang, wiring = await form_of(request), language_of(request), wiring_of(request)
    kind = form.text("kind")
    if kind not in KINDS or form.text("website"):
        raise Problem(422)
    try:
        wiring.limiter.check("ask", address(request))
    except Problem as problem:
        errors = {"name": problem.detail.in_(lang)}
        return await _form(request, kind, _kept(form), errors, problem.status)
    sent, now = _sent(form, kind), wiring.clock.now()
    key = form.text("key") or secrets.token_urlsafe(24)

    def command(connection: Connection) -> HandedIn:
        return service.hand_in(connection, wiring.keyring, sent, key, now)

    try:
        result = await wiring.write(command)
    except Refused as refused:
        return await _form(request, kind, _kept(form), _errors(refused, lang), 422)
    except (WriterBusy, DatabaseBusy):
        return asked_to_wait(await _form(request, kind, _kept(form), {"name": busy(lang)}, 503))
    answer = RedirectResponse(f"/join/a/{result.code}", 303)
    keep(request, answer, f"/join/a/{result.code}", result.secret)
    return answer


def _sent(form: Form, kind: str) -> JoinForm:
    return JoinForm(
        kind=kind,
        **{field: form.text(field)[:100] for field in _FIELDS},
        skills=form.all("skills"),
        agreed=form.text("agreed") == "yes",
    )


def _kept(form: Form) -> dict[str, object]:
    kept: dict[str, object] = {field: form.raw(field) for field in _FIELDS}
    return kept | {"skills": form.all("skills"), "agreed": form.text("agreed") == "yes"}


def _errors(refused: Refused, lang: Lang) -> dict[str, str]:
    """What to mend, in the order of the form."""
    found = {error.field: error.text.in_(lang) for error in refused.errors}
    order = (*_FIELDS[:5], "skills", *_FIELDS[5:], "agreed")
    full = {field: found[field] for field in order if field in found}
    return full or {"name": refused.text.in_(lang)}


async def follow(request: Request) -> Response:
    """How an application stands; who holds no secret is asked for it."""
    key, wiring = held(request, PREFIX), wiring_of(request)
    if key is None:
        return RedirectResponse("/join/find", 303)
    one = await wiring.read(lambda c: service.opened(c, wiring.keyring, *key))
    if one is None:
        return RedirectResponse("/join/find", 303)
    return page(request, "join_own.html", one=one, secret=codes.spaced(key[1]))


async def find_page(request: Request) -> Response:
    """The form that opens an application again."""
    return page(request, "join_find.html", errors={}, code="")


async def find(request: Request) -> Response:
    """Opens an application by code and secret; a wrong code and a wrong secret look alike."""
    form, lang, wiring = await form_of(request), language_of(request), wiring_of(request)
    wiring.limiter.check("ticket", address(request))
    code, secret = form.text("code"), form.text("secret")
    one = await wiring.read(lambda c: service.opened(c, wiring.keyring, code, secret))
    right = codes.read_secret(secret)
    if one is not None and right is not None:
        answer = RedirectResponse(f"/join/a/{one.code}", 303)
        keep(request, answer, f"/join/a/{one.code}", right)
        return answer
    errors = {"code": translate(lang, "申请号或密码不对，请核对后再试。")}
    return page(request, "join_find.html", status_code=422, errors=errors, code=form.raw("code"))


async def activate_page(request: Request) -> Response:
    """The form that opens an account with a one-time code."""
    return page(request, "join_activate.html", errors={}, login="", shortest=SHORTEST)


async def activate(request: Request) -> Response:
    """Opens a lawyer's account; the code works once."""
    form, lang, wiring = await form_of(request), language_of(request), wiring_of(request)
    wiring.limiter.check("ticket", address(request))
    token, login, password = form.text("token"), form.text("login"), form.raw("password")
    errors: dict[str, str] = {}
    if len(password) < SHORTEST or len(password) > LONGEST:
        errors["password"] = translate(lang, "密码至少%(least)s个字符。", least=SHORTEST)
    elif password != form.raw("again"):
        errors["again"] = translate(lang, "两次输入的密码不一样。")
    if not errors:
        now = wiring.clock.now()
        try:
            done = await run_in_threadpool(
                wiring.write_now,
                lambda c: _opened(c, request, token, login, password, now),
            )
        except Refused as refused:
            done = True
            errors = {"login": refused.text.in_(lang)}
        if not done:
            errors["token"] = translate(
                lang, "激活码不对，或已经用过、过期。可以请排班员再发一个。"
            )
    if not errors:
        return RedirectResponse("/login?next=/lawyer", 303)
    return page(
        request,
        "join_activate.html",
        status_code=422,
        errors={f: errors[f] for f in ("token", "login", "password", "again") if f in errors},
        login=form.raw("login"),
        shortest=SHORTEST,
    )


def _opened(
    connection: Connection, request: Request, token: str, login: str, password: str, now: datetime
) -> bool:
    """Makes the account and uses the code up; False where the code opens nothing."""
    keyring = wiring_of(request).keyring
    one = service.activates(connection, keyring, token, now)
    if one is None or one.lawyer is None:
        return False
    add_account(connection, login, one.form.name, "lawyer", password, now, one.lawyer)
    service.use_activation(connection, one, login, now)
    return True


routes = [
    Route("/join", join_page),
    Route("/join", join, methods=["POST"]),
    Route("/join/find", find_page),
    Route("/join/find", find, methods=["POST"]),
    Route("/join/a/{code}", follow),
    Route("/join/activate", activate_page),
    Route("/join/activate", activate, methods=["POST"]),
]
