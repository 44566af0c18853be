"""Tables of the ways by which notices leave the service, and of what is on its way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table


class NoticeChannelRecord(SQLModel, table=True):
    """One address outside the service to which somebody wants their notices sent; encrypted."""

    __tablename__ = "notice_channel"

    id: int | None = Field(default=None, primary_key=True)
    account: int = Field(foreign_key="account.id", index=True)
    service: str = Field(max_length=16)
    address: str = Field(sa_type=Text)
    added_at: datetime = Field(sa_type=UtcDateTime)


class NoticeChoiceRecord(SQLModel, table=True):
    """Which notices an account wants sent out, and when it wants to be left alone.

    `muted` lists groups of kinds, with commas; the quiet hours are minutes of the bureau's day,
    both None for none.
    """

    __tablename__ = "notice_choice"

    account: int = Field(primary_key=True, foreign_key="account.id")
    muted: str = Field(default="", max_length=200)
    quiet_from: int | None = None
    quiet_to: int | None = None
    alarms: bool = True


class NoticeSendingRecord(SQLModel, table=True):
    """One notice on its way to one address; `channel` 0 for those of the settings."""

    __tablename__ = "notice_sending"
    __table_args__ = (UniqueConstraint("notice", "channel", name="uq_notice_sending"),)

    id: int | None = Field(default=None, primary_key=True)
    notice: int = Field(foreign_key="inbox_notice.id")
    channel: int
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    attempts: int = 0


NOTICE_CHANNEL = table(NoticeChannelRecord)
NOTICE_CHOICE = table(NoticeChoiceRecord)
NOTICE_SENDING = table(NoticeSendingRecord)
