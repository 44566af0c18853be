"""Reads what callers send: JSON bodies, headers and query values, each fault named by its field."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from zhiban.data.timespan import parse_time
from zhiban.data.week import Week
from zhiban.data.wording import FieldError, Refused, Text
from zhiban.roster.refusal import place, reason
from zhiban.web.headers import header
from zhiban.web.problems import Problem

M = TypeVar("M", bound=BaseModel)
_SHOWN = 20
_REASONS = {
    "string_type": Text("须为文字", "must be text"),
    "bool_type": Text("须为 true 或 false", "must be true or false"),
    "bool_parsing": Text("须为 true 或 false", "must be true or false"),
    "int_type": Text("须为整数", "must be a whole number"),
    "int_parsing": Text("须为整数", "must be a whole number"),
    "int_from_float": Text("须为整数", "must be a whole number"),
    "float_type": Text("须为数字", "must be a number"),
    "float_parsing": Text("须为数字", "must be a number"),
    "finite_number": Text("须为有限的数", "must be a finite number"),
    "list_type": Text("须为列表", "must be a list"),
    "dict_type": Text("须为对象", "must be an object"),
    "model_type": Text("须为 JSON 对象", "must be a JSON object"),
    "model_attributes_type": Text("须为 JSON 对象", "must be a JSON object"),
    "string_unicode": Text("含有无法保存的字符", "holds characters that cannot be stored"),
}
_NOT_JSON = Text("请求体不是有效的 JSON（UTF-8）。", "The body is not valid JSON in UTF-8.")
_WRONG_TYPE = Text(
    "请以 Content-Type: application/json 发送。", "Send it with Content-Type: application/json."
)


def read_body(request: Request, model: type[M]) -> M:
    """The request's JSON body as a model; raises Problem 415, 400 or 422."""
    kind = header(request.scope, b"content-type").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        raise Problem(415, _WRONG_TYPE)
    body: bytes = request.state.body
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        if any(fault["type"] == "json_invalid" for fault in faults):
            raise Problem(400, _NOT_JSON) from None
        raise Refused(
            FieldError(
                place(fault["loc"], "body"),
                _REASONS.get(fault["type"])
                or reason(fault["type"], fault["msg"], fault.get("ctx")),
            )
            for fault in faults[:_SHOWN]
        ) from None


def read_number(request: Request, name: str) -> int:
    """A number in the path, such as a job's; Problem 404 when it cannot be one of ours."""
    text = request.path_params[name]
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Problem(404)
    return int(text)


def read_week(request: Request) -> Week:
    """The week in the path; Refused when there is no such week."""
    return Week.parse(request.path_params["week"])


def read_moment(request: Request, name: str) -> datetime | None:
    """A day or a time in the query, None where it is left out; Refused names it."""
    text = request.query_params.get(name)
    if text is None:
        return None
    # An offset's plus sign that came unescaped, and so as a space, is put back.
    return parse_time(re.sub(r"(T.*) (\d\d:?\d\d)$", r"\1+\2", text), name)
