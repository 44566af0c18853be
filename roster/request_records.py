"""Tables of what lawyers ask for: leave, swaps, corrections; of rounds, feeds and what was seen.

What somebody wrote in their own words is encrypted; `key` names a request that is sent twice.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel

from zhiban.data.database import UtcDateTime
from zhiban.data.records import table


class LeaveRequestRecord(SQLModel, table=True):
    """A lawyer asks to be away; approved, it is a row of the register's leave as well.

    `state` is asked, approved, refused or withdrawn.
    """

    __tablename__ = "leave_request"

    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=80)
    lawyer: str = Field(max_length=40, index=True)
    start_at: datetime = Field(sa_type=UtcDateTime)
    end_at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(max_length=20)
    reason: str | None = Field(default=None, sa_type=Text)
    state: str = Field(max_length=10, index=True)
    automatic: bool = False
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, max_length=64)
    remark: str | None = Field(default=None, sa_type=Text)


class SwapOfferRecord(SQLModel, table=True):
    """A duty that its holder would like to be rid of; it follows the shift if that moves.

    `ways` are the handovers offered (none: to everybody who could), each a list of lawyer, shift,
    role and to whom; `agreed` is the one taken. `state` is open, agreed, done, refused, withdrawn,
    lapsed or undone.
    """

    __tablename__ = "swap_offer"

    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=80)
    week: str = Field(max_length=8, index=True)
    shift: str
    role: str = Field(max_length=10)
    lawyer: str = Field(max_length=40, index=True)
    post: str
    start_at: datetime = Field(sa_type=UtcDateTime)
    end_at: datetime = Field(sa_type=UtcDateTime)
    ways: list[object] = Field(default_factory=list, sa_type=JSON)
    agreed: list[object] | None = Field(default=None, sa_type=JSON)
    state: str = Field(max_length=10, index=True)
    message: str | None = Field(default=None, sa_type=Text)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, max_length=64)
    version: int | None = None
    why_zh: str = ""
    why_en: str = ""


class SwapAnswerRecord(SQLModel, table=True):
    """What a lawyer said to a swap: `way` is taken, or all of it is declined where it is None."""

    __tablename__ = "swap_answer"

    offer: int = Field(primary_key=True, foreign_key="swap_offer.id")
    lawyer: str = Field(primary_key=True, max_length=40)
    way: list[object] | None = Field(default=None, sa_type=JSON)
    at: datetime = Field(sa_type=UtcDateTime)


class CorrectionRecord(SQLModel, table=True):
    """A lawyer says what is wrong in their own entry of the register; `changes` is encrypted JSON.

    `state` is asked, approved, refused or withdrawn.
    """

    __tablename__ = "entry_correction"

    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=80)
    lawyer: str = Field(max_length=40, index=True)
    changes: str = Field(sa_type=Text)
    state: str = Field(max_length=10, index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, max_length=64)
    remark: str | None = Field(default=None, sa_type=Text)


class MemberRoundRecord(SQLModel, table=True):
    """A time in which all lawyers look through their own entry, before a period of duty."""

    __tablename__ = "member_round"

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=80)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    opened_by: str = Field(max_length=64)
    deadline: datetime = Field(sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MemberConfirmationRecord(SQLModel, table=True):
    """A lawyer has looked through their entry in a round; `corrected` where they asked for more."""

    __tablename__ = "member_confirmation"

    round: int = Field(primary_key=True, foreign_key="member_round.id")
    lawyer: str = Field(primary_key=True, max_length=40)
    at: datetime = Field(sa_type=UtcDateTime)
    corrected: bool = False


class AwayRecord(SQLModel, table=True):
    """A weekday, or one half of it, on which a lawyer never serves; `half` is am, pm or day."""

    __tablename__ = "lawyer_away"

    lawyer: str = Field(primary_key=True, max_length=40)
    weekday: int = Field(primary_key=True)
    half: str = Field(primary_key=True, max_length=3)


class DutySeenRecord(SQLModel, table=True):
    """Up to which version a lawyer has taken note of their duties in a week."""

    __tablename__ = "duty_seen"

    lawyer: str = Field(primary_key=True, max_length=40)
    week: str = Field(primary_key=True, max_length=8)
    number: int


class FeedRecord(SQLModel, table=True):
    """The address of a calendar: whoever knows the token reads it until it is renewed or revoked.

    `kind` is lawyer or post; the token is found by its keyed digest.
    """

    __tablename__ = "calendar_feed"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=10)
    subject: str = Field(index=True)
    token: str = Field(sa_type=Text)
    digest: str = Field(unique=True, max_length=80)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str = Field(max_length=64)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


LEAVE_REQUEST = table(LeaveRequestRecord)
SWAP_OFFER = table(SwapOfferRecord)
SWAP_ANSWER = table(SwapAnswerRecord)
CORRECTION = table(CorrectionRecord)
MEMBER_ROUND = table(MemberRoundRecord)
MEMBER_CONFIRMATION = table(MemberConfirmationRecord)
AWAY = table(AwayRecord)
DUTY_SEEN = table(DutySeenRecord)
FEED = table(FeedRecord)
