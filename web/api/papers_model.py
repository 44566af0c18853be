"""What callers send and get about legal aid and documents to be drafted."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from zhiban.web.api.questions_model import Input, LongText, ShortText


class AidFormIn(Input):
    """An application for legal aid; `means` may be empty only with one of the `exempt` grounds."""

    applicant: ShortText
    contact: ShortText
    matter: ShortText
    grounds: LongText
    agreed: bool
    means: LongText = ""
    exempt: ShortText | None = None


class LawyersAidIn(AidFormIn):
    """The same, sent by the lawyer who holds the question; `version` is the one they saw."""

    version: int | None = Field(default=None, ge=0)


class AidFormOut(BaseModel):
    """What an application says."""

    applicant: str
    contact: str
    matter: str
    grounds: str
    means: str
    exempt: str | None = None


class AidOut(BaseModel):
    """An application; what it says only where it is looked at in full."""

    id: int
    version: int
    ticket: str
    status: str
    started_by: str
    submitted_at: datetime
    due: datetime
    late: bool
    decided_at: datetime | None = None
    form: AidFormOut | None = None
    reason: str | None = None


class AidsOut(BaseModel):
    """Applications by what is due first."""

    applications: list[AidOut]


class MadeOut(BaseModel):
    """What was asked for has this number, and is due then."""

    id: int
    due: datetime


class DecideIn(Input):
    """Accepting or refusing an application, with a reason, as of the version seen."""

    version: int = Field(ge=0)
    accepted: bool
    reason: LongText


class DraftIn(Input):
    """Asking for a document: its kind, and what it should hold."""

    document: ShortText
    wanted: LongText


class LawyersDraftIn(DraftIn):
    """The same, noted by the lawyer who holds the question."""

    version: int | None = Field(default=None, ge=0)


class DraftStepIn(Input):
    """A step on a document, as of the version seen; its text, or the reason for none."""

    version: int = Field(ge=0)
    text: LongText = ""


class DraftOut(BaseModel):
    """A document asked for, and the text delivered, or why there is none."""

    id: int
    version: int
    ticket: str
    status: str
    document: str
    document_name: str
    asked_at: datetime
    due: datetime
    late: bool
    lawyer: str | None = None
    ended_at: datetime | None = None
    wanted: str | None = None
    delivered: str | None = None


class DraftsOut(BaseModel):
    """Documents asked for, by what is due first."""

    drafts: list[DraftOut]
