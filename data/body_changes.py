"""What a table of bodies changes in the register, body by body and field by field; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from zhiban.data.bodies import Body
from zhiban.data.places import Opening
from zhiban.data.register_diff import Field
from zhiban.data.wording import Text

TITLES: Mapping[str, Text] = {
    "kind": Text("类别", "kind"),
    "name": Text("名称", "name"),
    "name_en": Text("英文名", "English name"),
    "division": Text("区划", "division"),
    "address": Text("地址", "address"),
    "phone": Text("电话", "phone"),
    "lat": Text("纬度", "latitude"),
    "lon": Text("经度", "longitude"),
    "approximate": Text("位置不精确", "approximate position"),
    "minutes": Text("每次几分钟", "minutes each"),
    "desks": Text("窗口数", "desks"),
    "openings": Text("每周开放时间", "weekly hours"),
}


@dataclass(frozen=True, slots=True)
class BodyChange:
    """What happens to one body: it is added, changed or ended, and what each field said and says.

    Their phones are public numbers, so they are told as they are.
    """

    id: str
    name: str
    act: str
    fields: tuple[Field, ...]


def body_changes(before: Mapping[str, Body], after: Mapping[str, Body]) -> tuple[BodyChange, ...]:
    """The bodies that differ, by id."""
    return tuple(_changes(before, after))


def _changes(before: Mapping[str, Body], after: Mapping[str, Body]) -> Iterator[BodyChange]:
    for id in sorted(before.keys() | after.keys()):
        old, new = before.get(id), after.get(id)
        body = new or old
        if body is None or old == new:
            continue
        act = "added" if old is None else "ended" if new is None else "changed"
        said = {name: (_said(old, name), _said(new, name)) for name in TITLES}
        fields = (Field(name, TITLES[name], *both) for name, both in said.items())
        yield BodyChange(id, body.name, act, tuple(f for f in fields if f.before != f.after))


def _said(body: Body | None, name: str) -> str:
    value = None if body is None else getattr(body, name)
    if name == "openings":
        return _hours(value or ())
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _hours(openings: tuple[Opening, ...]) -> str:
    ordered = sorted(openings, key=lambda one: (one.weekday, one.start))
    return "；".join(
        f"周{'一二三四五六日'[day]} "
        + "、".join(f"{one.start:%H:%M}-{one.end:%H:%M}" for one in here)
        for day, here in groupby(ordered, key=lambda one: one.weekday)
    )
