"""Tables of the queue: questions, their keys and events, and the indexes derived from them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table


class QuestionRecord(SQLModel, table=True):
    """A question's look-up values and, behind `version`, an index folded from its events."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_state", "state", "county"),
        Index("ix_question_lawyer", "lawyer", "state"),
        Index(
            "ix_question_open",
            "id",
            postgresql_where=text("state NOT IN ('closed', 'withdrawn')"),
            sqlite_where=text("state NOT IN ('closed', 'withdrawn')"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=BigInteger)
    code: str = Field(unique=True, max_length=16)
    secret_hash: str = Field(max_length=64)
    seq: int
    version: int
    head: str = Field(max_length=64)
    state: str = Field(max_length=16)
    asked: datetime = Field(sa_type=UtcDateTime)
    channel: str = Field(max_length=16)
    division: str = Field(max_length=32)
    county: str = Field(max_length=32)
    category: str | None = Field(default=None, max_length=64)
    green: bool = False
    lawyer: str | None = Field(default=None, max_length=64)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    has_left: bool = False
    due: datetime | None = Field(default=None, sa_type=UtcDateTime)
    wake_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class QuestionKeyRecord(SQLModel, table=True):
    """The wrapped key of a question's texts; without the row they are unreadable for good."""

    __tablename__ = "question_key"

    question: int = Field(primary_key=True, foreign_key="question.id", sa_type=BigInteger)
    wrapped: str = Field(sa_type=Text)


class QuestionEventRecord(SQLModel, table=True):
    """One event; `reason` and `data` are the exact texts hashed, `body` is ciphertext."""

    __tablename__ = "question_event"
    __table_args__ = (UniqueConstraint("question", "seq", name="uq_question_event_seq"),)

    position: int = Field(primary_key=True, sa_type=BigInteger)
    question: int = Field(foreign_key="question.id", sa_type=BigInteger)
    seq: int
    kind: str = Field(max_length=16)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=80)
    reason: str = Field(sa_type=Text)
    data: str = Field(sa_type=Text)
    body: str | None = Field(default=None, sa_type=Text)
    commitment: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class QuestionClockRecord(SQLModel, table=True):
    """A running clock: when its next warning and its breach fall; None when nothing is to come."""

    __tablename__ = "question_clock"
    __table_args__ = (
        Index("ix_question_clock_warn_at", "warn_at"),
        Index("ix_question_clock_breach_at", "breach_at"),
    )

    question: int = Field(primary_key=True, foreign_key="question.id", sa_type=BigInteger)
    clock: str = Field(primary_key=True, max_length=16)
    round: int = Field(primary_key=True)
    due: datetime | None = Field(default=None, sa_type=UtcDateTime)
    provisional: bool = False
    warn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    breach_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LawyerLoadRecord(SQLModel, table=True):
    """How many questions count against a lawyer's capacity, and when the last one was given."""

    __tablename__ = "lawyer_load"
    __table_args__ = (CheckConstraint("open >= 0", name="ck_lawyer_load_open"),)

    lawyer: str = Field(primary_key=True, max_length=64)
    open: int
    last_given: datetime | None = Field(default=None, sa_type=UtcDateTime)


class IdempotencyRecord(SQLModel, table=True):
    """What was answered to a key: the answer and the request's keyed digest."""

    __tablename__ = "idempotency"

    key: str = Field(primary_key=True, max_length=64)
    fingerprint: str = Field(max_length=64)
    answer: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class ViewingRecord(SQLModel, table=True):
    """Who of the staff saw what of a question, and when."""

    __tablename__ = "viewing"

    id: int | None = Field(default=None, primary_key=True)
    question: int = Field(foreign_key="question.id", sa_type=BigInteger, index=True)
    viewer: str = Field(max_length=80)
    what: str = Field(max_length=16)
    at: datetime = Field(sa_type=UtcDateTime)


QUESTION = table(QuestionRecord)
QUESTION_KEY = table(QuestionKeyRecord)
QUESTION_EVENT = table(QuestionEventRecord)
QUESTION_CLOCK = table(QuestionClockRecord)
LAWYER_LOAD = table(LawyerLoadRecord)
IDEMPOTENCY = table(IdempotencyRecord)
VIEWING = table(ViewingRecord)
