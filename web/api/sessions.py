"""Calls for logging in and out."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from zhiban.web.accounts import ROLES, Account
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.shapes import local
from zhiban.web.api.staff_model import AccountOut, LoginIn, MeOut, SessionOut
from zhiban.web.csrf import FormKey
from zhiban.web.i18n import language_of
from zhiban.web.login import WRONG, log_in
from zhiban.web.problems import Problem
from zhiban.web.security import end_session, set_session, staff
from zhiban.web.wiring import wiring_of


def account_out(account: Account) -> AccountOut:
    """An account as its holder sees it."""
    return AccountOut(
        login=account.login, name=account.name, role=account.role, lawyer=account.lawyer
    )


async def log_in_call(request: Request) -> Response:
    """Checks name and password and opens a session, given as a cookie and as a token."""
    given: LoginIn = request.state.input
    found = await log_in(request, given.login, given.password)
    if found is None:
        raise Problem(401, WRONG)
    account, token = found
    wiring = wiring_of(request)
    lifetime = timedelta(hours=wiring.settings.session_hours)
    model = SessionOut(
        account=account_out(account),
        token=token,
        csrf_token=FormKey(wiring.keyring, token, None).token(),
        expires=local(wiring.clock.now() + lifetime),
    )
    response = Response(
        model.model_dump_json(exclude_none=True), 201, media_type="application/json"
    )
    response.headers["Content-Language"] = language_of(request)
    set_session(response, wiring, token)
    return response


async def log_out_call(request: Request) -> Response:
    """Closes the session; nothing it gave works any more."""
    staff(request)
    response = Response(status_code=204)
    await end_session(request, response)
    return response


async def me(request: Request) -> Answer:
    """Who is logged in."""
    account = staff(request)
    wiring = wiring_of(request)
    key = FormKey(wiring.keyring, request.state.session_token, None)
    return Answer(MeOut(account=account_out(account), csrf_token=key.token()))


CALLS = (
    Call(
        "POST",
        "/sessions",
        log_in_call,
        "Log in. The answer sets the session's cookie and carries its token.",
        answer=SessionOut,
        status=201,
        body=LoginIn,
        problems=(401, 429),
    ),
    Call("DELETE", "/sessions", log_out_call, "Log out.", status=204, roles=ROLES),
    Call("GET", "/me", me, "Who is logged in.", answer=MeOut, roles=ROLES),
)
