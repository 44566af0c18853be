"""Tables of a lawyer's writing desk: answers not sent yet, and phrases to begin one from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table


class UnsentRecord(SQLModel, table=True):
    """What a lawyer has written in answer to a question and not sent; under the question's key."""

    __tablename__ = "unsent"

    question: int = Field(primary_key=True, foreign_key="question.id", sa_type=BigInteger)
    lawyer: str = Field(primary_key=True, max_length=64)
    text: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class PhraseRecord(SQLModel, table=True):
    """A text to begin an answer from; `owner` is the lawyer whose it is, None the bureau's."""

    __tablename__ = "phrase"

    id: int | None = Field(default=None, primary_key=True)
    owner: str | None = Field(default=None, max_length=64, index=True)
    title: str = Field(max_length=40)
    body: str = Field(sa_type=Text)
    version: int = 1
    changed_by: str = Field(max_length=80)
    changed_at: datetime = Field(sa_type=UtcDateTime)


UNSENT = table(UnsentRecord)
PHRASE = table(PhraseRecord)
