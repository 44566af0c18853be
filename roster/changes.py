"""What a new version changes against the one before, and whom that concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from zhiban.data.day_words import days_of, moment_of, shift_of
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster.published import OnDuty, Version

Kind = Literal["added", "removed", "changed"]
_ROLES = {"primary": Text("值班", "on duty"), "standby": Text("备班", "standby")}


@dataclass(frozen=True, slots=True)
class Change:
    """Who held a shift before and who holds it now, where that differs."""

    shift: str
    before: tuple[OnDuty, ...]
    after: tuple[OnDuty, ...]

    @property
    def kind(self) -> Kind:
        """Added where nobody held it before, removed where nobody does now."""
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"


@dataclass(frozen=True, slots=True)
class Concern:
    """The duties that one lawyer gains and loses; a moved or re-cast duty is in both."""

    gained: list[OnDuty] = field(default_factory=list)
    lost: list[OnDuty] = field(default_factory=list)


def differences(old: Version | None, new: Version) -> tuple[Change, ...]:
    """The shifts whose duties differ, in order of their start; names alone are no difference."""
    before, after = _by_shift(old.duties if old else ()), _by_shift(new.duties)
    changes = [
        Change(shift, before.get(shift, ()), after.get(shift, ()))
        for shift in before.keys() | after.keys()
        if _essence(before.get(shift, ())) != _essence(after.get(shift, ()))
    ]
    return tuple(sorted(changes, key=lambda c: ((c.before + c.after)[0].span.start, c.shift)))


def concerned(changes: Iterable[Change]) -> Mapping[str, Concern]:
    """For each lawyer concerned, by id, what they gain and lose."""
    found: dict[str, Concern] = {}
    for change in changes:
        kept = _essence(change.before) & _essence(change.after)
        for duty in change.after:
            if _essence((duty,)).isdisjoint(kept):
                found.setdefault(duty.lawyer, Concern()).gained.append(duty)
        for duty in change.before:
            if _essence((duty,)).isdisjoint(kept):
                found.setdefault(duty.lawyer, Concern()).lost.append(duty)
    return dict(sorted(found.items()))


def announcement(week: Week, number: int, concern: Concern) -> tuple[Text, Text]:
    """Title and body of what a lawyer is told about a new version."""
    days = days_of(week.days[0], week.days[-1])
    title = Text(
        f"{days.zh}的值班安排" + ("已发布" if number == 1 else "有变动"),
        f"Duties of {days.en} " + ("are published" if number == 1 else "have changed"),
    )
    parts = [
        (Text("新增：", "New: "), concern.gained),
        (Text("取消：", "No longer: "), concern.lost),
    ]
    lines = [(head, [line(duty) for duty in duties]) for head, duties in parts if duties]
    return title, Text(
        "\n".join(head.zh + "；".join(line.zh for line in texts) for head, texts in lines),
        "\n".join(head.en + "; ".join(line.en for line in texts) for head, texts in lines),
    )


def line(duty: OnDuty) -> Text:
    """When, where and in which role somebody is on duty."""
    said, role = shift_of(duty.span.start, duty.span.end), _ROLES[duty.role]
    open_still = naming(duty) if duty.name_by is not None and not duty.named else Text("", "")
    return Text(
        f"{said.zh} {duty.post_name} {role.zh}{open_still.zh}",
        f"{said.en}, {duty.post_name}, {role.en}{open_still.en}",
    )


def naming(duty: OnDuty) -> Text:
    """That the duty is the firm's, and until when the firm may name another lawyer."""
    by = moment_of(duty.name_by or duty.span.start)
    return Text(
        f"（由{duty.firm_name}派人，{by.zh}前可另行指定）",
        f" (for {duty.firm_name}, which may name another lawyer until {by.en})",
    )


def _by_shift(duties: Iterable[OnDuty]) -> dict[str, tuple[OnDuty, ...]]:
    found: dict[str, tuple[OnDuty, ...]] = {}
    for duty in sorted(duties, key=lambda d: (d.role, d.lawyer)):
        found[duty.shift] = (*found.get(duty.shift, ()), duty)
    return found


def _essence(duties: Iterable[OnDuty]) -> frozenset[tuple[object, ...]]:
    return frozenset((d.shift, d.post, d.span, d.lawyer, d.role) for d in duties)
