"""A ticket's files and data for its holder; and the way back in by code and telephone number."""

from __future__ import annotations

import asyncio
import json
import time

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.queue import own_data, service
from zhiban.queue.outcomes import NoSuchTicket, NotYours
from zhiban.web.api.attachments import download
from zhiban.web.api.own_data import own_data_out
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address
from zhiban.web.names import name
from zhiban.web.pages.form import form_of
from zhiban.web.pages.talk import entries
from zhiban.web.pages.ticket import to_find
from zhiban.web.pages.ticket_access import held, keep_secret
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.wiring import wiring_of

# A right and a wrong number take the same time, so that none can be told from the other.
_SECONDS = 0.4


async def attachment(request: Request) -> Response:
    """A file, only with the ticket's secret; always a download, never run."""
    wiring, key = wiring_of(request), held(request)
    if key is None:
        return to_find()
    id = request.path_params["attachment"][:40]
    found = await wiring.read(lambda c: service.attachment(c, wiring.keyring, *key, id))
    if isinstance(found, NoSuchTicket):
        return to_find()
    if isinstance(found, NotYours):
        raise Problem(404, found.why)
    return download(found)


async def _own(request: Request) -> own_data.OwnData | None:
    wiring, key, now = wiring_of(request), held(request), wiring_of(request).clock.now()
    if key is None:
        return None
    wiring.limiter.check("ticket", address(request))
    found = await wiring.read(lambda c: own_data.own_data(c, wiring.keyring, *key, now))
    return None if isinstance(found, NoSuchTicket) else found


async def data_page(request: Request) -> Response:
    """Everything that is stored of the question, to be read or printed."""
    found, lang = await _own(request), language_of(request)
    if found is None:
        return to_find()
    view = found.view
    return page(
        request,
        "ticket_data.html",
        code=view.ticket,
        asked=view.asked,
        rows=_rows(found, lang),
        entries=entries(view.steps, "citizen", lang, view.attachments),
        applications=found.applications,
        drafts=found.drafts,
    )


def _rows(found: own_data.OwnData, lang: Lang) -> list[tuple[str, str]]:
    """What was sent in besides the story, and where it went."""
    view, sent = found.view, found.sent
    guardian = sent.get("guardian") or {}
    groups = ("、" if lang == "zh" else ", ").join(
        name("green", one, lang) for one in sent.get("green_lane", ())
    )
    rows = [
        (translate(lang, "在哪里"), view.division.name.in_(lang)),
        (translate(lang, "关于什么"), view.category.name.in_(lang) if view.category else ""),
        (translate(lang, "对方"), sent.get("other_party") or ""),
        (translate(lang, "手机号"), sent.get("contact") or ""),
        (translate(lang, "您的情况"), groups),
        (translate(lang, "监护人"), str(guardian.get("name", ""))),
        (translate(lang, "解答的律师"), " ".join((view.lawyer_name or "", view.firm_name or ""))),
    ]
    return [(label, value) for label, value in rows if value.strip()]


async def data_file(request: Request) -> Response:
    """The same as a file that programs can read."""
    found = await _own(request)
    if found is None:
        return to_find()
    told = own_data_out(found, language_of(request)).model_dump(mode="json")
    content = json.dumps(told, ensure_ascii=False, indent=2)
    headers = {
        "Content-Disposition": f'attachment; filename="{found.view.ticket}.json"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, headers=headers, media_type="application/json")


async def recover_page(request: Request) -> Response:
    """The form for who has the code and the telephone number, but lost the secret."""
    return page(request, "recover.html", errors={}, code=request.query_params.get("code", ""))


async def recover(request: Request) -> Response:
    """A new secret for the right number; every other try looks and lasts the same."""
    form, lang, wiring = await form_of(request), language_of(request), wiring_of(request)
    code, phone, now = form.text("code"), form.text("phone"), wiring.clock.now()
    # By address and by ticket: neither many numbers for one ticket nor many tickets can be tried.
    wiring.limiter.check("ticket", address(request))
    wiring.limiter.check("ticket", "recover", code.upper())
    begun = time.monotonic()
    found = await wiring.write(lambda c: own_data.recover(c, wiring.keyring, code, phone, now))
    await asyncio.sleep(max(0.0, _SECONDS - (time.monotonic() - begun)))
    if isinstance(found, NoSuchTicket):
        wrong = translate(
            lang, "编号或手机号不对，或者提问时没有留手机号。请核对后再试；试得太多会停一会儿。"
        )
        errors = {"code": wrong}
        return page(request, "recover.html", status_code=422, errors=errors, code=code)
    answer = RedirectResponse(f"/t/{found.ticket}/receipt?done=recovered", 303)
    keep_secret(request, answer, found.ticket, found.secret)
    return answer


routes = [
    Route("/t/{ticket}/attachments/{attachment}", attachment),
    Route("/t/{ticket}/data", data_page),
    Route("/t/{ticket}/data.json", data_file),
    Route("/recover", recover_page),
    Route("/recover", recover, methods=["POST"]),
]
