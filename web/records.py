"""Tables of the service itself: staff accounts, their sessions, their inbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text as LongText
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table
from zhiban.web.notify.records import NOTICE_CHANNEL as NOTICE_CHANNEL
from zhiban.web.notify.records import NOTICE_CHOICE as NOTICE_CHOICE
from zhiban.web.notify.records import NOTICE_SENDING as NOTICE_SENDING


class AccountRecord(SQLModel, table=True):
    """One staff log-in; `lawyer` is the register's id where the person is a lawyer.

    `code_hash` is of a one-time code by which its holder chooses a password, until `code_until`.
    """

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=80)
    role: str = Field(max_length=16, index=True)
    lawyer: str | None = Field(default=None, max_length=40, index=True)
    password_hash: str = Field(max_length=255)
    disabled: bool = Field(default=False)
    created_at: datetime = Field(sa_type=UtcDateTime)
    code_hash: str | None = Field(default=None, max_length=64)
    code_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SessionRecord(SQLModel, table=True):
    """One log-in that is still open; the token itself is only with its holder."""

    __tablename__ = "web_session"

    token_hash: str = Field(primary_key=True, max_length=64)
    account: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class InboxNoticeRecord(SQLModel, table=True):
    """One notice in a person's inbox; the id is the outbox row's, so that none comes twice."""

    __tablename__ = "inbox_notice"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    recipient: str = Field(max_length=80, index=True)
    kind: str = Field(max_length=40)
    content: str = Field(sa_type=LongText)
    at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


ACCOUNT = table(AccountRecord)
SESSION = table(SessionRecord)
INBOX_NOTICE = table(InboxNoticeRecord)
