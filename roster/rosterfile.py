"""What a solve gives back: the roster with its proof, vacancies and figures; JSON in and out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationError

from zhiban.roster.problem import Role, Value
from zhiban.roster.refusal import refused_file
from zhiban.roster.roster import Duty, Roster

MOST_HALVES = 10_000  # far more than a province needs
Units = Annotated[int, Field(ge=-(1 << 63), le=(1 << 63) - 1)]


class Progress(Value):
    """Where a solve stood after that many seconds; None where nothing was known yet."""

    seconds: float
    objective: int | None
    bound: int | None
    stage: str


class Remedy(Value):
    """What would fill a vacancy, and what the roster would then cost more (or less)."""

    kind: str
    what: str
    what_en: str
    cost: int
    verified: bool


class Vacancy(Value):
    """Places on a shift that nobody holds; `blocked` counts every lawyer once, by rule code."""

    shift: str
    role: Role
    missing: int
    sentence: str
    sentence_en: str
    blocked: dict[str, int]
    remedies: tuple[Remedy, ...] = ()


class Dual(Value):
    """The price of one row of the model in units of 2^-20, named by rule and key."""

    rule: str
    key: tuple[str, ...]
    value: Units


class Part(Value):
    """A row by rule and key, at its upper limit, or at its `lower` one."""

    rule: str
    key: tuple[str, ...]
    lower: bool = False


class StepPart(Value):
    """That a row's steps of this price and sign take their units at most."""

    rule: str
    key: tuple[str, ...]
    price: int
    sign: int


class Half(Value):
    """Half the sum of its parts, every weight and the limit rounded down, and its dual `value`.

    Parts, each once, are rows, that a lawyer holds one set of duties a day (`days`), limits of
    `steps`, and earlier `halves` by number.
    """

    parts: tuple[Part, ...] = ()
    days: tuple[tuple[str, int], ...] = ()
    steps: tuple[StepPart, ...] = ()
    halves: tuple[int, ...] = ()
    value: Units = 0


class Certificate(Value):
    """The duals that prove `bound` (in units of 2^-20): anyone may reckon it anew."""

    bound: Units
    duals: tuple[Dual, ...]
    halves: Annotated[tuple[Half, ...], Field(max_length=MOST_HALVES)] = ()


class RosterFile(Value):
    """Status, roster and proof of one solve.

    `optimal` only when `bound` >= `objective` is proved for the whole problem; `seconds` are
    monotonic, from the validated problem to the proof or the stop.
    """

    format: Literal["zhiban-roster/1"] = "zhiban-roster/1"
    status: Literal["optimal", "feasible"]
    objective: Units
    bound: Units
    gap: float
    gap_without_vacancies: float
    seconds: float
    first_seconds: float
    by_rule: dict[str, int]
    duties: tuple[Duty, ...]
    vacancies: tuple[Vacancy, ...]
    certificate: Certificate | None = None
    progress: tuple[Progress, ...] = ()
    stopped: Literal["proof", "time", "asked"] = "proof"
    seed: int = 1
    versions: dict[str, str] = Field(default_factory=dict)

    @property
    def roster(self) -> Roster:
        """The duties as a roster."""
        return Roster.of(self.duties)


def load_roster_file(content: bytes | str) -> RosterFile:
    """Reads a roster file; raises Refused with one line that names the place."""
    try:
        return RosterFile.model_validate_json(content)
    except ValidationError as error:
        raise refused_file(error, "roster") from None
