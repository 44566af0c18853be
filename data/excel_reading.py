"""Reads a register workbook: what each row says, and what is wrong with which cell; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from zhiban.data.excel_cells import Unclear
from zhiban.data.excel_columns import Column
from zhiban.data.excel_sheets import SHEETS, Kind
from zhiban.data.joining import next_id
from zhiban.data.people import Firm, Lawyer
from zhiban.data.register import Register
from zhiban.data.register_diff import (
    Change,
    Entry,
    changed,
    entries_of,
    entry_from,
    known_of,
    leave_id,
    shown,
    values_of,
)
from zhiban.data.wording import Refused, Text, shortened
from zhiban.data.workbooks import opened

MOST_ROWS = 5000
EXAMPLE, EXPLAINED = "示例（不导入）", "说明（不导入）"
_USUAL = {"firm": "F", "lawyer": "L", "post": "P", "leave": "A"}


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one cell: its sheet, row (as Excel counts), heading, and what it said."""

    sheet: Text
    row: int
    column: Text
    said: str
    text: Text

    @property
    def line(self) -> Text:
        """The fault in one line."""
        zh = f"{self.sheet.zh} 第{self.row}行 {self.column.zh}"
        en = f"{self.sheet.en}, row {self.row}, {self.column.en}"
        quoted = ("", "") if not self.said else (f"“{self.said}”", f" {self.said!r}")
        return Text(f"{zh}{quoted[0]}：{self.text.zh}", f"{en}{quoted[1]}: {self.text.en}")


