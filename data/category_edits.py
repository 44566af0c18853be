"""The list of categories changed: added, renamed, put in another order, retired and offered again.

None is ever removed: a question asked with it must say what it was about.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from zhiban.data import board, records
from zhiban.data.categories import ONLINE, Category
from zhiban.data.crypt import Keyring
from zhiban.data.records import table
from zhiban.data.register_diff import Field
from zhiban.data.register_service import note
from zhiban.data.upsert import upsert
from zhiban.data.wording import Faults, Text

_CATEGORY = table(records.CategoryRecord)
_CODE = re.compile(r"[a-z][a-z0-9_-]{1,23}")
LONGEST = 40
MOST = 60
TITLES = {
    "name": Text("中文名", "Chinese name"),
    "name_en": Text("英文名", "English name"),
    "position": Text("次序", "order"),
    "retired": Text("停用", "retired"),
}


def load_categories(connection: Connection) -> tuple[Category, ...]:
    """All categories in their order, retired ones too."""
    rows = connection.execute(select(_CATEGORY).order_by(_CATEGORY.c.position, _CATEGORY.c.code))
    return tuple(Category(row.code, row.name, row.name_en, row.retired) for row in rows)


def version_of(categories: Iterable[Category]) -> str:
    """Names what the list says, for whoever changes it."""
    said = [[one.code, one.name, one.name_en, one.retired] for one in categories]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def checked(categories: Sequence[Category]) -> tuple[Category, ...]:
    """The list, if every code and name is good and its own. Raises Refused by `code.field`."""
    faults = Faults()
    seen: dict[str, str] = {}
    for one in categories:
        for field in ("name", "name_en"):
            word = getattr(one, field)
            where = f"{one.code}.{field}"
            if not 1 <= len(word) <= LONGEST or not word.isprintable():
                faults.note(where, f"须有1至{LONGEST}个字", f"1 to {LONGEST} characters")
            elif seen.setdefault(f"{field} {word.casefold()}", one.code) != one.code:
                faults.note(where, "已有同名的类别", "another category has this name")
    faults.unless(
        any(not one.retired for one in categories),
        "retired",
        "至少要留一个类别",
        "one category has to stay",
    )
    faults.refuse()
    return tuple(categories)


def with_new(categories: Sequence[Category], new: Category) -> tuple[Category, ...]:
    """The list with one more at its end. Raises Refused for a code that is taken or no code."""
    faults = Faults("new.")
    known = {one.code for one in categories}
    faults.unless(
        bool(_CODE.fullmatch(new.code)) and new.code != ONLINE,
        "code",
        "代码用2至24个小写英文字母、数字或连字符，以字母开头",
        "2 to 24 small letters, digits or hyphens, a letter first",
    )
    faults.unless(new.code not in known, "code", "这个代码已有", "the code is taken")
    faults.unless(len(categories) < MOST, "code", f"最多{MOST}个类别", f"at most {MOST} categories")
    faults.refuse()
    return checked((*categories, new))


def ordered(
    categories: Sequence[Category], said: Mapping[str, tuple[str, str, int]]
) -> tuple[Category, ...]:
    """The list with other names, by code, sorted by the numbers said. Raises Refused."""
    named = [replace(one, name=said[one.code][0], name_en=said[one.code][1]) for one in categories]
    return checked(sorted(named, key=lambda one: said[one.code][2]))


def save_categories(
    connection: Connection,
    keyring: Keyring,
    categories: Sequence[Category],
    by: str,
    now: datetime,
) -> int:
    """Writes the list, and a line of the log for each that differs; how many do."""
    at = board.lock(connection)
    before = {one.code: (n, one) for n, one in enumerate(load_categories(connection), 1)}
    changed = 0
    for n, one in enumerate(categories, 1):
        fields = _fields(before.get(one.code), (n, one))
        if fields:
            act = "changed" if one.code in before else "added"
            note(connection, keyring, "category", one.code, one.name, act, fields, by, now)
            changed += 1
    rows = [
        {
            "code": one.code,
            "name": one.name,
            "name_en": one.name_en,
            "position": n,
            "retired": one.retired,
        }
        for n, one in enumerate(categories)
    ]
    upsert(connection, _CATEGORY, rows)
    board.save(connection, board.changed(at))
    return changed


def _fields(old: tuple[int, Category] | None, new: tuple[int, Category]) -> list[Field]:
    before, after = ({} if old is None else _said(*old)), _said(*new)
    return [
        Field(code, TITLES[code], before.get(code, ""), after[code])
        for code in TITLES
        if before.get(code, "") != after[code] and (before or code != "retired")
    ]


def _said(place: int, one: Category) -> dict[str, str]:
    return {
        "name": one.name,
        "name_en": one.name_en,
        "position": str(place),
        "retired": "是" if one.retired else "否",
    }
