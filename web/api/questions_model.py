"""What callers send and get about questions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from zhiban.queue.reassigning import MOST as MOST_REASSIGNED

LONGEST_TEXT = 20_000
LongText = Annotated[str, Field(max_length=LONGEST_TEXT)]
ShortText = Annotated[str, Field(max_length=400)]


class Input(BaseModel):
    """A body: refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", strict=True)


class GuardianIn(Input):
    """Who consents for a child under 14; `relation`: father, mother, grandparent and so on."""

    name: ShortText
    relation: ShortText
    consent: bool


class QuestionIn(Input):
    """A question as a citizen asks it; `green_lane` names declared groups.

    Who declares to be under 14 needs a guardian's consent.
    """

    text: LongText
    division: ShortText
    consent: bool
    category: ShortText | None = None
    channel: ShortText = "message"
    contact: ShortText | None = None
    other_party: ShortText | None = None
    green_lane: list[ShortText] = Field(
        default_factory=list, max_length=10, json_schema_extra={"default": []}
    )
    under_14: bool = False
    guardian: GuardianIn | None = None


class WalkInIn(QuestionIn):
    """A question that staff enter for somebody at a counter or on the telephone.

    With `answer`, a lawyer on shift records a talk that was answered there; `closes` it then.
    """

    channel: ShortText = "walk_in"
    answer: LongText | None = None
    closes: bool = True


class MessageIn(Input):
    """One more message to the lawyer."""

    text: LongText


class RatingIn(Input):
    """A rating from 1 (poor) to 5 (good), with a remark where one is wanted."""

    score: int = Field(ge=1, le=5)
    text: LongText = ""


class WithdrawIn(Input):
    """Taking a question back, with a reason where one is given; as of a version seen, perhaps."""

    version: int | None = Field(default=None, ge=0)
    text: LongText = ""


class Person(BaseModel):
    """A lawyer as citizens see one."""

    name: str
    firm: str | None = None


class ShiftOut(BaseModel):
    """A span of duty at a post."""

    shift: str
    post: str
    post_name: str
    start: datetime
    end: datetime


class WaitingOut(BaseModel):
    """Why nobody has the question yet, and the next shift that covers it, where one is known."""

    reason: str
    next_shift: ShiftOut | None = None


class DueOut(BaseModel):
    """By when; provisional where that year's holidays are not announced yet."""

    at: datetime
    provisional: bool


class ClockOut(BaseModel):
    """One clock of a question: what it counts, by when, and how it stands."""

    kind: str
    due: datetime
    provisional: bool
    status: str


class AskedOut(BaseModel):
    """A question taken in; the secret is told this once."""

    ticket: str
    secret: str
    status: str
    lawyer: Person | None = None
    waiting: WaitingOut | None = None
    due: DueOut | None = None


class StepOut(BaseModel):
    """One line of a question's history."""

    seq: int
    kind: str
    at: datetime
    who: str
    name: str | None = None
    text: str | None = None
    reason: str | None = None
    facts: dict[str, str] | None = None


class EnclosureOut(BaseModel):
    """An attachment in a list; fetched by its id."""

    id: str
    seq: int
    at: datetime
    who: str
    name: str
    media_type: str
    size: int


class TicketOut(BaseModel):
    """A question as whoever asked it sees it; `can` lists what they may do now.

    Answered or asked back, it closes by itself at `closes_at` if nobody writes.
    """

    ticket: str
    version: int
    status: str
    asked: datetime
    division: str
    category: str | None = None
    channel: str
    lawyer: Person | None = None
    waiting: WaitingOut | None = None
    due: ClockOut | None = None
    steps: list[StepOut]
    attachments: list[EnclosureOut] = Field(default=[])
    rating: int | None = None
    can: list[str]
    closes_at: datetime | None = None


class MovedOut(BaseModel):
    """Where the question stands now."""

    ticket: str
    status: str
    version: int


class ActIn(Input):
    """A step of the lawyer who holds a question; `version` is the one they saw, if it matters."""

    version: int | None = Field(default=None, ge=0)
    text: LongText = ""


class QuestionPageOut(BaseModel):
    """A question as its lawyer, or a supervisor, sees it; contact and other party masked."""

    ticket: str
    version: int
    status: str
    asked: datetime
    division: str
    category: str | None = None
    channel: str
    green_lane: list[str]
    lawyer: Person | None = None
    waiting: WaitingOut | None = None
    story: str
    contact: str | None = None
    other_party: str | None = None
    due: ClockOut | None = None
    clocks: list[ClockOut]
    steps: list[StepOut]
    attachments: list[EnclosureOut] = Field(default=[])
    rating: int | None = None
    can: list[str]


class TransferIn(ActIn):
    """Passing a question to another lawyer on shift."""

    to: ShortText


class PickedIn(Input):
    """A question and the version of it that was seen."""

    ticket: ShortText
    version: int = Field(ge=0)


class ReassignIn(Input):
    """Many questions to give away, with a reason: `to` a lawyer, or else by the rules of choice."""

    questions: list[PickedIn] = Field(min_length=1, max_length=MOST_REASSIGNED)
    to: ShortText | None = None
    text: LongText
    trial: bool = False


class ReassignedOut(BaseModel):
    """How it went with one question, or why it stays as it is; `lawyer` has it now."""

    ticket: str
    done: bool
    status: str | None = None
    version: int | None = None
    lawyer: str | None = None
    why: str | None = None


class ReassignmentOut(BaseModel):
    """How it went with each question; of a `trial` nothing was written."""

    trial: bool
    questions: list[ReassignedOut]


class DeferIn(ActIn):
    """Agreeing on a later day or time, with a reason."""

    until: ShortText


class ReferIn(ActIn):
    """Pointing to another body: aid, notary, mediation, appraisal or firm."""

    to: ShortText


class MergeIn(ActIn):
    """Closing a question as the same as another."""

    into: ShortText


class QueueLine(BaseModel):
    """One open question of a lawyer's queue."""

    ticket: str
    version: int
    status: str
    asked: datetime
    division: str
    category: str | None = None
    channel: str
    green_lane: bool
    due: ClockOut | None = None
    new_message: bool


class QueueOut(BaseModel):
    """A lawyer's open questions by what is due first."""

    questions: list[QueueLine]
