"""The table of numbers taken at stations; it holds no personal data."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table


class NumberRecord(SQLModel, table=True):
    """One number of a post's day; `code` is what its holder follows it by, `key` the tap's own."""

    __tablename__ = "waiting_number"
    __table_args__ = (
        CheckConstraint(
            "state in ('waiting', 'called', 'talking', 'done', 'missed', 'left', 'expired')",
            name="ck_waiting_number_state",
        ),
        Index("ix_waiting_number_state", "day", "state"),
    )

    post: str = Field(primary_key=True, max_length=64)
    day: date = Field(primary_key=True)
    number: int = Field(primary_key=True)
    code: str = Field(max_length=24, unique=True)
    key: str | None = Field(default=None, max_length=64, unique=True)
    first: bool
    category: str | None = Field(default=None, max_length=64)
    state: str = Field(max_length=8)
    taken_at: datetime = Field(sa_type=UtcDateTime)
    ranked_at: datetime = Field(sa_type=UtcDateTime)
    calls: int = 0
    called_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    counter: int | None = None
    lawyer: str | None = Field(default=None, max_length=64)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ticket: str | None = Field(default=None, max_length=16)


NUMBER = table(NumberRecord)
