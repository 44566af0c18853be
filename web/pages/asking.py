"""Asking: the form, its errors, and the ticket that comes of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.database import DatabaseBusy
from zhiban.data.wording import Refused
from zhiban.data.writer import WriterBusy
from zhiban.queue import service
from zhiban.queue.asking import GREEN_LANE, Ask
from zhiban.queue.outcomes import Asked, KeyReused
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address
from zhiban.web.pages.duty_now import duty_now
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.places import choices
from zhiban.web.pages.ticket_access import keep_secret
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.wiring import wiring_of

_FIELDS = ("text", "division", "category", "other_party", "contact")
# What the service calls its fields, and where they stand on the page.
_AT = {"green_lane": "green"}
_MORE = frozenset({"other_party", "contact", "green"})
DIVISION_COOKIE = "division"


async def ask_page(request: Request) -> Response:
    """The empty form; the division is the one this browser asked from last."""
    form: dict[str, object] = dict.fromkeys(_FIELDS, "")
    form.update(green=(), consent=False, division=request.cookies.get(DIVISION_COOKIE, ""))
    return await _form(request, form, {})


async def _form(
    request: Request,
    form: Mapping[str, object],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    duty, offered = await wiring.read(
        lambda connection: (duty_now(wiring, connection, now, lang), choices(connection, lang))
    )
    return page(
        request,
        "ask.html",
        status_code=status,
        form=form,
        errors=errors,
        key=secrets.token_urlsafe(24),
        cities=offered.cities,
        counties=offered.counties,
        categories=offered.categories,
        greens=_greens(lang),
        open_more=bool(_MORE & errors.keys()) or any(form[field] for field in _MORE),
        on_duty=duty.on_duty,
        next_shift=duty.next_shift,
    )


def _greens(lang: Lang) -> list[tuple[str, str]]:
    """The declared groups with one line why each is asked."""
    why = {
        "minor": translate(lang, "不满18周岁"),
        "elder": translate(lang, "年满60周岁"),
        "disabled": translate(lang, "行动、听说或看写不便"),
        "migrant_wage": translate(lang, "打工的工钱没有拿到"),
        "domestic_violence": translate(lang, "有危险请先拨打110"),
        "military": translate(lang, "现役、退役军人和家属"),
    }
    return [(code, why.get(code, "")) for code in GREEN_LANE]


async def ask(request: Request) -> Response:
    """Takes a question in and shows its ticket, or the form again with what to mend."""
    form, lang = await form_of(request), language_of(request)
    wiring = wiring_of(request)
    if form.text("website"):  # only a machine fills in what no person sees
        raise Problem(422)
    try:
        wiring.limiter.check("ask", address(request))
    except Problem as problem:
        return await _form(request, _kept(form), {"text": problem.detail.in_(lang)}, problem.status)
    sent = _ask(form)
    key, now = form.some("key"), wiring.clock.now()

    def command(connection: Connection) -> Asked | KeyReused:
        return service.ask(connection, wiring.keyring, sent, key, now)

    try:
        result = await wiring.write(command)
    except Refused as refused:
        return await _form(request, _kept(form), _errors(refused, sent, lang), 422)
    except (WriterBusy, DatabaseBusy):
        answer = await _form(request, _kept(form), {"text": busy(lang)}, 503)
        return asked_to_wait(answer)
    if isinstance(result, KeyReused):
        again = translate(
            lang, "刚才那次提交已经收到。如果要另外提一个问题，请核对内容后再提交一次。"
        )
        return await _form(request, _kept(form), {"text": again}, 409)
    taken = RedirectResponse(f"/t/{result.ticket}/receipt", 303)
    keep_secret(request, taken, result.ticket, result.secret)
    _keep_division(request, taken, sent.division)
    return taken


def busy(lang: Lang) -> str:
    """What is said where the service cannot write for a moment."""
    return translate(lang, "系统暂时忙不过来，没有提交成功。您写的还在，请过几秒再提交。")


def asked_to_wait(answer: Response) -> Response:
    """The same answer, telling programs too that a second try in a moment is worth it."""
    answer.headers["Retry-After"] = "2"
    return answer


def _ask(form: Form) -> Ask:
    return Ask(
        text=form.raw("text"),
        division=form.text("division"),
        consent=form.text("consent") == "yes",
        category=form.some("category"),
        contact=form.some("contact"),
        other_party=form.some("other_party"),
        green_lane=form.all("green"),
    )


def _kept(form: Form) -> dict[str, object]:
    """What was typed, to be shown again."""
    kept: dict[str, object] = {field: form.raw(field) for field in _FIELDS}
    return kept | {"green": form.all("green"), "consent": form.text("consent") == "yes"}


def _errors(refused: Refused, sent: Ask, lang: Lang) -> dict[str, str]:
    """What to mend, by the page's fields, in the page's words where it knows better ones."""
    errors = {_AT.get(error.field, error.field): error.text.in_(lang) for error in refused.errors}
    if "text" in errors and not sent.text.strip():
        errors["text"] = translate(lang, "请写下发生了什么、您想知道什么。")
    if "division" in errors and not sent.division:
        errors["division"] = translate(lang, "请选择事情发生在哪里。")
    if "consent" in errors:
        errors["consent"] = translate(lang, "请先勾选同意，律师才能看到您写的内容。")
    order = ("text", "division", "category", "other_party", "contact", "green", "consent")
    return {field: errors[field] for field in order if field in errors} or {
        "text": refused.text.in_(lang)
    }


def _keep_division(request: Request, answer: Response, division: str) -> None:
    https = wiring_of(request).settings.https
    answer.set_cookie(
        DIVISION_COOKIE,
        division,
        max_age=365 * 24 * 3600,
        path="/ask",
        secure=https,
        httponly=True,
        samesite="lax",
    )


routes = [
    Route("/ask", ask_page),
    Route("/ask", ask, methods=["POST"]),
]
