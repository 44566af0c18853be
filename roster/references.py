"""What a problem must hold beyond its fields: known ids, no doubles, spans the right way round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import FieldError, Text

if TYPE_CHECKING:
    from zhiban.roster.problem import RosterProblem

Faults = Iterator[FieldError]


def faults(problem: RosterProblem) -> Faults:
    """Every fault, each naming its place; none for a usable problem."""
    yield from doubles(problem)
    yield from unknown(problem)
    yield from circles(problem)
    yield from spans(problem)
    yield from counts(problem)
    yield from locks(problem)


def doubles(problem: RosterProblem) -> Faults:
    """Ids given twice."""
    lists: dict[str, Iterable[str]] = {
        "divisions": (division.code for division in problem.divisions),
        "firms": (firm.id for firm in problem.firms),
        "posts": (post.id for post in problem.posts),
        "shifts": (shift.id for shift in problem.shifts),
        "lawyers": (lawyer.id for lawyer in problem.lawyers),
    }
    for name, ids in lists.items():
        seen: set[str] = set()
        for index, one in enumerate(ids):
            if one in seen:
                yield _fault(f"{name}[{index}]", f"编号 {one} 重复", f"{one} is given twice")
            seen.add(one)


def unknown(problem: RosterProblem) -> Faults:
    """References to what the problem does not hold."""
    divisions = {division.code for division in problem.divisions}
    firms = {firm.id for firm in problem.firms}
    posts = {post.id for post in problem.posts}
    shifts = {shift.id for shift in problem.shifts}
    lawyers = {lawyer.id for lawyer in problem.lawyers}
    sites = {post.place for post in problem.posts}
    references: list[tuple[str, str, Iterable[str | None], set[str]]] = [
        ("divisions", "parent", (one.parent for one in problem.divisions), divisions),
        ("neighbours", "division", (one.division for one in problem.neighbours), divisions),
        ("neighbours", "neighbour", (one.neighbour for one in problem.neighbours), divisions),
        ("firms", "division", (one.division for one in problem.firms), divisions),
        ("posts", "division", (one.division for one in problem.posts), divisions),
        ("nearby", "site", (one.site for one in problem.nearby), sites),
        ("nearby", "other", (one.other for one in problem.nearby), sites),
        ("shifts", "post", (one.post for one in problem.shifts), posts),
        ("lawyers", "firm", (one.firm for one in problem.lawyers), firms),
        ("lawyers", "division", (one.division for one in problem.lawyers), divisions),
        ("leaves", "lawyer", (one.lawyer for one in problem.leaves), lawyers),
        ("away", "lawyer", (one.lawyer for one in problem.away), lawyers),
        ("wishes", "lawyer", (one.lawyer for one in problem.wishes), lawyers),
        ("wishes", "shift", (one.shift for one in problem.wishes), shifts),
        ("wishes", "post", (one.post for one in problem.wishes), posts),
        ("habits", "lawyer", (one.lawyer for one in problem.habits), lawyers),
        ("habits", "post", (one.post for one in problem.habits), posts),
        ("locks", "lawyer", (one.lawyer for one in problem.locks), lawyers),
        ("locks", "shift", (one.shift for one in problem.locks), shifts),
        ("held", "lawyer", (one.lawyer for one in problem.held), lawyers),
        ("held", "post", (one.post for one in problem.held), posts),
        ("forbidden", "lawyer", (one.lawyer for one in problem.forbidden), lawyers),
        ("forbidden", "post", (one.post for one in problem.forbidden), posts),
        ("forbidden", "shift", (one.shift for one in problem.forbidden), shifts),
    ]
    for name, field, ids, known in references:
        for index, one in enumerate(ids):
            if one is not None and one not in known:
                yield _fault(
                    f"{name}[{index}].{field}", f"没有编号 {one}", f"{one} is not in this problem"
                )


def circles(problem: RosterProblem) -> Faults:
    """Divisions that lie, through their parents, in themselves; each circle once."""
    parent = {division.code: division.parent for division in problem.divisions}
    index = {division.code: number for number, division in enumerate(problem.divisions)}
    done: set[str] = set()
    for start in parent:
        line: dict[str, None] = {}
        code: str | None = start
        while code is not None and code in parent and code not in done and code not in line:
            line[code] = None
            code = parent[code]
        if code in line:
            circle = [*line][[*line].index(code) :]
            way = " -> ".join([*circle, circle[0]])
            yield _fault(
                f"divisions[{index[circle[0]]}].parent",
                f"上级区划成环：{way}",
                f"the parents go in a circle: {way}",
            )
        done.update(line)


def spans(problem: RosterProblem) -> Faults:
    """Spans that end before they start, and shifts outside the horizon."""
    for index, shift in enumerate(problem.shifts):
        if shift.end <= shift.start:
            yield _fault(f"shifts[{index}].end", "结束时间须在开始之后", "must be after the start")
        if not problem.start <= shift.start.astimezone(SHANGHAI).date() < problem.end:
            yield _fault(
                f"shifts[{index}].start",
                f"须在 {problem.start} 起的 {problem.weeks} 周内",
                f"must lie in the {problem.weeks} weeks from {problem.start}",
            )
    for index, held in enumerate(problem.held):
        if held.end <= held.start:
            yield _fault(f"held[{index}].end", "结束时间须在开始之后", "must be after the start")
        if problem.start <= held.start.astimezone(SHANGHAI).date() < problem.end:
            yield _fault(
                f"held[{index}].start",
                f"不得在 {problem.start} 起的 {problem.weeks} 周内；本期内的值班请用锁定",
                f"must not lie in the {problem.weeks} weeks from {problem.start}: "
                "duties inside are given as locks",
            )
    for index, leave in enumerate(problem.leaves):
        if leave.end < leave.start:
            yield _fault(
                f"leaves[{index}].end", "结束时间不得早于开始", "must not be before the start"
            )


def counts(problem: RosterProblem) -> Faults:
    """Head-counts that contradict each other."""
    for index, shift in enumerate(problem.shifts):
        if shift.wish is not None and shift.wish < shift.need:
            yield _fault(
                f"shifts[{index}].wish",
                f"不得少于需要的 {shift.need} 人",
                f"must be at least the need of {shift.need}",
            )
        if shift.wanted + shift.standby > 1000:
            yield _fault(f"shifts[{index}]", "不得超过 1000 人", "at most 1000 places")


def locks(problem: RosterProblem) -> Faults:
    """Locks nobody could keep: one lawyer on two shifts at once, more than a shift holds."""
    shifts = {shift.id: shift for shift in problem.shifts}
    held: dict[str, list[tuple[datetime, datetime, str]]] = {}
    taken: dict[tuple[str, str], int] = {}
    for index, lock in enumerate(problem.locks):
        shift = shifts.get(lock.shift)
        if shift is None:
            continue
        for start, end, other in held.setdefault(lock.lawyer, []):
            if start < shift.end and shift.start < end:
                yield _fault(
                    f"locks[{index}]",
                    f"{lock.lawyer} 已锁定在时间重叠的班次 {other}",
                    f"{lock.lawyer} is already locked on {other}, which overlaps it",
                )
        held[lock.lawyer].append((shift.start, shift.end, shift.id))
        count = taken[lock.shift, lock.role] = taken.get((lock.shift, lock.role), 0) + 1
        if count > shift.places(lock.role):
            yield _fault(
                f"locks[{index}]",
                f"{shift.id} 的 {lock.role} 只有 {shift.places(lock.role)} 个名额",
                f"{shift.id} has only {shift.places(lock.role)} {lock.role} places",
            )


def _fault(place: str, zh: str, en: str) -> FieldError:
    return FieldError(place, Text(zh, en))
