"""Jobs that make rosters and the drafts they leave, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from zhiban.data.week import Week
from zhiban.data.wording import FieldError, Text
from zhiban.roster.job_options import JobOptions
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules.rule import Violation

JobState = Literal["queued", "running", "done", "failed", "stopped"]
OPEN_STATES: tuple[JobState, ...] = ("queued", "running")
LONGEST_HORIZON = 13


@dataclass(frozen=True, slots=True)
class JobProgress:
    """Where a job stood so many seconds into the solve of one week; None: nothing known yet."""

    week: str
    seconds: float
    objective: int | None
    bound: int | None
    stage: str

    @property
    def gap(self) -> float | None:
        """What is still open, as a fraction of the objective."""
        if self.objective is None or self.bound is None:
            return None
        return max(0, self.objective - self.bound) / max(1, self.objective)


@dataclass(frozen=True, slots=True)
class Job:
    """A request for the drafts of `weeks` weeks from `week` on, at most `seconds` for each.

    With `alternative` they are kept beside the drafts under that name. `attempt` counts how often
    it was begun; `weeks_done` weeks are finished, and are not made again.
    """

    id: int
    week: Week
    weeks: int
    seconds: float
    seed: int
    state: JobState
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    stop_requested: bool
    progress: tuple[JobProgress, ...]
    error: Text | None
    alternative: str = ""
    options: JobOptions = field(default_factory=JobOptions)
    attempt: int = 0
    weeks_done: int = 0
    queued_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN_STATES

    @property
    def span(self) -> tuple[Week, Week]:
        """Its first and its last week."""
        return self.week, self.week.next(self.weeks - 1)

    def collides(self, other: Job) -> bool:
        """Whether both would write the same draft of any week."""
        (first, last), (start, end) = self.span, other.span
        return self.alternative == other.alternative and first <= end and start <= last


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """The figures of a week's draft or version, without its duties."""

    status: str
    objective: int
    bound: int
    gap: float
    duties: int
    vacancies: int


@dataclass(frozen=True, slots=True)
class Draft:
    """The latest draft of a week; who changes or publishes it must name its `revision`."""

    week: Week
    revision: int
    problem: RosterProblem
    file: RosterFile
    summary: DraftSummary
    job: int | None
    created_at: datetime
    created_by: str
    published_revision: int | None


@dataclass(frozen=True, slots=True)
class Alternative:
    """A draft of a week kept under a name beside the one that is edited and published.

    `note` says how it came about; `revision` is that of the draft it was, 0 where it was none.
    """

    id: int
    week: Week
    name: str
    note: Text
    summary: DraftSummary
    job: int | None
    revision: int
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who answers for a version, and the warnings that they took note of."""

    name: str = ""
    acknowledged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """One published version of a week by its figures.

    One that `withdraws` another `repeats` an earlier one (0: nobody is on duty), for a `reason`.
    """

    id: int
    week: Week
    number: int
    published_at: datetime
    published_by: str
    summary: DraftSummary
    signed: SignOff = SignOff()
    withdraws: int | None = None
    repeats: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the independent checker found in one revision of a week's draft."""

    week: Week
    revision: int
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody else changed the draft meanwhile; `revision` is what it is at now."""

    revision: int
    text: Text


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Why nothing was published."""

    why: Literal["no_draft", "changed", "published_already", "unsigned", "violations"]
    text: Text
    violations: tuple[Violation, ...] = ()
    faults: tuple[FieldError, ...] = ()


def summary_of(file: RosterFile) -> DraftSummary:
    """The figures of a roster file; vacancies count the places that nobody holds."""
    return DraftSummary(
        status=file.status,
        objective=file.objective,
        bound=file.bound,
        gap=file.gap,
        duties=len(file.duties),
        vacancies=sum(vacancy.missing for vacancy in file.vacancies),
    )
