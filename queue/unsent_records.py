"""Tables of questions being written: kept sealed for a day at most, gone once they are sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table


class UnsentRecord(SQLModel, table=True):
    """What somebody has written on the way to asking; `key` is the digest of the form's own key.

    `form` is sealed under a key of its own, `wrapped`; `at` is when it was last written.
    """

    __tablename__ = "unsent_question"

    key: str = Field(primary_key=True, max_length=64)
    wrapped: str = Field(sa_type=Text)
    form: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class UnsentPaperRecord(SQLModel, table=True):
    """A picture or paper added on the way; name and content are sealed, `size` is as sent."""

    __tablename__ = "unsent_paper"

    id: str = Field(primary_key=True, max_length=32)
    unsent: str = Field(foreign_key="unsent_question.key", max_length=64, index=True)
    number: int
    media_type: str = Field(max_length=80)
    size: int
    name: str = Field(sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)


UNSENT_QUESTION = table(UnsentRecord)
UNSENT_PAPER = table(UnsentPaperRecord)
