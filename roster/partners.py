"""Who could take a duty, or exchange it: all ways that break no rule, ranked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from zhiban.roster.explain import first_bar
from zhiban.roster.facts import Facts
from zhiban.roster.prices import change
from zhiban.roster.problem import Role
from zhiban.roster.roster import Duty
from zhiban.roster.swaps import (
    Moves,
    Swap,
    breaks,
    chain,
    exchange,
    give_away,
    locked,
    weighed,
)

CHAINS_TRIED = 2000  # pairs of a taker and a giver that are looked at
CHAINS = 40  # of them that are offered


@dataclass(frozen=True)
class Partners:
    """Ways to be rid of a duty, each kind by cost and then by names."""

    give_aways: tuple[Swap, ...]
    exchanges: tuple[Swap, ...]
    chains: tuple[Swap, ...]

    @property
    def all(self) -> tuple[Swap, ...]:
        """Those with the fewest lawyers first."""
        return (*self.give_aways, *self.exchanges, *self.chains)


def partners(
    facts: Facts, duty: Duty, *, since: datetime | None = None, chains: bool | None = None
) -> Partners:
    """Everybody with whom the holder could agree on another holder.

    Duties that start before `since` are left alone. Chains of three are looked for when asked
    for, or (None) when there is no exchange; the likely cheapest, no more than a page shows.
    """
    search = _Search(facts, duty, since)
    exchanges = _ranked(_allowed(facts, search.exchanges()))
    wanted = not exchanges if chains is None else chains
    return Partners(
        give_aways=_ranked(_allowed(facts, search.give_aways())),
        exchanges=exchanges,
        chains=_ranked(islice(_allowed(facts, search.chains()), CHAINS)) if wanted else (),
    )


def _allowed(facts: Facts, found: Iterator[Moves]) -> Iterator[Swap]:
    """Those that break nothing, as they are asked for."""
    return (one for one in (weighed(facts, moves) for moves in found) if one.allowed)


def _ranked(found: Iterable[Swap]) -> tuple[Swap, ...]:
    return tuple(sorted(found, key=_rank))


def _rank(swap: Swap) -> tuple[int, list[tuple[str, str, str]]]:
    return swap.cost, [move.after.key for move in swap.moves]


class _Search:
    """The search around one duty of one lawyer."""

    def __init__(self, facts: Facts, duty: Duty, since: datetime | None) -> None:
        self._facts, self._duty = facts, duty
        self._others = [one for one in facts.roster if _free(facts, one, duty, since)]

    def give_aways(self) -> Iterator[Moves]:
        """Lawyers who could hold it beside all that they hold."""
        facts, duty = self._facts, self._duty
        without = facts.with_roster(facts.roster.changed([duty], ()))
        shift = facts.shifts[duty.shift]
        for lawyer in facts.eligible(duty.shift, duty.role):
            if lawyer != duty.lawyer and first_bar(without, lawyer, shift, duty.role) is None:
                yield give_away(duty, lawyer)

    def exchanges(self) -> Iterator[Moves]:
        """Duties that the holder could hold instead, and whose lawyers could hold this one."""
        able = frozenset(self._facts.eligible(self._duty.shift, self._duty.role))
        for other in self._instead():
            if other.lawyer in able and self._fits(other, self._duty):
                yield exchange(self._duty, other)

    def chains(self) -> Iterator[Moves]:
        """Takers of this duty beside givers of another to its holder, likely cheap ones first."""
        facts, duty = self._facts, self._duty
        able = frozenset(facts.eligible(duty.shift, duty.role))
        takers = [one for one in self._others if one.lawyer in able and self._fits(one, duty)]
        givers = list(self._instead())
        taking = {one: self._cost(one, replace(duty, lawyer=one.lawyer)) for one in takers}
        giving = {one: self._cost(one, replace(one, lawyer=duty.lawyer)) for one in givers}
        pairs = sorted(
            ((one, other) for one in takers for other in givers if one.lawyer != other.lawyer),
            key=lambda pair: (taking[pair[0]] + giving[pair[1]], pair[0].key, pair[1].key),
        )
        for taker, giver in pairs[:CHAINS_TRIED]:
            asked = facts.shifts[taker.shift]
            barred = facts.barred_by(giver.lawyer, asked, taker.role)
            if barred is None and self._fits(giver, taker):
                yield chain(duty, taker, giver)

    def _instead(self) -> Iterator[Duty]:
        """Others' duties that the holder could hold in place of this one."""
        facts, duty = self._facts, self._duty
        barred: dict[tuple[str, Role], bool] = {}
        for other in self._others:
            place = other.shift, other.role
            if place not in barred:
                asked = facts.shifts[other.shift]
                barred[place] = facts.barred_by(duty.lawyer, asked, other.role) is not None
            if not barred[place] and self._fits(duty, other):
                yield other

    def _fits(self, given: Duty, taken: Duty) -> bool:
        """Whether the holder of one duty could hold the other in its place."""
        held = self._facts.duties_of(given.lawyer)
        mine = replace(taken, lawyer=given.lawyer)
        duties = [mine, *(one for one in held if one != given)]
        return mine not in held and not any(True for _ in breaks(self._facts, mine.lawyer, duties))

    def _cost(self, given: Duty, come: Duty) -> int:
        """What it would cost that both duties are given up for that one."""
        return sum(change(self._facts, [self._duty, given], [come]).values())


def _free(facts: Facts, one: Duty, duty: Duty, since: datetime | None) -> bool:
    """Whether a duty could be had in exchange at all."""
    if one.lawyer == duty.lawyer or (one.shift, one.role) == (duty.shift, duty.role):
        return False
    if since is not None and facts.shifts[one.shift].start < since:
        return False
    return not locked(facts, one)
