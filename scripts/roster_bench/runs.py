"""One solve measured: its times, gap, memory and cost of the processor, checked by the checker."""

from __future__ import annotations

import resource
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from time import monotonic

from roster_bench.memory import Memory

from zhiban.roster.checker import Checked, check
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.solve import solve

NEAR = 0.002  # "within 0.2 %" of the final bound
HEAD = (
    "| problem | duties | first | within 0.2 % | proof | call | processor | gap | vacant "
    "| memory | checked |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Measurement:
    """What one solve gave; `call` is the whole call, with explanations, in seconds."""

    name: str
    problem: RosterProblem
    file: RosterFile
    checked: Checked
    call: float
    processor: float
    check_seconds: float
    memory: float

    @property
    def near(self) -> float:
        """When the roster came within 0.2 % of the final bound; infinite if it never did."""
        limit = self.file.bound + NEAR * abs(self.file.bound)
        rows = self.file.progress
        found = (
            row.seconds for row in rows if row.objective is not None and row.objective <= limit
        )
        return next(found, float("inf"))

    def gap_at(self, seconds: float) -> float:
        """The gap proved by then."""
        rows = [row for row in self.file.progress if row.seconds <= seconds]
        objective = next((r.objective for r in reversed(rows) if r.objective is not None), None)
        bound = next((r.bound for r in reversed(rows) if r.bound is not None), None)
        if objective is None or bound is None:
            return 1.0
        return max(0, objective - bound) / max(1, objective)

    def row(self) -> str:
        """One line of the table."""
        file, checked = self.file, self.checked
        sound = "sound" if checked.sound else f"WRONG: {checked.violations[0].text.en}"
        ended = f"{file.seconds:.2f} s"
        proof = ended if file.status == "optimal" else f"none by {ended}"
        vacant = sum(vacancy.missing for vacancy in file.vacancies)
        return (
            f"| {self.name} | {len(file.duties)} | {file.first_seconds:.2f} s "
            f"| {_seconds(self.near)} | {proof} | {self.call:.2f} s "
            f"| {self.processor:.2f} s | {file.gap:.4%} | {vacant} | {self.memory:.2f} GiB "
            f"| {sound} in {self.check_seconds:.1f} s, bound {checked.certificate_bound}, "
            f"{checked.search_rest} of it by search |"
        )


def measured(name: str, problem: RosterProblem, *, seconds: float, workers: int = 2) -> Measurement:
    """Solves and checks."""
    with Memory() as memory:
        started, used = monotonic(), _processor()
        file = solve(problem, seconds=seconds, workers=workers)
        call, processor = monotonic() - started, _processor() - used
    started = monotonic()
    checked = check(problem, file)
    return Measurement(
        name, problem, file, checked, call, processor, monotonic() - started, memory.peak
    )


def _processor() -> float:
    """Seconds of processor time so far, of this process and of children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def summary(found: Sequence[Measurement]) -> str:
    """Medians and the longest, in one paragraph."""
    ends = [one.file.seconds for one in found]
    firsts, nears = [one.file.first_seconds for one in found], [one.near for one in found]
    proved = sum(one.file.status == "optimal" for one in found)
    return (
        f"Median (longest) of {len(found)}: first {_both(firsts)}, within 0.2 % {_both(nears)}, "
        f"end {_both(ends)}, processor {_both(one.processor for one in found)} in all; "
        f"{proved} proved; gap at most "
        f"{max(one.file.gap for one in found):.4%}, "
        f"after 20 s {max(one.gap_at(20) for one in found):.4%}, "
        f"after 60 s {max(one.gap_at(60) for one in found):.4%}; "
        f"memory at most {max(one.memory for one in found):.2f} GiB; "
        f"{sum(one.checked.sound for one in found)} sound."
    )


def _both(values: Iterable[float]) -> str:
    values = list(values)
    return f"{_seconds(median(values))} ({_seconds(max(values))})"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value < float("inf") else "never"
