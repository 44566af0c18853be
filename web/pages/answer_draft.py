"""A lawyer's draft of an answer, kept by itself as it is typed, and the question's papers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from zhiban.queue import service
from zhiban.queue.answer_draft import keep_draft
from zhiban.queue.outcomes import NotYours
from zhiban.web import words
from zhiban.web.api.attachments import download
from zhiban.web.i18n import language_of, translate
from zhiban.web.pages.form import form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.number_warning import warned
from zhiban.web.pages.question import code_of
from zhiban.web.problems import Problem
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of


@allowed("lawyer")
async def keep(request: Request) -> Response:
    """Keeps what is written so far and says when; 409 where the question has passed on."""
    wiring, lang, code = wiring_of(request), language_of(request), code_of(request)
    lawyer, now = lawyer_of(staff(request)), wiring.clock.now()
    text = (await form_of(request)).raw("text")
    kept = await wiring.write(lambda c: keep_draft(c, wiring.keyring, code, lawyer, text, now))
    if isinstance(kept, NotYours):
        return JSONResponse({"said": kept.why.in_(lang)}, 409)
    said = translate(lang, "草稿已保存 %(hour)s", hour=words.hour(kept.at))
    return JSONResponse({"said": said if text.strip() else "", "numbers": warned(text, lang)})


@allowed("lawyer")
async def paper(request: Request) -> Response:
    """A paper of the question, as a download; that it was fetched is recorded."""
    wiring, code = wiring_of(request), code_of(request)
    viewer, now = f"lawyer:{lawyer_of(staff(request))}", wiring.clock.now()
    id = request.path_params["paper"][:40]
    found = await wiring.write(
        lambda c: service.attachment_for(c, wiring.keyring, code, viewer, id, now)
    )
    if isinstance(found, NotYours):
        raise Problem(404, found.why)
    return download(found)


routes = [
    Route("/lawyer/q/{ticket}/draft", keep, methods=["POST"]),
    Route("/lawyer/q/{ticket}/papers/{paper}", paper),
]
