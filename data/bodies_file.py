"""Bodies as a table people keep in a spreadsheet: CSV, each bad row named; pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable
from datetime import time
from itertools import groupby
from typing import cast

from zhiban.data.bodies import Body, BodyKind
from zhiban.data.places import Opening
from zhiban.data.wording import FieldError, Refused, Text

COLUMNS = (
    "id",
    "kind",
    "name",
    "name_en",
    "division",
    "address",
    "phone",
    "lat",
    "lon",
    "approximate",
    "minutes",
    "desks",
    "weekdays",
    "hours",
)
_OPTIONAL = {"approximate"}


def read_bodies(text: str, divisions: Container[str] | None = None) -> tuple[Body, ...]:
    """The bodies of a CSV file with COLUMNS; raises Refused naming each row that is wrong.

    `weekdays` are digits, 1 is Monday; `hours` are like `08:30-11:30 13:30-17:00`. A position is
    `approximate` unless that column says `no`. Where `divisions` are given, others are refused.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    there = {*(reader.fieldnames or ()), *_OPTIONAL}
    missing = [one for one in COLUMNS if one not in there]
    if missing:
        names = "、".join(missing)
        raise Refused.one("columns", f"缺少列：{names}", f"missing columns: {', '.join(missing)}")
    found: dict[str, Body] = {}
    errors: list[FieldError] = []
    for number, row in enumerate(reader, 2):
        try:
            body = _body({name: (row.get(name) or "").strip() for name in COLUMNS})
        except Refused as refused:
            errors += [FieldError(f"row {number} {e.field}", e.text) for e in refused.errors]
            continue
        errors += _misplaced(number, body, found, divisions)
        found[body.id] = body
    if errors:
        raise Refused(errors)
    return tuple(found.values())


def _misplaced(
    number: int, body: Body, found: Container[str], divisions: Container[str] | None
) -> list[FieldError]:
    errors = []
    if body.id in found:
        errors.append(FieldError(f"row {number} id", Text("编号重复", "the id is there twice")))
    if divisions is not None and body.division not in divisions:
        said = Text(
            f"登记册里没有区划“{body.division}”", f"division {body.division!r} is not registered"
        )
        errors.append(FieldError(f"row {number} division", said))
    return errors


def write_bodies(bodies: Iterable[Body]) -> str:
    """The bodies as such a file. Raises Refused where hours differ by weekday."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for one in bodies:
        row = {name: getattr(one, name, "") for name in COLUMNS}
        row |= {"lat": one.lat or "", "lon": one.lon or "", **_hours_of(one)}
        writer.writerow(row | {"approximate": "yes" if one.approximate else "no"})
    return out.getvalue()


def _hours_of(body: Body) -> dict[str, str]:
    ordered = sorted(body.openings, key=lambda one: (one.weekday, one.start))
    by_day = {
        day: " ".join(f"{one.start:%H:%M}-{one.end:%H:%M}" for one in here)
        for day, here in groupby(ordered, key=lambda one: one.weekday)
    }
    if len(set(by_day.values())) > 1:
        raise Refused.one(
            f"body {body.id}.hours",
            "各天时间不同，这种表格写不下",
            "its hours differ by weekday, which such a file cannot hold",
        )
    days = "".join(str(day + 1) for day in by_day)
    return {"weekdays": days, "hours": next(iter(by_day.values()), "")}


def _body(row: dict[str, str]) -> Body:
    return Body(
        id=row["id"],
        kind=cast(BodyKind, row["kind"]),
        name=row["name"],
        name_en=row["name_en"] or row["name"],
        division=row["division"],
        address=row["address"],
        phone=row["phone"],
        lat=_float(row, "lat"),
        lon=_float(row, "lon"),
        approximate=row["approximate"].lower() not in ("no", "否", "0"),
        minutes=_whole(row, "minutes"),
        desks=_whole(row, "desks"),
        openings=tuple(_openings(row)),
    )


def _float(row: dict[str, str], name: str) -> float | None:
    try:
        return float(row[name]) if row[name] else None
    except ValueError:
        raise _bad(row, name, "须为数字", "must be a number") from None


def _whole(row: dict[str, str], name: str) -> int:
    if not (row[name].isascii() and row[name].isdigit() and len(row[name]) < 6):
        raise _bad(row, name, "须为整数", "must be a whole number")
    return int(row[name])


def _openings(row: dict[str, str]) -> list[Opening]:
    try:
        pairs = [interval.split("-") for interval in row["hours"].split()]
        return [
            Opening(int(weekday) - 1, time.fromisoformat(start), time.fromisoformat(end))
            for weekday in row["weekdays"]
            for start, end in pairs
        ]
    except ValueError:
        raise _bad(
            row,
            "hours",
            "开放时间写成 12345 和 08:30-11:30 13:30-17:00",
            "write weekdays as 12345 and hours as 08:30-11:30 13:30-17:00",
        ) from None


def _bad(row: dict[str, str], name: str, zh: str, en: str) -> Refused:
    return Refused.one(f"body {row['id']}.{name}", f"{zh}，现为“{row[name]}”", f"{en}: {row[name]}")
