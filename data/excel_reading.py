"""Reads a register workbook: what each row says, and what is wrong with which cell; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhiban.data.excel_cells import Unclear, key
from zhiban.data.excel_columns import Column
from zhiban.data.excel_heading import head_of, rows_below
from zhiban.data.excel_sheets import SHEETS, Kind
from zhiban.data.excel_which import Which
from zhiban.data.people import Firm, Lawyer
from zhiban.data.register import Register
from zhiban.data.register_diff import (
    Change,
    Entry,
    changed,
    entry_from,
    known_of,
    leave_id,
    shown,
    values_of,
)
from zhiban.data.wording import Refused, Text, shortened
from zhiban.data.workbooks import Sheet, opened

MOST_ROWS = 20_000  # about the lawyers of a province


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
    unused: list[tuple[Text, str]] = field(default_factory=list)
    """Sheets and headings that nothing was taken from."""

    @property
    def bad_rows(self) -> int:
        """How many rows have something wrong."""
        return len({(one.sheet, one.row) for one in self.faults})

    def number(self, *, new: bool) -> int:
        """How many entries are new, or change."""
        return sum(one.new == new for one in self.changes)


def read_workbook(content: bytes, register: Register) -> Read:
    """What a workbook would do to the register; Refused where it is none of ours."""
    return read_register(opened(content), register)


def read_register(sheets: Mapping[str, Sheet], register: Register) -> Read:
    """The same of sheets that are open already."""
    names = {
        key(word): kind for kind, (title, _) in SHEETS.items() for word in (title.zh, title.en)
    }
    found = {names[key(name)]: sheet for name, sheet in sheets.items() if key(name) in names}
    if not found:
        wanted = "、".join(title.zh for title, _ in SHEETS.values())
        had = "、".join(shortened(name, 31) for name in list(sheets)[:5])
        raise Refused.one(
            "file",
            f"没有可以导入的工作表，须有其中一张：{wanted}；这份文件里是：{had}。"
            "请用模板，或把工作表改名",
            f"there is none of the sheets {wanted}, but: {had}; use the template or rename it",
        )
    reader = _Reader(register)
    for kind in SHEETS:  # firms first, so that lawyers find theirs
        if kind in found:
            reader.sheet(kind, found[kind])
    return reader.read


class _Reader:
    """Reads sheet after sheet; what one brings, the next may name."""

    def __init__(self, register: Register) -> None:
        self.register, self.known, self.read = register, known_of(register), Read()
        self._leaves = {(one.lawyer, one.span.start): one for one in register.leaves}

    def sheet(self, kind: Kind, sheet: Sheet) -> None:
        title, columns = SHEETS[kind]
        head = head_of(columns, sheet.rows)
        if head.missing:
            lost = Text(
                "、".join(one.title.zh for one in head.missing),
                ", ".join(one.title.en for one in head.missing),
            )
            zh = f"表头里没有这些列：{lost.zh}（表头须在前十行里，写成一行）"
            en = f"no such headings: {lost.en} (headings stand in one of the first ten rows)"
            self._fault(title, head.at + 1, title, "", zh, en)
            return
        self.read.unused += [(title, word) for word in head.unused]
        rows = list(rows_below(sheet, head.at))
        self.read.rows += len(rows)
        if self.read.rows > MOST_ROWS:
            raise Refused.one(
                "file",
                f"一次最多导入{MOST_ROWS}行；到“{title.zh}”为止有{self.read.rows}行，请分成几个文件",
                f"at most {MOST_ROWS} rows at once; up to the sheet {title.en!r} there are "
                f"{self.read.rows}; divide them among several files",
            )
        told = [
            (number, {one.code: row[place] for one, place in head.places if place < len(row)})
            for number, row in rows
        ]
        which = Which(kind, self.register, [cells.get("id", "") for _, cells in told])
        seen: dict[str, int] = {}
        for number, cells in told:
            self._row(kind, number, cells, which, seen)

    def _row(
        self,
        kind: Kind,
        number: int,
        cells: Mapping[str, str],
        which: Which,
        seen: dict[str, int],
    ) -> None:
        title, columns = SHEETS[kind]
        faults = len(self.read.faults)
        before, id = None, ""
        try:
            before, id = which.entry(cells, number)
        except Unclear as unclear:
            one = next((one for one in columns if one.code == "id"), columns[0])
            self._fault(
                title, number, one.title, cells.get("id", ""), unclear.text.zh, unclear.text.en
            )
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
        if old is not None and said and said == shown(column, old, self.known).strip():
            values[column.code] = old  # as it was written out: nothing is lost by reading it again
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
        usual = values_of(before) if before else {one.code: one.empty for one in columns}
        values = usual | values | ({} if kind == "leave" else {"id": id})
        try:
            if kind == "leave" and values["end"] <= values["start"]:
                raise ValueError("the end")
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
