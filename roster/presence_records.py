"""Tables of who came: what opens a station's pages, sign-ins, and those who did not come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table


class StationKeyRecord(SQLModel, table=True):
    """A link to a station's pages; the token is encrypted, `tag` its hash to find it by."""

    __tablename__ = "station_key"
    __table_args__ = (
        CheckConstraint("purpose in ('door', 'screen')", name="ck_station_key_purpose"),
        Index("ix_station_key_post", "post", "purpose"),
    )

    id: int | None = Field(default=None, primary_key=True)
    post: str = Field(max_length=64)
    purpose: str = Field(max_length=8)
    token: str = Field(sa_type=Text)
    tag: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(max_length=80)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by: str | None = Field(default=None, max_length=80)


class SignInRecord(SQLModel, table=True):
    """A lawyer who came to a shift; of a position only the distance is kept, in metres."""

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("way in ('code', 'position', 'online', 'stand_in')", name="ck_sign_in_way"),
    )

    shift: str = Field(primary_key=True, max_length=128)
    lawyer: str = Field(primary_key=True, max_length=64)
    post: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    late: bool
    way: str = Field(max_length=10)
    metres: int | None = None
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoShowRecord(SQLModel, table=True):
    """A lawyer for whom the alarm was raised; `settled` says how it ended, if it has."""

    __tablename__ = "no_show"
    __table_args__ = (
        CheckConstraint(
            "settled in ('open', 'came', 'stand_in', 'excused')", name="ck_no_show_settled"
        ),
    )

    shift: str = Field(primary_key=True, max_length=128)
    lawyer: str = Field(primary_key=True, max_length=64)
    post: str = Field(max_length=64)
    raised_at: datetime = Field(sa_type=UtcDateTime, index=True)
    settled: str = Field(default="open", max_length=10)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stand_in: str | None = Field(default=None, max_length=64)


STATION_KEY = table(StationKeyRecord)
SIGN_IN = table(SignInRecord)
NO_SHOW = table(NoShowRecord)
