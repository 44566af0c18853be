"""Opening and filling Excel workbooks safely, whatever they hold; pure."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from zhiban.data.wording import Refused, shortened

LARGEST, LARGEST_INSIDE = 5 << 20, 100 << 20  # bytes, as sent and unpacked
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula; Chinese ones also when it is wide."""
_PATIENCE = 120  # seconds until a reading that never ends is ended
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


Corners = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The texts of a sheet from its first cell on, and its merged cells as corners from 0."""

    rows: Sequence[Sequence[str]]
    merged: Sequence[Corners] = ()


def opened(content: bytes) -> dict[str, Sheet]:
    """The sheets of the workbook in these bytes, by name. Raises Refused: too large, or none."""
    if len(content) > LARGEST:
        raise Refused.one("file", f"文件不能超过{LARGEST >> 20}MB", f"at most {LARGEST >> 20} MB")
    if content.startswith(_ZIP) and _unpacked(content) > LARGEST_INSIDE:
        _refuse(
            f"展开后超过{LARGEST_INSIDE >> 20}MB，请删掉表格以外的行、列和图片再存",
            f"it unpacks to more than {LARGEST_INSIDE >> 20} MB; delete rows, columns and "
            "pictures outside of its tables",
        )
    try:
        done = subprocess.run(  # our own interpreter, our own module
            [sys.executable, "-m", "zhiban.data.workbook_process"],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        ).stdout
    except subprocess.TimeoutExpired as slow:
        done = slow.stdout or b""
    return _sheets([json.loads(line) for line in done.splitlines() if line.endswith(b"}")], content)


def _sheets(told: Sequence[Mapping[str, Any]], content: bytes) -> dict[str, Sheet]:
    found: dict[str, Sheet] = {}
    name = ""
    for one in told:
        failed = one.get("failed", "")
        if failed == "far":
            _refuse_far(name, f"{get_column_letter(one['column'] + 1)}{one['row'] + 1}")
        if failed:
            _refuse_unreadable(failed, content)
        if "name" in one:
            name = one["name"]
        else:
            found[name] = Sheet(one["rows"], tuple(_within(one["rows"], one["merged"])))
    if name not in found:  # its process ended while it read this sheet
        if name:
            _refuse_far(name, "")
        _refuse_unreadable("", content)
    return found


def _within(rows: Sequence[Sequence[str]], merged: Sequence[Any]) -> Iterator[Corners]:
    """Merged cells as far as something stands in their rows and columns."""
    bottom, right = len(rows) - 1, len(rows[0]) - 1 if rows else -1
    for (top, left), (last_row, last_column) in merged:
        if top <= bottom and left <= right:
            yield (top, left), (min(last_row, bottom), min(last_column, right))


def _refuse_far(name: str, cell: str) -> None:
    where_zh, where_en = (f"（最远到 {cell}）", f" (it reaches to {cell})") if cell else ("", "")
    said = shortened(name, 31)
    _refuse(
        f"工作表“{said}”太大{where_zh}：多半是表格以外很远的地方还有内容，请删掉那些行和列再存",
        f"the sheet {said!r} is too large{where_en}: something stands far outside of its table; "
        "delete those rows and columns",
    )


def _refuse_unreadable(failed: str, content: bytes) -> None:
    if failed == "password" or _ENCRYPTED in content:
        _refuse(
            "文件设了打开密码，请在 Excel 或 WPS 里取消密码后再存",
            "it is protected by a password; save it without one",
        )
    if _is_text(content):
        _refuse(
            "这是文本（如 CSV、网页），不是 Excel 文件；请用 Excel 或 WPS 打开后另存为 .xlsx",
            "this is text (as CSV or a web page), not a workbook; open it in a spreadsheet and "
            "save it as .xlsx",
        )
    if content.startswith(_OLD):
        _refuse(
            "旧格式（.xls）的文件打不开，请用 Excel 或 WPS 另存为 .xlsx",
            "this file of an old kind (.xls) cannot be opened; save it as .xlsx",
        )
    _refuse("打不开，须是 Excel 的 .xlsx 文件", "it cannot be opened; it must be an .xlsx file")


def _refuse(zh: str, en: str) -> None:
    raise Refused.one("file", zh, en)


def _unpacked(content: bytes) -> int:
    """What the file says that it unpacks to; one that lies about it ends its reader at the most."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return 0


def _is_text(content: bytes) -> bool:
    return bool(content) and not any(byte < 9 or 13 < byte < 27 for byte in content[:4096])


def put(sheet: Worksheet, row: int, column: int, value: str) -> Any:
    """Writes text as text: what begins like a formula is never one; control characters go."""
    cell = sheet.cell(row, column)
    cell.value = value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    if value.startswith(FORMULA):
        cell.quotePrefix = True
    return cell
