"""How somebody of the staff is told: addresses, kinds of notice, quiet hours, and a trial."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.outbox import Notice
from zhiban.data.wording import Refused, Text
from zhiban.web.accounts import Role
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.addresses import SERVICES, Allowed, url_of
from zhiban.web.notify.choices import (
    MOST,
    add_channel,
    allowed_by,
    channels_of,
    choice_of,
    drop_channel,
    save_choice,
)
from zhiban.web.notify.quiet import GROUPS, Choice
from zhiban.web.pages.form import Form, form_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

_ALL: tuple[Role, ...] = ("lawyer", "scheduler", "supervisor", "administrator")
_PLACE = "/inbox/notices"
_TRIAL = Notice(
    "",
    "trial",
    Text("值班通知测试", "A trial notice"),
    Text("收到这条，说明这个渠道可以用。", "If you can read this, the channel works."),
)


def _allowed(request: Request) -> Allowed:
    return allowed_by(wiring_of(request).settings)


async def _page(
    request: Request,
    *,
    form: Form | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wiring, lang, account = wiring_of(request), language_of(request), staff(request)
    channels, choice = await wiring.read(
        lambda c: (channels_of(c, wiring.keyring, account.id), choice_of(c, account.id))
    )
    may = _allowed(request)
    wanted = _wanted(form) if form and "quiet" in form.values else _as_form(choice)
    done = request.query_params.get("done", "")
    return page(
        request,
        "notices.html",
        status_code=status,
        channels=[
            {
                "id": one.id,
                "name": SERVICES[one.address.service].in_(lang),
                "shown": one.shown,
                "usable": url_of(one.address, may) is not None,
            }
            for one in channels
        ],
        offered=[(code, SERVICES[code].in_(lang)) for code in may.offered],
        hosts=sorted(may.hosts),
        full=len(channels) >= MOST,
        groups=[(code, name.in_(lang)) for code, (name, _) in GROUPS.items()],
        wanted=wanted,
        typed=form.raw("address") if form else "",
        errors=errors or {},
        said=_said(done, lang),
        failed=done == "lost",
    )


def _as_form(choice: Choice) -> dict[str, object]:
    start, end = choice.quiet or (time(22), time(7, 30))
    return {
        "kinds": frozenset(GROUPS) - choice.muted,
        "quiet": choice.quiet is not None,
        "from": f"{start:%H:%M}",
        "to": f"{end:%H:%M}",
        "alarms": choice.alarms,
    }


def _wanted(form: Form) -> dict[str, object]:
    return {
        "kinds": frozenset(form.all("kind")),
        "quiet": form.text("quiet") == "1",
        "from": form.text("from"),
        "to": form.text("to"),
        "alarms": form.text("alarms") == "1",
    }


def _said(done: str, lang: Lang) -> str:
    return {
        "saved": translate(lang, "已保存，从下一条通知起这样通知您。"),
        "added": translate(lang, "渠道已添加。发一条测试，看看能不能收到。"),
        "gone": translate(lang, "渠道已删除，不会再往那里发。"),
        "tried": translate(lang, "测试通知已送出，请到那个渠道看看。"),
        "lost": translate(lang, "没有送到。请核对地址，机器人是否还在群里，再试一次。"),
    }.get(done, "")


@allowed(*_ALL)
async def show(request: Request) -> Response:
    """The page."""
    return await _page(request)


@allowed(*_ALL)
async def save(request: Request) -> Response:
    """Keeps which notices are sent out, and the quiet hours."""
    wiring, lang, account = wiring_of(request), language_of(request), staff(request)
    form = await form_of(request)
    try:
        choice = _choice(form)
    except Refused as refused:
        errors = {error.field: error.text.in_(lang) for error in refused.errors}
        return await _page(request, form=form, errors=errors, status=422)
    await wiring.write(lambda c: save_choice(c, account.id, choice))
    return RedirectResponse(f"{_PLACE}?done=saved", 303)


def _choice(form: Form) -> Choice:
    """The choice of the form; raises Refused naming `from` or `to`."""
    muted = frozenset(GROUPS) - set(form.all("kind"))
    quiet = None
    if form.text("quiet") == "1":
        quiet = (_hour(form, "from"), _hour(form, "to"))
        if quiet[0] == quiet[1]:
            raise Refused.one("to", "开始和结束不能相同", "start and end have to differ")
    return Choice(muted, quiet, form.text("alarms") == "1")


def _hour(form: Form, field: str) -> time:
    try:
        return time.fromisoformat(form.text(field)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Refused.one(field, "请写成 22:00 这样的时间", "write a time such as 22:00") from None


@allowed(*_ALL)
async def add(request: Request) -> Response:
    """Adds an address."""
    wiring, lang, account = wiring_of(request), language_of(request), staff(request)
    form, now, may = await form_of(request), wiring.clock.now(), _allowed(request)
    text = form.raw("address")
    try:
        await wiring.write(lambda c: add_channel(c, wiring.keyring, account.id, text, may, now))
    except Refused as refused:
        errors = {error.field: error.text.in_(lang) for error in refused.errors}
        return await _page(request, form=form, errors=errors, status=422)
    return RedirectResponse(f"{_PLACE}?done=added", 303)


@allowed(*_ALL)
async def drop(request: Request) -> Response:
    """Removes an address; a second tap finds it gone."""
    account, id = staff(request).id, request.path_params["id"]
    await wiring_of(request).write(lambda c: drop_channel(c, account, id))
    return RedirectResponse(f"{_PLACE}?done=gone", 303)


@allowed(*_ALL)
async def try_out(request: Request) -> Response:
    """Sends a trial notice to one address, at once, and says whether it was taken."""
    wiring, account, id = wiring_of(request), staff(request), request.path_params["id"]
    wiring.limiter.check("ask", "trial notice", account.login)
    channels = await wiring.read(lambda c: channels_of(c, wiring.keyring, account.id))
    found = next((one for one in channels if one.id == id), None)
    url = url_of(found.address, _allowed(request)) if found else None
    if url is None:
        raise Problem(404)
    taken = await to_thread.run_sync(wiring.channels.send, [url], _TRIAL)
    return RedirectResponse(f"{_PLACE}?done={'tried' if taken else 'lost'}", 303)


routes = [
    Route(_PLACE, show),
    Route(_PLACE, save, methods=["POST"]),
    Route(f"{_PLACE}/channels", add, methods=["POST"]),
    Route(f"{_PLACE}/channels/{{id:int}}/delete", drop, methods=["POST"]),
    Route(f"{_PLACE}/channels/{{id:int}}/try", try_out, methods=["POST"]),
]
