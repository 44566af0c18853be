"""The monthly report as a workbook; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_BOLD = Font(bold=True)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grouping as rows; `percents` are the columns (from 0) that hold shares."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    percents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Monthly:
    """The title, the first sheet's name, its figures (name, this month, the one before), more.

    `shares` are the figures (from 0) that are shares.
    """

    title: str
    name: str
    heads: Sequence[str]
    whole: Sequence[tuple[str, object, object]]
    shares: tuple[int, ...]
    sheets: Sequence[Sheet]


def monthly_workbook(report: Monthly) -> bytes:
    """The workbook's bytes; numbers stay numbers, and no text is taken for a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    first = book.create_sheet(report.name)
    _put(first, 1, [report.title])
    first.cell(1, 1).font = Font(bold=True, size=14)
    _put(first, 2, report.heads)
    for number, figure in enumerate(report.whole):
        _put(first, number + 3, figure)
        if number in report.shares:
            for column in (2, 3):
                first.cell(number + 3, column).number_format = "0.0%"
    for letter, width in (("A", 30), ("B", 16), ("C", 16)):
        first.column_dimensions[letter].width = width
        first[f"{letter}2"].font = _BOLD
    _on_a4(first)
    for sheet in report.sheets:
        _fill(book.create_sheet(sheet.title), sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(page: Worksheet, sheet: Sheet) -> None:
    _put(page, 1, sheet.heads)
    for column in range(1, len(sheet.heads) + 1):
        page.cell(1, column).font = _BOLD
        page.column_dimensions[get_column_letter(column)].width = 26 if column == 1 else 16
    for number, row in enumerate(sheet.rows, 2):
        _put(page, number, row)
        for column in sheet.percents:
            page.cell(number, column + 1).number_format = "0.0%"
    page.freeze_panes = "A2"
    _on_a4(page)


def _put(page: Worksheet, row: int, values: Sequence[object]) -> None:
    for column, value in enumerate(values, 1):
        cell = page.cell(row, column)
        if isinstance(value, str):
            cell.value = value
            cell.data_type = "s"
            cell.alignment = Alignment(vertical="top")
        elif isinstance(value, int | float):
            cell.value = value


def _on_a4(page: Worksheet) -> None:
    page.page_setup.paperSize = 9
    page.page_setup.orientation = "portrait"
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
