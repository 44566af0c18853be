"""Rosters, jobs and versions as the API's models."""

from __future__ import annotations

from datetime import datetime

from zhiban.roster.changes import Change
from zhiban.roster.drafts import Alternative, Draft, Job, JobProgress
from zhiban.roster.publication import duties_of
from zhiban.roster.published import OnDuty, Version
from zhiban.roster.publishing_checks import Warned
from zhiban.roster.rosterfile import Vacancy
from zhiban.roster.rules.rule import Violation
from zhiban.web.api.rosters_model import (
    AlternativeOut,
    ChangeOut,
    DraftOut,
    JobOut,
    PlacedOut,
    ProgressOut,
    VacancyOut,
    VersionOut,
    ViolationOut,
    WarnedOut,
)
from zhiban.web.api.shapes import local, shift_out
from zhiban.web.i18n import Lang


def placed_out(duty: OnDuty) -> PlacedOut:
    """One lawyer on one shift."""
    return PlacedOut(
        **shift_out(duty).model_dump(),
        lawyer=duty.lawyer,
        lawyer_name=duty.lawyer_name,
        firm_name=duty.firm_name,
        role=duty.role,
    )


def progress_out(row: JobProgress) -> ProgressOut:
    """Where a solve stood."""
    return ProgressOut(
        week=row.week,
        seconds=round(row.seconds, 3),
        objective=row.objective,
        bound=row.bound,
        gap=row.gap,
        stage=row.stage,
    )


def job_out(job: Job, lang: Lang) -> JobOut:
    """A job and how far it is."""
    return JobOut(
        job=job.id,
        week=str(job.week),
        weeks=job.weeks,
        seconds=job.seconds,
        posts=None if job.options.posts is None else list(job.options.posts),
        emphasis=job.options.emphasis,
        keep_locks=job.options.keep_locks,
        mend=job.options.mend,
        alternative=job.alternative or None,
        state=job.state,
        requested_at=local(job.requested_at),
        started_at=_maybe(job.started_at),
        finished_at=_maybe(job.finished_at),
        stop_requested=job.stop_requested,
        progress=progress_out(job.progress[-1]) if job.progress else None,
        error=None if job.error is None else job.error.in_(lang),
    )


def _maybe(at: datetime | None) -> datetime | None:
    return None if at is None else local(at)


def vacancy_out(vacancy: Vacancy, lang: Lang) -> VacancyOut:
    """Places that nobody holds, in the caller's language."""
    english = lang == "en"
    return VacancyOut(
        shift=vacancy.shift,
        role=vacancy.role,
        missing=vacancy.missing,
        sentence=vacancy.sentence_en if english else vacancy.sentence,
        blocked=vacancy.blocked,
        remedies=[one.what_en if english else one.what for one in vacancy.remedies],
    )


def draft_out(draft: Draft, lang: Lang) -> DraftOut:
    """A draft with its duties and vacancies."""
    return DraftOut(
        revision=draft.revision,
        status=draft.summary.status,
        objective=draft.summary.objective,
        bound=draft.summary.bound,
        gap=draft.summary.gap,
        created_at=local(draft.created_at),
        published_revision=draft.published_revision,
        duties=[placed_out(duty) for duty in duties_of(draft.problem, draft.file.roster)],
        vacancies=[vacancy_out(one, lang) for one in draft.file.vacancies],
    )


def alternative_out(one: Alternative, lang: Lang) -> AlternativeOut:
    """A draft kept beside, by its figures."""
    return AlternativeOut(
        id=one.id,
        name=one.name,
        note=one.note.in_(lang),
        status=one.summary.status,
        objective=one.summary.objective,
        bound=one.summary.bound,
        gap=one.summary.gap,
        duties=one.summary.duties,
        vacancies=one.summary.vacancies,
        job=one.job,
        created_at=local(one.created_at),
    )


def version_out(version: Version) -> VersionOut:
    """A published version with its duties."""
    ordered = sorted(version.duties, key=lambda one: (one.span.start, one.post, one.role))
    return VersionOut(
        number=version.number,
        published_at=local(version.published_at),
        duties=[placed_out(duty) for duty in ordered],
    )


def change_out(change: Change) -> ChangeOut:
    """What changed on one shift."""
    return ChangeOut(
        shift=change.shift,
        kind=change.kind,
        before=[placed_out(duty) for duty in change.before],
        after=[placed_out(duty) for duty in change.after],
    )


def violation_out(violation: Violation, lang: Lang) -> ViolationOut:
    """A broken rule in words."""
    return ViolationOut(rule=violation.rule, text=violation.text.in_(lang))


def warned_out(warned: Warned, lang: Lang) -> WarnedOut:
    """Something to take note of, in words."""
    return WarnedOut(code=warned.code, text=warned.text.in_(lang))
