"""The description of the API, made from the same calls and models that serve it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Literal

from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from zhiban.web.api.call import PREFIX, Call

_REF = "#/components/schemas/{model}"
_ANY = (503,)


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Current(BaseModel):
    """Where a question stands now."""

    status: str
    version: int


class ProblemOut(BaseModel):
    """A refusal, after RFC 9457; in the language of Accept-Language (zh or en).

    `current` is there with a 409 for a question that has moved on since the version named.
    """

    type: str = "about:blank"
    status: int
    title: str
    detail: str
    errors: list[FieldProblem] = Field(default=[])
    current: Current | None = None


def openapi(calls: Sequence[Call]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these calls."""
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(PREFIX + call.path, {})[call.method.lower()] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Zhiban 值班",
            "version": version("zhiban"),
            "description": "Duty rosters and a consultation queue. Times are ISO 8601 with an "
            "offset; a time without one is read as Asia/Shanghai. Errors are problem+json. "
            "Calls that rest on the session's cookie and change something need the header "
            "X-CSRF-Token; those with a bearer token do not.",
        },
        "paths": paths,
        "components": {"schemas": _schemas(calls), "securitySchemes": _schemes()},
    }


def _schemas(calls: Sequence[Call]) -> dict[str, Any]:
    inputs = {call.body for call in calls if call.body is not None}
    outputs = {call.answer for call in calls if call.answer is not None} | {ProblemOut}
    wanted: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        *((model, "validation") for model in sorted(inputs, key=_name)),
        *((model, "serialization") for model in sorted(outputs, key=_name)),
    ]
    _, definitions = models_json_schema(wanted, ref_template=_REF)
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def _schemes() -> dict[str, Any]:
    return {
        "bearer": {"type": "http", "scheme": "bearer", "description": "The token of a session."},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "zhiban"},
        "ticketSecret": {"type": "apiKey", "in": "header", "name": "X-Ticket-Secret"},
    }


def _operation(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.about,
        "tags": [call.path.split("/")[1]],
        "parameters": _parameters(call),
        "responses": {str(call.status): _success(call), **_refusals(call)},
        "security": _security(call),
    }
    if call.roles:
        found["description"] = "For: " + ", ".join(call.roles) + "."
    if call.body is not None:
        schema = {"$ref": _REF.format(model=call.body.__name__)}
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    if call.upload:
        found["requestBody"] = {"required": True, "content": {"multipart/form-data": _FORM}}
    return found


_FORM = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "contentMediaType": "application/octet-stream"},
            "text": {"type": "string"},
        },
    }
}


def _parameters(call: Call) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", call.path)
    ]
    return in_path + [
        {
            "name": parameter.name,
            "in": parameter.place,
            "required": parameter.required,
            "description": parameter.about,
            "schema": {"type": "string"},
        }
        for parameter in call.asked
    ]


def _success(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {"description": HTTPStatus(call.status).phrase}
    if call.answer is not None:
        schema = {"$ref": _REF.format(model=call.answer.__name__)}
        found["content"] = {call.media_type: {"schema": schema}}
    elif call.media_type != "application/json":
        found["content"] = {call.media_type: {"schema": {"type": "string"}}}
    return found


def _refusals(call: Call) -> dict[str, Any]:
    statuses = {*call.problems, *_ANY}
    if call.roles:
        statuses |= {401, 403}
    if call.secret:
        statuses |= {404, 429}
    if call.body is not None or call.upload:
        statuses |= {400, 413, 415, 422}
    content = {"application/problem+json": {"schema": {"$ref": _REF.format(model="ProblemOut")}}}
    return {
        str(status): {"description": HTTPStatus(status).phrase, "content": content}
        for status in sorted(statuses)
    }


def _security(call: Call) -> list[dict[str, list[str]]]:
    if call.secret:
        return [{"ticketSecret": []}]
    return [{"bearer": []}, {"cookie": []}] if call.roles else []


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The document of the service's own calls."""
    from zhiban.web.api import CALLS

    return openapi(CALLS)
