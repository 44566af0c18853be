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
from zhiban.web.sheet_fitting import Part, is_timed, parts, plain_heading, told


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
    """One county's page; `part` says which of several it is."""

    title: str
    part: str
    headings: tuple[str, ...]
    lines: tuple[PageLine, ...]
    size: int

    @property
    def spares(self) -> bool:
        """Whether anybody on it is on standby."""
        return any(
            person.role == "standby"
            for line in self.lines
            for cell in line.cells
            for entry in cell.box.entries
            for person in entry.people
        )


@dataclass(frozen=True, slots=True)
class Sheets:
    """All pages of a week."""

    dates: str
    standing: str
    footnote: str
    pages: tuple[Sheet, ...]


def sheets(table: DutyTable, bureau: Bureau) -> Sheets:
    """The pages of a table: one for each county, more where one could not be read."""
    return Sheets(
        dates=dates(table),
        standing=standing(table),
        footnote=footnote(table, bureau),
        pages=tuple(page for section in table.sections for page in _county(section, bureau)),
    )


def _sheet(part: Part, number: int, of: int, whole: Section, bureau: Bureau) -> Sheet:
    return Sheet(
        title=title(part.section, bureau),
        part=f"第{number}页，共{of}页" if of > 1 else "",
        headings=tuple(plain_heading(column.heading) for column in part.section.columns),
        lines=tuple(_line(line, whole.hours.get(line.half, "")) for line in part.section.lines),
        size=part.size,
    )


def _county(section: Section, bureau: Bureau) -> list[Sheet]:
    found = parts(section)
    return [
        _sheet(part, number, len(found), section, bureau) for number, part in enumerate(found, 1)
    ]


def _line(line: Line, usual: str) -> PageLine:
    day, weekday = day_label(line.day).split(" ")
    return PageLine(
        day=day,
        weekday=weekday,
        half=HALF_WORDS[line.half],
        hours=usual,
        opens=line.opens,
        rows=line.rows,
        cells=tuple(
            Cell(Box(told(box), box.rows), timed=is_timed(box, usual)) for box in line.boxes
        ),
    )


def standalone(table: DutyTable, bureau: Bureau) -> str:
    """The pages as one HTML file that needs nothing else."""
    template = environment("zh").get_template("print_alone.html")
    style = (STATIC / "print_week.css").read_text("utf-8")
    made = sheets(table, bureau)
    return template.render(**page_values(made), style=style)


def page_values(made: Sheets) -> dict[str, Any]:
    """What the template of the pages needs; a table on a wall is Chinese whoever prints it."""
    said = {
        "day": "日期",
        "half": "时段",
        "standby": "备 ",
        "note": "名字前有“备”的是备班。",
        "vacant": "空缺",
    }
    return {"sheets": made, "short_firm": short_firm, "words_of": said}
