"""Tables of jobs, drafts, published versions with their duties, and fair shares."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table
from zhiban.roster.presence_records import NO_SHOW as NO_SHOW
from zhiban.roster.presence_records import SIGN_IN as SIGN_IN
from zhiban.roster.presence_records import STATION_KEY as STATION_KEY
from zhiban.roster.request_records import LEAVE_REQUEST as LEAVE_REQUEST


class RosterJobRecord(SQLModel, table=True):
    """A request to make the drafts of some weeks, and how far it is.

    `state` is queued, running, done, failed or stopped; `progress` holds rows of week, seconds,
    objective, bound and stage. With `alternative` the result is kept beside the draft under that
    name. `attempt` counts how often it was begun, `weeks_done` what earlier attempts finished,
    and `queued_at` says since when it waits for its turn.
    """

    __tablename__ = "roster_job"

    id: int | None = Field(default=None, primary_key=True)
    week: str = Field(max_length=8)
    weeks: int
    seconds: float
    seed: int
    state: str = Field(max_length=10, index=True)
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stop_requested: bool = Field(default=False)
    progress: list[object] = Field(default_factory=list, sa_type=JSON)
    error_zh: str = Field(default="")
    error_en: str = Field(default="")
    alternative: str = Field(default="", max_length=60)
    options: dict[str, object] = Field(default_factory=dict, sa_type=JSON)
    attempt: int = Field(default=0)
    weeks_done: int = Field(default=0)
    queued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RosterDraftRecord(SQLModel, table=True):
    """The latest draft of a week; `revision` counts its changes and never starts again."""

    __tablename__ = "roster_draft"

    week: str = Field(primary_key=True, max_length=8)
    revision: int
    problem: str = Field(sa_type=Text)
    roster: str = Field(sa_type=Text)
    status: str = Field(max_length=10)
    objective: int = Field(sa_type=BigInteger)
    bound: int = Field(sa_type=BigInteger)
    gap: float
    duties: int
    vacancies: int
    job: int | None = Field(default=None, foreign_key="roster_job.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
    published_revision: int | None = None


class RosterAlternativeRecord(SQLModel, table=True):
    """Another draft of a week kept under a name beside the one that is edited and published.

    `note` says in both languages how it came about; `revision` is that of the draft it was.
    One that was dropped is kept for a day, so that it can come back.
    """

    __tablename__ = "roster_alternative"
    __table_args__ = (UniqueConstraint("week", "name", name="uq_roster_alternative_week_name"),)

    id: int | None = Field(default=None, primary_key=True)
    week: str = Field(max_length=8)
    name: str = Field(max_length=60)
    note_zh: str = Field(default="")
    note_en: str = Field(default="")
    problem: str = Field(sa_type=Text)
    roster: str = Field(sa_type=Text)
    status: str = Field(max_length=10)
    objective: int = Field(sa_type=BigInteger)
    bound: int = Field(sa_type=BigInteger)
    gap: float
    duties: int
    vacancies: int
    job: int | None = Field(default=None, foreign_key="roster_job.id")
    revision: int = Field(default=0)
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
    dropped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RosterEditRecord(SQLModel, table=True):
    """One change of a draft by hand, by a remedy or by mending it: the revision that it made.

    `kind` is hand, remedy, mend, undo or redo; `steps` are kept as in roster/steps.py; `of` is
    the change that an undo or redo is about; `state` is done, undone, or spent (for good); `cost`
    is what it made the roster dearer.
    """

    __tablename__ = "roster_edit"
    __table_args__ = (UniqueConstraint("week", "revision", name="uq_roster_edit_week_revision"),)

    id: int | None = Field(default=None, primary_key=True)
    week: str = Field(max_length=8)
    revision: int
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(max_length=10)
    state: str = Field(max_length=10)
    of: int | None = None
    steps: list[object] = Field(default_factory=list, sa_type=JSON)
    cost: int = Field(default=0, sa_type=BigInteger)
    note_zh: str = Field(default="")
    note_en: str = Field(default="")


class RosterVersionRecord(SQLModel, table=True):
    """A published roster of a week with the draft it was made of; never changed."""

    __tablename__ = "roster_version"
    __table_args__ = (UniqueConstraint("week", "number", name="uq_roster_version_week_number"),)

    id: int | None = Field(default=None, primary_key=True)
    week: str = Field(max_length=8)
    number: int
    published_at: datetime = Field(sa_type=UtcDateTime)
    published_by: str
    draft_revision: int
    problem: str = Field(sa_type=Text)
    roster: str = Field(sa_type=Text)
    status: str = Field(max_length=10)
    objective: int = Field(sa_type=BigInteger)
    bound: int = Field(sa_type=BigInteger)
    gap: float
    duties: int
    vacancies: int


class VersionDutyRecord(SQLModel, table=True):
    """One duty of a version, with the names as they were on the day of publishing."""

    __tablename__ = "version_duty"
    __table_args__ = (Index("ix_version_duty_lawyer_start", "lawyer", "start_at"),)

    version: int = Field(primary_key=True, foreign_key="roster_version.id")
    shift: str = Field(primary_key=True)
    role: str = Field(primary_key=True, max_length=10)
    lawyer: str = Field(primary_key=True)
    start_at: datetime = Field(sa_type=UtcDateTime)
    end_at: datetime = Field(sa_type=UtcDateTime)
    post: str
    post_name: str
    kind: str = Field(max_length=10)
    division: str
    lawyer_name: str
    firm: str
    firm_name: str
    points: float
    unpopular: bool
    name_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    named: bool = False


class VersionShareRecord(SQLModel, table=True):
    """One lawyer's fair share of a version: in points, and in unpopular duties by number."""

    __tablename__ = "version_share"

    version: int = Field(primary_key=True, foreign_key="roster_version.id")
    lawyer: str = Field(primary_key=True)
    points: float
    unpopular: float


class VersionNoteRecord(SQLModel, table=True):
    """Who signed a version off and what they took note of; what it withdraws and repeats.

    A version that withdraws another repeats the one before that; `repeats` 0 is nobody on duty.
    """

    __tablename__ = "version_note"

    version: int = Field(primary_key=True, foreign_key="roster_version.id")
    signed_by: str = Field(default="", max_length=60)
    acknowledged: list[object] = Field(default_factory=list, sa_type=JSON)
    withdraws: int | None = None
    repeats: int | None = None
    reason: str = Field(default="", sa_type=Text)


JOB = table(RosterJobRecord)
ALTERNATIVE = table(RosterAlternativeRecord)
NOTE = table(VersionNoteRecord)
DRAFT = table(RosterDraftRecord)
EDIT = table(RosterEditRecord)
VERSION = table(RosterVersionRecord)
DUTY = table(VersionDutyRecord)
SHARE = table(VersionShareRecord)
