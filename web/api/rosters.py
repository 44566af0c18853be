"""Calls about a week's roster: draft, changes by hand, publishing, differences."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.wording import FieldError, Text
from zhiban.roster import hand_edits, service, store
from zhiban.roster.alternatives import of_week
from zhiban.roster.changes import differences
from zhiban.roster.drafts import SignOff, Unpublished
from zhiban.roster.editing import Edit, changed
from zhiban.roster.hand_edits import Change, Open
from zhiban.roster.published import Version
from zhiban.roster.roster import Duty
from zhiban.roster.signing_off import planned
from zhiban.roster.steps import drop, put
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.reading import read_week
from zhiban.web.api.roster_shapes import (
    alternative_out,
    change_out,
    draft_out,
    vacancy_out,
    version_out,
    violation_out,
    warned_out,
)
from zhiban.web.api.rosters_model import (
    ChangesOut,
    EditedOut,
    EditsIn,
    PublishedOut,
    PublishIn,
    WeekOut,
)
from zhiban.web.api.shapes import local
from zhiban.web.i18n import language_of
from zhiban.web.problems import Problem
from zhiban.web.publishing import publish_signed
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of

_SHOWN = 50
_NO_DRAFT = Text("这一周还没有草稿。", "There is no draft of this week yet.")
_CHANGED = Text(
    "草稿已被他人修改，请刷新后再操作", "somebody else changed the draft; reload it and try again"
)
_NOTHING_PUBLISHED = Text(
    "这一周还没有发布值班表。", "Nothing has been published for this week yet."
)


async def show_week(request: Request) -> Answer:
    """A week's draft and its newest published version."""
    wiring = wiring_of(request)
    week, lang = read_week(request), language_of(request)

    def question(connection: Connection) -> WeekOut:
        draft = service.draft(connection, week)
        version = wiring.published(connection).newest(week)
        return WeekOut(
            week=str(week),
            draft=None if draft is None else draft_out(draft, lang),
            alternatives=[alternative_out(one, lang) for one in of_week(connection, week)],
            published=None if version is None else version_out(version),
        )

    return Answer(await wiring.read(question))


async def edit(request: Request) -> Answer:
    """Changes one revision of the draft by hand and tells every rule it then breaks."""
    wiring = wiring_of(request)
    week, lang = read_week(request), language_of(request)
    by, now = staff(request).login, wiring.clock.now()
    given: EditsIn = request.state.input
    edits = [
        Edit(one.act, Duty(shift=one.shift, lawyer=one.lawyer, role=one.role))
        for one in given.edits
    ]

    def question(connection: Connection) -> tuple[Open, Change]:
        draft = hand_edits.open_draft(connection, week)
        if draft is None:
            raise Problem(404, _NO_DRAFT)
        changed(draft.draft.problem, draft.draft.file, edits)
        steps = [(put if one.act == "add" else drop)(one.duty) for one in edits]
        planned = hand_edits.planned(draft, "hand", steps)
        if draft.revision != given.revision or not isinstance(planned, Change):
            raise Problem(409, _CHANGED)
        return draft, planned

    draft, change = await wiring.read(question)
    saved = await wiring.write(lambda c: hand_edits.save(c, draft, change, by, now))
    if saved is None:
        raise Problem(409, _CHANGED)
    new = change.after
    return Answer(
        EditedOut(
            week=str(week),
            revision=saved.revision,
            objective=new.file.objective,
            vacancies=[vacancy_out(one, lang) for one in new.file.vacancies],
            violations=[violation_out(one, lang) for one in new.violations],
        )
    )


async def publish(request: Request) -> Answer:
    """Publishes a revision of the draft; from then on it is who is on duty."""
    wiring = wiring_of(request)
    week, by, now = read_week(request), staff(request).login, wiring.clock.now()
    given: PublishIn = request.state.input
    lang = language_of(request)
    plan = await wiring.read(lambda connection: planned(connection, week, now))
    signed = _signed(given, staff(request).name)
    done = await publish_signed(wiring, week, given.revision, signed, by, now)
    if isinstance(done, Unpublished):
        raise _refusal(done)
    return Answer(
        PublishedOut(
            week=str(week),
            number=done.number,
            published_at=local(done.published_at),
            duties=len(done.duties),
            warnings=[] if plan is None else [warned_out(one, lang) for one in plan.warnings],
        )
    )


def _signed(given: PublishIn, account: str) -> SignOff | None:
    """Who answers for it; None where a program publishes and nobody signs."""
    if given.name is None and given.ack is None:
        return None
    return SignOff(account if given.name is None else given.name.strip(), tuple(given.ack or ()))


def _refusal(why: Unpublished) -> Problem:
    if why.faults:
        return Problem(422, why.text, why.faults)
    errors = [FieldError(one.rule, one.text) for one in why.violations[:_SHOWN]]
    return Problem(404 if why.why == "no_draft" else 409, why.text, errors)


async def changes(request: Request) -> Answer:
    """What the newest version of a week changed against the one before it."""
    wiring = wiring_of(request)
    week = read_week(request)

    def question(connection: Connection) -> tuple[Version, ...]:
        return store.load_published(connection, week, week).versions

    versions = sorted(await wiring.read(question), key=lambda version: version.number)
    if not versions:
        raise Problem(404, _NOTHING_PUBLISHED)
    before = versions[-2] if len(versions) > 1 else None
    found = differences(before, versions[-1])
    return Answer(
        ChangesOut(
            week=str(week),
            number=versions[-1].number,
            changes=[change_out(change) for change in found],
        )
    )


CALLS = (
    Call(
        "GET",
        "/rosters/{week}",
        show_week,
        "A week's draft, what is kept beside it, and its newest published version.",
        answer=WeekOut,
        roles=("scheduler", "supervisor"),
        problems=(422,),
    ),
    Call(
        "PATCH",
        "/rosters/{week}/duties",
        edit,
        "Change a revision of the draft by hand; broken rules are told at once.",
        answer=EditedOut,
        body=EditsIn,
        roles=("scheduler",),
        problems=(404, 409, 422),
    ),
    Call(
        "POST",
        "/rosters/{week}/publish",
        publish,
        "Publish a revision of the draft as an immutable version.",
        answer=PublishedOut,
        status=201,
        body=PublishIn,
        roles=("scheduler",),
        problems=(404, 409, 422),
    ),
    Call(
        "GET",
        "/rosters/{week}/changes",
        changes,
        "What the newest version changed against the one before.",
        answer=ChangesOut,
        roles=("scheduler", "supervisor"),
        problems=(404, 422),
    ),
)
