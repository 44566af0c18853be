"""Reads one workbook in a process of its own, which the service outlives whatever the file holds.

A single cell far outside a table makes a reader reserve memory for everything before it, which ends
its process; here that is this one. A line of JSON to standard output names each sheet before it is
read, the next line holds its texts.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
)

MOST_CELLS = 1_000_000  # of one sheet, from its first cell to its last, empty ones too
_MEMORY = 1 << 30  # bytes of address space; 20,000 rows of 15 cells take a fifth of it
_SECONDS = 60  # of the processor


def said_of(value: Any) -> str:
    """A cell as a person reads it: whole numbers without a point, days as days."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).replace("\x00", "").strip().replace("\r\n", "\n")


def main() -> None:
    """Reads standard input, writes standard output."""
    content = sys.stdin.buffer.read()
    for limit, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS)):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            _tell(name=name)
            try:
                sheet = book.get_sheet_by_name(name)
            except CalamineError:  # a chart, a macro: nothing that holds a table
                _tell(rows=[], merged=[])
            else:
                _tell(**_read(sheet))
    except PasswordError:
        _tell(failed="password")
    except (CalamineError, OSError, ValueError):
        _tell(failed="unreadable")


def _read(sheet: CalamineSheet) -> dict[str, Any]:
    if sheet.end is None:
        return {"rows": [], "merged": []}
    bottom, right = sheet.end
    if (bottom + 1) * (right + 1) > MOST_CELLS:
        return {"failed": "far", "row": bottom, "column": right}
    rows = [[said_of(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    return {"rows": rows, "merged": list(sheet.merged_cell_ranges or ())}


def _tell(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
