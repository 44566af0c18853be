"""What schedulers send and get about rosters and jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from zhiban.roster.drafts import LONGEST_HORIZON
from zhiban.roster.job_options import MOST_PICKED, Emphasis
from zhiban.roster.queueing import LONGEST_SOLVE
from zhiban.web.api.questions_model import Input, ShiftOut


class RosterIn(Input):
    """A request for drafts of `weeks` weeks from `week` on, at most `seconds` for each.

    Only `posts` and those of `counties` are rostered anew where either is named. With `alternative`
    the drafts are kept under that name beside the ones that are edited and published.
    """

    week: str
    weeks: int = Field(default=1, ge=1, le=LONGEST_HORIZON)
    seconds: float | None = Field(default=None, ge=1, le=LONGEST_SOLVE)
    posts: list[str] | None = Field(default=None, max_length=MOST_PICKED)
    counties: list[str] | None = Field(default=None, max_length=MOST_PICKED)
    emphasis: Emphasis = "usual"
    keep_locks: bool = True
    alternative: str | None = None


class ProgressOut(BaseModel):
    """Where a solve stood."""

    week: str
    seconds: float
    objective: int | None = None
    bound: int | None = None
    gap: float | None = None
    stage: str


class JobOut(BaseModel):
    """A roster job."""

    job: int
    week: str
    weeks: int
    seconds: float
    posts: list[str] | None = None
    emphasis: Emphasis
    keep_locks: bool
    mend: bool
    alternative: str | None = None
    state: str
    requested_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    stop_requested: bool
    progress: ProgressOut | None = None
    error: str | None = None


class PlacedOut(ShiftOut):
    """One lawyer on one shift."""

    lawyer: str
    lawyer_name: str
    firm_name: str
    role: str


class VacancyOut(BaseModel):
    """Places that nobody holds, why, and what would help."""

    shift: str
    role: str
    missing: int
    sentence: str
    blocked: dict[str, int]
    remedies: list[str]


class DraftOut(BaseModel):
    """A week's draft; name its revision when changing or publishing it."""

    revision: int
    status: str
    objective: int
    bound: int
    gap: float
    created_at: datetime
    published_revision: int | None = None
    duties: list[PlacedOut]
    vacancies: list[VacancyOut]


class VersionOut(BaseModel):
    """A published version of a week, which never changes."""

    number: int
    published_at: datetime
    duties: list[PlacedOut]


class AlternativeOut(BaseModel):
    """A draft kept under a name beside the one that is edited and published."""

    id: int
    name: str
    note: str
    status: str
    objective: int
    bound: int
    gap: float
    duties: int
    vacancies: int
    job: int | None = None
    created_at: datetime


class WeekOut(BaseModel):
    """A week's draft, what is kept beside it, and its newest published version, if any."""

    week: str
    draft: DraftOut | None = None
    alternatives: list[AlternativeOut]
    published: VersionOut | None = None


class ChooseIn(Input):
    """Which revision of the draft (0 where there is none) gives way to the alternative."""

    revision: int = Field(ge=0)


class ChosenOut(BaseModel):
    """The draft's new revision."""

    week: str
    revision: int


class PublishIn(Input):
    """Which revision of the draft is published, who answers for it, and the warnings confirmed.

    `ack` holds the codes of all warnings, and `name` is the account's own where it is left out.
    Without both nobody signs the version off, and its warnings are told in the answer.
    """

    revision: int = Field(ge=1)
    name: str | None = None
    ack: list[str] | None = Field(default=None, max_length=100)


class WarnedOut(BaseModel):
    """One thing to take note of in what was published."""

    code: str
    text: str


class PublishedOut(BaseModel):
    """What was published, with what is to be taken note of."""

    week: str
    number: int
    published_at: datetime
    duties: int
    warnings: list[WarnedOut]


class DutyEdit(Input):
    """One change by hand: put a lawyer on a shift, or take them off it."""

    act: Literal["add", "remove"]
    shift: str
    lawyer: str
    role: Literal["primary", "standby"] = "primary"


class EditsIn(Input):
    """Changes by hand to one revision of a draft."""

    revision: int = Field(ge=1)
    edits: list[DutyEdit] = Field(min_length=1, max_length=500)


class ViolationOut(BaseModel):
    """A rule that the draft now breaks."""

    rule: str
    text: str


class EditedOut(BaseModel):
    """The draft's new revision, what it leaves empty, and every rule it breaks."""

    week: str
    revision: int
    objective: int
    vacancies: list[VacancyOut]
    violations: list[ViolationOut]


class ChangeOut(BaseModel):
    """Who held a shift in the version before, and who holds it now."""

    shift: str
    kind: str
    before: list[PlacedOut]
    after: list[PlacedOut]


class ChangesOut(BaseModel):
    """What the newest version of a week changed against the one before."""

    week: str
    number: int
    changes: list[ChangeOut]
