"""Tables of bookings: who comes when and where, and the one row that claims each time.

Name, telephone number and topic are encrypted; the blind index of the number serves the limit on
bookings a day.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime


class BookingRecord(SQLModel, table=True):
    """One booking; `shift` and `lawyer` are there for a time with a lawyer on duty.

    `holder` is whose time it is: the lawyer, or a numbered desk of a body.
    """

    __tablename__ = "booking"
    __table_args__ = (
        Index("ix_booking_place_start", "place", "start_at"),
        Index("ix_booking_lawyer_start", "lawyer", "start_at"),
        Index("ix_booking_state_start", "state", "start_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=12, unique=True)
    secret_hash: str = Field(max_length=64)
    key: str = Field(max_length=64, unique=True)
    version: int
    kind: str = Field(max_length=12)
    place: str
    shift: str | None = Field(default=None)
    lawyer: str | None = Field(default=None)
    lawyer_name: str
    firm_name: str
    holder: str
    start_at: datetime = Field(sa_type=UtcDateTime)
    end_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(max_length=10)
    person: str | None = Field(default=None, sa_type=Text)
    phone_blind: str = Field(max_length=64, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class BookingSlotRecord(SQLModel, table=True):
    """A time that is taken; of two who ask for one, the key lets the first have it."""

    __tablename__ = "booking_slot"

    holder: str = Field(primary_key=True)
    start_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    booking: int = Field(foreign_key="booking.id", index=True)


BOOKING = SQLModel.metadata.tables["booking"]
BOOKING_SLOT = SQLModel.metadata.tables["booking_slot"]
