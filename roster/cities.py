"""One city of a province: its LP kept warm at changing prices of what is shared, and its roster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.aside import Aside
from zhiban.roster.found import FoundRow, Half
from zhiban.roster.halves import Entries
from zhiban.roster.improve import GAIN, IDLE, ORDERS, dive, improve
from zhiban.roster.network import first_plan, flow, start_columns
from zhiban.roster.parting import Part
from zhiban.roster.plan import activity_of, room
from zhiban.roster.pricing import ONE, Priced, price
from zhiban.roster.quiet import Quiet
from zhiban.roster.relaxation import CHEAP, Point, Relaxation, StoppedError
from zhiban.roster.rows import FREE
from zhiban.roster.run import Run
from zhiban.roster.separation import broken_halves
from zhiban.roster.sharing import own_steps, selling, sharing, unshared
from zhiban.roster.stars import Star, Stars

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Tell = Callable[[tuple[Ints, str]], None]
Found = Star | tuple[Half, FoundRow]
ANY_PRICE = 100_000  # points: more than any vacancy
ENOUGH = 3  # points open at which a city's roster is good enough


@dataclass(frozen=True)
class Terms:
    """What a city has to do with each of its shared rows.

    The others put in that much; its own part is paid at those prices (2^-20) up to `most`.
    """

    others: Ints
    prices: Ints
    most: Ints


@dataclass(frozen=True)
class Proof:
    """A city's duals by row, and by found row, in its own numbers and units of 2^-20.

    `news` are the rows found since the last proof, in the order in which they were found.
    """

    duals: Ints
    found: Ints
    news: Sequence[Found]


@dataclass(frozen=True)
class Answer:
    """The least a city costs at given prices, and what it then puts into shared rows.

    Bound and duals (of the shared rows) are in units of 2^-20; the proof is that of the bound.
    """

    bound: int
    used: Floats
    duals: Ints
    proof: Proof


class City:
    """One city, in the process that holds it; None is the answer when told to stop."""

    def __init__(self, part: Part, seed: int, interrupted: Callable[[], bool]) -> None:
        self._part = part
        self._seed = seed
        self._interrupted = interrupted
        self._start: Ints = np.zeros(0, np.int64)
        self._held: Ints = np.zeros(0, np.int64)
        self._selling = selling(part)
        self._entries = Entries(unshared(part))
        self._told = 0  # found rows that the province knows of
        self._relaxation: Relaxation | None = None
        self._run: Run | None = None
        self._others: Ints = np.zeros(0, np.int64)

    def first(self, terms: Terms) -> Ints:
        """A roster at once, and the columns to start from."""
        model = sharing(self._part, terms.others)
        found = flow(model)
        self._start = start_columns(model, found)
        self._held = first_plan(model, found).chosen
        return self._held

    def sell(self, multipliers: Ints, most: Ints) -> Answer | None:
        """The city's best at those prices (in 2^-20) for what it puts into shared rows."""
        sale = self._sold(multipliers, most)
        return None if sale is None else self._answer(*sale)

    def tighten(self, multipliers: Ints, most: Ints) -> Answer | None:
        """The same, with halves that its LP breaks, for as long as they raise the bound.

        They are made of the city's own rows alone, and so hold whatever it sells, at any price.
        """
        best, idle, seed = self._sold(multipliers, most), 0, self._seed
        while best is not None and idle < IDLE and not self._interrupted():
            relaxation = self._warm()
            halves = broken_halves(
                self._entries.model,
                self._entries,
                relaxation.stars,
                self._point(relaxation),
                seed,
                ORDERS + idle,
            )
            if not halves:
                break
            relaxation.stars.add_halves(halves)
            sale = self._sold(multipliers, most)
            if sale is None:
                break
            idle = 0 if sale[0] - best[0] > GAIN else idle + 1
            best = max(best, sale, key=lambda one: one[0])
            seed += 1
        return None if best is None else self._answer(*best)

    def _sold(self, multipliers: Ints, most: Ints) -> tuple[int, Floats, Priced] | None:
        """The bound, what is put into shared rows, and the duals; None when told to stop."""
        relaxation = self._warm()
        first = self._offer(relaxation, multipliers, most)
        try:
            priced = relaxation.solve(lambda priced: None, lambda: False)
        except StoppedError:
            return None
        used = np.array(relaxation.highs.getSolution().col_value)[first:]
        duals = priced.duals[self._part.shared]
        # The model knows prices in whole points: what the steps add is put right here.
        rounded = self._selling.frame.steps.price[first:] * ONE
        exact = np.minimum(0, duals - multipliers) - np.minimum(0, duals + rounded)
        return priced.bound + int((exact * most).sum()), used[: len(most)], priced

    def _answer(self, bound: int, used: Floats, priced: Priced) -> Answer:
        found = self._named()
        news, self._told = found[self._told :], len(found)
        proof = Proof(priced.duals, priced.found_duals, news)
        return Answer(bound, used, priced.duals[self._part.shared], proof)

    def _named(self) -> list[Found]:
        """What the LP's found rows are, in their order."""
        stars = self._warm().stars
        named: dict[int, Found] = {number: star for star, number in stars.star.items()}
        named |= {number: (half, stars.rows[number]) for half, number in stars.half.items()}
        return [named[number] for number in range(len(stars))]

    def _point(self, relaxation: Relaxation) -> Point:
        """Where the LP stands, without what it sells."""
        point = relaxation.point()
        return replace(point, step=point.step[: len(self._entries.model.frame.steps.row)])

    def _warm(self) -> Relaxation:
        if self._relaxation is None:
            stars = Stars(self._selling)
            self._relaxation = Relaxation(self._selling, stars, self._start, self._interrupted)
        return self._relaxation

    def _offer(self, relaxation: Relaxation, multipliers: Ints, most: Ints) -> int:
        """Sets price and limit of every selling step; the first one's number."""
        steps = self._selling.frame.steps
        first = len(steps.row) - len(most)
        steps.price[first:] = -np.rint(multipliers / ONE).astype(np.int64)
        steps.units[first:] = most
        relaxation.reprice(first, -multipliers / ONE, most)
        return first

    def fit(self, terms: Terms) -> Ints:
        """What the city holds of the shares that are left to it, the rest given up."""
        model = sharing(self._part, terms.others)
        most = room(model.frame)[1]
        over = np.flatnonzero(activity_of(model, self._held) > most)
        start, row, _ = model.entries(self._held)
        owner = np.repeat(np.arange(len(self._held)), np.diff(start))
        self._held = np.delete(self._held, owner[np.isin(row, over)])
        return self._held

    def roster(self, terms: Terms, until: float, tell: Tell) -> Ints:
        """A good roster of the city under those terms; what is there when they have not changed."""
        if self._run is not None and np.array_equal(self._others, terms.others):
            return self._held
        started = monotonic()
        run = Run(
            sharing(self._part, terms.others),
            until - started,
            lambda row: tell((run.best, row.stage)),
            self._interrupted,
            started,
            self._seed,
        )
        run.offer(self._held, "first")
        found = self._bounded(run, terms)
        if found is not None and not run.settle() and not _within(run):
            dive(run, *found, wide=False)
        self._run, self._others, self._held = run, terms.others, run.best
        return self._held

    def open(self) -> int:
        """Points between the roster under the last terms and their bound; 0 without a bound."""
        run = self._run
        return 0 if run is None or run.bound is None else run.objective - run.bound

    def finish(self, tell: Tell) -> Ints:
        """The best roster under the same terms, or one within few points of the bound."""
        run = self._run
        if run is None or run.priced is None or run.interrupted() or _within(run):
            return self._held
        started = monotonic()
        fine = Run(
            sharing(self._part, self._kept_up()),
            run.left,
            lambda row: tell((fine.best, row.stage)),
            lambda: self._interrupted() or _within(fine),
            started,
            self._seed,
        )
        fine.offer(run.best, "dive")
        with Aside(1) as aside:
            improve(fine, np.flatnonzero(run.priced.above <= CHEAP), aside)
        run.asked = True  # there is no more to be had of it
        self._held = fine.best
        return self._held

    def _kept_up(self) -> Ints:
        """What the others put in when the city does what it does now where a least is asked for.

        Somebody has to: a search that owed nothing there would do without.
        """
        base, shared = self._part.model.frame, self._part.shared
        lower = base.lower[shared]
        own = activity_of(self._part.model, self._held)[shared]
        asked = (base.upper[shared] >= FREE) & (lower > 0)
        least = np.minimum(self._others, np.maximum(0, lower - own))
        rest: Ints = np.where(asked, least, self._others)
        return rest

    def _bounded(self, run: Run, terms: Terms) -> tuple[Priced, Floats] | None:
        """Bounds the city under its terms, and says what its LP holds of each column."""
        if self._sold(terms.prices, terms.most) is None:
            return None
        relaxation = self._warm()
        steps = own_steps(self._part)
        for found in self._named():  # a half holds under these terms, too
            if len(found) == 2:
                run.stars.rows.append(replace(found[1], steps=steps[found[1].steps]))
            else:
                run.stars.add(found)
        duals = np.array(relaxation.highs.getSolution().row_dual)
        own = len(duals) - len(run.stars)
        priced = price(run.model, run.stars, duals[: len(run.model.frame)], duals[own:])
        run.bounded(priced)
        return priced, relaxation.values()


def _within(run: Run) -> bool:
    """Whether the roster is good enough for a city among others."""
    return run.bound is not None and run.objective - run.bound <= ENOUGH


def one_thread() -> None:
    """Keeps HiGHS to one thread in this process: it takes that number at its first run alone."""
    highs = Quiet()
    highs.setOptionValue("threads", 1)
    highs.addVar(0.0, 1.0)
    highs.run()
