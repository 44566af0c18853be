"""Writes a duty table as an Excel workbook: a sheet a county, and, for staff, hidden identities."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from zhiban.data.workbooks import put
from zhiban.roster.duty_table import DutyTable, Line, Section
from zhiban.roster.duty_words import (
    VACANT,
    Bureau,
    box_text,
    dates,
    day_label,
    footnote,
    half_label,
    standing,
    title,
)

FORMAT = "zhiban-duty-table/1"
HIDDEN = "_zhiban"
HEAD, FIRST = 3, 4  # the row of headings, and the first row of duties
DAY, HALF, POSTS = 1, 2, 3  # columns
_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")  # in the name of a sheet
_LONGEST_NAME = 31
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_THIN = Side(style="thin", color="808080")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADED = PatternFill("solid", fgColor="EDEBE4")
_EMPTY = PatternFill("solid", fgColor="FAE6E3")


def duty_workbook(table: DutyTable, bureau: Bureau, *, identities: bool) -> bytes:
    """The workbook; with `identities` it can be read back without loss, for staff alone."""
    book = Workbook()
    book.remove(book.active)
    names = _sheet_names(table)
    for section, name in zip(table.sections, names, strict=True):
        _Sheet(book.create_sheet(name), table, section, bureau).write()
    if not table.sections:
        put(book.create_sheet("值班表"), 1, 1, f"{dates(table)}没有班次")
    if identities:
        _identities(book, table, names)
    book.properties.creator = bureau.name
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_names(table: DutyTable) -> list[str]:
    found: list[str] = []
    for section in table.sections:
        name = _FORBIDDEN.sub("-", section.name)[:_LONGEST_NAME] or section.code
        found.append(name if name not in found else f"{name[:20]}-{section.code}"[:_LONGEST_NAME])
    return found


class _Sheet:
    """One county's table."""

    def __init__(
        self, sheet: Worksheet, table: DutyTable, section: Section, bureau: Bureau
    ) -> None:
        self.sheet, self.table, self.section, self.bureau = sheet, table, section, bureau
        self.last = POSTS + len(section.columns) - 1

    def write(self) -> None:
        self._head()
        for number, line in enumerate(self.section.lines):
            self._line(FIRST + number, line)
        self._foot(FIRST + len(self.section.lines))
        self._paper()

    def _head(self) -> None:
        top = put(self.sheet, 1, 1, title(self.section, self.bureau))
        top.font = Font(size=18, bold=True)
        top.alignment = _MIDDLE
        below = put(self.sheet, 2, 1, f"{dates(self.table)}　{standing(self.table)}")
        below.alignment = _MIDDLE
        for row in (1, 2):
            self._merge(row, 1, row, self.last)
        headings = ["日期", "时段", *(column.heading for column in self.section.columns)]
        for column, heading in enumerate(headings, start=1):
            cell = put(self.sheet, HEAD, column, heading)
            cell.font, cell.fill = Font(bold=True), _HEADED
            cell.alignment, cell.border = _MIDDLE, _GRID
        self.sheet.row_dimensions[1].height = 30
        self.sheet.row_dimensions[HEAD].height = 32

    def _line(self, row: int, line: Line) -> None:
        if line.opens:
            put(self.sheet, row, DAY, day_label(line.day).replace(" ", "\n"))
            self._merge(row, DAY, row + line.rows - 1, DAY)
        put(self.sheet, row, HALF, half_label(self.section, line.half))
        for number, box in enumerate(line.boxes):
            column = POSTS + number
            if box.rows == 0:
                continue
            cell = put(self.sheet, row, column, box_text(self.section, line, box))
            if VACANT in str(cell.value):
                cell.fill = _EMPTY
            if box.rows > 1:
                self._merge(row, column, row + box.rows - 1, column)
        for column in range(1, self.last + 1):
            cell = self.sheet.cell(row, column)
            cell.alignment, cell.border = _MIDDLE, _GRID
        lines = max(
            (box_text(self.section, line, box).count("\n") + 1) / max(1, box.rows)
            for box in line.boxes
        )
        self.sheet.row_dimensions[row].height = max(30, 13.5 * lines + 4)

    def _foot(self, row: int) -> None:
        cell = put(self.sheet, row, 1, footnote(self.table, self.bureau))
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        self._merge(row, 1, row, self.last)
        self.sheet.row_dimensions[row].height = 24

    def _paper(self) -> None:
        sheet = self.sheet
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
        sheet.print_options.horizontalCentered = True
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top = sheet.page_margins.bottom = 0.4
        sheet.print_title_rows = f"{HEAD}:{HEAD}"
        sheet.freeze_panes = sheet.cell(FIRST, POSTS)
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 11, 12
        for column in range(POSTS, self.last + 1):
            sheet.column_dimensions[get_column_letter(column)].width = 15

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.sheet.merge_cells(
                start_row=top, start_column=left, end_row=bottom, end_column=right
            )


def _identities(book: Workbook, table: DutyTable, names: list[str]) -> None:
    """Where each shift stands and who holds it, for reading the workbook back."""
    sheet = book.create_sheet(HIDDEN)
    sheet.sheet_state = "veryHidden"
    head = [FORMAT, str(table.week), table.kind, str(table.number)]
    for row, values in enumerate([head, *_shift_rows(table, names)], start=1):
        for column, value in enumerate(values, start=1):
            put(sheet, row, column, value)


def _shift_rows(table: DutyTable, names: list[str]) -> Iterator[list[str]]:
    """Sheet, heading, day, half, whether merged over two halves, shift, hours, people as JSON.

    Last the whole text of the cell: where it is unchanged, so are its people.
    """
    for section, name in zip(table.sections, names, strict=True):
        for line in section.lines:
            for column, box in zip(section.columns, line.boxes, strict=True):
                for number, entry in enumerate(box.entries):
                    two = box.rows == 2 and len(box.entries) == 2 and number == 1
                    half = "pm" if two else line.half
                    people = [[one.role, one.lawyer, one.name] for one in entry.people]
                    yield [
                        *(name, column.heading, day_label(line.day), half),
                        *("1" if box.rows == 2 else "", entry.shift, entry.hours),
                        json.dumps(people, ensure_ascii=False),
                        box_text(section, line, box),
                    ]
