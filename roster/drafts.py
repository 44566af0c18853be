"""Jobs that make rosters and the drafts they leave, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from zhiban.data.week import Week
from zhiban.data.wording import Text
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
    """A request for the drafts of `weeks` weeks from `week` on, at most `seconds` for each."""

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

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN_STATES


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
class Publication:
    """One published version of a week by its figures."""

    id: int
    week: Week
    number: int
    published_at: datetime
    published_by: str
    summary: DraftSummary


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

    why: Literal["no_draft", "changed", "published_already", "violations"]
    text: Text
    violations: tuple[Violation, ...] = ()


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
