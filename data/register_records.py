"""Tables beside the register: who changed what in it, and workbooks that wait to be taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
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


CHANGE = SQLModel.metadata.tables["register_change"]
UPLOAD = SQLModel.metadata.tables["register_upload"]
