"""Finds the headings of a sheet and the rows below them; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhiban.data.excel_cells import key
from zhiban.data.excel_columns import Column
from zhiban.data.wording import shortened
from zhiban.data.workbooks import Sheet

EXAMPLE, EXPLAINED, REMARKS = "示例（不导入）", "说明（不导入）", "备注"
_BESIDE = re.compile(r"[（(].*[）)]|[*＊]")  # what a heading says beside its name


@dataclass(frozen=True, slots=True)
class Head:
    """The row of headings, from 0: its columns and their places, what it lacks, what is beside."""

    at: int
    places: tuple[tuple[Column, int], ...]
    missing: tuple[Column, ...]
    unused: tuple[str, ...]


def head_of(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Head:
    """Of the first ten rows the one that has most of the headings."""
    names = {key(word): one for one in columns for word in (one.title.zh, one.title.en)}
    best = Head(0, (), tuple(one for one in columns if one.needed), ())
    for at, row in enumerate(rows[:10]):
        places: dict[str, tuple[Column, int]] = {}
        unused = []
        for place, said in enumerate(row):
            one = names.get(key(_BESIDE.sub("", said)))
            if one is not None:
                places.setdefault(one.code, (one, place))
            elif said and said != REMARKS:
                unused.append(shortened(said, 20))
        if len(places) > len(best.places):
            missing = tuple(one for one in columns if one.needed and one.code not in places)
            best = Head(at, tuple(places.values()), missing, tuple(unused))
    return best


def rows_below(sheet: Sheet, head: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows below the headings with their number, without empty ones, hints and the example.

    A cell merged over several rows stands in each of them.
    """
    filled: dict[int, dict[int, str]] = {}
    for (top, left), (bottom, _) in sheet.merged:
        for row in range(max(top, head) + 1, bottom + 1):
            filled.setdefault(row, {})[left] = sheet.rows[top][left]
    for at, texts in enumerate(sheet.rows[head + 1 :], start=head + 1):
        if texts[0] not in (EXAMPLE, EXPLAINED) and any(texts):
            yield at + 1, [filled.get(at, {}).get(place, said) for place, said in enumerate(texts)]
