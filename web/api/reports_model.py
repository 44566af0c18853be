"""What supervisors get about clocks: how they stand now, and what was kept in a time."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel


class SlaLine(BaseModel):
    """How the clocks of one county stand."""

    division: str
    name: str
    on_duty: int
    open: int
    waiting: int
    due_soon: int
    late: int


class QuantilesOut(BaseModel):
    """Seconds that half, nine in ten and ninety-nine in a hundred stayed within."""

    count: int
    p50: float | None = None
    p90: float | None = None
    p99: float | None = None


class KeptOut(BaseModel):
    """How one clock fared; `attainment` is kept / (kept + late), left out without either."""

    clock: str
    kept: int
    late: int
    given_up: int
    running: int
    attainment: float | None = None


class SlaPart(BaseModel):
    """The figures of all questions, or of those of one key; an empty key: of none yet.

    `waiting` runs from asking to a lawyer, `answering` to the first answer. `satisfaction` is the
    mean of the ratings, to be shown beside the share who rated.
    """

    key: str
    name: str | None = None
    questions: int
    clocks: list[KeptOut]
    waiting: QuantilesOut
    answering: QuantilesOut
    rated: int
    rated_share: float | None = None
    satisfaction: float | None = None


class SlaGroups(BaseModel):
    """The same figures by each grouping; post and lawyer are those of the first answer."""

    division: list[SlaPart]
    post: list[SlaPart]
    lawyer: list[SlaPart]
    category: list[SlaPart]
    channel: list[SlaPart]
    day: list[SlaPart]


class SlaPeriod(BaseModel):
    """What was promised and kept for the questions asked since and before."""

    since: datetime
    until: datetime
    whole: SlaPart
    by: SlaGroups


class SlaOut(BaseModel):
    """Open questions, those due soon and late, by county; `period` where one was asked for."""

    at: datetime
    total: int
    lines: list[SlaLine]
    period: SlaPeriod | None = None


class LawyerLoadOut(BaseModel):
    """What a lawyer was given and did; points of duty served over 26 weeks beside a fair share."""

    lawyer: str
    name: str
    firm: str | None = None
    given: int
    answers: int
    talks: int
    declined: int
    recused: int
    points: float
    target_points: float


class HalfLoadOut(BaseModel):
    """Questions asked in a half-day of a county, and lawyers on its seats."""

    day: date
    half: str
    division: str
    name: str | None = None
    asked: int
    seats: int


class LoadOut(BaseModel):
    """The load of a time."""

    since: datetime
    until: datetime
    lawyers: list[LawyerLoadOut]
    halves: list[HalfLoadOut]
