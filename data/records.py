"""Tables of the register and of what every room shares: board, leases, outbox, settings.

Lists of codes are JSON; seasons are `MM-DD/MM-DD`; a lawyer's phone and a notice's payload are
encrypted. Dates and hours are local (Asia/Shanghai), moments are UTC.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Table, Text, false
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.places_records import BODY as BODY
from zhiban.data.places_records import JOIN as JOIN
from zhiban.data.places_records import TRAIL as TRAIL
from zhiban.data.register_records import CHANGE as CHANGE
from zhiban.data.register_records import EDITION as EDITION
from zhiban.data.register_records import UPLOAD as UPLOAD


class DivisionRecord(SQLModel, table=True):
    """A city, county, town or village."""

    __tablename__ = "division"

    code: str = Field(primary_key=True)
    name: str
    name_en: str
    level: str
    parent: str | None = Field(default=None, foreign_key="division.code", index=True)
    lat: float | None = None
    lon: float | None = None
    approximate: bool


class NeighbourRecord(SQLModel, table=True):
    """Whose lawyers may help out where."""

    __tablename__ = "neighbour"

    division: str = Field(primary_key=True, foreign_key="division.code")
    neighbour: str = Field(primary_key=True, foreign_key="division.code")
    minutes: int
    price: int


class CategoryRecord(SQLModel, table=True):
    """What questions are about; `position` is the order on pages; none is deleted, but retired."""

    __tablename__ = "category"

    code: str = Field(primary_key=True)
    name: str
    name_en: str
    position: int
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class FirmRecord(SQLModel, table=True):
    """A law firm."""

    __tablename__ = "firm"

    id: str = Field(primary_key=True)
    name: str
    division: str = Field(foreign_key="division.code", index=True)
    consents: bool
    credit_code: str | None = None


class LawyerRecord(SQLModel, table=True):
    """A lawyer."""

    __tablename__ = "lawyer"

    id: str = Field(primary_key=True)
    name: str
    firm: str = Field(foreign_key="firm.id", index=True)
    division: str = Field(foreign_key="division.code", index=True)
    licensed_on: date
    skills: list[str] = Field(sa_type=JSON)
    languages: list[str] = Field(sa_type=JSON)
    licence: str
    sanctioned_until: date | None = None
    weight: int
    capacity: int | None = None
    per_week: int | None = None
    phone: str | None = Field(default=None, sa_type=Text)


class LeaveRecord(SQLModel, table=True):
    """When a lawyer cannot be on duty."""

    __tablename__ = "leave"

    id: str = Field(primary_key=True)
    lawyer: str = Field(foreign_key="lawyer.id", index=True)
    start: datetime = Field(sa_type=UtcDateTime)
    end: datetime = Field(sa_type=UtcDateTime)
    reason: str


class PreferenceRecord(SQLModel, table=True):
    """A lawyer's wish."""

    __tablename__ = "preference"

    id: int | None = Field(default=None, primary_key=True)
    lawyer: str = Field(foreign_key="lawyer.id", index=True)
    post: str | None = Field(default=None, foreign_key="post.id")
    weekday: int | None = None
    half: str | None = None
    value: int


class PostRecord(SQLModel, table=True):
    """A seat or a station."""

    __tablename__ = "post"

    id: str = Field(primary_key=True)
    name: str
    name_en: str
    kind: str
    level: str
    division: str = Field(foreign_key="division.code", index=True)
    address: str
    lat: float | None = None
    lon: float | None = None
    approximate: bool
    minutes: int
    need: int
    standby: int
    skills: list[str] = Field(sa_type=JSON)
    makeup_days: bool | None = None


class OpeningRecord(SQLModel, table=True):
    """Weekly hours of a post."""

    __tablename__ = "opening"

    id: int | None = Field(default=None, primary_key=True)
    post: str = Field(foreign_key="post.id", index=True)
    weekday: int
    start: time
    end: time
    season: str | None = None


class ClosureRecord(SQLModel, table=True):
    """Days on which a post stays closed."""

    __tablename__ = "closure"

    id: int | None = Field(default=None, primary_key=True)
    post: str = Field(foreign_key="post.id", index=True)
    first: date
    last: date
    reason: str


class ExtraDayRecord(SQLModel, table=True):
    """Hours of a post on one day, whatever the weekday."""

    __tablename__ = "extra_day"

    id: int | None = Field(default=None, primary_key=True)
    post: str = Field(foreign_key="post.id", index=True)
    day: date
    start: time
    end: time
    reason: str


class CalendarYearRecord(SQLModel, table=True):
    """A year whose holidays are published, and where we have them from."""

    __tablename__ = "calendar_year"

    year: int = Field(primary_key=True)
    source: str


class CalendarDayRecord(SQLModel, table=True):
    """A day off, or a weekend day worked in exchange."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind in ('off', 'work')", name="calendar_day_kind"),)

    day: date = Field(primary_key=True)
    kind: str
    name: str


class WorkHoursRecord(SQLModel, table=True):
    """One interval of the bureau's working hours."""

    __tablename__ = "work_hours"

    position: int = Field(primary_key=True)
    start: time
    end: time


class SettingRecord(SQLModel, table=True):
    """A setting that the bureau changes while the service runs."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True)
    value: Any = Field(sa_type=JSON)


class BoardRecord(SQLModel, table=True):
    """The one row that writers lock."""

    __tablename__ = "board"

    id: int = Field(primary_key=True)
    version: int
    next_question: int
    next_position: int
    roster_version: int


class LeaseRecord(SQLModel, table=True):
    """Who leads, and until when."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_type=UtcDateTime)


class OutboxRecord(SQLModel, table=True):
    """A notice that waits to be sent, was sent, or was given up."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_open", "sent_at", "failed_at", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    recipient: str
    kind: str
    payload: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = Field(default=None, sa_type=Text)


def table(record: type[SQLModel]) -> Table:
    """The Core table of a record, for statements in bulk."""
    return SQLModel.metadata.tables[str(record.__tablename__)]


BOARD = table(BoardRecord)
