"""Reads a staff workbook of a duty table back: what stands where, which duties that is; pure."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, cast

from zhiban.data.week import Week
from zhiban.data.wording import FieldError, Refused, Text
from zhiban.data.workbooks import Sheet, opened
from zhiban.roster.duty_words import HALF_WORDS, STANDBY, WORD_OF_HALF, is_firm, is_hours, is_phone
from zhiban.roster.duty_xlsx import DAY, FORMAT, HALF, HEAD, HIDDEN
from zhiban.roster.problem import Role

MOST_FAULTS = 100
_SPLIT = re.compile(r"[、，,;；]")
_VACANT = {"（空缺）", "(空缺)", "空缺", "缺", "—", "-", "/"}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as a cell names them; the firm is empty where the cell leaves it out."""

    name: str
    role: Role
    firm: str = ""


@dataclass(frozen=True, slots=True)
class ReadShift:
    """One shift: the cell it was read from, who stands there, and who stood there when written."""

    cell: str
    place: str
    shift: str
    people: tuple[Named, ...]
    before: tuple[tuple[Role, str, str], ...]


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A whole workbook: which week and which draft or version it was written of."""

    week: Week
    kind: Literal["draft", "version"]
    number: int
    shifts: tuple[ReadShift, ...]


def read_roster_sheet(content: bytes) -> ReadTable:
    """Reads a workbook that was written with identities; Refused names each cell at fault."""
    return read_table(opened(content))


def read_table(sheets: Mapping[str, Sheet]) -> ReadTable:
    """The same of sheets that are open already."""
    if HIDDEN not in sheets:
        raise Refused.one(
            "file",
            "这份文件没有隐藏的标识表，不能导回；请用“工作人员版”（公开版遮住了电话，不能导回）",
            "this file has no hidden sheet of identities and cannot be read back; use the staff "
            "version (the public one, with masked phones, cannot be)",
        )
    rows = sheets[HIDDEN].rows
    week, kind, number = _head(rows)
    if not all(map(_is_shift, rows[1:])):
        _refuse_identities()
    return ReadTable(week, kind, number, _Reader(sheets).shifts(rows[1:]))


def _head(rows: Sequence[Sequence[str]]) -> tuple[Week, Literal["draft", "version"], int]:
    head = rows[0] if rows else []
    good = len(head) >= 4 and head[0] == FORMAT and head[2] in ("draft", "version")
    if not good or not (head[3].isdecimal() and len(head[3]) < 10):
        _refuse_identities()
    kind = cast("Literal['draft', 'version']", head[2])
    return Week.parse(head[1]), kind, int(head[3])


def _refuse_identities() -> NoReturn:
    raise Refused.one(
        "file",
        f"标识表被改过或版本不同（应为 {FORMAT}），请重新导出",
        f"the sheet of identities was changed or is of another kind than {FORMAT}; export it anew",
    )


def _is_shift(row: Sequence[str]) -> bool:
    """Whether a row of the hidden sheet is as it was written."""
    try:
        people = json.loads(row[7]) if len(row) >= 8 else None
    except ValueError:
        return False
    return isinstance(people, list) and all(
        isinstance(one, list) and len(one) == 3 and all(isinstance(said, str) for said in one)
        for one in people
    )


@dataclass
class _Grid:
    """One visible sheet: its texts, and where headings and rows now stand."""

    texts: Mapping[tuple[int, int], str]
    columns: Mapping[str, int]
    rows: Mapping[tuple[str, str], int]

    def at(self, row: int, column: int) -> str:
        return self.texts.get((row, column), "")


class _Reader:
    """Finds each shift by its heading, day and half, wherever rows and columns were moved to."""

    def __init__(self, sheets: Mapping[str, Sheet]) -> None:
        self._grids = {name: _grid(one) for name, one in sheets.items() if name != HIDDEN}
        self._faults: list[FieldError] = []

    def shifts(self, rows: Iterable[Sequence[str]]) -> tuple[ReadShift, ...]:
        cells: dict[tuple[str, ...], list[Sequence[str]]] = defaultdict(list)
        for row in rows:
            sheet, heading, day, half, merged = row[:5]
            # Halves that were written as one cell are still one unless somebody parted them.
            grid = self._grids.get(sheet)
            own = grid and grid.at(grid.rows.get((day, half), 0), grid.columns.get(heading, 0))
            at = "am" if merged and half == "pm" and not own else half
            cells[sheet, heading, day, at].append(row)
        read = [one for key, some in cells.items() for one in self._cell(key, some)]
        if self._faults:
            raise Refused(self._faults[:MOST_FAULTS])
        return tuple(read)

    def _cell(self, key: tuple[str, ...], rows: list[Sequence[str]]) -> list[ReadShift]:
        sheet, heading, day, half = key
        grid = self._grids.get(sheet)
        row = grid.rows.get((day, half)) if grid else None
        column = grid.columns.get(heading) if grid else None
        if grid is None or row is None or column is None:
            self._lost(sheet, heading, day, half, grid, column)
            return []
        cell = f"{sheet}!{_letters(column)}{row}"
        place = f"{heading} {day}{WORD_OF_HALF.get(half, '')}"
        if rows[0][8:] and _same(grid.at(row, column), rows[0][8]):
            return [
                ReadShift(cell, place, one[5], _as_written(one[7]), _before(one[7])) for one in rows
            ]
        parts = _parts(grid.at(row, column))
        hours = [one[6] for one in rows]
        if len({json.dumps(one[7]) for one in rows}) > 1 and not set(hours) <= parts.keys():
            wanted = "、".join(hours)
            self._fault(
                cell,
                f"{place}：这一格有几个班次，须分行写明时段（{wanted}）",
                f"{place}: several shifts stand here; write their hours on lines of their own "
                f"({wanted})",
            )
            return []
        alone = [line for some in parts.values() for line in some]
        return [
            ReadShift(
                cell,
                place,
                one[5],
                _people(parts.get(one[6], parts.get("", []) if len(rows) > 1 else alone)),
                _before(one[7]),
            )
            for one in rows
        ]

    def _lost(
        self,
        sheet: str,
        heading: str,
        day: str,
        half: str,
        grid: _Grid | None,
        column: int | None,
    ) -> None:
        if grid is None:
            what = Text(f"找不到工作表“{sheet}”", f"the sheet {sheet!r} is not there")
        elif column is None:
            what = Text(
                f"找不到岗位“{heading}”这一列（第{HEAD}行的表头不要改）",
                f"the column {heading!r} is not there (leave the headings in row {HEAD} alone)",
            )
        else:
            said = f"{day}{WORD_OF_HALF.get(half, half)}"
            what = Text(
                f"找不到“{said}”这一行（日期和时段不要改）",
                f"the row {said!r} is not there (leave days and halves alone)",
            )
        if all(one.text != what for one in self._faults):
            self._faults.append(FieldError(sheet, what))

    def _fault(self, cell: str, zh: str, en: str) -> None:
        self._faults.append(FieldError(cell, Text(zh, en)))


def _grid(sheet: Sheet) -> _Grid:
    texts = {
        (row, column): said
        for row, values in enumerate(sheet.rows, start=1)
        for column, said in enumerate(values, start=1)
        if said
    }
    for (top, left), (bottom, right) in sheet.merged:
        said = texts.get((top + 1, left + 1), "")
        for row in range(top + 1, bottom + 2):
            for column in range(left + 1, right + 2):
                if said:
                    texts.setdefault((row, column), said)
    columns = {text: column for (row, column), text in texts.items() if row == HEAD}
    rows: dict[tuple[str, str], int] = {}
    day = ""
    for row in range(HEAD + 1, max((row for row, _ in texts), default=0) + 1):
        day = " ".join(texts.get((row, DAY), "").split()) or day
        half = texts.get((row, HALF), "").split("\n")[0].strip()
        code = next((code for code, word in HALF_WORDS.items() if word == half), "")
        if code:
            rows.setdefault((day, code), row)
    return _Grid(texts, columns, rows)


def _parts(text: str) -> dict[str, list[str]]:
    """The lines of a cell by the hours that stand before them; under "" where none do."""
    found: dict[str, list[str]] = {}
    at = ""
    for line in (one.strip() for one in text.splitlines()):
        if is_hours(line):
            at = re.sub(r"\s*[–-]\s*", "–", line)
            found.setdefault(at, [])
        elif line:
            found.setdefault(at, []).append(line)
    return found


def _people(lines: Iterable[str]) -> tuple[Named, ...]:
    found: list[Named] = []
    for line in lines:
        for word in (part for one in _SPLIT.split(line) for part in _words(one)):
            if word in _VACANT or is_phone(word):
                continue
            if is_firm(word) and found and not found[-1].firm:
                last = found[-1]
                found[-1] = Named(last.name, last.role, word)
                continue
            standby = word.startswith(STANDBY[:2])
            name = word.removeprefix(STANDBY[:2]).lstrip("：: ") if standby else word
            if name:
                found.append(Named(name, "standby" if standby else "primary"))
    return tuple(found)


def _words(line: str) -> list[str]:
    """A line with name, firm and phone on it as these; a name of several words stays whole."""
    words = line.split()
    marked = [word for word in words if is_phone(word) or is_firm(word)]
    name = " ".join(word for word in words if word not in marked)
    return [one for one in (name, *marked) if one]


def _same(text: str, written: str) -> bool:
    """Whether a cell says what was written there, whatever spaces and lines were set anew."""
    return text.split() == written.split()


def _as_written(text: str) -> tuple[Named, ...]:
    return tuple(Named(name, role) for role, _, name in _before(text))


def _before(text: str) -> tuple[tuple[Role, str, str], ...]:
    return tuple((one[0], one[1], one[2]) for one in json.loads(text))


def _letters(column: int) -> str:
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
