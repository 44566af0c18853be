"""Who may take a question and who goes first: one ordered table of filters and ranks; pure.

Filters come after the one that is no choice, being on shift at a covering seat, which the published
roster decides. Ranks are compared in order; the last one is unique.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from zhiban.data.wording import Text
from zhiban.queue.question import QuestionState
from zhiban.roster.published import OnDuty

DEFAULT_CAPACITY = 20
_NEVER = datetime(1, 1, 2, tzinfo=UTC)


class Wanted(NamedTuple):
    """What a choice needs to know of a question."""

    id: int
    division: str
    category: str | None = None
    earlier: tuple[str, ...] = ()
    declined: frozenset[str] = frozenset()
    recused_lawyers: frozenset[str] = frozenset()
    recused_firms: frozenset[str] = frozenset()

    @classmethod
    def of(cls, state: QuestionState) -> Wanted:
        """The wants of a question as it stands."""
        return cls(
            state.id,
            state.division,
            state.category,
            state.earlier,
            state.declined,
            state.recused_lawyers,
            state.recused_firms,
        )

    @property
    def particular(self) -> bool:
        """Whether some lawyers may never take it."""
        return bool(self.declined or self.recused_lawyers or self.recused_firms)

    def recused(self, duty: OnDuty) -> bool:
        """Whether the lawyer, or the lawyer's firm, has stepped back for a conflict."""
        return duty.lawyer in self.recused_lawyers or duty.firm in self.recused_firms

    def barred(self, duty: OnDuty) -> bool:
        """Whether this lawyer can never take it."""
        return self.recused(duty) or duty.lawyer in self.declined


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lawyer on shift at a seat that covers the question."""

    duty: OnDuty
    skills: frozenset[str]


@dataclass(frozen=True, slots=True)
class Loads:
    """How many open questions lawyers hold, when each was last given one, and how many they may.

    A limit set for the lawyer goes before one set for the post, that before the usual. Shifts of
    some posts have a limit for all their lawyers together.
    """

    open: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, datetime] = field(default_factory=dict)
    by_lawyer: Mapping[str, int] = field(default_factory=dict)
    by_post: Mapping[str, int] = field(default_factory=dict)
    usual: int = DEFAULT_CAPACITY
    by_shift: Mapping[str, int] = field(default_factory=dict)
    shift_limits: Mapping[str, int] = field(default_factory=dict)

    def of(self, lawyer: str) -> int:
        """Open questions that the lawyer holds."""
        return self.open.get(lawyer, 0)

    def limit(self, duty: OnDuty) -> int:
        """How many open questions the lawyer may hold on this duty."""
        own = self.by_lawyer.get(duty.lawyer)
        return self.by_post.get(duty.post, self.usual) if own is None else own

    def has_room(self, duty: OnDuty) -> bool:
        """Whether the lawyer may be given one more, and the shift too."""
        own = self.by_lawyer.get(duty.lawyer)  # as `limit` does; asked of everybody, every time
        most = self.by_post.get(duty.post, self.usual) if own is None else own
        return self.open.get(duty.lawyer, 0) < most and (
            not self.shift_limits or self.shift_has_room(duty)
        )

    def shift_has_room(self, duty: OnDuty) -> bool:
        """Whether those on this shift may together be given one more."""
        limit = self.shift_limits.get(duty.post)
        return limit is None or self.by_shift.get(duty.shift, 0) < limit


def _always(wanted: Wanted) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition without which nobody is chosen; where it does not matter, everybody passes."""

    code: str
    title: Text
    left: Callable[[Wanted, Sequence[Candidate], Loads], list[Candidate]]
    matters: Callable[[Wanted], bool] = _always


@dataclass(frozen=True, slots=True)
class Rank:
    """An order among those who may be chosen; whoever has the smallest key goes first.

    Where it does not matter, all have the same key.
    """

    code: str
    title: Text
    why: Text
    keys: Callable[[Wanted, Sequence[Candidate], Loads], list[Any]]
    matters: Callable[[Wanted], bool] = _always


FILTERS: tuple[Filter, ...] = (
    Filter(
        "recused",
        Text("本人及所在律所无需回避", "neither the lawyer nor the firm has to step back"),
        lambda wanted, pool, loads: [one for one in pool if not wanted.recused(one.duty)],
        lambda wanted: bool(wanted.recused_lawyers or wanted.recused_firms),
    ),
    Filter(
        "declined",
        Text("此前未退回过本件", "has not declined it before"),
        lambda wanted, pool, loads: [one for one in pool if one.duty.lawyer not in wanted.declined],
        lambda wanted: bool(wanted.declined),
    ),
    Filter(
        "capacity",
        Text("本人和本班在办件数未到上限", "lawyer and shift hold fewer than they may"),
        lambda wanted, pool, loads: [one for one in pool if loads.has_room(one.duty)],
    ),
)

RANKS: tuple[Rank, ...] = (
    Rank(
        "earlier",
        Text("首问负责", "the ticket's earlier lawyer"),
        Text("曾答复本件的律师优先", "knows this ticket already"),
        lambda wanted, pool, loads: [one.duty.lawyer not in wanted.earlier for one in pool],
        lambda wanted: bool(wanted.earlier),
    ),
    Rank(
        "category",
        Text("擅长该类别", "category"),
        Text("擅长该类别", "works in this category"),
        lambda wanted, pool, loads: [wanted.category not in one.skills for one in pool],
        lambda wanted: wanted.category is not None,
    ),
    Rank(
        "fewest_open",
        Text("在办最少", "fewest open"),
        Text("在办件数最少", "has the fewest open questions"),
        lambda wanted, pool, loads: [loads.open.get(one.duty.lawyer, 0) for one in pool],
    ),
    Rank(
        "longest_idle",
        Text("最久未派件", "longest since last given"),
        Text("距上次派件最久", "has waited longest since the last one"),
        lambda wanted, pool, loads: [loads.last.get(one.duty.lawyer, _NEVER) for one in pool],
    ),
    Rank(
        "id",
        Text("编号", "number"),
        Text("各项相同，按编号", "equal in all else; by number"),
        lambda wanted, pool, loads: [one.duty.lawyer for one in pool],
    ),
)


def busy_only(wanted: Wanted, one: Candidate, loads: Loads) -> bool:
    """Whether only the number of open questions keeps this lawyer from taking it."""
    return not wanted.barred(one.duty) and not loads.has_room(one.duty)
