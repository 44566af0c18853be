"""The week board as plain values: posts by county, days, halves, who holds what; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from zhiban.data.week import Week
from zhiban.roster.problem import Division, Post, RosterProblem, Shift
from zhiban.roster.roster import Duty
from zhiban.web import words

LEVELS = ("city", "county", "town", "village")


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds a place, as the board writes it."""

    lawyer: str
    name: str
    firm: str
    firm_short: str
    standby: bool
    changed: bool
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One shift: its hours, who holds it, how many places nobody holds, and whether it is sound."""

    shift: str
    hours: str
    half: str
    people: tuple[Person, ...]
    missing: int
    changed: bool
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One table cell: a half of a day, or all of it (`wide`); `first` of its day (0-6) or not."""

    wide: bool
    first: bool
    cells: tuple[Cell, ...]
    day: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One post through the week; `slots` are in the order of the table."""

    post: str
    name: str
    full_name: str
    level: str
    kind: str
    county: str
    slots: tuple[Slot, ...]
    vacancies: int
    changes: int

    def opens(self, day: int) -> bool:
        """Whether the post has a shift on that day of the week (0-6)."""
        return any(slot.cells for slot in self.slots if slot.day == day)


@dataclass(frozen=True, slots=True)
class County:
    """The posts of one county under its name."""

    code: str
    name: str
    rows: tuple[Row, ...]
    vacancies: int


@dataclass(frozen=True, slots=True)
class Board:
    """A week's board with its counts; places are head-counts over all shifts and roles.

    `busy` tells of each day whether any post is open.
    """

    days: tuple[date, ...]
    busy: tuple[bool, ...]
    counties: tuple[County, ...]
    places: int
    filled: int
    lawyers: int
    changes: int


@dataclass(frozen=True, slots=True)
class Like:
    """A board of the same shifts, names and comparison; only rows with these shifts differ."""

    board: Board
    shifts: Collection[str]


def board(
    problem: RosterProblem,
    duties: Iterable[Duty],
    week: Week,
    before: Collection[tuple[str, str, str]] | None = None,
    names: Mapping[str, str] | None = None,
    broken: Collection[str] = (),
    like: Like | None = None,
) -> Board:
    """The board of one week of a problem with these duties.

    `before` holds the (shift, lawyer, role) of the version it is compared with; `names` other
    names for posts and divisions, by id. Rows that are `like` those of an earlier board are taken
    from there.
    """
    return _Builder(problem, tuple(duties), week, before, names or {}, broken, like).built()


class _Builder:
    """Looks everything up once; a week has some thousand shifts."""

    def __init__(
        self,
        problem: RosterProblem,
        duties: tuple[Duty, ...],
        week: Week,
        before: Collection[tuple[str, str, str]] | None,
        names: Mapping[str, str],
        broken: Collection[str],
        like: Like | None,
    ) -> None:
        self.like = like
        self.problem = problem
        self.broken = frozenset(broken)
        self.locks = {(lock.shift, lock.lawyer, lock.role) for lock in problem.locks}
        self.week = week
        self.names = names
        self.before = None if before is None else set(before)
        self.divisions = {one.code: one for one in problem.divisions}
        self.lawyers = {one.id: one for one in problem.lawyers}
        self.firms = {one.id: one.name for one in problem.firms}
        self.held: dict[str, list[Duty]] = defaultdict(list)
        for duty in duties:
            self.held[duty.shift].append(duty)
        self.gone = self._gone(duties)

    def _gone(self, duties: tuple[Duty, ...]) -> set[str]:
        """The shifts from which somebody of the version before was taken."""
        now = {(duty.shift, duty.lawyer, duty.role) for duty in duties}
        return {shift for shift, _, _ in (self.before or set()) - now}

    def built(self) -> Board:
        shifts: dict[str, list[Shift]] = defaultdict(list)
        span = self.week.span
        for shift in self.problem.shifts:
            if span.contains(shift.start):
                shifts[shift.post].append(shift)
        kept = self._kept(shifts)
        rows = [
            kept.get(post.id) or self._row(post, shifts[post.id]) for post in self.problem.posts
        ]
        shown = [shift for some in shifts.values() for shift in some]
        holders = [duty for shift in shown for duty in self.held[shift.id]]
        return Board(
            days=tuple(self.week.days),
            busy=tuple(any(row.opens(day) for row in rows) for day in range(7)),
            counties=self._counties(rows),
            places=sum(shift.wanted + shift.standby for shift in shown),
            filled=len(holders),
            lawyers=len({duty.lawyer for duty in holders}),
            changes=sum(row.changes for row in rows),
        )

    def _kept(self, shifts: Mapping[str, list[Shift]]) -> dict[str, Row]:
        """The rows in which nothing is another than on the board that this one is like."""
        if self.like is None:
            return {}
        changed = set(self.like.shifts)
        return {
            row.post: row
            for county in self.like.board.counties
            for row in county.rows
            if not any(shift.id in changed for shift in shifts[row.post])
        }

    def _counties(self, rows: list[Row]) -> tuple[County, ...]:
        grouped: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            grouped[row.county].append(row)
        order = sorted(grouped, key=lambda code: (self._depth(code), code))
        return tuple(
            County(
                code,
                self._name(code, self.divisions[code].name),
                tuple(sorted(grouped[code], key=_place)),
                sum(row.vacancies for row in grouped[code]),
            )
            for code in order
        )

    def _depth(self, code: str) -> int:
        return 0 if self.divisions[code].level in ("province", "city") else 1

    def _name(self, key: str, fallback: str) -> str:
        return self.names.get(key, fallback)

    def _county(self, post: Post) -> Division:
        at = self.divisions[post.division]
        while at.level not in ("province", "city", "county") and at.parent is not None:
            at = self.divisions[at.parent]
        return at

    def _row(self, post: Post, shifts: list[Shift]) -> Row:
        by_day: dict[date, list[Cell]] = defaultdict(list)
        for shift in sorted(shifts, key=lambda one: (one.start, one.id)):
            by_day[words.local(shift.start).date()].append(self._cell(shift))
        cells = [cell for some in by_day.values() for cell in some]
        full_name = self._name(post.id, post.name)
        return Row(
            post=post.id,
            name=short_name(full_name),
            full_name=full_name,
            level=self.divisions[post.division].level,
            kind=post.kind,
            county=self._county(post).code,
            slots=tuple(
                slot for at, day in enumerate(self.week.days) for slot in _slots(by_day[day], at)
            ),
            vacancies=sum(cell.missing for cell in cells),
            changes=sum(cell.changed for cell in cells),
        )

    def _cell(self, shift: Shift) -> Cell:
        holders = sorted(self.held[shift.id], key=lambda duty: (duty.role, duty.lawyer))
        people = tuple(self._person(duty) for duty in holders)
        primaries = sum(not person.standby for person in people)
        return Cell(
            shift=shift.id,
            hours=words.hours(shift.start, shift.end),
            half=words.half(shift.start, shift.end),
            people=people,
            missing=max(0, shift.need - primaries)
            + max(0, shift.standby - (len(people) - primaries)),
            changed=any(person.changed for person in people) or shift.id in self.gone,
            broken=shift.id in self.broken,
        )

    def _person(self, duty: Duty) -> Person:
        lawyer = self.lawyers[duty.lawyer]
        known = self.before is None or (duty.shift, duty.lawyer, duty.role) in self.before
        firm = self.firms[lawyer.firm]
        return Person(
            lawyer=lawyer.id,
            name=lawyer.name,
            firm=firm,
            firm_short=_short_firm(firm),
            standby=duty.role == "standby",
            changed=not known,
            locked=(duty.shift, duty.lawyer, duty.role) in self.locks,
        )


def _slots(cells: list[Cell], day: int) -> tuple[Slot, ...]:
    """A day's table cells: two halves, or one wide cell where a shift fills the day."""
    if any(cell.half == "day" for cell in cells):
        return (Slot(True, True, tuple(cells), day),)
    halves = {half: tuple(cell for cell in cells if cell.half == half) for half in ("am", "pm")}
    return (Slot(False, True, halves["am"], day), Slot(False, False, halves["pm"], day))


def short_name(name: str) -> str:
    """A post's name without what nearly all of them share; the county and the mark say the rest."""
    for common in ("公共法律服务", " Public Legal Service Station", " Public Legal Service"):
        name = name.replace(common, "")
    return name.removesuffix(" Online Seat")


def _short_firm(name: str) -> str:
    """A firm's own name: the province before it and the kind behind it are the same for all."""
    return name.removesuffix("律师事务所").removeprefix("浙江") or name


def _place(row: Row) -> tuple[int, int, str]:
    """Seats first, then from the city down to the villages."""
    return (0 if row.kind == "seat" else 1, LEVELS.index(row.level), row.post)
