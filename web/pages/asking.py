"""Asking: the form on one page, its errors, the files on the way, and the question sent."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.database import DatabaseBusy
from zhiban.data.wording import Refused
from zhiban.data.writer import WriterBusy
from zhiban.queue import service, unsent
from zhiban.queue.asking import Ask, checked
from zhiban.queue.library import offered_names
from zhiban.queue.outcomes import Asked, KeyReused
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address
from zhiban.web.pages.account import LARGE_COOKIE
from zhiban.web.pages.answering_now import answering_now
from zhiban.web.pages.ask_form import (
    GUARDIAN,
    MORE,
    ask_of,
    errors_of,
    greens,
    in_order,
    relations,
    shown,
    values_of,
)
from zhiban.web.pages.ask_kept import (
    Kept,
    fresh_key,
    hold,
    keep,
    keep_division,
    kept,
    last_division,
    let_go,
    ticket_sent,
)
from zhiban.web.pages.ask_review import review_page
from zhiban.web.pages.duty_now import duty_now
from zhiban.web.pages.placed import found_place, placed, register_of
from zhiban.web.pages.places import choices
from zhiban.web.pages.suggesting import categorised
from zhiban.web.pages.ticket_access import keep_secret
from zhiban.web.pages.uploads import ACCEPT, Sent, sent_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.wiring import Wiring, wiring_of


async def ask_page(request: Request) -> Response:
    """The form: as it was left, or empty."""
    if request.cookies.get(LARGE_COOKIE) and "all" not in request.query_params:
        return RedirectResponse(f"/ask/story?{request.url.query}", 303)
    found = await kept(request)
    if not found.begun:
        found = Kept(fresh_key())
        # Nothing of anybody is on it, so that the back button may show it as it was filled in.
        return await form_page(request, found, {}, headers={"Cache-Control": "private, no-cache"})
    return await form_page(request, found, {}, resumed=True)


async def form_page(
    request: Request,
    found: Kept,
    errors: Mapping[str, str],
    status: int = 200,
    *,
    resumed: bool = False,
    sent_ticket: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The whole form on one page, with what is kept of it."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    form, last = shown(found.values), last_division(request)
    duty, offered, answering, place = await wiring.read(
        lambda connection: (
            duty_now(wiring, connection, now, lang),
            choices(connection, lang),
            answering_now(wiring, connection, now, lang),
            None
            if form["division"]
            else found_place(connection, wiring, str(form["text"]), last, lang),
        )
    )
    return page(
        request,
        "ask.html",
        status_code=status,
        headers=headers,
        form=form,
        errors=errors,
        key=found.key,
        papers=found.papers,
        resumed=resumed,
        sent_ticket=sent_ticket,
        accept=ACCEPT,
        largest=wiring.settings.attachment_limit,
        cities=offered.cities,
        counties=offered.counties,
        categories=offered.categories,
        found_place=place,
        greens=greens(lang),
        relations=relations(lang),
        open_more=bool(MORE & errors.keys()) or any(form[field] for field in MORE),
        open_guardian=bool(GUARDIAN & errors.keys()) or bool(form["under_14"]),
        on_duty=duty.on_duty,
        next_shift=duty.next_shift,
        answering=answering,
    )


async def ask(request: Request) -> Response:
    """What the form's buttons do: go on to the review, take a file out, begin anew, send."""
    sent, lang = await sent_of(request), language_of(request)
    form = sent.form
    if form.text("website"):  # only a machine fills in what no person sees
        raise Problem(422)
    here = Kept(form.some("key") or fresh_key(), values_of(form))
    try:
        wiring_of(request).limiter.check("ask", address(request))
    except Problem as problem:
        why = {"text": problem.detail.in_(lang)}
        answer = await form_page(request, here, why, problem.status)
        answer.headers.update(problem.headers)
        return answer
    act = form.text("do")
    try:
        if act == "clear":
            return await _clear(request, here.key)
        if act.startswith("drop:"):
            return await _drop(request, here, act.removeprefix("drop:"))
        if act == "review":
            return await _review(request, here, sent)
        return await _send(request, here, sent, lang)
    except (WriterBusy, DatabaseBusy):
        return asked_to_wait(await form_page(request, here, {"text": busy(lang)}, 503))


async def _clear(request: Request, key: str) -> Response:
    await wiring_of(request).write(lambda connection: unsent.clear(connection, key))
    answer = RedirectResponse("/ask?new", 303)
    let_go(request, answer)
    return answer


async def _drop(request: Request, here: Kept, id: str) -> Response:
    """Takes a file out; what was typed meanwhile is kept."""
    await keep(request, here.key, here.values, ())
    await wiring_of(request).write(lambda c: unsent.drop_paper(c, here.key, id[:40]))
    answer = RedirectResponse("/ask?all#papers", 303)
    hold(request, answer, here.key)
    return answer


