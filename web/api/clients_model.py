"""What callers send and get about declared clients."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from zhiban.web.api.questions_model import Input, ShortText


class OwnClientIn(Input):
    """Somebody a lawyer acts for; `code` is the unified social credit code, days as YYYY-MM-DD."""

    name: ShortText
    code: ShortText | None = None
    since: ShortText | None = None
    until: ShortText | None = None


class ClientIn(OwnClientIn):
    """Somebody a lawyer or a firm acts for."""

    owner_kind: ShortText
    owner: ShortText


class ClientsIn(Input):
    """Clients to declare; with faults in some, none is taken unless the valid ones are wanted."""

    clients: list[ClientIn] = Field(max_length=5000)
    accept_valid_rows: bool = False


class ClientOut(BaseModel):
    """A declared client."""

    id: int
    owner_kind: str
    owner: str
    name: str
    code: str | None = None
    since: date | None = None
    until: date | None = None
    added_by: str
    added_at: datetime


class ClientsOut(BaseModel):
    """Declared clients in the order of their declaration."""

    clients: list[ClientOut]


class RowFault(BaseModel):
    """What is wrong with one row, counted from 1."""

    row: int
    field: str
    message: str


class ImportedOut(BaseModel):
    """Clients added, those known already, rows left out, and open questions that changed hands."""

    added: int
    known: int
    faults: list[RowFault]
    stepped_back: int
