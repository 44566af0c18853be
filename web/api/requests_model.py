"""What callers send and get about leave and swaps."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from zhiban.web.api.questions_model import Input


class LeaveIn(Input):
    """When one will be away: moments, `end` exclusive; a time without an offset is local."""

    start: str = Field(max_length=40)
    end: str = Field(max_length=40)
    kind: str = Field(max_length=20)
    reason: str = Field(default="", max_length=500)


class LeaveOut(BaseModel):
    """A request for leave; `automatic` where nobody had to decide it."""

    id: int
    start: datetime
    end: datetime
    kind: str
    state: str
    automatic: bool
    touches: list[str]


class MoveIn(Input):
    """A duty that passes from its holder to another lawyer."""

    lawyer: str = Field(max_length=40)
    shift: str = Field(max_length=160)
    role: Literal["primary", "standby"] = "primary"
    to: str = Field(max_length=40)


class SwapIn(Input):
    """A duty of one's own to be offered; without `ways` it is offered to everybody who could."""

    week: str = Field(max_length=8)
    shift: str = Field(max_length=160)
    role: Literal["primary", "standby"] = "primary"
    ways: list[list[MoveIn]] = Field(default_factory=list, max_length=60)
    message: str = Field(default="", max_length=200)


class AcceptIn(Input):
    """The way in which one takes part."""

    way: list[MoveIn] = Field(min_length=1, max_length=3)


class RefuseIn(Input):
    """Why not; a scheduler's remark is told to all who had agreed."""

    reason: str = Field(default="", max_length=300)


class MoveOut(BaseModel):
    """A duty that passes from its holder to another lawyer."""

    lawyer: str
    shift: str
    role: str
    to: str


class SwapOut(BaseModel):
    """An offer as it stands; `version` is the roster's that it became."""

    id: int
    week: str
    shift: str
    role: str
    start: datetime
    end: datetime
    state: str
    ways: list[list[MoveOut]]
    agreed: list[MoveOut] | None = None
    version: int | None = None
    why: str | None = None
