"""Tables of the library: questions and answers made public after review, and their words.

What finds them by words lies beside them and is made by the migration, since each database has its
own: on SQLite the FTS5 table `search_library` over `words`, on PostgreSQL an index on the words as
a text search vector.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table


class LibraryEntryRecord(SQLModel, table=True):
    """A question and its answer: a draft, reviewed and so public, or withdrawn.

    `words` are those of title, question, answer and category with a space around each; `source` is
    the ticket it was made of, never shown to citizens.
    """

    __tablename__ = "library_entry"
    __table_args__ = (
        CheckConstraint(
            "status in ('draft', 'reviewed', 'withdrawn')", name="ck_library_entry_status"
        ),
        Index("ix_library_entry_category", "status", "category", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    status: str = Field(max_length=16)
    category: str = Field(max_length=64)
    title: str = Field(max_length=120)
    question: str = Field(sa_type=Text)
    answer: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
    source: str | None = Field(default=None, max_length=16, unique=True)
    proposed_by: str = Field(max_length=80)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    reviewed_by: str | None = Field(default=None, max_length=80)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LibraryWordRecord(SQLModel, table=True):
    """In how many reviewed entries a word stands; the empty word counts them all."""

    __tablename__ = "library_word"

    word: str = Field(primary_key=True, max_length=32)
    entries: int


LIBRARY_ENTRY = table(LibraryEntryRecord)
LIBRARY_WORD = table(LibraryWordRecord)
