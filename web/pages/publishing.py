"""Publishing a week: what would change, who is told what, who answers for it; then the version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.store import load_calendar
from zhiban.data.week import Week
from zhiban.roster import service, store
from zhiban.roster.changes import Change, differences
from zhiban.roster.drafts import Draft, SignOff, Unpublished
from zhiban.roster.publication import duties_of
from zhiban.roster.published import Version
from zhiban.roster.publishing_checks import Warned, warnings_of
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.differences import Compared, compared
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.places import names
from zhiban.web.pages.week_summary import place
from zhiban.web.pages.weeks import called, week_of
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

_SHOWN = 60
LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Letter:
    """What one lawyer will be told, word for word."""

    name: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A draft that is about to be published, beside the version before it."""

    draft: Draft
    earlier: Version | None
    version: Version
    changes: tuple[Change, ...]
    warnings: tuple[Warned, ...]
    said: Mapping[str, str]


def _plan(connection: Connection, week: Week, now: Any, lang: Lang) -> Plan | None:
    draft = service.draft(connection, week)
    if draft is None or draft.published_revision == draft.revision:
        return None
    earlier = store.load_published(connection, week, week).newest(week)
    number = earlier.number + 1 if earlier else 1
    version = Version(0, week, number, now, duties_of(draft.problem, draft.file.roster))
    changes, calendar = differences(earlier, version), load_calendar(connection)
    warned = warnings_of(draft.problem, draft.file, week, calendar, changes, now)
    return Plan(draft, earlier, version, changes, warned, names(connection, lang))


@allowed("scheduler", "supervisor", "administrator")
async def confirm(request: Request) -> Response:
    """What publishing the draft would change, and who would be told."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    now = wiring.clock.now()
    plan = await wiring.read(lambda connection: _plan(connection, week, now, lang))
    if plan is None:
        return RedirectResponse(f"/scheduler/week/{week}", 303)
    return _shown(request, plan, {}, staff(request).name, ())


def _shown(
    request: Request,
    plan: Plan,
    errors: Mapping[str, str],
    name: str,
    ticked: tuple[str, ...],
) -> Response:
    lang, draft = language_of(request), plan.draft
    told = compared(plan.changes, (plan.earlier, plan.version), plan.said, lang)
    return page(
        request,
        "publish.html",
        status_code=422 if errors else 200,
        week=str(draft.week),
        week_name=called(draft.week, lang),
        number=plan.version.number,
        revision=draft.revision,
        earlier=plan.earlier.number if plan.earlier else 0,
        duties=len(plan.version.duties),
        people=len({duty.lawyer for duty in plan.version.duties}),
        told=told,
        letters=_letters(plan, told, lang),
        vacancies=_vacancies(draft, plan.said, lang),
        warnings=[(one.code, one.text.in_(lang)) for one in plan.warnings],
        errors=errors,
        name=name,
        ticked=ticked,
    )


def _letters(plan: Plan, told: Compared, lang: Lang) -> list[Letter]:
    called_ = {one.lawyer: one.name for one in told.lawyers}
    return [
        Letter(called_.get(one.recipient, one.recipient), one.title.in_(lang), one.body.in_(lang))
        for one in service.notices_of(plan.earlier, plan.version)
    ]


def _vacancies(draft: Draft, said: Mapping[str, str], lang: Lang) -> list[tuple[str, str]]:
    shifts = {shift.id: shift for shift in draft.problem.shifts}
    posts = {post.id: said.get(post.id, post.name) for post in draft.problem.posts}
    return [
        (
            place(shifts[one.shift], posts, lang),
            one.sentence if lang == "zh" else one.sentence_en,
        )
        for one in draft.file.vacancies[:_SHOWN]
    ]


@allowed("scheduler")
async def publish(request: Request) -> Response:
    """Publishes the draft that was looked at, if it is still that one and breaks no hard rule."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    form = await form_of(request)
    revision = form.number("revision") or 0
    by, now = staff(request).login, wiring.clock.now()
    # The checker takes a while; it runs on a reading connection, so that nobody waits for it.
    plan = await wiring.read(lambda connection: _plan(connection, week, now, lang))
    if plan is not None and plan.draft.revision == revision:
        errors = _errors(form, plan, lang)
        if errors:
            return _shown(request, plan, errors, form.text("name"), form.all("ack"))
    verdict = await wiring.read(lambda connection: service.check_draft(connection, week))
    signed = SignOff(form.text("name"), form.all("ack"))
    result = await wiring.write(
        lambda connection: service.publish(
            connection, wiring.keyring, week, by, now, revision, verdict, signed
        )
    )
    if not isinstance(result, Unpublished):
        answer = f"/scheduler/week/{week}?show=v{result.number}&published={result.number}"
        return RedirectResponse(answer, 303)
    if result.why == "published_already":
        return RedirectResponse(f"/scheduler/week/{week}", 303)
    return page(
        request,
        "unpublished.html",
        status_code=409,
        week=str(week),
        week_name=called(week, lang),
        why=result.text.in_(lang),
        violations=[violation.text.in_(lang) for violation in result.violations[:50]],
    )


def _errors(form: Form, plan: Plan, lang: Lang) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not 1 <= len(form.text("name")) <= LONGEST_NAME:
        errors["name"] = translate(lang, "请签上姓名，1至%(most)s个字", most=LONGEST_NAME)
    ticked = form.all("ack")
    for one in plan.warnings:
        if one.code not in ticked:
            errors[f"ack-{one.code}"] = translate(
                lang, "请确认：%(warning)s", warning=one.text.in_(lang)
            )
    return errors


routes = [
    Route("/scheduler/week/{week}/publish", confirm),
    Route("/scheduler/week/{week}/publish", publish, methods=["POST"]),
]
