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
    "year": Text("年份须在 1900 至 9000 之间", "its year must lie between 1900 and 9000"),
    "object_type": Text("须为一个对象", "must be an object"),
    "model_type": Text("须为一个对象", "must be an object"),
    "dict_type": Text("须为一个对象", "must be an object"),
    "tuple_type": Text("须为一个列表", "must be a list"),
    "int_type": Text("须为整数", "must be a whole number"),
    "int_parsing": Text("须为整数", "must be a whole number"),
    "int_from_float": Text("须为整数", "must be a whole number"),
    "float_type": Text("须为数字", "must be a number"),
    "float_parsing": Text("须为数字", "must be a number"),
    "string_type": Text("须为文字", "must be text"),
    "too_short": Text("至少 {min_length} 项", "needs at least {min_length} entries"),
    "too_long": Text("最多 {max_length} 项", "has at most {max_length} entries"),
    "greater_than": Text("须大于 {gt}", "must be greater than {gt}"),
    "string_too_long": Text("不得超过 {max_length} 字", "at most {max_length} characters"),
    "bool_type": Text("只能是 true 或 false", "must be true or false"),
    "bool_parsing": Text("只能是 true 或 false", "must be true or false"),
    "date_from_datetime_parsing": Text("须为日期，如 2026-11-30", "must be a day like 2026-11-30"),
    "datetime_from_date_parsing": Text(
        "须为时间，如 2026-11-30T08:30+08:00", "must be a time like 2026-11-30T08:30+08:00"
    ),
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
