"""Writes register workbooks: an empty template, or the register itself to be changed and read."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from zhiban.data.excel_columns import Column
from zhiban.data.excel_heading import EXAMPLE, EXPLAINED
from zhiban.data.excel_sheets import SHEETS, Kind
from zhiban.data.register import Register
from zhiban.data.register_diff import entries_of, known_of, shown, values_of
from zhiban.data.workbooks import put

HEAD, HINTS, SHOWN = 1, 2, 3  # rows: headings, what each takes, an example
LISTS = "可选项"
_LAST = 20_000
_HEADED = PatternFill("solid", fgColor="EDEBE4")
_THIN = Border(bottom=Side(style="thin", color="808080"))
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def register_workbook(register: Register, *, filled: bool) -> bytes:
    """A sheet each for firms, lawyers, posts and leave; `filled` with what the register says.

    The first cell of the rows of hints and of the example says that they are not read. Phones are
    masked; a masked one that is read again means that it stays.
    """
    book = Workbook()
    book.remove(book.active)
    known = known_of(register)
    lists = book.create_sheet(LISTS)
    ranges = _lists(lists, register)
    for kind, (title, columns) in SHEETS.items():
        sheet = book.create_sheet(title.zh)
        _head(sheet, kind, columns)
        _choices(sheet, columns, ranges)
        if filled:
            for row, entry in enumerate(entries_of(register, kind).values(), start=SHOWN + 1):
                values = values_of(entry)
                for number, column in enumerate(columns, start=2):
                    put(sheet, row, number, shown(column, values[column.code], known))
    book.move_sheet(lists, len(SHEETS))
    book.active = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet, kind: Kind, columns: tuple[Column, ...]) -> None:
    put(sheet, HEAD, 1, "备注")
    put(sheet, HINTS, 1, EXPLAINED)
    put(sheet, SHOWN, 1, EXAMPLE)
    for number, column in enumerate(columns, start=2):
        put(sheet, HEAD, number, f"{column.title.zh}{'*' if column.needed else ''}")
        put(sheet, HINTS, number, column.hint.zh)
        put(sheet, SHOWN, number, column.example)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 34 if column.wide else 18
        for row in range(SHOWN + 1, SHOWN + 41):
            sheet.cell(row, number).number_format = "@"  # so that an id keeps its zeros
    for number in range(1, len(columns) + 2):
        sheet.cell(HEAD, number).font = Font(bold=True)
        sheet.cell(HEAD, number).fill = _HEADED
        for row in (HINTS, SHOWN):
            sheet.cell(row, number).font = Font(italic=True, color="5C6265", size=9)
            sheet.cell(row, number).alignment = _WRAPPED
        sheet.cell(SHOWN, number).border = _THIN
    sheet.column_dimensions["A"].width = 14
    sheet.row_dimensions[HINTS].height = 40
    sheet.freeze_panes = sheet.cell(SHOWN + 1, 3 if kind != "leave" else 2)


def _lists(sheet: Worksheet, register: Register) -> dict[str, str]:
    """Names to choose from, a column each; where each list stands."""
    names = {
        "division": [one.name for one in register.divisions.values()],
        "firm": [one.name for one in register.firms.values()],
    }
    ranges: dict[str, str] = {}
    for number, (code, some) in enumerate(names.items(), start=1):
        put(sheet, 1, number, {"division": "区划", "firm": "律所"}[code])
        for row, name in enumerate(some, start=2):
            put(sheet, row, number, name)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 30
        if some:
            ranges[code] = f"'{LISTS}'!${letter}$2:${letter}${len(some) + 1}"
    return ranges


def _choices(sheet: Worksheet, columns: tuple[Column, ...], ranges: dict[str, str]) -> None:
    for number, column in enumerate(columns, start=2):
        formula = ranges.get(column.code)
        if column.choices:
            formula = '"' + ",".join(one.zh for one in column.choices.values()) + '"'
        if formula is None:
            continue
        # A new firm may be named before the list knows it: it is offered, not forced.
        found = DataValidation(type="list", formula1=formula, allow_blank=not column.needed)
        found.showErrorMessage = column.choices is not None
        found.errorTitle, found.error = column.title.zh, column.hint.zh
        letter = get_column_letter(number)
        found.add(f"{letter}{SHOWN + 1}:{letter}{_LAST}")
        sheet.add_data_validation(found)
