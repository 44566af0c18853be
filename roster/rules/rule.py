"""What a rule is: one row of the table that solver, checker, explanations and docs all walk.

A rule says everything twice, on purpose. Its first half speaks to the model in arrays (`bars`,
`arc_prices`, `day_clash`, `later_clash`, `rows`); its second half speaks plainly about single
lawyers and shifts (`forbids`, `breaks_*`, `price_of_*`, `row`) and shares no code with the first,
so that the checker can catch the solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhiban.data.wording import Text
from zhiban.roster.problem import Post, Role, RosterProblem, Shift
from zhiban.roster.roster import Duty

if TYPE_CHECKING:
    from zhiban.roster.columns import Arcs
    from zhiban.roster.facts import Facts
    from zhiban.roster.ground import Ground
    from zhiban.roster.rows import Rows

Kind = Literal["eligibility", "cost", "side"]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Holding = tuple[str, str, str]


class Params(BaseModel):
    """The parameters of a rule; every rule can be switched off."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    enabled: bool = True


@dataclass(frozen=True)
class Violation:
    """A broken rule: which, by whom, where."""

    rule: str
    lawyer: str | None
    shift: str | None
    text: Text


@dataclass(frozen=True)
class Step:
    """Units a row may be filled with (`sign` +1) or may count (-1), each at a price."""

    price: int
    units: int
    sign: int = -1


@dataclass(frozen=True)
class CheckedRow:
    """One row of the model as the checker understands it: lower <= sum of duties <= upper.

    `weights` name (lawyer, shift, role); with `once` a lawyer's day counts at most one.
    """

    weights: Mapping[Holding, int]
    lower: int | None
    upper: int | None
    steps: Sequence[Step] = ()
    once: bool = False


class Rule:
    """One rule with its parameters; subclasses answer what concerns them."""

    code: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[Text]
    says: ClassVar[Text]
    Params: ClassVar[type[Params]] = Params
    asks_others: ClassVar[bool] = False  # its bars depend on whom all other rules bar
    shares_shifts: ClassVar[bool] = False  # what it finds wrong on a shift depends on other shifts

    def __init__(self, params: Any = None) -> None:
        self.params: Any = params if params is not None else self.Params()

    def reach(self, problem: RosterProblem) -> int:
        """Days across the horizon's border within which a duty held there may bind one inside."""
        return 0

    # -- to the model, in arrays

    def bars(self, ground: Ground) -> Bools | None:
        """True where a lawyer (row) may not hold a place (column); shapes that broadcast."""

    def arc_prices(self, ground: Ground, lawyers: Ints, places: Ints) -> Ints | None:
        """Price of each (lawyer, place)."""

    def day_clash(self, ground: Ground) -> Bools | None:
        """True for two places of one day that one lawyer cannot both hold."""

    def later_clash(self, ground: Ground) -> Bools | None:
        """True for (place, place of a later day) that one lawyer cannot both hold."""

    def limits(self, ground: Ground) -> Ints | None:
        """A cap for each lawyer, where the rule is one."""

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        """Rows of the LP and the MIP, known beforehand."""
        return iter(())

    # -- to people, plainly

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        """Whether the lawyer may not hold the shift at all."""
        return False

    def forbids_division(self, facts: Facts, division: str, post: Post) -> bool:
        """Whether no lawyer of the division may serve at the post; `forbids` says so for each."""
        return False

    def why_not(self, facts: Facts, lawyer: str, shift: Shift) -> Text:
        """Why the lawyer may not hold the shift, as a phrase."""
        return self.title

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        """What is wrong with all that one lawyer holds."""
        return ()

    def breaks_of_shift(
        self, facts: Facts, shift: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        """What is wrong with all who hold one shift."""
        return ()

    def price_of_duty(self, facts: Facts, duty: Duty) -> int:
        """Price of one duty by itself."""
        return 0

    def price_of_lawyer(self, facts: Facts, lawyer: str, duties: Sequence[Duty]) -> int:
        """Price of all that one lawyer holds, beyond the single duties."""
        return 0

    def price_of_shift(self, facts: Facts, shift: str, duties: Sequence[Duty]) -> int:
        """Price of all who hold one shift, beyond the single duties."""
        return 0

    def price_of_firm(self, facts: Facts, firm: str, duties: Sequence[Duty]) -> int:
        """Price of all that one firm's lawyers hold."""
        return 0

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        """The row that a certificate names by this key, None when there is none."""
        return None

    def answers(self, name: str) -> bool:
        """Whether the rule has its own answer to that question."""
        return getattr(type(self), name) is not getattr(Rule, name)

    def broken(self, lawyer: str | None, shift: str | None, zh: str, en: str) -> Violation:
        """A violation of this rule."""
        return Violation(self.code, lawyer, shift, Text(zh, en))
