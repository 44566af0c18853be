"""A roster: who holds which shift in which role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
