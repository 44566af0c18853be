"""A duty table as pages of A4: how large its letters may be, and a file that stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhiban.roster.duty_table import Box, DutyTable, Line, Section
from zhiban.roster.duty_words import (
    HALF_WORDS,
    Bureau,
    dates,
    day_label,
    footnote,
    short_firm,
    standing,
    title,
)
from zhiban.web.render import STATIC, environment

# A4 landscape between its margins, less title, headings and footnote; in millimetres.
WIDE, HIGH, HEADS = 279.0, 146.0, 32.0
MM, LEADING, DIGITS = 0.353, 1.24, 6.4
SMALLEST, LARGEST = 50, 110  # tenths of a point


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the page: its box, and whether hours are told in it."""

    box: Box
    timed: bool


@dataclass(frozen=True, slots=True)
class PageLine:
    """One row of the page."""

    day: str
    weekday: str
    half: str
    hours: str
    opens: bool
    rows: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One county's page."""

    title: str
    headings: tuple[str, ...]
    lines: tuple[PageLine, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Sheets:
    """All pages of a week."""

    dates: str
    standing: str
    footnote: str
    pages: tuple[Sheet, ...]


def sheets(table: DutyTable, bureau: Bureau) -> Sheets:
    """The pages of a table, one for each county."""
    return Sheets(
        dates=dates(table),
        standing=standing(table),
        footnote=footnote(table, bureau),
        pages=tuple(_sheet(section, bureau) for section in table.sections),
    )


def _sheet(section: Section, bureau: Bureau) -> Sheet:
    return Sheet(
        title=title(section, bureau),
        headings=tuple(_plain(column.heading) for column in section.columns),
        lines=tuple(_line(section, line) for line in section.lines),
        size=_size(section),
    )


def _plain(heading: str) -> str:
    """A post's name without what nearly all of them share, so that it stands on two lines."""
    return heading.replace("公共法律服务", "")


def _line(section: Section, line: Line) -> PageLine:
    day, weekday = day_label(line.day).split(" ")
    usual = section.hours.get(line.half, "")
    return PageLine(
        day=day,
        weekday=weekday,
        half=HALF_WORDS[line.half],
        hours=usual,
        opens=line.opens,
        rows=line.rows,
        cells=tuple(_cell(box, usual) for box in line.boxes),
    )


def _cell(box: Box, usual: str) -> Cell:
    same = len(box.entries) == 2 and box.entries[0].people == box.entries[1].people
    if box.rows == 2 and same:
        return Cell(Box(box.entries[:1], 2), timed=False)
    own = box.rows == 2 or any(entry.hours != usual for entry in box.entries)
    return Cell(box, timed=own or len(box.entries) > 1)


def _size(section: Section) -> int:
    """Tenths of a point at which the section fits its page both ways."""
    height = sum(max((_lines(box) for box in line.boxes), default=1) for line in section.lines)
    by_height = HIGH / (max(1, height) * LEADING * MM)
    by_width = (WIDE - HEADS) / max(1, len(section.columns)) / (DIGITS * MM)
    fitting = int(min(by_height, by_width) * 2) * 5  # in halves of a point
    return max(SMALLEST, min(LARGEST, fitting))


def _lines(box: Box) -> float:
    if box.rows == 0:
        return 1.0
    entries = box.entries[:1] if box.rows == 2 else box.entries
    told = sum(
        sum(2 + bool(person.phone) for person in entry.people) + entry.missing for entry in entries
    )
    return max(1.0, (told + 0.4) / max(1, box.rows))


def standalone(table: DutyTable, bureau: Bureau) -> str:
    """The pages as one HTML file that needs nothing else."""
    template = environment("zh").get_template("print_alone.html")
    style = (STATIC / "print_week.css").read_text("utf-8")
    made = sheets(table, bureau)
    return template.render(**page_values(made), style=style)


def page_values(made: Sheets) -> dict[str, Any]:
    """What the template of the pages needs; a table on a wall is Chinese whoever prints it."""
    said = {"day": "日期", "half": "时段", "standby": "备 ", "vacant": "空缺"}
    return {"sheets": made, "short_firm": short_firm, "words_of": said}
