"""Opening and filling Excel workbooks safely, whatever they hold; pure."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from zhiban.data.wording import Refused

LARGEST, LARGEST_INSIDE = 5 << 20, 100 << 20  # bytes, as sent and unpacked
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""


def opened(content: bytes) -> dict[str, CalamineSheet]:
    """The sheets of the workbook in these bytes, by name. Raises Refused: too large, or none."""
    if len(content) > LARGEST:
        raise Refused.one("file", f"文件不能超过{LARGEST >> 20}MB", f"at most {LARGEST >> 20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = sum(one.file_size for one in packed.infolist())
        if inside <= LARGEST_INSIDE:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            return {name: book.get_sheet_by_name(name) for name in book.sheet_names}
    except (zipfile.BadZipFile, CalamineError, OSError, ValueError):
        pass  # said below, like a file that unpacks beyond all measure
    raise Refused.one(
        "file", "打不开，须是 Excel 的 .xlsx 文件", "it cannot be opened; it must be an .xlsx file"
    )


def put(sheet: Worksheet, row: int, column: int, value: str) -> Any:
    """Writes text as text: what begins like a formula is never one."""
    cell = sheet.cell(row, column)
    cell.value = value
    cell.data_type = "s"
    if value.startswith(FORMULA):
        cell.quotePrefix = True
    return cell
