"""A week's newest version as the rules see it today: with the leave that was approved since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, select

from zhiban.data.records import LeaveRecord, table
from zhiban.data.week import Week
from zhiban.roster import store
from zhiban.roster.checker import violations
from zhiban.roster.editing import Edit, edited
from zhiban.roster.facts import Facts
from zhiban.roster.problem import Leave, RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import Violation, active_rules

_LEAVE = table(LeaveRecord)


@dataclass(frozen=True)
class Newest:
    """The version, its problem with today's leave, and its roster."""

    version: Version
    problem: RosterProblem
    file: RosterFile
    known: Facts | None = None

    @cached_property
    def facts(self) -> Facts:
        """Problem and roster as the rules look at them; what was `known` is not looked up anew."""
        if self.known is not None:
            return self.known.with_problem(self.problem, "leaves").with_roster(self.file.roster)
        return Facts(self.problem, active_rules(self.problem), self.file.roster)

    def newly_broken(self, edits: Sequence[Edit]) -> tuple[RosterFile, tuple[Violation, ...]]:
        """The roster after the edits, and what is broken that was not before; raises Refused."""
        before = set(violations(self.facts))
        after = edited(self.problem, self.file, edits)
        return after.file, tuple(one for one in after.violations if one not in before)


def newest(connection: Connection, week: Week) -> Newest | None:
    """The newest version of a week; None where nothing is published."""
    version = store.load_published(connection, week, week).newest(week)
    files = store.load_version_files(connection, version.id) if version else None
    if version is None or files is None:
        return None
    problem, file = files
    return Newest(version, with_leave(connection, problem), file)


def with_leave(connection: Connection, problem: RosterProblem) -> RosterProblem:
    """The problem with the register's leave of today in place of that of its day."""
    if not problem.shifts:
        return problem
    first = min(shift.start for shift in problem.shifts)
    last = max(shift.end for shift in problem.shifts)
    known = {lawyer.id for lawyer in problem.lawyers}
    rows = connection.execute(
        select(_LEAVE.c.lawyer, _LEAVE.c.start, _LEAVE.c.end)
        .where(_LEAVE.c.start < last, _LEAVE.c.end > first)
        .order_by(_LEAVE.c.id)
    )
    leaves = tuple(
        Leave(lawyer=row.lawyer, start=max(row.start, first), end=min(row.end, last))
        for row in rows
        if row.lawyer in known
    )
    return problem.model_copy(update={"leaves": leaves})
