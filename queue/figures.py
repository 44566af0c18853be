"""Figures of many questions from columns: what was kept, how long people waited; pure.

The same counts as `zhiban.queue.report`, for one grouping at a time, out of arrays that a process
keeps: tens of thousands of questions take some milliseconds. Lengths are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, nan
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from zhiban.queue.report import Case, fate

Group = Literal["county", "post", "lawyer", "category", "channel"]
GROUPS: tuple[Group, ...] = ("county", "post", "lawyer", "category", "channel")
_DAY, _WEEK = 86_400, 7 * 86_400
_EAST = 8 * 3600  # Shanghai's clock, all year round
_MONDAY = 4 * _DAY  # 1970-01-05
ROW = np.dtype(
    [("asked", "i8"), *((group, "i4") for group in GROUPS)]
    + [("wait", "f8"), ("answer", "f8"), ("promised", "f8"), ("rating", "i1")]
    + [(name, "i2") for name in ("accepted", "accepted_late", "kept", "late", "running")]
)
Rows = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of some questions; `promised` is the middle of what was promised until an answer.

    `kept`, `late` and `running` are rounds of the clock of first answers, `accepted` and
    `accepted_late` those of acceptance.
    """

    questions: int
    answered: int
    accepted: int
    accepted_late: int
    kept: int
    late: int
    running: int
    wait50: float | None
    wait90: float | None
    wait99: float | None
    answer50: float | None
    answer90: float | None
    answer99: float | None
    promised: float | None
    rated: int
    satisfaction: float | None

    @property
    def attainment(self) -> float | None:
        """Answers in time of those decided; None where none was."""
        decided = self.kept + self.late
        return self.kept / decided if decided else None

    @property
    def accepting(self) -> float | None:
        """Taken up in time of those decided; None where none was."""
        decided = self.accepted + self.accepted_late
        return self.accepted / decided if decided else None


@dataclass(frozen=True, slots=True)
class Cases:
    """Questions as rows of `ROW`, and what the numbers in their groupings stand for."""

    rows: Rows
    names: Mapping[Group, Sequence[str]]

    def during(self, since: datetime, until: datetime) -> Cases:
        """Those asked since and before."""
        asked = self.rows["asked"]
        inside = (asked >= since.timestamp()) & (asked < until.timestamp())
        return Cases(self.rows[inside], self.names)

    def of(self, group: Group, key: str) -> Cases:
        """Those of one key in a grouping."""
        names = self.names[group]
        number = names.index(key) if key in names else -1
        return Cases(self.rows[self.rows[group] == number], self.names)


def row_of(case: Case, numbers: Mapping[Group, int]) -> tuple[Any, ...]:
    """One question as a row; `numbers` are those of its keys."""
    asked = case.state.asked
    first = next((one for one in case.state.timers if one.clock == "first_answer"), None)
    due = first.due if first else None
    fates = [(one.clock, fate(one)) for one in case.state.timers]
    return (
        int(asked.timestamp()),
        *(numbers[group] for group in GROUPS),
        (case.given - asked).total_seconds() if case.given else nan,
        (case.answered - asked).total_seconds() if case.answered else nan,
        (due - asked).total_seconds() if due else nan,
        case.state.rating or 0,
        fates.count(("accept", "kept")),
        fates.count(("accept", "late")),
        fates.count(("first_answer", "kept")),
        fates.count(("first_answer", "late")),
        fates.count(("first_answer", "running")),
    )


def figures(rows: Rows) -> Figures:
    """The figures of these rows; quantiles by nearest rank."""
    wait, answer, promised = (_sorted(rows[name]) for name in ("wait", "answer", "promised"))
    ratings = rows["rating"][rows["rating"] > 0]
    sums = {
        name: int(rows[name].sum())
        for name in ("accepted", "accepted_late", "kept", "late", "running")
    }
    return Figures(
        questions=len(rows),
        answered=len(answer),
        wait50=_at(wait, 0.5),
        wait90=_at(wait, 0.9),
        wait99=_at(wait, 0.99),
        answer50=_at(answer, 0.5),
        answer90=_at(answer, 0.9),
        answer99=_at(answer, 0.99),
        promised=_at(promised, 0.5),
        rated=len(ratings),
        satisfaction=float(ratings.mean()) if len(ratings) else None,
        **sums,
    )


def by_group(cases: Cases, group: Group) -> dict[str, Figures]:
    """The figures of each key that occurs."""
    names = cases.names[group]
    return {names[number]: figures(part) for number, part in _parts(cases.rows, group)}


def by_week(cases: Cases, since: datetime, weeks: int) -> list[Figures]:
    """The figures of each of some weeks from a Monday on."""
    number = (cases.rows["asked"] + _EAST - _MONDAY) // _WEEK
    first = (int(since.timestamp()) + _EAST - _MONDAY) // _WEEK
    return [figures(cases.rows[number == first + step]) for step in range(weeks)]


def by_half(rows: Rows) -> NDArray[np.int64]:
    """How many asked on each weekday in the morning and from noon on: seven rows of two."""
    local = rows["asked"] + _EAST
    weekday = (local - _MONDAY) // _DAY % 7
    noon = (local % _DAY >= _DAY // 2).astype(np.int64)
    return np.bincount(weekday * 2 + noon, minlength=14).reshape(7, 2)


def _parts(rows: Rows, group: Group) -> list[tuple[int, Rows]]:
    order = np.argsort(rows[group], kind="stable")
    found, starts = np.unique(rows[group][order], return_index=True)
    parts = np.split(order, starts[1:])
    return [(int(number), rows[part]) for number, part in zip(found, parts, strict=False)]


def _sorted(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sort(lengths[~np.isnan(lengths)])


def _at(ordered: NDArray[np.float64], share: float) -> float | None:
    return float(ordered[max(0, ceil(share * len(ordered)) - 1)]) if len(ordered) else None
