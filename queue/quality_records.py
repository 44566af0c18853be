"""The table of answered questions drawn for review."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table


class QualityReviewRecord(SQLModel, table=True):
    """One question drawn for review, and what was found; the note is encrypted under the ring."""

    __tablename__ = "quality_review"
    __table_args__ = (
        CheckConstraint("verdict in ('good', 'bad')", name="ck_quality_review_verdict"),
    )

    id: int | None = Field(default=None, primary_key=True)
    question: int = Field(foreign_key="question.id", sa_type=BigInteger, unique=True)
    lawyer: str = Field(max_length=64)
    drawn_by: str = Field(max_length=80)
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    verdict: str | None = Field(default=None, max_length=8)
    note: str | None = Field(default=None, sa_type=Text)
    reviewed_by: str | None = Field(default=None, max_length=80)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


QUALITY_REVIEW = table(QualityReviewRecord)
