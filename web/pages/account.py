"""Logging in and out, the inbox, language and type size."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.web.accounts import Account
from zhiban.web.i18n import LANGUAGE_COOKIE, LANGUAGES, language_of, translate
from zhiban.web.login import WRONG, log_in
from zhiban.web.notify.inbox import inbox_of, mark_read
from zhiban.web.pages.form import form_of
from zhiban.web.render import page, same_page
from zhiban.web.security import end_session, inner_path, set_session, staff, viewer_of
from zhiban.web.wiring import wiring_of

LARGE_COOKIE = "large"
_YEAR = 365 * 24 * 3600


def home_of(account: Account) -> str:
    """Where an account's day begins."""
    return "/lawyer" if account.role == "lawyer" else "/scheduler"


async def login_page(request: Request) -> Response:
    """The log-in form; who is logged in already goes on."""
    viewer = viewer_of(request)
    target = inner_path(request.query_params.get("next"), "")
    if viewer is not None:
        return RedirectResponse(target or home_of(viewer), 303)
    return page(request, "login.html", form={"login": ""}, errors={}, next=target)


async def login(request: Request) -> Response:
    """Logs in, or says at the field what is wrong."""
    form = await form_of(request)
    lang = language_of(request)
    name, password = form.text("login"), form.raw("password")
    target = inner_path(form.text("next"), "")
    errors = {}
    if not name:
        errors["login"] = translate(lang, "请填写登录名。")
    if not password:
        errors["password"] = translate(lang, "请填写密码。")
    found = None if errors else await log_in(request, name, password)
    if found is not None:
        account, token = found
        answer = RedirectResponse(target or home_of(account), 303)
        set_session(answer, wiring_of(request), token)
        return answer
    return page(
        request,
        "login.html",
        status_code=422 if errors else 401,
        form={"login": name},
        errors=errors or {"login": WRONG.in_(lang)},
        next=target,
    )


async def logout(request: Request) -> Response:
    """Closes the session."""
    answer = RedirectResponse("/login", 303)
    await end_session(request, answer)
    return answer


async def inbox(request: Request) -> Response:
    """The newest notices; looking at them is reading them."""
    viewer = staff_or_login(request)
    if not isinstance(viewer, Account):
        return viewer
    wiring = wiring_of(request)
    lang = language_of(request)
    found = await wiring.read(lambda connection: inbox_of(connection, wiring.keyring, viewer))
    if any(notice.read_at is None for notice in found):
        now = wiring.clock.now()
        await wiring.write(lambda connection: mark_read(connection, viewer, now))
    notices = [
        {
            "at": notice.at,
            "title": notice.title.in_(lang),
            "body": notice.body.in_(lang),
            "link": notice.link if notice.link.startswith("/") else "",
            "fresh": notice.read_at is None,
        }
        for notice in found
    ]
    return page(request, "inbox.html", notices=notices)


def staff_or_login(request: Request) -> Account | Response:
    """Who is logged in, or the way to the log-in form."""
    if viewer_of(request) is None:
        return RedirectResponse(f"/login?next={quote(same_page(request))}", 303)
    return staff(request)


async def language(request: Request) -> Response:
    """Switches the language of the pages and goes back to where one was."""
    form = await form_of(request)
    answer = RedirectResponse(inner_path(form.text("next")), 303)
    if form.text("lang") in LANGUAGES:
        _keep(request, answer, LANGUAGE_COOKIE, form.text("lang"))
    return answer


async def type_size(request: Request) -> Response:
    """Switches large type on or off and goes back to where one was."""
    form = await form_of(request)
    answer = RedirectResponse(inner_path(form.text("next")), 303)
    if request.cookies.get(LARGE_COOKIE):
        answer.delete_cookie(LARGE_COOKIE, path="/")
    else:
        _keep(request, answer, LARGE_COOKIE, "1")
    return answer


def _keep(request: Request, answer: Response, name: str, value: str) -> None:
    """A year's cookie that holds no more than how somebody likes to read."""
    https = wiring_of(request).settings.https
    answer.set_cookie(
        name, value, max_age=_YEAR, path="/", secure=https, httponly=True, samesite="lax"
    )


routes = [
    Route("/login", login_page),
    Route("/login", login, methods=["POST"]),
    Route("/logout", logout, methods=["POST"]),
    Route("/inbox", inbox),
    Route("/language", language, methods=["POST"]),
    Route("/type", type_size, methods=["POST"]),
]
