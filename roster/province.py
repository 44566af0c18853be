"""A province: cities that share only some rows are solved apart, what they share by prices.

Every city says what it would put into the shared rows at given prices. Prices and answers
together bound the whole; at the best prices the cities choose in turn what each will hold, and
find their rosters. Then prices and choices are refined while there is time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.cities import ANY_PRICE, Answer, Proof, Terms
from zhiban.roster.crew import Crew
from zhiban.roster.improve import prove
from zhiban.roster.multipliers import Master, SharedRows
from zhiban.roster.parting import Names, Parting, parts
from zhiban.roster.plan import activity_of, room
from zhiban.roster.pricing import ONE, price
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
AT_ONCE = 2  # cities that choose at once, held by different processes
BUMPS = (0.25, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0, float(ANY_PRICE))  # for what nobody chose
DIRECT = 100_000  # columns up to which the whole may be searched for a proof


class Province:
    """The cities of one solve, held by a crew of processes."""

    def __init__(self, run: Run, found: Parting, crew: Crew) -> None:
        self._run, self._found, self._crew = run, found, crew
        self._rows = SharedRows.of(run.model.frame, found.shared)
        self._families, self._alike, self._kinds = likeness(run.model, found)
        self._touched = found.touched[found.shared].T
        self._links = [np.flatnonzero(touched) for touched in self._touched]
        self._held = [np.zeros(0, np.int64)] * found.cities
        self._names: list[Names] = []
        self._least, self._most = room(run.model.frame)
        self._master = Master(self._rows, found.cities)
        self._order = list(range(found.cities))
        self._even = self._shared_out()
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
        self._prove(answers)
        self._refine(opening, 1 + self._families, FIRST)
        self._choose()
        self._refine(self._prices / ONE, 1 + self._families, ROUNDS)
        for _ in range(REFINED):
            if run.settle() or run.interrupted():
                return
            before = self._bound
            self._refine(self._prices / ONE, 1 + self._kinds, ROUNDS)
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

    def _shared_out(self) -> Ints:
        """Even shares of what is to be filled: each unit to the next city that can."""
        rows = self._rows
        shares = np.zeros((self._found.cities, len(rows)), np.int64)
        for row, total in enumerate(np.where(rows.places, rows.upper, 0).tolist()):
            able = np.flatnonzero(self._touched[:, row])
            np.add.at(shares[:, row], able[(row + np.arange(total)) % len(able)], 1)
        return shares

    def _open(self) -> list[Answer] | None:
        """First rosters under even shares, and what these shares cost the cities."""
        rows = self._rows
        even = rows.most * self._touched / self._touched.sum(axis=0)
        self._used = np.rint(even).astype(np.int64)
        terms = self._terms(self._even)
        for city, (part, names) in enumerate(parts(self._run.model, self._found)):
            self._names.append(names)
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
            most = self._rows.largest_vacancy[link[own]]
            cost[link[own]] = np.minimum(answer.duals[own] / ONE, most)
            dear[city] = np.median(answer.duals[own]) if own.any() else 0.0
        self._order = _apart(np.argsort(dear, kind="stable").tolist())
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
        rows = self._rows
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
            value = self._rows.value(fixed) + sum(answer.bound for answer in answers)
            used = self._learn(fixed, answers)
            if self._bound is None or value > self._bound:
                self._bound, self._prices, at = value, fixed, multipliers
                self._used = np.rint(used).astype(np.int64)
                self._prove(answers)
            else:
                box /= 2
            promise = self._master.best(at, np.where(self._boxed(at), box, 0.0), kind)
            multipliers = promise.multipliers
            if promise.bound * ONE - self._bound <= CLOSE * abs(self._bound):
                break

    def _sold(self, offers: Sequence[tuple[Ints, Ints]]) -> list[Answer] | None:
        """Every city's answer to its prices and limits; None when told to stop before that."""
        for city, (prices, most) in enumerate(offers):
            self._crew.tell(city, "sell", prices, most)
        answers = self._crew.collect(self._run.interrupted)
        found = [answer for answer in answers.values() if answer is not None]
        return found if len(found) == self._found.cities else None

    def _learn(self, multipliers: Ints, answers: Sequence[Answer]) -> Floats:
        """Adds the answers to what the master knows; what each city put into each row."""
        used = np.zeros((len(answers), len(multipliers)))
        for city, answer in enumerate(answers):
            used[city, self._links[city]] = answer.used
            self._master.learn(city, multipliers / ONE, answer.bound / ONE, used[city])
        return used

    def _choose(self) -> None:
        """Settles the shares, and has each city find its roster."""
        shares = self._cleared()
        if shares is None:
            return
        terms = self._terms(shares)
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

    def _cleared(self) -> Ints | None:
        """Whole shares: the cities choose in turn at the best prices, the cheapest city first.

        What nobody wants is offered again at higher prices.
        """
        rows, run = self._rows, self._run
        left = np.where(rows.places, rows.upper, 0)
        shares = np.zeros((self._found.cities, len(rows)), np.int64)
        for bump in BUMPS:
            prices = self._prices + int(bump * ONE) * rows.places
            for first in range(0, len(self._order), AT_ONCE):
                turn = [city for city in self._order[first:][:AT_ONCE] if self._wants(city, left)]
                for city in turn:
                    link = self._links[city]
                    own, places = shares[city, link], rows.places[link]
                    offered = np.where(own > 0, ANY_PRICE * ONE, prices[link])
                    most = np.where(places, own + left[link], rows.most[link])
                    self._crew.tell(city, "sell", offered, most)
                answers = self._crew.collect(run.interrupted)
                for city in turn:
                    if answers[city] is None:
                        return None
                    self._take(city, answers[city], shares, left)
        return shares

    def _wants(self, city: int, left: Ints) -> bool:
        return bool(left[self._links[city]].any())

    def _take(self, city: int, answer: Answer, shares: Ints, left: Ints) -> None:
        """Gives the city what it chose, as far as it is left."""
        link = self._links[city]
        taken = np.rint(answer.used).astype(np.int64) - shares[city, link]
        taken = np.clip(taken, 0, left[link])
        shares[city, link] += taken
        left[link] -= taken

    def _prove(self, answers: Sequence[Answer]) -> None:
        """Puts the cities' duals together with the prices, and prices the whole model.

        Whoever asked us to stop does not wait for that.
        """
        run = self._run
        if run.asked:
            return
        duals = np.zeros(len(run.model.frame), np.int64)
        stars: dict[int, int] = {}
        for city, answer in enumerate(answers):
            self._add(city, answer.proof, duals, stars)
        duals[self._found.shared] = self._prices
        found_duals = np.zeros(len(run.stars))
        found_duals[list(stars)] = [value / ONE for value in stars.values()]
        run.bounded(price(run.model, run.stars, duals / ONE, found_duals))

    def _add(self, city: int, proof: Proof, duals: Ints, stars: dict[int, int]) -> None:
        names = self._names[city]
        duals[names.rows] = proof.duals
        for (rule, lawyer, place, day), value in proof.stars.items():
            star = rule, int(names.lawyers[lawyer]), int(names.places[place]), day
            stars[self._run.stars.add(star)] = value

    def _terms(self, shares: Ints) -> list[Terms]:
        """What each city has to do with its shared rows.

        It fills its shares of places at any price, and is paid the present prices elsewhere.
        Where only a least is asked for, somebody else sees to it: a city that has places to fill
        fills them for their own price.
        """
        rows = self._rows
        asked = (rows.upper >= FREE) & (rows.lower > 0)
        used = np.where(rows.places, shares, self._used)
        rest = np.where(asked, rows.lower, used.sum(axis=0) - used)
        prices = np.where(rows.places, ANY_PRICE * ONE, self._prices)
        most = np.where(rows.places, shares, rows.most)
        return [
            Terms(rest[city, link], prices[link], most[city, link])
            for city, link in enumerate(self._links)
        ]

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


def _apart(order: Sequence[int]) -> list[int]:
    """The same order, but cities that are held by one process do not follow each other."""
    lanes = [[city for city in order if city % AT_ONCE == lane] for lane in range(AT_ONCE)]
    return [city for turn in zip_longest(*lanes) for city in turn if city is not None]
