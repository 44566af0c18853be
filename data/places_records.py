"""Tables of the bodies beside the bureau, of applications to join, and of what was done to either.

What an applicant wrote, and why an application was refused, is encrypted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime


class ServiceBodyRecord(SQLModel, table=True):
    """A body to which citizens are sent; `openings` holds rows of weekday, start and end."""

    __tablename__ = "service_body"

    id: str = Field(primary_key=True)
    kind: str = Field(max_length=12, index=True)
    name: str
    name_en: str
    division: str = Field(foreign_key="division.code", index=True)
    address: str
    phone: str
    lat: float | None = None
    lon: float | None = None
    approximate: bool
    minutes: int
    desks: int
    openings: list[Any] = Field(sa_type=JSON)


class JoinRecord(SQLModel, table=True):
    """A lawyer's or a firm's application to serve; `lawyer` and `firm` are what came of it."""

    __tablename__ = "join_application"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=12, unique=True)
    secret_hash: str = Field(max_length=64)
    key: str = Field(max_length=64, unique=True)
    kind: str = Field(max_length=8)
    state: str = Field(max_length=10, index=True)
    sent: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, max_length=64)
    lawyer: str | None = Field(default=None, max_length=40, index=True)
    firm: str | None = Field(default=None, max_length=40)
    activation: str | None = Field(default=None, max_length=64)
    activation_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TrailRecord(SQLModel, table=True):
    """Who did what to an application or a booking, named by its code; no personal data."""

    __tablename__ = "trail"

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(max_length=40, index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=80)
    act: str = Field(max_length=24)
    detail: str = Field(sa_type=Text)


BODY = SQLModel.metadata.tables["service_body"]
JOIN = SQLModel.metadata.tables["join_application"]
TRAIL = SQLModel.metadata.tables["trail"]
