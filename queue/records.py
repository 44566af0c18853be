"""Tables of the queue: questions, their keys and events, and the indexes derived from them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table
from zhiban.queue import (
    library_records,  # noqa: F401 - its tables are the room's
    quality_records,  # noqa: F401 - its tables are the room's
    unsent_records,  # noqa: F401 - its tables are the room's
)
from zhiban.queue.answer_records import PHRASE as PHRASE
from zhiban.queue.answer_records import UNSENT as UNSENT
from zhiban.queue.booking_records import BOOKING as BOOKING
from zhiban.queue.booking_records import BOOKING_SLOT as BOOKING_SLOT
from zhiban.queue.number_records import NUMBER as NUMBER


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
    shift: str | None = Field(default=None, max_length=128)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    has_left: bool = False
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
    """A running clock: when its next warning and its breach fall; None when nothing is to come.

    `call_at` is the earlier of the two. `paused` tells that pauses of its question count, so that
    `started` alone does not say what is due.
    """

    __tablename__ = "question_clock"

    question: int = Field(primary_key=True, foreign_key="question.id", sa_type=BigInteger)
    clock: str = Field(primary_key=True, max_length=16)
    round: int = Field(primary_key=True)
    due: datetime | None = Field(default=None, sa_type=UtcDateTime)
    provisional: bool = False
    warn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    breach_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    call_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    started: datetime | None = Field(default=None, sa_type=UtcDateTime)
    warned: float = 0.0
    paused: bool = False


class LawyerLoadRecord(SQLModel, table=True):
    """How many questions count against a lawyer's capacity, and when the last one was given.

    `given_open` is how many there were with that last one, `given_limit` how many there could be.
    Later there may be more: one put off comes back whatever the lawyer holds.
    """

    __tablename__ = "lawyer_load"
    __table_args__ = (
        CheckConstraint("open >= 0", name="ck_lawyer_load_open"),
        CheckConstraint("given_open <= given_limit", name="ck_lawyer_load_capacity"),
    )

    lawyer: str = Field(primary_key=True, max_length=64)
    open: int
    last_given: datetime | None = Field(default=None, sa_type=UtcDateTime)
    given_open: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    given_limit: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


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


class AttachmentRecord(SQLModel, table=True):
    """A picture or paper of a question; its name and content are sealed under the question's key.

    `id` is random, `number` counts within the question, `size` is that of the content as sent.
    """

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("question", "number", name="uq_attachment_number"),)

    id: str = Field(primary_key=True, max_length=32)
    question: int = Field(foreign_key="question.id", sa_type=BigInteger)
    number: int
    added_by: str = Field(max_length=80)
    media_type: str = Field(max_length=80)
    size: int
    name: str = Field(sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=UtcDateTime)


class ClientRecord(SQLModel, table=True):
    """Somebody whom a lawyer, or a firm, acts for: who is asked about them steps back.

    Name and code are encrypted under the ring; the tags are keyed digests to find them by.
    """

    __tablename__ = "client"
    __table_args__ = (
        CheckConstraint("owner_kind in ('lawyer', 'firm')", name="ck_client_owner_kind"),
        Index("ix_client_owner", "owner_kind", "owner"),
    )

    id: int | None = Field(default=None, primary_key=True)
    owner_kind: str = Field(max_length=8)
    owner: str = Field(max_length=64)
    name: str = Field(sa_type=Text)
    name_tag: str = Field(max_length=64, index=True)
    code: str | None = Field(default=None, sa_type=Text)
    code_tag: str | None = Field(default=None, max_length=64, index=True)
    since: date | None = None
    until: date | None = None
    added_by: str = Field(max_length=80)
    added_at: datetime = Field(sa_type=UtcDateTime)


class AidApplicationRecord(SQLModel, table=True):
    """An application for legal aid started from a question; texts under the question's key."""

    __tablename__ = "aid_application"
    __table_args__ = (
        CheckConstraint(
            "status in ('submitted', 'accepted', 'refused', 'withdrawn')",
            name="ck_aid_application_status",
        ),
        Index("ix_aid_application_status", "status", "due"),
    )

    id: int | None = Field(default=None, primary_key=True)
    question: int = Field(foreign_key="question.id", sa_type=BigInteger, index=True)
    version: int
    status: str = Field(max_length=16)
    form: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    started_by: str = Field(max_length=80)
    submitted_at: datetime = Field(sa_type=UtcDateTime)
    due: datetime = Field(sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, max_length=80)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_late: bool = False


class DraftingRecord(SQLModel, table=True):
    """A document that somebody asked to have drafted; texts under the question's key."""

    __tablename__ = "drafting"
    __table_args__ = (
        CheckConstraint(
            "status in ('requested', 'taken', 'delivered', 'declined')",
            name="ck_drafting_status",
        ),
        Index("ix_drafting_status", "status", "due"),
    )

    id: int | None = Field(default=None, primary_key=True)
    question: int = Field(foreign_key="question.id", sa_type=BigInteger, index=True)
    version: int
    status: str = Field(max_length=16)
    document: str = Field(max_length=16)
    wanted: str | None = Field(default=None, sa_type=Text)
    delivered: str | None = Field(default=None, sa_type=Text)
    asked_by: str = Field(max_length=80)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    due: datetime = Field(sa_type=UtcDateTime)
    lawyer: str | None = Field(default=None, max_length=64)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_late: bool = False


QUESTION = table(QuestionRecord)
QUESTION_KEY = table(QuestionKeyRecord)
QUESTION_EVENT = table(QuestionEventRecord)
QUESTION_CLOCK = table(QuestionClockRecord)
LAWYER_LOAD = table(LawyerLoadRecord)
IDEMPOTENCY = table(IdempotencyRecord)
VIEWING = table(ViewingRecord)
ATTACHMENT = table(AttachmentRecord)
CLIENT = table(ClientRecord)
AID_APPLICATION = table(AidApplicationRecord)
DRAFTING = table(DraftingRecord)
