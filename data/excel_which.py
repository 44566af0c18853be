"""Finds which entry of the register a row of a workbook is about; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from zhiban.data.excel_cells import Unclear, key
from zhiban.data.excel_sheets import Kind
from zhiban.data.joining import next_id
from zhiban.data.people import Lawyer
from zhiban.data.register import Register
from zhiban.data.register_diff import Entry, entries_of

_ID = re.compile(r"\w[\w.-]{0,39}")
_USUAL = {"firm": "F", "lawyer": "L", "post": "P", "leave": "A"}


class Which:
    """Finds the entry that a row is about: by its id, else by its name, else a new id."""

    def __init__(self, kind: Kind, register: Register, ids: Sequence[str]) -> None:
        self._kind, self._firms = kind, register.firms
        self._entries = {} if kind == "leave" else entries_of(register, kind)
        self._taken = {*self._entries, *filter(_ID.fullmatch, ids)}
        self._last = next_id(self._taken, _USUAL[kind])
        self._named: dict[str, list[Any]] = {}
        for one in self._entries.values():
            self._named.setdefault(key(getattr(one, "name", "")), []).append(one)
        self._rows: dict[tuple[str, str], int] = {}

    def entry(self, cells: Mapping[str, str], number: int) -> tuple[Entry | None, str]:
        """The entry, None where it is new, and its id; raises Unclear where it cannot be told."""
        if self._kind == "leave":
            return None, ""
        id = cells.get("id", "")
        if id:
            if id not in self._entries and not _ID.fullmatch(id):
                raise Unclear(
                    "编号只能用字母、数字、汉字和 . _ -，最多40个",
                    "an id has at most 40 letters, digits, dots, underscores and dashes",
                )
            return self._entries.get(id), id
        name, firm = key(cells.get("name", "")), key(cells.get("firm", ""))
        alike = [one for one in self._named.get(name, ()) if self._is_of(one, firm)]
        if len(alike) > 1:
            codes = "、".join(one.id for one in alike)
            raise Unclear(
                f"名册里有{len(alike)}个同名的，请写编号：{codes}",
                f"{len(alike)} have that name; write the id: {codes}",
            )
        row = self._rows.setdefault((name, firm), number)
        if row != number:
            raise Unclear(
                f"和第{row}行同名；若不是同一个，请各写一个编号",
                f"the same name as in row {row}; if they are two, give each an id",
            )
        return (alike[0], alike[0].id) if alike else (None, self._new())

    def _is_of(self, one: Entry, firm: str) -> bool:
        if not isinstance(one, Lawyer):
            return True
        name = self._firms[one.firm].name if one.firm in self._firms else ""
        return firm in (key(one.firm), key(name))

    def _new(self) -> str:
        id = self._last
        while id in self._taken:
            id = next_id([id], _USUAL[self._kind])
        self._taken.add(id)
        self._last = id
        return id
