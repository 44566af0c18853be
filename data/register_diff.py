"""What a change of the register is: entries before and after, field by field; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from zhiban.data.categories import ONLINE
from zhiban.data.excel_cells import Known
from zhiban.data.excel_columns import Column
from zhiban.data.excel_sheets import SHEETS, Kind
from zhiban.data.people import Firm, Lawyer, Leave
from zhiban.data.places import Post
from zhiban.data.register import Register
from zhiban.data.timespan import Span
from zhiban.data.wording import Text

Entry = Firm | Lawyer | Post | Leave


@dataclass(frozen=True, slots=True)
class Field:
    """One field that differs: its code, and what it said and says, phones masked."""

    code: str
    title: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry as it shall be; `before` is None for a new one."""

    kind: Kind
    id: str
    name: str
    before: Entry | None
    after: Entry
    fields: tuple[Field, ...]

    @property
    def new(self) -> bool:
        """Whether it was not there before."""
        return self.before is None


def known_of(register: Register) -> Known:
    """What cells may name by this register."""
    return Known(
        {one.code: one.name for one in register.divisions.values()},
        {one.code: one.name for one in register.categories.values()} | {ONLINE: "在线坐席"},
        dict(register.firms),
        dict(register.lawyers),
    )


def entries_of(register: Register, kind: Kind) -> Mapping[str, Entry]:
    """All entries of a kind, by id."""
    found: Mapping[Kind, Mapping[str, Entry]] = {
        "firm": register.firms,
        "lawyer": register.lawyers,
        "post": register.posts,
        "leave": {one.id: one for one in register.leaves},
    }
    return found[kind]


def values_of(entry: Entry) -> dict[str, Any]:
    """The fields of an entry by the codes of their columns."""
    if isinstance(entry, Leave):
        return {
            "lawyer": entry.lawyer,
            "start": entry.span.start,
            "end": entry.span.end,
            "reason": entry.reason,
        }
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def entry_from(kind: Kind, values: Mapping[str, Any], before: Entry | None) -> Entry:
    """An entry of these values, the others as before; raises Refused naming the field."""
    if kind == "leave":
        span = Span(values["start"], values["end"])
        id = leave_id(values["lawyer"], values["start"]) if before is None else before.id
        return Leave(id, values["lawyer"], span, values["reason"])
    whole = {} if before is None else values_of(before)
    maker: Any = {"firm": Firm, "lawyer": Lawyer, "post": Post}[kind]
    entry: Entry = maker(**whole | dict(values))
    return entry


def leave_id(lawyer: str, start: datetime) -> str:
    """The id of a leave that came by a workbook: one lawyer has one from one moment."""
    return f"sheet:{lawyer}:{start.timestamp():.0f}"


def masked(phone: str) -> str:
    """A phone with its middle hidden."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def shown(column: Column, value: Any, known: Known) -> str:
    """A value as a cell or a field shows it; phones masked."""
    said = column.show(value, known)
    return masked(said) if column.code == "phone" else said


def changed(kind: Kind, before: Entry | None, after: Entry, known: Known) -> Change:
    """The change from one entry to another; no fields where nothing differs."""
    old = {} if before is None else values_of(before)
    new = values_of(after)
    name = known.lawyers[after.lawyer].name if isinstance(after, Leave) else after.name
    return Change(kind, after.id, name, before, after, differing(kind, old, new, known))


def differing(
    kind: Kind, old: Mapping[str, Any], new: Mapping[str, Any], known: Known
) -> tuple[Field, ...]:
    """Those of the new values, by the codes of their columns, that the old ones were not."""
    return tuple(
        Field(
            column.code,
            column.title,
            shown(column, old[column.code], known) if column.code in old else "",
            shown(column, new[column.code], known),
        )
        for column in SHEETS[kind][1]
        if column.code in new
        and (column.code not in old or _differs(old[column.code], new[column.code]))
    )


def _differs(one: Any, other: Any) -> bool:
    """Whether two values differ to a reader: hours in any order, moments to the minute."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.replace(second=0, microsecond=0) != other.replace(second=0, microsecond=0)
    if isinstance(one, tuple):
        return sorted(map(str, one)) != sorted(map(str, other))
    return bool(one != other)


def version_of(entry: Entry | None) -> str:
    """Names what an entry says just now, so that whoever changes it knows it is the same."""
    said = "" if entry is None else _plain(values_of(entry))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def digest_of(changes: Iterable[Change]) -> str:
    """Names a whole preview: the same changes of the same entries have the same digest."""
    said = "|".join(
        f"{one.kind}/{one.id}/{version_of(one.before)}/{version_of(one.after)}" for one in changes
    )
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _plain(values: Mapping[str, Any]) -> str:
    return json.dumps(
        {key: _ordered(value) for key, value in values.items()}, sort_keys=True, default=str
    )


def _ordered(value: Any) -> Any:
    if isinstance(value, (frozenset, tuple)):
        return sorted(str(one) for one in value)
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
