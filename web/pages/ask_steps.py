"""Asking step by step, one thing a page: what 长辈版 begins with, open to everybody."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.database import DatabaseBusy
from zhiban.data.writer import WriterBusy
from zhiban.queue import unsent
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address
from zhiban.web.pages.ask_form import Values, ask_of, greens, in_order, relations, shown
from zhiban.web.pages.ask_kept import Kept, fresh_key, hold, kept, last_division
from zhiban.web.pages.asking import asked_to_wait, busy, faults, keep_all
from zhiban.web.pages.form import Form
from zhiban.web.pages.placed import found_place
from zhiban.web.pages.places import choices
from zhiban.web.pages.uploads import ACCEPT, sent_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.wiring import wiring_of

STEPS: Mapping[str, tuple[str, ...]] = {
    "story": ("text",),
    "where": ("division", "category"),
    "papers": ("file",),
    "about": (
        "other_party",
        "green",
        "under_14",
        "guardian_name",
        "guardian_relation",
        "guardian_consent",
    ),
    "contact": ("contact",),
}
_NAMES = tuple(STEPS)


def _titles(lang: Lang) -> dict[str, str]:
    return {
        "story": translate(lang, "发生了什么？"),
        "where": translate(lang, "在哪里？"),
        "papers": translate(lang, "有照片或材料吗？"),
        "about": translate(lang, "和谁的事？您的情况？"),
        "contact": translate(lang, "要留手机号吗？"),
    }


def _named(request: Request) -> str:
    return request.url.path.rpartition("/")[2]


async def show(request: Request) -> Response:
    """One step, with what was written in it before."""
    found = await kept(request)
    if not found.begun and _named(request) != "story":
        return RedirectResponse("/ask/story", 303)
    fresh = found if found.begun else Kept(fresh_key(), found.values)
    return await _step(request, fresh, {})


async def _step(
    request: Request, found: Kept, errors: Mapping[str, str], status: int = 200, back: str = ""
) -> Response:
    wiring, lang, step = wiring_of(request), language_of(request), _named(request)
    place = _NAMES.index(step)
    form, last = shown(found.values), last_division(request)
    offered, named = await wiring.read(
        lambda connection: (
            choices(connection, lang),
            None
            if form["division"]
            else found_place(connection, wiring, str(form["text"]), last, lang),
        )
    )
    return page(
        request,
        "ask_step.html",
        status_code=status,
        step=step,
        number=place + 1,
        steps=len(_NAMES) + 1,
        title=_titles(lang)[step],
        before=f"/ask/{_NAMES[place - 1]}" if place else "/",
        to=back or request.query_params.get("to", ""),
        form=form,
        errors=errors,
        key=found.key,
        papers=found.papers,
        accept=ACCEPT,
        largest=wiring.settings.attachment_limit,
        cities=offered.cities,
        counties=offered.counties,
        categories=offered.categories,
        found_place=named,
        greens=greens(lang),
        relations=relations(lang),
        open_guardian=bool(form["under_14"]) or "guardian_name" in errors,
    )


async def go_on(request: Request) -> Response:
    """Keeps one step and leads to the next, or shows what to mend in it."""
    sent, lang, step = await sent_of(request), language_of(request), _named(request)
    form, back = sent.form, sent.form.text("to")
    before = await kept(request, form.some("key"))
    here = Kept(before.key, _merged(before.values, form, STEPS[step]), before.papers)
    try:
        wiring_of(request).limiter.check("ticket", address(request))
        if form.text("do").startswith("drop:"):
            id = form.text("do").removeprefix("drop:")[:40]
            await wiring_of(request).write(lambda c: unsent.drop_paper(c, here.key, id))
            return RedirectResponse(f"/ask/{step}?to={'review' if back == 'review' else ''}", 303)
        errors = await keep_all(request, here, sent, lang)
    except Problem as problem:
        said = {STEPS[step][0]: problem.detail.in_(lang)}
        return await _step(request, here, said, problem.status, back)
    except (WriterBusy, DatabaseBusy):
        said = {STEPS[step][0]: busy(lang)}
        return asked_to_wait(await _step(request, here, said, 503, back))
    found = await faults(request, ask_of(here.values), lang)
    errors |= {field: text for field, text in found.items() if field in STEPS[step]}
    if errors:
        answer = await _step(request, await kept(request, here.key), in_order(errors), 422, back)
    else:
        answer = RedirectResponse(_next(step, back), 303)
    hold(request, answer, here.key)
    return answer


def _next(step: str, back: str) -> str:
    place = _NAMES.index(step) + 1
    if back == "review" or place == len(_NAMES):
        return "/ask/review"
    return f"/ask/{_NAMES[place]}"


def _merged(before: Values, form: Form, fields: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What was kept, with the fields of this step as they were sent now."""
    others = {name: tuple(values) for name, values in before.items() if name not in fields}
    return others | {name: form.all(name) for name in fields if any(form.all(name))}


routes = [
    *(Route(f"/ask/{step}", show) for step in STEPS),
    *(Route(f"/ask/{step}", go_on, methods=["POST"]) for step in STEPS),
]
