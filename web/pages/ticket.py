"""The ticket: who answers and when, what happened so far, live; the slip to keep."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.queue.views import TicketView
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.ask_kept import let_go
from zhiban.web.pages.card import TicketPage, ticket_page
from zhiban.web.pages.ticket_access import forget_secret, held, look
from zhiban.web.pages.uploads import ACCEPT
from zhiban.web.render import environment, page
from zhiban.web.wiring import wiring_of

_EMPTY = {"text": "", "stars": "", "remark": "", "reason": ""}


async def ticket_of(request: Request) -> TicketPage | None:
    """The ticket of the address, if this browser may see it."""
    key = held(request)
    if key is None:
        return None
    code, secret = key
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    view = await wiring.read(lambda connection: look(wiring, connection, code, secret, now))
    if view is None:
        return None
    finding = str(request.url.replace(path="/find", query="", fragment=""))
    return ticket_page(view, secret, finding, _qr(f"{finding}#{code}.{secret}"), now, lang)


def _qr(text: str) -> str:
    """A code to scan, as a data address; the secret stands behind the #, which no server sees."""
    code: Any = segno.make(text, error="m")
    drawn: str = code.svg_data_uri(border=2, scale=4, dark="#000", light="#fff")
    return drawn


def to_find() -> Response:
    """Where who holds no secret is asked for it."""
    return RedirectResponse("/find", 303)


async def show(request: Request) -> Response:
    """The ticket's page; who holds no secret is asked for it."""
    return await show_page(request)


async def show_page(
    request: Request,
    errors: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    status: int = 200,
    template: str = "ticket.html",
    done: str = "",
) -> Response:
    """The ticket's page, or one of its own for one thing, with what was typed and what to mend."""
    ticket = await ticket_of(request)
    if ticket is None:
        return to_find()
    done = done or request.query_params.get("done", "")
    return page(
        request,
        template,
        status_code=status,
        ticket=ticket,
        errors=errors or {},
        form={**_EMPTY, **(form or {})},
        key=secrets.token_urlsafe(24),
        accept=ACCEPT,
        largest=wiring_of(request).settings.attachment_limit,
        papers=(),
        said=_said(done, language_of(request)),
        sent=f"t-{ticket.code}" if done == "message" else "",
    )


def _said(done: str, lang: Lang) -> str:
    """What has just been done, and what comes next."""
    return {
        "message": translate(lang, "已发给律师，答复会出现在这里。"),
        "rating": translate(lang, "谢谢您的评价。"),
        "withdraw": translate(lang, "问题已撤回，律师不再解答。"),
        "erase": translate(lang, "您写的内容和文件都已删除，谁也看不到了。"),
        "moved": translate(lang, "刚才有了新的进展，请看过以后再操作。"),
        "recovered": translate(lang, "这是新的查询密码，请重新保存；原来的不再有用。"),
    }.get(done, "")


async def live(request: Request) -> Response:
    """The part that changes, when it is newer than what the browser has; else 204."""
    key = held(request)
    if key is None:
        return Response(status_code=204)
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()

    def render(view: TicketView) -> bytes:
        ticket = ticket_page(view, "", "", "", now, lang)
        part = environment(lang).get_template("ticket_live.html")
        drawn = part.render(ticket=ticket, now=now, words=words, csrf_token="")
        return f"{ticket.stamp}\n{drawn}".encode()

    # Rendered once for all who look at the same ticket, as long as nothing has changed.
    found = await wiring.following.answer(*key, now, f"page-{lang}", render)
    stamp, _, part = (found or b"").partition(b"\n")
    if found is None or stamp.decode() == request.query_params.get("seen"):
        return Response(status_code=204)
    following = f"/t/{key[0]}/live?seen={stamp.decode()}"
    headers = {"X-Next": following, "Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(part, headers=headers, media_type="text/html")


async def receipt(request: Request) -> Response:
    """Code and secret to keep, right after asking or later; made to be printed."""
    return await show_page(request, template="receipt.html")


async def forget(request: Request) -> Response:
    """Takes the secret out of this browser."""
    answer = RedirectResponse("/find", 303)
    key = held(request)
    if key is not None:
        forget_secret(request, answer, key[0])
        let_go(request, answer)  # what was asked last is found by that, too
    return answer


routes = [
    Route("/t/{ticket}", show),
    Route("/t/{ticket}/live", live),
    Route("/t/{ticket}/receipt", receipt),
    Route("/t/{ticket}/forget", forget, methods=["POST"]),
]