@dataclass
class Read:
    """A whole workbook: what changes, how many rows stay as they are, which rows are bad."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    rows: int = 0
    faults: list[RowFault] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        """How many rows have something wrong."""
        return len({(one.sheet, one.row) for one in self.faults})

    def number(self, *, new: bool) -> int:
        """How many entries are new, or change."""
        return sum(one.new == new for one in self.changes)


def read_workbook(content: bytes, register: Register) -> Read:
    """What a workbook would do to the register; Refused where it is none of ours."""
    sheets = {
        name.strip(): sheet.to_python(skip_empty_area=False)
        for name, sheet in opened(content).items()
    }
    names = {word: kind for kind, (title, _) in SHEETS.items() for word in (title.zh, title.en)}
    found = {names[name]: rows for name, rows in sheets.items() if name in names}
    if not found:
        wanted = "、".join(title.zh for title, _ in SHEETS.values())
        raise Refused.one(
            "file",
            f"没有可以导入的工作表，须有其中一张：{wanted}；请先下载模板",
            f"there is none of the sheets {wanted}; download the template first",
        )
    reader = _Reader(register)
    for kind in SHEETS:  # firms first, so that lawyers find theirs
        if kind in found:
            reader.sheet(kind, found[kind])
    return reader.read


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


class _Reader:
    """Reads sheet after sheet; what one brings, the next may name."""

    def __init__(self, register: Register) -> None:
        self.register, self.known, self.read = register, known_of(register), Read()
        self._leaves = {(one.lawyer, one.span.start): one for one in register.leaves}

    def sheet(self, kind: Kind, rows: Sequence[Sequence[Any]]) -> None:
        title, columns = SHEETS[kind]
        head = self._head(columns, rows)
        if head is None:
            needed = "、".join(one.title.zh for one in columns if one.needed)
            self._fault(
                title,
                1,
                title,
                "",
                f"找不到表头，须有这些列：{needed}",
                f"no row of headings; needed: {', '.join(c.title.en for c in columns if c.needed)}",
            )
            return
        at, places = head
        seen: dict[str, int] = {}
        for number, row in _data(rows, at):
            cells = {
                one.code: said_of(row[place]) if place < len(row) else "" for one, place in places
            }
            self.read.rows += 1
            if self.read.rows > MOST_ROWS:
                raise Refused.one("file", f"最多{MOST_ROWS}行", f"at most {MOST_ROWS} rows")
            self._row(kind, number, cells, seen)

    def _head(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Any]]
    ) -> tuple[int, list[tuple[Column, int]]] | None:
        """The row of headings, within the first ten, and where each column stands."""
        for at, row in enumerate(rows[:10]):
            said = {said_of(value).rstrip("*＊ "): place for place, value in enumerate(row)}
            places = [
                (one, said[word])
                for one in columns
                for word in (one.title.zh, one.title.en)
                if word in said
            ]
            if {one.code for one in columns if one.needed} <= {one.code for one, _ in places}:
                return at, places
        return None

    def _row(self, kind: Kind, number: int, cells: Mapping[str, str], seen: dict[str, int]) -> None:
        title, columns = SHEETS[kind]
        faults = len(self.read.faults)
        before, id = self._which(kind, cells)
        values: dict[str, Any] = {}
        for column in columns:
            if column.code in cells and column.code != "id":
                self._cell(title, number, column, cells[column.code], before, values)
        if len(self.read.faults) > faults:
            return
        if kind == "leave":
            lawyer, start = values["lawyer"], values["start"]
            before = self._leaves.get((lawyer, start))
            id = leave_id(lawyer, start) if before is None else before.id
        if id in seen:
            self._fault(
                title,
                number,
                columns[0].title,
                id,
                f"和第{seen[id]}行重复",
                f"the same as row {seen[id]}",
            )
            return
        seen[id] = number
        self._take(kind, number, id, values, before)

    def _which(self, kind: Kind, cells: Mapping[str, str]) -> tuple[Entry | None, str]:
        """The entry a row is about: by its id, else by its name, else a new id."""
        if kind == "leave":
            return None, ""
        entries = entries_of(self.register, kind)
        if cells.get("id"):
            return entries.get(cells["id"]), cells["id"]
        name, firm = cells.get("name", ""), cells.get("firm", "")
        alike = [one for one in entries.values() if getattr(one, "name", "") == name]
        alike = [
            one
            for one in alike
            if not isinstance(one, Lawyer) or firm in (one.firm, self._firm(one.firm))
        ]
        if len(alike) == 1:
            return alike[0], alike[0].id
        taken = {
            **entries,
            **dict.fromkeys(one.id for one in self.read.changes if one.kind == kind),
        }
        return None, next_id(taken, _USUAL[kind])

    def _firm(self, id: str) -> str:
        return self.known.firms[id].name if id in self.known.firms else ""

    def _cell(
        self,
        title: Text,
        number: int,
        column: Column,
        said: str,
        before: Entry | None,
        values: dict[str, Any],
    ) -> None:
        old = values_of(before).get(column.code) if before is not None else None
        if column.code == "phone" and old and said == shown(column, old, self.known):
            values[column.code] = old
        elif not said and column.needed:
            self._fault(
                title,
                number,
                column.title,
                "",
                f"不能空着：{column.hint.zh}",
                f"is needed: {column.hint.en}",
            )
        elif not said:
            values[column.code] = column.empty
        else:
            try:
                values[column.code] = column.read(said, self.known)
            except Unclear as unclear:
                self._fault(title, number, column.title, said, unclear.text.zh, unclear.text.en)

    def _take(
        self, kind: Kind, number: int, id: str, values: dict[str, Any], before: Entry | None
    ) -> None:
        columns = SHEETS[kind][1]
        if kind != "leave":
            defaults = {one.code: one.empty for one in columns} if before is None else {}
            values = defaults | values | {"id": id}
        try:
            after = entry_from(kind, values, before)
        except (Refused, ValueError) as error:
            self._refused(kind, number, error)
            return
        if isinstance(after, (Firm, Lawyer)):
            self.known.join(after)
        change = changed(kind, before, after, self.known)
        if before is not None and not change.fields:
            self.read.same += 1
        else:
            self.read.changes.append(change)

    def _refused(self, kind: Kind, number: int, error: Refused | ValueError) -> None:
        title, columns = SHEETS[kind]
        if not isinstance(error, Refused):
            self._fault(title, number, columns[2].title, "", "须晚于开始", "after the beginning")
            return
        for one in error.errors:
            code = one.field.rpartition(".")[2]
            heading = next((c.title for c in columns if c.code == code), columns[0].title)
            self._fault(title, number, heading, "", one.text.zh, one.text.en)

    def _fault(self, sheet: Text, row: int, column: Text, said: str, zh: str, en: str) -> None:
        self.read.faults.append(RowFault(sheet, row, column, shortened(said, 30), Text(zh, en)))


def _data(rows: Sequence[Sequence[Any]], head: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows below the headings with their number, without empty ones, hints and the example."""
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        if said_of(row[0]) not in (EXAMPLE, EXPLAINED) and any(said_of(value) for value in row):
            yield number, row
