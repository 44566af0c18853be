"""Who is meant by the names in a duty table that was read back: its duties; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from zhiban.data.wording import FieldError, Refused, Text, shortened
from zhiban.roster.duty_sheet import MOST_FAULTS, Named, ReadShift, ReadTable
from zhiban.roster.duty_words import short_firm
from zhiban.roster.problem import Lawyer, RosterProblem
from zhiban.roster.roster import Duty


@dataclass
class _Names:
    """Who is meant by a name, and what to say where that is not clear."""

    problem: RosterProblem
    by_name: dict[str, list[Lawyer]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for lawyer in self.problem.lawyers:
            self.by_name[lawyer.name].append(lawyer)
        self.firms = {one.id: one.name for one in self.problem.firms}

    def meant(self, person: Named, known: set[str]) -> Lawyer | Text:
        """The lawyer; `known` are those whom the cell held when it was written."""
        found = self.by_name.get(person.name, [])
        of_firm = [one for one in found if self._is_of(one, person.firm)] or found
        before = [one for one in of_firm if one.id in known]
        if len(before or of_firm) == 1:
            return (before or of_firm)[0]
        said = shortened(person.name, 20)
        if not found:
            return Text(f"名册里没有律师“{said}”", f"there is no lawyer {said!r}")
        firms = [self.firms[one.firm] for one in found]
        return Text(
            f"有{len(found)}位律师叫“{said}”，请在下一行写明律所（{'、'.join(firms)}）",
            f"{len(found)} lawyers are called {said!r}; name the firm on the next line "
            f"({', '.join(firms)})",
        )

    def _is_of(self, lawyer: Lawyer, firm: str) -> bool:
        name = self.firms[lawyer.firm]
        return bool(firm) and firm in (name, short_firm(name))


def duties_in(read: ReadTable, problem: RosterProblem) -> tuple[Duty, ...]:
    """The duties that a workbook says; raises Refused with each cell that cannot be understood."""
    names, known = _Names(problem), {shift.id for shift in problem.shifts}
    faults: list[FieldError] = []
    duties: dict[Duty, None] = {}
    for one in read.shifts:
        if one.shift not in known:
            faults.append(FieldError(one.cell, _gone(one)))
            continue
        for person, lawyer in _resolved(one, names):
            if isinstance(lawyer, Text):
                text = Text(f"{one.place}：{lawyer.zh}", f"{one.place}: {lawyer.en}")
                faults.append(FieldError(one.cell, text))
                continue
            duty = Duty(shift=one.shift, lawyer=lawyer.id, role=person.role)
            if duty in duties:
                faults.append(FieldError(one.cell, _twice(one, person)))
            duties[duty] = None
    if faults:
        raise Refused(faults[:MOST_FAULTS])
    return tuple(duties)


def _resolved(one: ReadShift, names: _Names) -> Iterable[tuple[Named, Lawyer | Text]]:
    """Each person with the lawyer meant; of two with one name each stands for one lawyer."""
    left = [(role, lawyer) for role, lawyer, _ in one.before]
    for person in one.people:
        same = [lawyer for role, lawyer in left if role == person.role]
        found = names.meant(person, set(same))
        if isinstance(found, Text):
            called = [lawyer for role, lawyer, name in one.before if name == person.name]
            mine = [lawyer for lawyer in same if lawyer in called]
            match = [x for x in names.by_name.get(person.name, []) if x.id in mine[:1]]
            found = match[0] if match else found
        if isinstance(found, Lawyer) and (person.role, found.id) in left:
            left.remove((person.role, found.id))
        yield person, found


def _gone(one: ReadShift) -> Text:
    return Text(
        f"{one.place}：这个班次已经没有了（岗位的时间改过），请重新导出",
        f"{one.place}: this shift is not there any more (the post's hours changed); export it anew",
    )


def _twice(one: ReadShift, person: Named) -> Text:
    said = shortened(person.name, 20)
    return Text(f"{one.place}：“{said}”写了两次", f"{one.place}: {said!r} stands there twice")
