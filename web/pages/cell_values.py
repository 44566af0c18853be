"""What the panel of one shift is filled with; pure."""

from __future__ import annotations

from dataclasses import dataclass

from zhiban.roster.problem import Role
from zhiban.web.pages.named import Broken


@dataclass(frozen=True, slots=True)
class Term:
    """What one rule adds to a price."""

    title: str
    price: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a place: why it is this one, and what the duty costs by rule."""

    lawyer: str
    name: str
    firm: str
    role: Role
    locked: bool
    why: str
    terms: tuple[Term, ...]
    this_week: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who could hold a place instead, at what price and by which rules; or why not."""

    lawyer: str
    name: str
    firm: str
    cost: int
    terms: tuple[Term, ...]
    this_week: int
    bar: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Another duty whose holder could exchange with one's own, and what that would cost."""

    shift: str
    role: Role
    place: str
    lawyer: str
    name: str
    cost: int
    terms: tuple[Term, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How many lawyers one rule keeps from a place."""

    title: str
    people: int


@dataclass(frozen=True, slots=True)
class Empty:
    """A vacancy: how many are missing, the sentence, and who is kept from it by what."""

    role: Role
    missing: int
    sentence: str
    bars: tuple[Bar, ...]
    people: int


@dataclass(frozen=True, slots=True)
class CellPanel:
    """The whole panel of one shift."""

    shift: str
    post: str
    when: str
    place: str
    holders: tuple[Holder, ...]
    empty: tuple[Empty, ...]
    roles: tuple[Role, ...]
    role: Role
    instead: str
    candidates: tuple[Candidate, ...]
    more: int
    query: str
    found: tuple[Candidate, ...]
    swapping: Holder | None
    exchanges: tuple[Exchange, ...]
    state: str
    broken: tuple[Broken, ...]
    gone: bool
