"""How a county's duty table is cut into sheets of A4 on which every letter can be read; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TypeVar

from zhiban.roster.duty_table import Box, Entry, Half, Person, Section
from zhiban.roster.duty_words import short_firm

# A4 landscape within its margins, less title, dates and footnote; in millimetres.
WIDE, HIGH = 279.0, 166.0
SMALLEST, LARGEST = 80, 110  # tenths of a point; what is smaller nobody reads on a wall
SPARED = 90  # masked phones, which nobody can call, are told only from this size on
DAY, HALF = 5.7, 6.4  # widths of the row headings, in letters
LEADING, PADDING, MM = 1.25, 1.25, 0.0353
_T = TypeVar("_T")
_NARROW = 0.56  # a digit or Latin letter beside a Chinese character


@dataclass(frozen=True, slots=True)
class Part:
    """The columns and days of a section that stand on one sheet, and its letters' size."""

    section: Section
    size: int


def parts(section: Section) -> tuple[Part, ...]:
    """The fewest sheets that hold the section at 8 pt or more; their letters as large as fits."""
    spared = _without_masked(section)
    for across, down in _cuts(len(section.columns), len(_days(section))):
        for kept, smallest in (
            (section, SPARED if spared != section else SMALLEST),
            (spared, SMALLEST),
        ):
            pieces = _cut(kept, across, down)
            size = min(_size(piece, section.hours) for piece in pieces)
            if size >= smallest:
                return tuple(Part(piece, size) for piece in pieces)
    return tuple(Part(piece, SMALLEST) for piece in _cut(spared, len(section.columns), 7))


def _cuts(columns: int, days: int) -> list[tuple[int, int]]:
    """Ways to cut a table, the fewest sheets first, posts rather than days."""
    ways = [(a, d) for a in range(1, columns + 1) for d in range(1, days + 1)]
    return sorted(ways, key=lambda way: (way[0] * way[1], way[1]))


def _days(section: Section) -> list[date]:
    return sorted({line.day for line in section.lines})


def _cut(section: Section, across: int, down: int) -> list[Section]:
    days, columns = _days(section), range(len(section.columns))
    return [
        _piece(section, some, frozenset(when))
        for when in _even(days, down)
        for some in _even(list(columns), across)
    ]


def _even(things: list[_T], into: int) -> list[list[_T]]:
    """The things in so many runs, none more than one longer than another."""
    edges = [round(len(things) * at / into) for at in range(into + 1)]
    return [things[a:b] for a, b in pairwise(edges) if b > a]


def _piece(section: Section, columns: list[int], days: frozenset[date]) -> Section:
    lines = tuple(
        replace(line, boxes=tuple(line.boxes[at] for at in columns))
        for line in section.lines
        if line.day in days
    )
    return replace(section, columns=tuple(section.columns[at] for at in columns), lines=lines)


def _without_masked(section: Section) -> Section:
    def plain(person: Person) -> Person:
        return replace(person, phone="") if "*" in person.phone else person

    def box(one: Box) -> Box:
        entries = tuple(
            replace(entry, people=tuple(map(plain, entry.people))) for entry in one.entries
        )
        return replace(one, entries=entries)

    lines = tuple(replace(line, boxes=tuple(map(box, line.boxes))) for line in section.lines)
    return replace(section, lines=lines)


def _size(section: Section, usual: Mapping[Half, str]) -> int:
    """The largest size, in tenths of a point, at which a piece fits; 0 if none is legible."""
    return next(
        (s for s in range(LARGEST, SMALLEST - 1, -5) if height(section, s, usual) <= HIGH), 0
    )


def height(section: Section, size: int, usual: Mapping[Half, str]) -> float:
    """Millimetres that a piece's table is high at a size; `usual` are its table's hours."""
    letter = size * MM
    room = (WIDE / letter - DAY - HALF) / max(1, len(section.columns)) - 1.5 / letter
    if room < 3.4:  # not even a name fits
        return math.inf
    total = _height(
        max((_wrapped(plain_heading(c.heading), room) for c in section.columns), default=1), letter
    )
    rows: list[float] = []
    for line in section.lines:
        rows.append(_height(2, letter))  # the day and the weekday, the half and its hours
        for box in line.boxes:
            need = _height(_lines(box, room, usual.get(line.half, "")), letter)
            rows[-1] = max(rows[-1], need / 2 if box.rows > 1 else need)
    return total + sum(rows)


def _height(lines: float, letter: float) -> float:
    return lines * letter * LEADING + PADDING


def plain_heading(heading: str) -> str:
    """A post's name without what nearly all of them share, so that it stands on two lines."""
    return heading.replace("公共法律服务", "")


def _lines(box: Box, room: float, usual: str) -> float:
    entries = told(box)
    timed = is_timed(box, usual)
    lines = len(entries) if timed else 0
    for entry in entries:
        lines += sum(_person(person, room) for person in entry.people) + bool(entry.missing)
    return max(1, lines)


def _person(person: Person, room: float) -> int:
    """Lines that a person takes: name, firm and phone beside each other where they fit."""
    name = _wide(person.name) + (1.6 if person.role == "standby" else 0)
    lines, used = 1, name
    for word in filter(None, (short_firm(person.firm), person.phone)):
        wide = _wide(word) + 0.4
        if used + wide <= room:
            used += wide
        else:
            lines, used = lines + math.ceil(wide / room), wide % room
    return lines


def _wide(text: str) -> float:
    return sum(_NARROW if ord(sign) < 0x2000 else 1.0 for sign in text)


def _wrapped(text: str, room: float) -> int:
    return max(1, math.ceil(_wide(text) / max(1.0, math.floor(room))))


def told(box: Box) -> tuple[Entry, ...]:
    """What a cell tells: of two halves that the same people hold, one."""
    return box.entries[:1] if _alike(box) else box.entries


def is_timed(box: Box, usual: str) -> bool:
    """Whether hours are told in a cell: where they are not those that stand before the row."""
    if _alike(box):
        return False
    own = box.rows == 2 or any(entry.hours != usual for entry in box.entries)
    return own or len(box.entries) > 1


def _alike(box: Box) -> bool:
    both = box.entries
    return box.rows == 2 and len(both) == 2 and both[0].people == both[1].people
