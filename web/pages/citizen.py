"""The citizen's way in: home, what the service promises, finding a ticket again."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.queue.tickets import read_code, read_secret
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address
from zhiban.web.pages.duty_now import duty_now
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.ticket_access import keep_secret, opens
from zhiban.web.render import page
from zhiban.web.security import inner_path
from zhiban.web.wiring import wiring_of

CONTRAST_COOKIE = "contrast"
_YEAR = 365 * 24 * 3600


async def home(request: Request) -> Response:
    """What the service is, who is on duty now, and the two ways in."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    duty = await wiring.read(lambda connection: duty_now(wiring, connection, now, lang))
    return page(request, "home.html", on_duty=duty.on_duty, next_shift=duty.next_shift)


async def about(request: Request) -> Response:
    """What the service promises, and how it keeps what it is told."""
    return page(request, "about.html")


async def accessibility(request: Request) -> Response:
    """What the pages promise to whoever sees, hears or moves differently, and whom to tell."""
    return page(request, "accessibility.html")


async def contrast(request: Request) -> Response:
    """Switches strong colours on or off and goes back to where one was."""
    form = await form_of(request)
    answer = RedirectResponse(inner_path(form.text("next")), 303)
    https = wiring_of(request).settings.https
    if request.cookies.get(CONTRAST_COOKIE):
        answer.delete_cookie(CONTRAST_COOKIE, path="/")
    else:
        answer.set_cookie(
            CONTRAST_COOKIE, "1", _YEAR, path="/", secure=https, httponly=True, samesite="lax"
        )
    return answer


async def find_page(request: Request) -> Response:
    """The form that opens a ticket again."""
    return page(request, "find.html")


async def find(request: Request) -> Response:
    """Opens a ticket by code and secret; a wrong code and a wrong secret look alike."""
    form, lang, wiring = await form_of(request), language_of(request), wiring_of(request)
    errors = _missing(form, lang)
    if not errors:
        wiring.limiter.check("ticket", address(request))
        code, secret = read_code(form.text("code")), read_secret(form.text("secret"))
        if code and secret and await opens(wiring, code, secret):
            answer = RedirectResponse(f"/t/{code}", 303)
            keep_secret(request, answer, code, secret)
            return answer
        errors["code"] = translate(lang, "编号或查询密码不对，请对照凭证再输一次。")
    return page(
        request, "find.html", status_code=422, find_errors=errors, find_code=form.text("code")
    )


def _missing(form: Form, lang: Lang) -> dict[str, str]:
    errors = {}
    if not form.text("code"):
        errors["code"] = translate(lang, "请填写编号。")
    if not form.text("secret"):
        errors["secret"] = translate(lang, "请填写查询密码。")
    return errors


routes = [
    Route("/", home),
    Route("/about", about),
    Route("/accessibility", accessibility),
    Route("/contrast", contrast, methods=["POST"]),
    Route("/find", find_page),
    Route("/find", find, methods=["POST"]),
]
