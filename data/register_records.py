"""Tables beside the register: who changed what in it, editions of settings, waiting uploads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime


class RegisterChangeRecord(SQLModel, table=True):
    """One change: of what, by whom, and each field before and after (JSON, encrypted)."""

    __tablename__ = "register_change"
    __table_args__ = (Index("register_change_of", "kind", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str = Field(index=True)
    kind: str
    subject: str
    name: str
    act: str
    fields: str = Field(sa_type=Text)


class RegisterUploadRecord(SQLModel, table=True):
    """A workbook between its preview and its taking; the content is encrypted."""

    __tablename__ = "register_upload"

    token: str = Field(primary_key=True)
    actor: str
    at: datetime = Field(sa_type=UtcDateTime)
    name: str
    content: str = Field(sa_type=Text)


class SettingEditionRecord(SQLModel, table=True):
    """What a setting said once somebody had changed it, whole, so that it can be put back."""

    __tablename__ = "setting_edition"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    value: Any = Field(sa_type=JSON)


CHANGE = SQLModel.metadata.tables["register_change"]
UPLOAD = SQLModel.metadata.tables["register_upload"]
EDITION = SQLModel.metadata.tables["setting_edition"]
