"""A province: cities that share only some rows are solved apart, what they share by prices.

Every city says what it would put into the shared rows at given prices. Prices and answers
together bound the whole; at the best prices the cities choose in turn what each will hold, and
find their rosters. Then prices and choices are refined while there is time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.cities import Answer
from zhiban.roster.clearing import Clearing
from zhiban.roster.crew import Crew
from zhiban.roster.improve import prove
from zhiban.roster.joint_proof import JointProof
from zhiban.roster.multipliers import Master, SharedRows
from zhiban.roster.parting import Names, Parting, parts
from zhiban.roster.plan import activity_of, room
from zhiban.roster.priced_as_one import PricedAsOne
from zhiban.roster.pricing import ONE
from zhiban.roster.rows import FREE
from zhiban.roster.run import Run
from zhiban.roster.sharing import likeness

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
FIRST = 1  # rounds of prices before the first rosters
ROUNDS = 14  # and between two rosters after that, at first with all prices moved alike,
REFINED = 6  # then so many times by kind
BOX = 8.0  # points that a price may move in a round at first; half as much after each failure
CLOSE = 0.000005  # of the bound: prices that promise no more than that are good enough
DIRECT = 100_000  # columns up to which the whole may be searched for a proof


class Province:
    """The cities of one solve, held by a crew of processes."""

    def __init__(self, run: Run, found: Parting, crew: Crew) -> None:
        self._run, self._found, self._crew = run, found, crew
        self._rows = SharedRows.of(run.model.frame, found.shared)
        self._priced = PricedAsOne.of(run.model, found.shared, self._rows)
        self._families, self._alike, self._kinds = likeness(run.model, found)
        self._clearing = Clearing(run.model, found, self._rows)
        self._links = self._clearing.links
        self._proof = JointProof(run, found)
        self._held = [np.zeros(0, np.int64)] * found.cities
        self._names: list[Names] = []
        self._least, self._most = room(run.model.frame)
        self._master = Master(self._priced.rows, found.cities)
        self._even = self._clearing.even()
        self._prices = np.zeros(len(self._rows), np.int64)
        self._bound: int | None = None

    def solve(self) -> None:
        """Bounds, finds and improves until proved, done or told to stop."""
        run = self._run
        answers = self._open()
        if answers is None:
            return
        # A bound holds at any prices: what the cities' first LPs prove is told before the first
        # round is over, and each better round's at once.
        opening = self._opening(answers)
        self._prices = np.rint(opening * ONE).astype(np.int64)
        self._proof.prove(answers, self._priced.apart(self._prices))
        self._refine(opening, 1 + self._families, FIRST)
        self._choose()
        self._refine(self._prices / ONE, 1 + self._families, ROUNDS)
        for _ in range(REFINED):
            if run.settle() or run.interrupted():
                return
            before = self._bound
            self._refine(self._prices / ONE, 1 + self._kinds, ROUNDS)
            self._tighten()
            if self._bound != before:
                self._choose()
                self._search()
        self._finish()

    def _finish(self) -> None:
        """Searches the whole, for a proof, when few columns could still matter."""
        run = self._run
        if run.priced is None or run.settle() or run.interrupted():
            return
        if int((run.priced.above <= run.slack).sum()) <= DIRECT:
            prove(run, run.priced)

    def _open(self) -> list[Answer] | None:
        """First rosters under even shares, and what these shares cost the cities."""
        rows = self._rows
        touched = self._clearing.touched
        even = rows.most * touched / touched.sum(axis=0)
        self._used = np.rint(even).astype(np.int64)
        terms = self._clearing.terms(self._even, self._used, self._prices)
        for city, (part, names) in enumerate(parts(self._run.model, self._found)):
            self._names.append(names)
            self._proof.name(names)
            self._crew.settle(city, part)
            self._crew.tell(city, "first", terms[city])
        self._gather("first")
        return self._sold([(one.prices, one.most) for one in terms])

    def _opening(self, answers: Sequence[Answer]) -> Floats:
        """What is alike starts at one price: the middle of what the cities' own shares cost."""
        cost = np.zeros(len(self._rows))
        dear = np.zeros(self._found.cities)
        for city, answer in enumerate(answers):
            link = self._links[city]
            own = self._even[city, link] > 0
            most = self._priced.rows.largest_vacancy[link[own]]
            cost[link[own]] = np.minimum(answer.duals[own] / ONE, most)
            dear[city] = np.median(answer.duals[own]) if own.any() else 0.0
        self._clearing.cheapest_first(dear)
        held = self._even.any(axis=0)
        at = np.zeros(len(cost))
        for alike in np.unique(self._alike[held]).tolist():
            own = self._alike == alike
            at[own] = np.median(cost[own & held])
        return at

    @property
    def _until(self) -> float:
        return self._run.started + self._run.seconds

    def _boxed(self, at: Floats) -> Bools:
        """Rows whose price may move: those without an upper limit only when places stay vacant.

        Otherwise their price would but take turns with that of the places themselves.
        """
        rows = self._priced.rows
        short = bool((at >= rows.least_vacancy)[rows.places].any())
        moving: Bools = (rows.upper < FREE) | short
        return moving

    def _refine(self, start: Floats, kind: Ints, rounds: int) -> None:
        """Rounds of prices, those of one kind moved alike; keeps the best and their proof."""
        at, multipliers, box = start, start, BOX
        for _ in range(rounds):
            fixed = np.rint(multipliers * ONE).astype(np.int64)
            answers = self._sold([(fixed[link], self._rows.most[link]) for link in self._links])
            if answers is None:
                break
            if self._better(fixed, answers):
                at = multipliers
            else:
                box /= 2
            promise = self._master.best(at, np.where(self._boxed(at), box, 0.0), kind)
            multipliers = promise.multipliers
            bound = self._bound or 0
            if promise.bound * ONE - bound <= CLOSE * abs(bound):
                break

    def _better(self, prices: Ints, answers: Sequence[Answer]) -> bool:
        """Whether these answers bound the whole better than any before; then they are the proof."""
        value = self._priced.rows.value(prices) + sum(answer.bound for answer in answers)
        used = np.zeros((len(answers), len(prices)))
        for city, answer in enumerate(answers):
            used[city, self._links[city]] = answer.used
            self._master.learn(city, prices / ONE, answer.bound / ONE, used[city])
        if self._bound is not None and value <= self._bound:
            return False
        self._bound, self._prices = value, prices
        self._used = np.rint(used).astype(np.int64)
        self._proof.prove(answers, self._priced.apart(prices))
        return True

    def _tighten(self) -> None:
        """Bounds the cities more closely at the best prices, by halves."""
        if self._run.settle() or self._run.interrupted():
            return
        answers = self._sold(
            [(self._prices[link], self._rows.most[link]) for link in self._links], "tighten"
        )
        if answers is not None:
            self._better(self._prices, answers)

    def _sold(self, offers: Sequence[tuple[Ints, Ints]], how: str = "sell") -> list[Answer] | None:
        """Every city's answer to its prices and limits; None when told to stop before that."""
        for city, (prices, most) in enumerate(offers):
            self._crew.tell(city, how, prices, most)
        answers = self._crew.collect(self._run.interrupted)
        found = [answer for answer in answers.values() if answer is not None]
        for city, answer in answers.items():
            if answer is not None:
                self._proof.learn(city, answer)
        return found if len(found) == self._found.cities else None

    def _choose(self) -> None:
        """Settles the shares, and has each city find its roster."""
        shares = self._clearing.cleared(
            self._crew, self._prices, self._proof.learn, self._run.interrupted
        )
        if shares is None:
            return
        terms = self._clearing.terms(shares, self._used, self._prices)
        self._rosters("fit", lambda city: (terms[city],))
        self._rosters("roster", lambda city: (terms[city], self._until))

    def _search(self) -> None:
        """Has each city search its roster to the end, which pays once the prices have settled."""
        if not self._run.settle() and not self._run.interrupted():
            self._rosters("finish", lambda city: (), self._furthest_first())

    def _furthest_first(self) -> list[int]:
        """The cities, those whose rosters have most to gain before the others."""
        for city in range(self._found.cities):
            self._crew.tell(city, "open")
        still_open = self._crew.collect(self._run.interrupted)
        return sorted(still_open, key=lambda city: -still_open[city])

    def _rosters(
        self,
        name: str,
        arguments: Callable[[int], tuple[Any, ...]],
        order: Sequence[int] | None = None,
    ) -> None:
        for city in order or range(self._found.cities):
            self._crew.tell(city, name, *arguments(city))
        self._gather("dive")

    def _gather(self, stage: str) -> None:
        """Takes the rosters that the cities were told to find."""
        answers = self._crew.collect(self._run.interrupted, self._news)
        for city, chosen in answers.items():
            self._held[city] = self._names[city].columns[chosen]
        self._offer(stage)

    def _news(self, city: int, news: tuple[Ints, str]) -> None:
        chosen, stage = news
        self._held[city] = self._names[city].columns[chosen]
        self._offer(stage)

    def _offer(self, stage: str) -> None:
        """Offers the cities' rosters together unless they break a shared row."""
        chosen = np.sort(np.concatenate(self._held))
        activity = activity_of(self._run.model, chosen)
        if (activity >= self._least).all() and (activity <= self._most).all():
            self._run.offer(chosen, stage)
