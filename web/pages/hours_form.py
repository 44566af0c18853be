"""A post's hours as a form: a grid of weekdays and intervals a season, rows of other days.

A grid and a row become the same text that a workbook's cell holds, and are read by the same reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zhiban.data.day_words import WEEKDAYS as WEEKDAYS_SAID
from zhiban.data.excel_times import WEEKDAYS
from zhiban.data.places import Closure, ExtraDay, Opening, Season
from zhiban.data.register_form import FAR
from zhiban.data.wording import FieldError, Text
from zhiban.web.pages.form import Form

INTERVALS = 3  # offered for each weekday; more where a post has more
BLANK = 2  # new rows at the end of a list
MOST_GRIDS, MOST_ROWS = 6, 40
_WORKDAYS = range(1, 5)
_EDGES = {"start": Text("开始", "start"), "end": Text("结束", "end")}
_LACKING = {
    "first": Text("停开没有写第一天", "closed: the first day is missing"),
    "day": Text("加开没有写日期", "extra days: the day is missing"),
    "start": Text("加开没有写开始时间", "extra days: the start is missing"),
    "end": Text("加开没有写结束时间", "extra days: the end is missing"),
}


@dataclass(frozen=True, slots=True)
class Grid:
    """The hours of one season (`06-01`, both included), or of all the year where it has no days."""

    id: str
    first: str
    last: str
    cells: Mapping[str, tuple[str, str]]
    alike: bool = False

    @property
    def intervals(self) -> range:
        """The numbers of the intervals to be shown."""
        used = [int(key.partition(".")[2]) for key, one in self.cells.items() if any(one)]
        return range(max(INTERVALS, *(n + 1 for n in used)) if used else INTERVALS)

    @property
    def empty(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.first or self.last or any(any(one) for one in self.cells.values()))


def grids_of(openings: Iterable[Opening]) -> list[Grid]:
    """The grids of a post's hours, the whole year's first, and a blank one for another season."""
    seasons: dict[Season | None, dict[str, tuple[str, str]]] = {None: {}}
    for one in openings:
        cells = seasons.setdefault(one.season, {})
        number = sum(key.startswith(f"{one.weekday}.") for key in cells)
        cells[f"{one.weekday}.{number}"] = (f"{one.start:%H:%M}", f"{one.end:%H:%M}")
    found = []
    for n, (season, cells) in enumerate(seasons.items()):
        first, last = season or (None, None)
        found.append(Grid(f"h{n}", _day(first), _day(last), cells))
    return [*found, Grid(f"h{len(found)}", "", "", {})]


def _day(edge: tuple[int, int] | None) -> str:
    return "" if edge is None else f"{edge[0]:02d}-{edge[1]:02d}"


def grids_said(form: Form) -> list[Grid]:
    """The grids as they were sent."""
    found = []
    for n in range(MOST_GRIDS):
        id = f"h{n}"
        cells = {}
        for name in form.values:
            if name.startswith(f"{id}.") and name.endswith(".start"):
                key = name.removeprefix(f"{id}.").removesuffix(".start")
                weekday, _, number = key.partition(".")
                if weekday in "0123456" and len(weekday) == 1 and number in "012345678":
                    cells[key] = (form.text(name)[:10], form.text(f"{id}.{key}.end")[:10])
        if cells:
            days = (form.text(f"{id}.first")[:10], form.text(f"{id}.last")[:10])
            found.append(Grid(id, *days, cells, bool(form.text(f"{id}.alike"))))
    return found


def hours_text(grids: Iterable[Grid]) -> str:
    """What the grids say, as a cell of a workbook says it; `half_written` tells the rest."""
    lines = []
    for n, grid in enumerate(grids):
        if grid.empty:
            continue
        season = _season(grid) if n or grid.first or grid.last else ""
        for weekday, name in enumerate(WEEKDAYS):
            source = 0 if grid.alike and weekday in _WORKDAYS else weekday
            for key, (start, end) in sorted(grid.cells.items()):
                if key.startswith(f"{source}.") and start and end:
                    lines.append(f"周{name} {start}-{end}{season}")
    return "；".join(lines)


def half_written(form: Form) -> list[FieldError]:
    """Intervals and rows of which a part is missing, each at the input that lacks it."""
    found = []
    for grid in grids_said(form):
        for key, pair in sorted(grid.cells.items()):
            if any(pair) and not all(pair):
                weekday, _, number = key.partition(".")
                lacking = "start" if pair[1] else "end"
                day = Text(WEEKDAYS_SAID["zh"][int(weekday)], WEEKDAYS_SAID["en"][int(weekday)])
                text = Text(
                    f"{day.zh}第{int(number) + 1}段没有写{_EDGES[lacking].zh}时间",
                    f"{day.en}, interval {int(number) + 1}: the {_EDGES[lacking].en} is missing",
                )
                found.append(FieldError(f"{grid.id}.{key}.{lacking}", text))
    for kind, needed in (("x", CLOSED[:1]), ("e", EXTRA[:3])):
        for row, said in rows_said(form, kind, CLOSED if kind == "x" else EXTRA):
            lacking = next((one for one in needed if said and not said[one]), "")
            if lacking:
                found.append(FieldError(f"{row}.{lacking}", _LACKING[lacking]))
    return found


def _season(grid: Grid) -> str:
    """A season in brackets; days that are none make a line that the reader refuses."""
    days = [re.fullmatch(r"(\d{1,2})[-月./](\d{1,2})日?", one) for one in (grid.first, grid.last)]
    if not all(days):
        return f"；{grid.first or '?'}/{grid.last or '?'}"
    return "（{}）".format("/".join(f"{int(one[1]):02d}-{int(one[2]):02d}" for one in days if one))


def closed_rows(closures: Iterable[Closure]) -> list[tuple[str, Mapping[str, str]]]:
    """The rows of days closed, without a closing for good, and blank ones."""
    rows = [
        {"first": str(one.first), "last": str(one.last), "reason": one.reason}
        for one in closures
        if one.last != FAR
    ]
    return _numbered("x", rows)


def extra_rows(days: Iterable[ExtraDay]) -> list[tuple[str, Mapping[str, str]]]:
    """The rows of days opened beside the usual, and blank ones."""
    rows = [
        {
            "day": str(one.day),
            "start": f"{one.start:%H:%M}",
            "end": f"{one.end:%H:%M}",
            "reason": one.reason,
        }
        for one in days
    ]
    return _numbered("e", rows)


def _numbered(kind: str, rows: list[dict[str, str]]) -> list[tuple[str, Mapping[str, str]]]:
    blank: list[dict[str, str]] = [{}] * BLANK
    return [(f"{kind}{n}", row) for n, row in enumerate((*rows, *blank))]


def rows_said(
    form: Form, kind: str, fields: tuple[str, ...]
) -> list[tuple[str, Mapping[str, str]]]:
    """The rows of a kind as they were sent, and blank ones; a ticked one is dropped."""
    found = []
    for n in range(MOST_ROWS):
        row = {field: form.text(f"{kind}{n}.{field}")[:80] for field in fields}
        if any(row.values()) and not form.text(f"{kind}{n}.drop"):
            found.append(row)
    return _numbered(kind, found)


CLOSED, EXTRA = ("first", "last", "reason"), ("day", "start", "end", "reason")


def closed_text(form: Form, kept: Iterable[Closure]) -> str:
    """Days closed as a cell says them; a closing for good stays as it is."""
    lines = []
    for _, row in rows_said(form, "x", CLOSED):
        if row.get("first"):
            first, last = row["first"], row["last"] or row["first"]
            lines.append(f"{first}/{last} {_plain(row)}".strip())
    lines += [f"{one.first}/{one.last} {one.reason}" for one in kept if one.last == FAR]
    return "；".join(lines)


def extra_text(form: Form) -> str:
    """Extra days as a cell says them."""
    return "；".join(
        f"{row['day']} {row['start']}-{row['end']} {_plain(row)}".strip()
        for _, row in rows_said(form, "e", EXTRA)
        if row and all(row[one] for one in EXTRA[:3])
    )


def _plain(row: Mapping[str, str]) -> str:
    """A reason without the signs that would end its line."""
    return row.get("reason", "").replace("；", "，").replace(";", ",").replace("\n", " ")
