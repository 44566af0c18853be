"""Publishing a week: what would change, who is told what, who answers for it; then the version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import board
from zhiban.data.week import Week
from zhiban.data.wording import FieldError
from zhiban.roster import service
from zhiban.roster.drafts import Draft, SignOff, Unpublished
from zhiban.roster.rules import Violation
from zhiban.roster.signing_off import Plan, planned
from zhiban.web.i18n import Lang, language_of
from zhiban.web.pages.desk import Desk, desk_of
from zhiban.web.pages.differences import Compared, compared
from zhiban.web.pages.form import form_of
from zhiban.web.pages.named import Broken, broken
from zhiban.web.pages.places import names
from zhiban.web.pages.week_summary import place
from zhiban.web.pages.weeks import called, week_of
from zhiban.web.publishing import publish_signed, verdict_on
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Letter:
    """What one lawyer will be told, word for word."""

    name: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Told:
    """What would be published, with names in the asker's language; `broken`: not as it stands."""

    plan: Plan
    said: Mapping[str, str]
    broken: Sequence[Broken]
    roster_version: int


def _told(connection: Connection, desk: Desk, week: Week, now: datetime, lang: Lang) -> Told | None:
    plan, draft = planned(connection, week, now), desk.draft(connection, week)
    if plan is None or draft is None:
        return None
    rules = _named(connection, desk, week, draft.at.violations[:_SHOWN], lang)
    return Told(plan, names(connection, lang), rules, board.look(connection).roster_version)


@allowed("scheduler", "supervisor", "administrator")
async def confirm(request: Request) -> Response:
    """What publishing the draft would change, and who would be told."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    now = wiring.clock.now()
    desk = desk_of(request)
    told = await wiring.read(lambda connection: _told(connection, desk, week, now, lang))
    if told is None:
        return RedirectResponse(f"/scheduler/week/{week}", 303)
    if staff(request).may("scheduler"):  # while the page is read, what it leads to is checked
        verdict_on(wiring, week, told.plan.draft.revision, told.roster_version)
    return _shown(request, told, SignOff(staff(request).name))


def _shown(
    request: Request, told: Told, signed: SignOff, faults: Iterable[FieldError] = ()
) -> Response:
    lang, plan = language_of(request), told.plan
    draft = plan.draft
    changed = compared(plan.changes, (plan.earlier, plan.version), told.said, lang)
    errors = {one.field: one.text.in_(lang) for one in faults}
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
        told=changed,
        letters=_letters(plan, changed, lang),
        broken=told.broken,
        vacancies=_vacancies(draft, told.said, lang),
        warnings=[(one.code, one.text.in_(lang)) for one in plan.warnings],
        errors=errors,
        name=signed.name,
        ticked=signed.acknowledged,
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
    by, now = staff(request).login, wiring.clock.now()
    signed = SignOff(form.text("name"), form.all("ack"))
    result = await publish_signed(wiring, week, form.number("revision") or 0, signed, by, now)
    if not isinstance(result, Unpublished):
        answer = f"/scheduler/week/{week}?show=v{result.number}&published={result.number}"
        return RedirectResponse(answer, 303)
    if result.faults:
        desk = desk_of(request)
        told = await wiring.read(lambda connection: _told(connection, desk, week, now, lang))
        if told is not None:
            return _shown(request, told, signed, result.faults)
    if result.why == "published_already":
        return RedirectResponse(f"/scheduler/week/{week}", 303)
    violations = await wiring.read(
        lambda connection: _named(
            connection, desk_of(request), week, result.violations[:_SHOWN], lang
        )
    )
    return page(
        request,
        "unpublished.html",
        status_code=409,
        week=str(week),
        week_name=called(week, lang),
        why=result.text.in_(lang),
        violations=violations,
    )


def _named(
    connection: Connection, desk: Desk, week: Week, found: Sequence[Violation], lang: Lang
) -> list[Broken]:
    """Broken rules with the names of people and places; none where the draft is gone."""
    draft, said = desk.draft(connection, week), names(connection, lang)
    return [broken(draft.at.facts, one, said, lang) for one in found] if draft else []


routes = [
    Route("/scheduler/week/{week}/publish", confirm),
    Route("/scheduler/week/{week}/publish", publish, methods=["POST"]),
]
