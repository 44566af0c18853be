"""The queue's settings as a form: rows of fields, what was written, what is wrong; pure.

Row `p3` is a promise, `o1` an overflow, `c2` the capacity of a post; its fields are `p3.clock` and
so on. A new row that says nothing is none; one that is ticked to be dropped neither.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from zhiban.data.wording import Refused, shortened
from zhiban.queue.knowledge import rules_from
from zhiban.queue.overflow import overflow_from
from zhiban.queue.policy import policy_from
from zhiban.queue.rule_words import NEVER, NUMBERS
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.form import Form

RUNGS = range(1, 10)
BLANK = 2  # new rows offered at the end of each list
MOST = 80
Value = dict[str, Any]
Said = Mapping[str, str]
Rows = dict[str, list[tuple[str, Said]]]


def rows_of(value: Mapping[str, Any], posts: Mapping[str, str]) -> Rows:
    """The rows of each list as a form shows settings, with blank ones at the end."""
    by_post = value["capacity_by_post"], value["capacity_by_shift"]
    ids = dict.fromkeys((*by_post[0], *by_post[1]))
    capacities = [
        {
            "post": posts.get(id, id),
            "lawyer": str(by_post[0].get(id, "")),
            "shift": str(by_post[1].get(id, "")),
        }
        for id in ids
    ]
    return {
        "p": _numbered("p", [_promise(row) for row in value["policy"]]),
        "o": _numbered("o", [_flow(row) for row in value["overflow"]]),
        "c": _numbered("c", capacities),
    }


def _numbered(kind: str, rows: list[dict[str, str]]) -> list[tuple[str, Said]]:
    blank: list[dict[str, str]] = [{"new": "1"}] * BLANK
    return [(f"{kind}{n}", row) for n, row in enumerate((*rows, *blank))]


def _promise(row: Mapping[str, Any]) -> dict[str, str]:
    found = {name: row[name] or "" for name in ("clock", "channel", "category", "lane")}
    target = str(row["target"])
    found |= {
        "number": target[:-1],
        "scale": target[-1],
        "unit": row["unit"],
        "hours": row["hours"],
    }
    for n, rung in zip(RUNGS, row["ladder"], strict=False):
        found |= {f"share{n}": f"{rung['share'] * 100:g}", f"act{n}": rung["act"]}
    return found


def _flow(row: Mapping[str, Any]) -> dict[str, str]:
    found = {name: row[name] or "" for name in ("to", "channel", "category", "lane")}
    return found | {"after": percent(row["after"])}


def percent(share: float) -> str:
    """A share as the number in a field; empty means never."""
    return f"{share * 100:g}" if share <= NEVER else ""


def rows_said(form: Form) -> Rows:
    """The rows as they were sent, in their order, with blank ones at the end."""
    found: dict[str, dict[str, dict[str, str]]] = {"p": {}, "o": {}, "c": {}}
    for name in form.values:
        row, _, field = name.partition(".")
        if row[:1] in found and row[1:].isascii() and row[1:].isdigit() and len(row) < 5 and field:
            found[row[0]].setdefault(row, {})[field] = form.text(name)[:80]
    return {kind: _with_blank(kind, rows) for kind, rows in found.items()}


def _with_blank(kind: str, rows: dict[str, dict[str, str]]) -> list[tuple[str, Said]]:
    order = sorted(rows.items(), key=lambda one: int(one[0][1:]))[:MOST]
    kept: list[tuple[str, Said]] = [(row, said) for row, said in order if not _blank(row, said)]
    first = int(order[-1][0][1:]) + 1 if order else 0
    return [*kept, *((f"{kind}{n}", {"new": "1"}) for n in range(first, first + BLANK))]


def _blank(row: str, said: Said) -> bool:
    return bool(said.get("new")) and not said.get(_TELLING[row[0]])


def numbers_of(value: Mapping[str, Any]) -> dict[str, str]:
    """The single numbers as fields."""
    return {
        name: percent(value[name]) if name.endswith("_after") else f"{value[name]:g}"
        for name in NUMBERS
    }


def value_of(
    form: Form, posts: Mapping[str, str], categories: Collection[str], lang: Lang
) -> tuple[Value, dict[str, str]]:
    """The settings that a form says, and what is wrong by the field or row at fault."""
    rows, errors = rows_said(form), dict[str, str]()
    kept = {kind: [one for one in rows[kind] if _counts(*one)] for kind in rows}
    value: Value = {
        "policy": _list(kept["p"], promise_value, lambda row: policy_from([row]), errors, lang),
        "overflow": _list(kept["o"], _flow_value, lambda row: overflow_from([row]), errors, lang),
        "capacity_by_post": {},
        "capacity_by_shift": {},
    }
    _twice(kept["p"], ("clock", "channel", "category", "lane"), errors, lang)
    _twice(kept["o"], ("to", "channel", "category", "lane"), errors, lang)
    for row, said in (*kept["p"], *kept["o"]):
        if said.get("category") and said["category"] not in categories:
            errors[f"{row}.category"] = translate(lang, "没有这个类别")
    ids = {word: id for id, name in posts.items() for word in (name, id)}
    for row, said in kept["c"]:
        if said.get("post", "") not in ids:
            errors[f"{row}.post"] = translate(lang, "没有这个岗位，请从列表里选")
            continue
        for field, into in (("lawyer", "capacity_by_post"), ("shift", "capacity_by_shift")):
            if said.get(field):
                number = _whole(said[field], f"{row}.{field}", errors, lang)
                value[into][ids[said["post"]]] = number
    for name in NUMBERS:
        value[name] = _number(form.text(name), name, errors, lang)
    if not errors:
        _whole_checked(value, errors, lang)
    return value, errors


def _whole_checked(value: Value, errors: dict[str, str], lang: Lang) -> None:
    try:
        rules_from(value)
    except Refused as refused:
        for one in refused.errors:
            errors[one.field] = one.text.in_(lang)


def _counts(row: str, said: Said) -> bool:
    """Whether a row is one of the settings: neither dropped nor a new one that says nothing."""
    return not said.get("drop") and not _blank(row, said)


# The field without which a new row says nothing.
_TELLING = {"p": "number", "o": "after", "c": "post"}


def _list(
    rows: Iterable[tuple[str, Said]],
    read: Callable[[Said], Value],
    check: Callable[[Value], object],
    errors: dict[str, str],
    lang: Lang,
) -> list[Value]:
    found = []
    for row, said in rows:
        try:
            one = read(said)
            check(one)
            found.append(one)
        except Refused as refused:
            field = refused.errors[0].field.rpartition(".")[2]
            errors[f"{row}.{_FIELDS.get(field, 'number' if row[0] == 'p' else 'after')}"] = (
                refused.errors[0].text.in_(lang)
            )
    return found


_FIELDS = {"clock": "clock", "channel": "channel", "hours": "hours", "ladder": "share1", "to": "to"}


def promise_value(said: Said) -> Value:
    """A promise as the setting has it. Raises Refused."""
    number = said.get("number", "")
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 7):
        raise Refused.one(
            "target",
            f"“{shortened(number, 20)}”不是整数，请填如 30（分钟）、24（小时）或 7（工作日）",
            f"{shortened(number, 20)!r} is no whole number; as 30 (minutes), 24 (hours) or 7 "
            "(working days)",
        )
    ladder = []
    for n in RUNGS:
        share = said.get(f"share{n}", "")
        if share:
            ladder.append({"share": _share(share), "act": said.get(f"act{n}") or "remind"})
    return {
        "clock": said.get("clock", ""),
        "target": f"{said.get('number', '')}{said.get('scale', '')}",
        "unit": "working" if said.get("scale") == "d" else said.get("unit", ""),
        "channel": said.get("channel") or None,
        "category": said.get("category") or None,
        "lane": said.get("lane") if said.get("lane") in ("green", "normal") else None,
        "hours": said.get("hours") or "bureau",
        "ladder": ladder,
    }


def _flow_value(said: Said) -> Value:
    after = said.get("after", "")
    return {
        "to": said.get("to", ""),
        "after": _share(after) if after else 2.0,
        "channel": said.get("channel") or None,
        "category": said.get("category") or None,
        "lane": said.get("lane") if said.get("lane") in ("green", "normal") else None,
    }


def _share(said: str) -> float:
    try:
        share = float(said.removesuffix("%")) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= NEVER:
        zh, en = "请填0至100之间的百分数", "a percentage from 0 to 100"
        raise Refused.one("share", zh, en)
    return round(share, 6)


def _number(said: str, name: str, errors: dict[str, str], lang: Lang) -> float:
    if name.endswith("_after"):
        try:
            return _share(said) if said else 2.0
        except Refused as refused:
            errors[name] = refused.errors[0].text.in_(lang)
            return 0
    if name.endswith("_hours"):
        try:
            hours = float(said)
        except ValueError:
            hours = -1.0
        if not 0 <= hours <= 100_000:
            errors[name] = translate(lang, "请填小时数，如 8 或 0.5")
        return hours
    return _whole(said, name, errors, lang)


def _whole(said: str, name: str, errors: dict[str, str], lang: Lang) -> int:
    said = said.removesuffix(".0")
    if said.isascii() and said.isdigit() and len(said) < 7:
        return int(said)
    errors[name] = translate(lang, "请填不超过六位的整数")
    return 0


def _twice(
    rows: Iterable[tuple[str, Said]],
    fields: tuple[str, ...],
    errors: dict[str, str],
    lang: Lang,
) -> None:
    seen: set[tuple[str, ...]] = set()
    for row, said in rows:
        key = tuple(said.get(field, "") for field in fields)
        if key in seen:
            errors.setdefault(f"{row}.{fields[0]}", translate(lang, "上面已有同样对象的一条"))
        seen.add(key)
