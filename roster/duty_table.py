"""A week's roster as bureaus print it: counties, posts as columns, halves of days as rows; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.roster.problem import Post, Role, RosterProblem, Shift
from zhiban.roster.roster import Duty

Half = Literal["am", "pm", "night"]
HALVES: tuple[Half, ...] = ("am", "pm", "night")
LEVELS = ("province", "city", "county", "town", "village")
_NOON, _EVENING = time(12, 30), time(17)
_CROSSING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds a place, with what a reader needs to reach them."""

    lawyer: str
    name: str
    firm: str
    phone: str
    role: Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One shift: its hours, who holds it, how many places nobody holds."""

    shift: str
    hours: str
    people: tuple[Person, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class Box:
    """One cell of the table; it covers `rows` rows (0: the one above covers it too)."""

    entries: tuple[Entry, ...]
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One half of one day, a box for each column; `opens` a day that has `rows` lines."""

    day: date
    half: Half
    opens: bool
    rows: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One post, under a heading that no other post of its section has."""

    post: str
    heading: str


@dataclass(frozen=True, slots=True)
class Section:
    """One county (or the city's own posts) with its columns and lines."""

    code: str
    name: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def hours(self) -> Mapping[Half, str]:
        """The hours of each half, where all its shifts have the same."""
        found: dict[Half, set[str]] = defaultdict(set)
        for line in self.lines:
            for box in line.boxes:
                if box.rows == 1 and len(box.entries) == 1:
                    found[line.half].add(box.entries[0].hours)
        return {half: next(iter(some)) for half, some in found.items() if len(some) == 1}


@dataclass(frozen=True, slots=True)
class DutyTable:
    """A week's table: the draft at a revision, or the version of a number."""

    week: Week
    kind: Literal["draft", "version"]
    number: int
    at: datetime
    sections: tuple[Section, ...]


def duty_table(
    problem: RosterProblem,
    duties: Iterable[Duty],
    week: Week,
    kind: Literal["draft", "version"],
    number: int,
    at: datetime,
    *,
    phones: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> DutyTable:
    """The table of one week; `phones` by lawyer, `names` other names of posts and divisions."""
    made = _Maker(problem, tuple(duties), phones or {}, names or {})
    return DutyTable(week, kind, number, at, made.sections(week))


class _Maker:
    """Looks everything up once."""

    def __init__(
        self,
        problem: RosterProblem,
        duties: tuple[Duty, ...],
        phones: Mapping[str, str],
        names: Mapping[str, str],
    ) -> None:
        self.problem, self.phones, self.names = problem, phones, names
        self.divisions = {one.code: one for one in problem.divisions}
        self.lawyers = {one.id: one for one in problem.lawyers}
        self.firms = {one.id: one.name for one in problem.firms}
        self.held: dict[str, list[Duty]] = defaultdict(list)
        for duty in sorted(duties, key=lambda one: one.key):
            self.held[duty.shift].append(duty)

    def sections(self, week: Week) -> tuple[Section, ...]:
        shifts: dict[str, list[Shift]] = defaultdict(list)
        for shift in sorted(self.problem.shifts, key=lambda one: (one.start, one.id)):
            if week.span.contains(shift.start):
                shifts[shift.post].append(shift)
        counties: dict[str, list[Post]] = defaultdict(list)
        for post in self.problem.posts:
            if shifts[post.id]:
                counties[self._county(post.division)].append(post)
        order = sorted(counties, key=lambda code: (self._depth(code), code))
        return tuple(self._section(code, counties[code], shifts) for code in order)

    def _section(self, code: str, posts: list[Post], shifts: dict[str, list[Shift]]) -> Section:
        posts = sorted(posts, key=lambda one: (one.kind != "seat", self._rank(one), one.id))
        columns = self._columns(posts)
        halves = {(day(s), half(s)) for post in posts for s in shifts[post.id]}
        halves |= {(day(s), "pm") for post in posts for s in shifts[post.id] if all_day(s)}
        days: dict[date, list[Half]] = defaultdict(list)
        for when, part in sorted(halves, key=lambda one: (one[0], HALVES.index(one[1]))):
            days[when].append(part)
        lines = [
            line
            for when, parts in days.items()
            for line in self._day(when, parts, [shifts[column.post] for column in columns])
        ]
        name = self.names.get(code, self.divisions[code].name)
        return Section(code, name, columns, tuple(lines))

    def _day(self, when: date, parts: list[Half], posts: list[list[Shift]]) -> list[Line]:
        boxes = [self._boxes(when, parts, some) for some in posts]
        return [
            Line(when, part, row == 0, len(parts), tuple(column[row] for column in boxes))
            for row, part in enumerate(parts)
        ]

    def _boxes(self, when: date, parts: list[Half], shifts: list[Shift]) -> list[Box]:
        """The day's boxes of one post from above; equal neighbours become one."""
        today = [shift for shift in shifts if day(shift) == when]
        by_half = {part: [s for s in today if half(s) == part] for part in parts}
        made = [Box(tuple(map(self._entry, by_half[part]))) for part in parts]
        if "am" in parts and "pm" in parts:
            am, pm = parts.index("am"), parts.index("pm")
            above, below = made[am], made[pm]
            if any(map(all_day, by_half["am"])) or _alike(above, below):
                made[am] = Box(above.entries + below.entries, 2)
                made[pm] = Box((), 0)
        return made

    def _entry(self, shift: Shift) -> Entry:
        people = tuple(
            sorted(map(self._person, self.held[shift.id]), key=lambda one: (one.role, one.lawyer))
        )
        first = sum(one.role == "primary" for one in people)
        short = max(0, shift.need - first) + max(0, shift.standby - (len(people) - first))
        return Entry(shift.id, hours(shift), people, short)

    def _person(self, duty: Duty) -> Person:
        lawyer = self.lawyers[duty.lawyer]
        phone = self.phones.get(lawyer.id, "")
        return Person(lawyer.id, lawyer.name, self.firms[lawyer.firm], phone, duty.role)

    def _columns(self, posts: list[Post]) -> tuple[Column, ...]:
        used: set[str] = set()
        made = []
        for post in posts:
            name = heading = self.names.get(post.id, post.name)
            while heading in used:
                heading = f"{name}（{post.id}）" if heading == name else f"{heading}*"
            used.add(heading)
            made.append(Column(post.id, heading))
        return tuple(made)

    def _county(self, code: str) -> str:
        at = self.divisions[code]
        while at.level not in ("province", "city", "county") and at.parent is not None:
            at = self.divisions[at.parent]
        return at.code

    def _depth(self, code: str) -> int:
        return 0 if self.divisions[code].level in ("province", "city") else 1

    def _rank(self, post: Post) -> int:
        return LEVELS.index(self.divisions[post.division].level)


def _alike(above: Box, below: Box) -> bool:
    """Whether the same people hold both halves, so that one cell says it."""
    if len(above.entries) != 1 or len(below.entries) != 1:
        return False
    one, other = above.entries[0], below.entries[0]
    return bool(one.people) and one.people == other.people and not one.missing + other.missing


def day(shift: Shift) -> date:
    """The day on which a shift starts."""
    return shift.start.astimezone(SHANGHAI).date()


def all_day(shift: Shift) -> bool:
    """Whether it reaches an hour into both halves."""
    start, end = shift.start.astimezone(SHANGHAI), shift.end.astimezone(SHANGHAI)
    noon = datetime.combine(start.date(), _NOON, SHANGHAI)
    return start < noon - _CROSSING and end > noon + _CROSSING


def half(shift: Shift) -> Half:
    """The row in which a shift begins."""
    start = shift.start.astimezone(SHANGHAI).time()
    if start < _NOON:
        return "am"
    return "night" if start >= _EVENING else "pm"


def hours(shift: Shift) -> str:
    """Its hours: 8:30–11:30."""
    start, end = shift.start.astimezone(SHANGHAI), shift.end.astimezone(SHANGHAI)
    return f"{start.hour}:{start:%M}–{end.hour}:{end:%M}"