async def _review(request: Request, here: Kept, sent: Sent) -> Response:
    """Keeps everything and goes on to the review, or shows what to mend."""
    lang = language_of(request)
    before = await ticket_sent(request, here.key)
    if before is not None:
        return await _sent_already(request, here, before)
    errors = await keep_all(request, here, sent, lang)
    errors |= await faults(request, ask_of(here.values), lang)
    if errors:
        now_kept = await kept(request, here.key)
        answer = await form_page(request, now_kept, in_order(errors), 422)
    else:
        answer = RedirectResponse("/ask/review", 303)
    hold(request, answer, here.key)
    return answer


async def keep_all(request: Request, here: Kept, sent: Sent, lang: Lang) -> dict[str, str]:
    """Keeps the form and its files; what is wrong with files, if anything is."""
    errors = [fault.in_(lang) for fault in sent.faults]
    try:
        await keep(request, here.key, here.values, sent.papers)
    except Refused as refused:
        errors += [error.text.in_(lang) for error in refused.errors]
        await keep(request, here.key, here.values, ())
    return {"file": " ".join(errors)} if errors else {}


async def faults(request: Request, asked: Ask, lang: Lang) -> dict[str, str]:
    """What the queue would refuse of the question, by the page's fields."""
    wiring, now = wiring_of(request), wiring_of(request).clock.now()
    last = last_division(request)

    def look(connection: Connection) -> dict[str, str]:
        known = service.knowledge(connection, wiring.keyring, now).register
        try:
            checked(placed(asked, known, last), known.divisions, known.offered)
        except Refused as refused:
            return errors_of(refused, asked, lang)
        return {}

    return await wiring.read(look)


async def _send(request: Request, here: Kept, sent: Sent, lang: Lang) -> Response:
    """Takes the question in with its files, or shows what to mend."""
    wiring, asked, now = wiring_of(request), ask_of(here.values), wiring_of(request).clock.now()
    last = last_division(request)
    errors = await keep_all(request, here, sent, lang) if sent.papers or sent.faults else {}
    errors |= await _lost_papers(request, here, sent, lang)
    if not errors:
        try:
            result = await wiring.write(
                lambda c: unsent.send(
                    c, wiring.keyring, _completed(c, wiring, asked, last, lang), here.key, now
                )
            )
        except Refused as refused:
            errors = errors_of(refused, asked, lang)
    if errors:
        return await _mend(request, here, sent, errors)
    if isinstance(result, KeyReused):
        return await _sent_already(request, here, await ticket_sent(request, here.key) or "")
    return _taken(request, here, asked, result)


def _completed(connection: Connection, wiring: Wiring, asked: Ask, last: str, lang: Lang) -> Ask:
    """The question with what its story tells where nobody chose."""
    if not asked.division:
        asked = placed(asked, register_of(connection, wiring), last)
    return categorised(asked, offered_names(connection, lang))


def _taken(request: Request, here: Kept, asked: Ask, result: Asked) -> Response:
    answer = RedirectResponse(f"/t/{result.ticket}/receipt", 303)
    keep_secret(request, answer, result.ticket, result.secret)
    if asked.division:  # chosen; what a story names is no one's habit
        keep_division(request, answer, asked.division)
    hold(request, answer, here.key)  # the back button finds by it what was sent
    return answer


async def _mend(request: Request, here: Kept, sent: Sent, errors: Mapping[str, str]) -> Response:
    """The review again where only the consent is missing, else the form."""
    papers = (await kept(request, here.key)).papers
    found = Kept(here.key, here.values, papers)
    if sent.form.text("at") == "review" and errors.keys() <= {"consent"}:
        return await review_page(request, found, errors, 422)
    return await form_page(request, found, in_order(errors) or errors, 422)


async def _lost_papers(request: Request, here: Kept, sent: Sent, lang: Lang) -> dict[str, str]:
    """What is said where fewer files are kept than the review showed: they are a day old."""
    expected = sent.form.number("papers") or 0
    if not expected or await ticket_sent(request, here.key) is not None:
        return {}
    if len((await kept(request, here.key)).papers) >= expected:
        return {}
    said = translate(lang, "添加的照片或文件放得太久，已经删除。请重新添加，文字都还在。")
    return {"file": said}


async def _sent_already(request: Request, here: Kept, ticket: str) -> Response:
    """The form under a fresh key, for who went back and changed what has been sent."""
    again = translate(
        language_of(request),
        "刚才那次提交已经收到。如果要另外提一个问题，请核对内容后再提交一次。",
    )
    fresh = Kept(fresh_key(), here.values)
    return await form_page(request, fresh, {"text": again}, 409, sent_ticket=ticket)


def busy(lang: Lang) -> str:
    """What is said where the service cannot write for a moment."""
    return translate(lang, "系统暂时忙不过来，没有提交成功。您写的还在，请过几秒再提交。")


def asked_to_wait(answer: Response) -> Response:
    """The same answer, telling programs too that a second try in a moment is worth it."""
    answer.headers["Retry-After"] = "2"
    return answer


routes = [
    Route("/ask", ask_page),
    Route("/ask", ask, methods=["POST"]),
]
