"""What a hand wants of a draft, turned into steps against the draft as it is; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from zhiban.data.wording import Text
from zhiban.roster.explain import place_name
from zhiban.roster.facts import Facts
from zhiban.roster.problem import Role
from zhiban.roster.roster import Duty
from zhiban.roster.steps import Step, drop, lock_of, put

Act = Literal["assign", "remove", "lock", "unlock", "move"]


@dataclass(frozen=True, slots=True)
class Intent:
    """One act on a duty.

    `assign` puts the lawyer on the place, where it is full in somebody's stead (`instead`, else
    the first who is not locked); `move` takes the duty `start` there, and who gives way to it
    takes the place that it leaves.
    """

    act: Act
    duty: Duty
    instead: str | None = None
    start: Duty | None = None

    @property
    def shifts(self) -> tuple[str, ...]:
        """The shifts that it is about."""
        return (self.duty.shift,) if self.start is None else (self.start.shift, self.duty.shift)


@dataclass(frozen=True, slots=True)
class Impossible:
    """Why an act cannot be done as things stand."""

    text: Text


def state_of(facts: Facts, shift: str) -> str:
    """Who holds a shift, in which role, and which of them are locked, as one comparable line."""
    locked = {(lock.lawyer, lock.role) for lock in facts.locks.get(shift, ())}
    return ",".join(
        f"{duty.lawyer}.{duty.role}{'*' if (duty.lawyer, duty.role) in locked else ''}"
        for duty in facts.duties_on(shift)
    )


def differs(facts: Facts, seen: Mapping[str, str]) -> tuple[str, ...]:
    """The shifts that are not as somebody saw them."""
    known = [shift for shift in seen if shift in facts.shifts]
    return tuple(shift for shift in known if state_of(facts, shift) != seen[shift])


def steps_of(facts: Facts, intent: Intent) -> tuple[Step, ...] | Impossible:
    """The steps that do it."""
    strange = _unknown(facts, intent)
    if strange is not None:
        return strange
    acts = {"assign": _assign, "remove": _remove, "move": _move}
    if intent.act in acts:
        return acts[intent.act](facts, intent)
    return _lock(facts, intent)


def _unknown(facts: Facts, intent: Intent) -> Impossible | None:
    for duty in (intent.duty, intent.start or intent.duty):
        if duty.shift not in facts.shifts:
            return Impossible(Text(f"没有班次 {duty.shift}", f"there is no shift {duty.shift}"))
        if duty.lawyer not in facts.lawyers:
            return Impossible(Text(f"没有律师 {duty.lawyer}", f"there is no lawyer {duty.lawyer}"))
    return None


def _lock(facts: Facts, intent: Intent) -> tuple[Step, ...] | Impossible:
    duty = intent.duty
    if duty not in facts.duties_on(duty.shift):
        return _absent(facts, duty)
    if locked(facts, duty) == (intent.act == "lock"):
        return Impossible(
            Text("这一格已经锁定", "this place is locked already")
            if intent.act == "lock"
            else Text("这一格没有锁定", "this place is not locked")
        )
    return (lock_of(duty, "put" if intent.act == "lock" else "drop"),)


def _remove(facts: Facts, intent: Intent) -> tuple[Step, ...] | Impossible:
    if intent.duty not in facts.duties_on(intent.duty.shift):
        return _absent(facts, intent.duty)
    if locked(facts, intent.duty):
        return _held_fast(facts, intent.duty)
    return (drop(intent.duty),)


def _assign(facts: Facts, intent: Intent) -> tuple[Step, ...] | Impossible:
    duty = intent.duty
    on = facts.duties_on(duty.shift)
    if duty in on:
        return _there(facts, duty)
    # Who holds the other role of the same shift changes roles.
    other = [one for one in on if one.lawyer == duty.lawyer]
    fast = next((one for one in other if locked(facts, one)), None)
    if fast is not None:
        return _held_fast(facts, fast)
    gives_way = _gives_way(facts, duty.shift, duty.role, intent.instead)
    if isinstance(gives_way, Impossible):
        return gives_way
    return (*(drop(one) for one in (*gives_way, *other)), put(duty))


def _move(facts: Facts, intent: Intent) -> tuple[Step, ...] | Impossible:
    start, target = intent.start or intent.duty, intent.duty
    if start not in facts.duties_on(start.shift):
        return _absent(facts, start)
    if locked(facts, start):
        return _held_fast(facts, start)
    if target in facts.duties_on(target.shift):
        return _there(facts, target)
    gives_way = _gives_way(facts, target.shift, target.role, intent.instead)
    if isinstance(gives_way, Impossible):
        return gives_way
    steps = [drop(start), *(drop(one) for one in gives_way), put(target)]
    back = [replace(start, lawyer=one.lawyer) for one in gives_way]
    return (*steps, *(put(one) for one in back if one not in facts.duties_on(start.shift)))


def _gives_way(
    facts: Facts, shift: str, role: Role, instead: str | None
) -> tuple[Duty, ...] | Impossible:
    """Who goes so that there is a place: nobody where one is free."""
    holders = [duty for duty in facts.duties_on(shift) if duty.role == role]
    if instead is not None:
        named = [duty for duty in holders if duty.lawyer == instead]
        if not named:
            return _absent(facts, Duty(shift, instead, role))
        return _held_fast(facts, named[0]) if locked(facts, named[0]) else (named[0],)
    if len(holders) < facts.shifts[shift].places(role):
        return ()
    loose = [duty for duty in holders if not locked(facts, duty)]
    if loose:
        return (loose[0],)
    if holders:
        return _held_fast(facts, holders[0])
    return Impossible(
        Text(
            f"{place_name(facts, facts.shifts[shift]).zh}没有这种名额",
            f"{place_name(facts, facts.shifts[shift]).en} has no such place",
        )
    )


def locked(facts: Facts, duty: Duty) -> bool:
    """Whether somebody fixed the duty."""
    own = (duty.lawyer, duty.role)
    return any((lock.lawyer, lock.role) == own for lock in facts.locks.get(duty.shift, ()))


def _absent(facts: Facts, duty: Duty) -> Impossible:
    who, where = _named(facts, duty)
    return Impossible(Text(f"{who}不在{where.zh}", f"{who} is not on {where.en}"))


def _there(facts: Facts, duty: Duty) -> Impossible:
    who, where = _named(facts, duty)
    return Impossible(Text(f"{who}已经在{where.zh}", f"{who} is on {where.en} already"))


def _held_fast(facts: Facts, duty: Duty) -> Impossible:
    who, where = _named(facts, duty)
    return Impossible(
        Text(
            f"{where.zh}的{who}已锁定，先解锁再改",
            f"{who} is locked on {where.en}; unlock it first",
        )
    )


def _named(facts: Facts, duty: Duty) -> tuple[str, Text]:
    who = facts.lawyers[duty.lawyer].name if duty.lawyer in facts.lawyers else duty.lawyer
    return who, place_name(facts, facts.shifts[duty.shift])


def said(facts: Facts, steps: Iterable[Step]) -> Text:
    """What steps change, in one line: who went off which duty, who came on which."""
    parts = [_said(facts, step) for step in steps]
    return Text(
        "；".join(part.zh for part in parts if part.zh),
        "; ".join(part.en for part in parts if part.en),
    )


def _said(facts: Facts, step: Step) -> Text:
    if step.table not in ("duties", "locks"):
        return Text("", "")
    who, where = _named(facts, step.duty)
    if step.table == "locks":
        if step.act == "put":
            return Text(f"锁定{where.zh}的{who}", f"locked {who} on {where.en}")
        return Text(f"解锁{where.zh}的{who}", f"unlocked {who} on {where.en}")
    standby = step.duty.role == "standby"
    if step.act == "put":
        return Text(
            f"{where.zh}{'备班' if standby else ''}排上{who}",
            f"{who} put on {where.en}{' as standby' if standby else ''}",
        )
    return Text(f"{where.zh}{'备班' if standby else ''}撤下{who}", f"{who} taken off {where.en}")
