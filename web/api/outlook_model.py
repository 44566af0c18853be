"""What schedulers get of a week played through in virtual time."""

from __future__ import annotations

from pydantic import BaseModel

from zhiban.web.api.reports_model import QuantilesOut


class OutlookCounty(BaseModel):
    """What those of one county would meet; `short`: its seats cannot keep up.

    `beyond` counts the questions that went to the seats of other divisions, by division;
    `escalated` those of which a supervisor was told.
    """

    division: str
    name: str
    asked: int
    answered: int
    unanswered: int
    waiting: QuantilesOut
    answering: QuantilesOut
    attainment: float | None = None
    short: bool
    beyond: dict[str, int]
    escalated: int


class OutlookShort(BaseModel):
    """A division whose seats cannot keep up, with those seats and their names."""

    division: str
    name: str
    posts: dict[str, str]


class OutlookLoad(BaseModel):
    """How many questions a lawyer would answer."""

    lawyer: str
    name: str
    answered: int


class OutlookOut(BaseModel):
    """A week played through: under which roster, with whom asking, and what comes of it.

    `number` is the published version's or the draft's revision; `arrivals` is `past` where drawn
    after the eight weeks before, `usual` where a usual bureau's.
    """

    week: str
    roster: str
    number: int
    arrivals: str
    seed: int
    asked: int
    answered: int
    waiting: QuantilesOut
    answering: QuantilesOut
    attainment: float | None = None
    beyond: int
    escalated: int
    counties: list[OutlookCounty]
    short: list[OutlookShort]
    load: list[OutlookLoad]
