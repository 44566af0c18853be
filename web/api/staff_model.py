"""What callers send and get about log-ins, duty and one's own work."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from zhiban.web.api.questions_model import Input, ShiftOut


class LoginIn(Input):
    """A log-in name and its password."""

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=400)


class AccountOut(BaseModel):
    """Who is logged in."""

    login: str
    name: str
    role: str
    lawyer: str | None = None


class SessionOut(BaseModel):
    """A new session: send `token` as a bearer token, or keep the cookie and send `csrf_token`."""

    account: AccountOut
    token: str
    csrf_token: str
    expires: datetime


class MeOut(BaseModel):
    """Who is logged in, and the token for calls that rest on the cookie."""

    account: AccountOut
    csrf_token: str


class DutyOut(ShiftOut):
    """Who is on duty at a post; names and firms, no phones."""

    kind: str
    division: str
    lawyer: str
    firm: str
    role: str


class DutiesOut(BaseModel):
    """Everybody on duty at a moment."""

    at: datetime
    duties: list[DutyOut]


class OwnShift(ShiftOut):
    """One of one's own duties."""

    week: str
    version: int
    role: str
    points: float
    unpopular: bool


class OwnShifts(BaseModel):
    """One's own duties by start."""

    shifts: list[OwnShift]


class LedgerOut(BaseModel):
    """One's own ledger: what was served over the weeks reckoned, and what is one's fair share."""

    lawyer: str
    since: str
    until: str
    points: float
    unpopular: float
    target_points: float
    target_unpopular: float
