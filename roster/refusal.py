"""What pydantic found wrong with a file, in one line of both languages."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from zhiban.data.wording import FieldError, Refused, Text

SHOWN = 3

REASONS = {
    "missing": Text("缺少此项", "is missing"),
    "extra_forbidden": Text("没有这一项", "is not a known field"),
    "json_invalid": Text("不是有效的 JSON", "is not valid JSON"),
    "greater_than_equal": Text("不得小于 {ge}", "must be at least {ge}"),
    "less_than_equal": Text("不得大于 {le}", "must be at most {le}"),
    "multiple_of": Text("须为 {multiple_of} 的倍数", "must be a multiple of {multiple_of}"),
    "literal_error": Text("只能是 {expected}", "must be one of {expected}"),
    "string_too_short": Text("不得为空", "must not be empty"),
}


def refused_file(error: ValidationError, whole: str) -> Refused:
    """The first faults of a file, by their places; `whole` names the file itself."""
    faults = error.errors(include_url=False, include_input=False)
    return Refused(
        FieldError(
            place(fault["loc"], whole), reason(fault["type"], fault["msg"], fault.get("ctx"))
        )
        for fault in faults[:SHOWN]
    )


def place(path: Iterable[int | str], whole: str) -> str:
    """`("shifts", 3, "end")` as `shifts[3].end`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or whole


def reason(kind: str, message: str, context: dict[str, object] | None) -> Text:
    """The wording of one fault; pydantic's own message where we have none."""
    wording = REASONS.get(kind)
    if wording is None:
        plain = message.removeprefix("Value error, ")
        return Text(f"无效（{plain}）", plain)
    return Text(wording.zh.format(**context or {}), wording.en.format(**context or {}))
