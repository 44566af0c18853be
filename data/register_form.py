"""One entry of the register as a form: what was written into each field, read and checked; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from zhiban.data.excel_cells import Known, Unclear
from zhiban.data.excel_sheets import SHEETS, Kind
from zhiban.data.people import Lawyer, Leave
from zhiban.data.places import Closure, Post
from zhiban.data.register_diff import Entry, entry_from, shown, values_of
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.wording import Faults, Refused

FAR = date(2099, 12, 31)
ENDED = "已终止"


def form_of(kind: Kind, entry: Entry | None, known: Known) -> dict[str, str]:
    """What each field of the form says of an entry; phones masked."""
    values = {} if entry is None else values_of(entry)
    return {
        column.code: shown(column, values[column.code] if values else column.empty, known)
        for column in SHEETS[kind][1]
    }


def entry_of(
    kind: Kind, id: str, said: Mapping[str, str], before: Entry | None, known: Known
) -> Entry:
    """The entry that a form says; raises Refused with each field at fault by its code.

    A phone that is still masked stays; fields that the form lacks stay as they were.
    """
    faults, values = Faults(), dict[str, Any]()
    old = {} if before is None else values_of(before)
    for column in SHEETS[kind][1]:
        if column.code == "id":
            continue
        word = said.get(column.code, "").replace("\x00", "").strip()
        kept = old.get(column.code)
        masked = column.code == "phone" and kept and word == shown(column, kept, known)
        if masked or (column.code not in said and before is not None):
            values[column.code] = kept
        elif not word:
            faults.unless(
                not column.needed,
                column.code,
                f"{column.title.zh}不能空着",
                f"{column.title.en} is needed",
            )
            values[column.code] = column.empty
        else:
            try:
                values[column.code] = column.read(word, known)
            except Unclear as unclear:
                faults.note(
                    column.code,
                    f"{column.title.zh}{unclear.text.zh}",
                    f"{column.title.en}: {unclear.text.en}",
                )
    faults.refuse()
    try:
        return entry_from(kind, values | {"id": id}, before)
    except Refused as refused:
        renamed = Faults()
        for one in refused.errors:
            renamed.note(one.field.rpartition(".")[2], one.text.zh, one.text.en)
        renamed.refuse()
        raise


def end_of(kind: Kind, entry: Entry, day: date) -> Entry:
    """What ends an entry from a day on, and leaves it in the register with its history.

    A lawyer is away for good, a post is closed for good, a firm consents no more.
    """
    if isinstance(entry, Lawyer):
        start = datetime.combine(day, time(), SHANGHAI)
        last = datetime.combine(FAR + timedelta(days=1), time(), SHANGHAI)
        return Leave(f"end:{entry.id}", entry.id, Span(start, last), ENDED)
    if isinstance(entry, Post):
        kept = tuple(one for one in entry.closures if one.last != FAR)
        closures = (*kept, Closure(day, FAR, ENDED))
        return entry_from(kind, {"closures": closures}, entry)
    return entry_from(kind, {"consents": False}, entry)


def reinstated(kind: Kind, entry: Entry) -> Entry:
    """A post or a firm as it was before it was ended; a lawyer's end is a leave, to be dropped."""
    if isinstance(entry, Post):
        return entry_from(
            kind, {"closures": tuple(one for one in entry.closures if one.last != FAR)}, entry
        )
    return entry_from(kind, {"consents": True}, entry)


def ended_on(entry: Entry, ends: Mapping[str, date]) -> date | None:
    """From which day an entry is ended; `ends` names the lawyers who are."""
    if isinstance(entry, Post):
        return next((one.first for one in entry.closures if one.last == FAR), None)
    return ends.get(entry.id) if isinstance(entry, Lawyer) else None


def ends_of(leaves: tuple[Leave, ...]) -> dict[str, date]:
    """Which lawyers are away for good, and from which day."""
    return {
        one.lawyer: one.span.start.astimezone(SHANGHAI).date()
        for one in leaves
        if one.id == f"end:{one.lawyer}"
    }
