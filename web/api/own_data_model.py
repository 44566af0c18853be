"""What citizens send and get about their own data."""

from __future__ import annotations

from pydantic import BaseModel

from zhiban.web.api.papers_model import AidOut, DraftOut
from zhiban.web.api.questions_model import Input, ShortText, TicketOut


class RecoverIn(Input):
    """A ticket's code, and the whole telephone number left with it."""

    ticket: ShortText
    phone: ShortText


class RecoveredOut(BaseModel):
    """The ticket's new secret; the one before opens it no more."""

    ticket: str
    secret: str


class OwnDataOut(BaseModel):
    """All that is stored of a question; files are fetched one by one."""

    question: TicketOut
    text: str | None = None
    contact: str | None = None
    other_party: str | None = None
    green_lane: list[str]
    guardian: dict[str, str | bool] | None = None
    applications: list[AidOut]
    drafts: list[DraftOut]
