"""A roster: who holds which shift in which role."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from pydantic import ConfigDict

from zhiban.roster.problem import Role


@dataclass(frozen=True, slots=True)
class Duty:
    """One lawyer on one shift."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")
    shift: str
    lawyer: str
    role: Role = "primary"

    @property
    def key(self) -> tuple[str, str, str]:
        """Sorts duties by shift, role and lawyer."""
        return self.shift, self.role, self.lawyer


@dataclass(frozen=True)
class Roster:
    """All duties of a horizon, in a fixed order."""

    duties: tuple[Duty, ...] = ()

    @classmethod
    def of(cls, duties: Iterable[Duty]) -> Roster:
        """A roster in its fixed order."""
        return cls(tuple(sorted(duties, key=lambda duty: duty.key)))

    def changed(self, gone: Collection[Duty], come: Collection[Duty]) -> Roster:
        """The roster without some of its duties and with others; much is taken over from this."""
        gone = [one for one in gone if one in self.by_lawyer.get(one.lawyer, ())]
        rest = {one for duty in come for one in self.by_lawyer.get(duty.lawyer, ())} - set(gone)
        come = [one for one in come if one not in rest]
        duties = list(self.duties)
        for duty in gone:
            del duties[bisect_left(duties, duty.key, key=lambda one: one.key)]
        for duty in come:
            duties.insert(bisect_left(duties, duty.key, key=lambda one: one.key), duty)
        new = Roster(tuple(duties))
        both = (*gone, *come)
        vars(new)["by_shift"] = _redone(
            self.by_shift, {one.shift for one in both}, gone, come, lambda duty: duty.shift
        )
        vars(new)["by_lawyer"] = _redone(
            self.by_lawyer, {one.lawyer for one in both}, gone, come, lambda duty: duty.lawyer
        )
        return new

    def __len__(self) -> int:
        return len(self.duties)

    def __iter__(self) -> Iterator[Duty]:
        return iter(self.duties)

    @cached_property
    def by_shift(self) -> Mapping[str, tuple[Duty, ...]]:
        """The duties of each shift that has any."""
        found: dict[str, list[Duty]] = {}
        for duty in self.duties:
            found.setdefault(duty.shift, []).append(duty)
        return {shift: tuple(duties) for shift, duties in found.items()}

    @cached_property
    def by_lawyer(self) -> Mapping[str, tuple[Duty, ...]]:
        """The duties of each lawyer who has any."""
        found: dict[str, list[Duty]] = {}
        for duty in self.duties:
            found.setdefault(duty.lawyer, []).append(duty)
        return {lawyer: tuple(duties) for lawyer, duties in found.items()}


def _redone(
    index: Mapping[str, tuple[Duty, ...]],
    names: Iterable[str],
    gone: Collection[Duty],
    come: Collection[Duty],
    name_of: Callable[[Duty], str],
) -> Mapping[str, tuple[Duty, ...]]:
    """The index with only the named entries made anew."""
    new = dict(index)
    for name in names:
        held = [one for one in index.get(name, ()) if one not in gone]
        held += [one for one in come if name_of(one) == name]
        new.pop(name, None)
        if held:
            new[name] = tuple(sorted(held, key=lambda one: one.key))
    return new
