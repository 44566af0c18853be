"""Small changes of a draft that know how to be undone: rows put, dropped, or set; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from zhiban.roster.problem import Lawyer, Leave, Lock, Neighbour, RosterProblem, Shift, Value
from zhiban.roster.roster import Duty, Roster

Table = Literal["duties", "locks", "leaves", "neighbours", "lawyers", "shifts"]
ROWS: Mapping[str, type[Value]] = {"locks": Lock, "leaves": Leave, "neighbours": Neighbour}
FIELDS: Mapping[str, type[Value]] = {"lawyers": Lawyer, "shifts": Shift}


@dataclass(frozen=True, slots=True)
class Step:
    """One row put into a table or dropped from it, or (`set`) some fields of one row by id.

    `value` is the row; of a `set` it holds the id and the fields as they become, `before` the
    fields as they were.
    """

    act: Literal["put", "drop", "set"]
    table: Table
    value: Mapping[str, Any]
    before: Mapping[str, Any] | None = None

    @property
    def inverse(self) -> Step:
        """What undoes it."""
        if self.act == "set":
            own = {"id": self.value["id"], **(self.before or {})}
            was = {name: one for name, one in self.value.items() if name != "id"}
            return replace(self, value=own, before=was)
        return replace(self, act="drop" if self.act == "put" else "put")

    @property
    def duty(self) -> Duty:
        """The duty that is put or dropped."""
        return Duty(**self.value)

    def as_json(self) -> dict[str, Any]:
        """Plain data, for keeping."""
        said: dict[str, Any] = {"act": self.act, "table": self.table, "value": dict(self.value)}
        return said if self.before is None else said | {"before": dict(self.before)}


@dataclass(frozen=True, slots=True)
class Blocked:
    """The step that finds the draft in another state than it needs."""

    step: Step


def from_json(said: Mapping[str, Any]) -> Step:
    """A step that was kept."""
    return Step(said["act"], said["table"], said["value"], said.get("before"))


def undoing(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that undo these, last first."""
    return tuple(step.inverse for step in reversed(steps))


def put(duty: Duty) -> Step:
    """A lawyer put on a shift."""
    return Step("put", "duties", _of_duty(duty))


def drop(duty: Duty) -> Step:
    """A lawyer taken off a shift."""
    return Step("drop", "duties", _of_duty(duty))


def lock_of(duty: Duty, act: Literal["put", "drop"]) -> Step:
    """A duty locked, or its lock taken away."""
    return Step(act, "locks", _of_duty(duty))


def _of_duty(duty: Duty) -> dict[str, str]:
    return {"shift": duty.shift, "lawyer": duty.lawyer, "role": duty.role}


def taken(
    problem: RosterProblem, roster: Roster, steps: Iterable[Step]
) -> tuple[RosterProblem, Roster] | Blocked:
    """Problem and roster after the steps; Blocked where one does not find what it needs."""
    tables: dict[str, dict[Any, Any]] = {}
    held = dict.fromkeys(roster.duties)
    gone, come = set[Duty](), set[Duty]()
    for step in steps:
        if step.table == "duties":
            if (step.duty in held) == (step.act == "put"):
                return Blocked(step)
            _move(held, gone, come, step)
            continue
        table = tables.setdefault(step.table, _keyed(problem, step.table))
        if not _done(table, step):
            return Blocked(step)
    changed = {name: tuple(rows.values()) for name, rows in tables.items()}
    new = problem.model_copy(update=changed) if changed else problem
    return new, roster.changed(gone - come, come - gone)


def _move(held: dict[Duty, None], gone: set[Duty], come: set[Duty], step: Step) -> None:
    duty = step.duty
    if step.act == "put":
        held[duty] = None
        (gone if duty in gone else come).symmetric_difference_update({duty})
    else:
        del held[duty]
        (come if duty in come else gone).symmetric_difference_update({duty})


def _keyed(problem: RosterProblem, table: str) -> dict[Any, Any]:
    rows = getattr(problem, table)
    return {one.id: one for one in rows} if table in FIELDS else {one: one for one in rows}


def _done(table: dict[Any, Any], step: Step) -> bool:
    if step.act == "set":
        row = table.get(step.value["id"])
        if row is None or any(
            _plain(row, name) != was for name, was in (step.before or {}).items()
        ):
            return False
        table[row.id] = type(row).model_validate(row.model_dump(mode="json") | dict(step.value))
        return True
    value = ROWS[step.table].model_validate(step.value)
    if (value in table) == (step.act == "put"):
        return False
    if step.act == "put":
        table[value] = value
    else:
        del table[value]
    return True


def _plain(row: Value, field: str) -> Any:
    return row.model_dump(mode="json", include={field})[field]


def between(
    before: tuple[RosterProblem, Roster], after: tuple[RosterProblem, Roster]
) -> tuple[Step, ...]:
    """The steps that lead from one problem and roster to another of the same week."""
    (old, was), (new, now) = before, after
    found: list[Step] = []
    for table in ("lawyers", "shifts"):
        known = {one.id: one for one in getattr(old, table)}
        found += [
            _set(table, known[one.id], one)
            for one in getattr(new, table)
            if one is not known[one.id] and one != known[one.id]
        ]
    for table in ("locks", "leaves", "neighbours"):
        had, has = _keyed(old, table), _keyed(new, table)
        found += [_row("drop", table, one) for one in had if one not in has]
        found += [_row("put", table, one) for one in has if one not in had]
    gone, come = set(was) - set(now), set(now) - set(was)
    found += [drop(duty) for duty in sorted(gone, key=lambda duty: duty.key)]
    found += [put(duty) for duty in sorted(come, key=lambda duty: duty.key)]
    return tuple(found)


def _set(table: Any, old: Any, new: Any) -> Step:
    was, becomes = old.model_dump(mode="json"), new.model_dump(mode="json")
    changed = {name for name in becomes if becomes[name] != was[name]}
    value = {"id": new.id} | {name: becomes[name] for name in sorted(changed)}
    return Step("set", table, value, {name: was[name] for name in sorted(changed)})


def _row(act: Literal["put", "drop"], table: Any, row: Value) -> Step:
    return Step(act, table, row.model_dump(mode="json"))
