"""The API's description: the document itself, and a page to browse it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from zhiban.web.api.openapi import described
from zhiban.web.render import page


async def document(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(described(), headers={"Cache-Control": "public, max-age=300"})


async def docs(request: Request) -> Response:
    """Every call with what it takes and gives, as one plain page."""
    found = described()
    operations = [
        _shown(method.upper(), path, operation)
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = sorted(found["components"]["schemas"].items())
    return page(
        request, "api_docs.html", info=found["info"], operations=operations, schemas=schemas
    )


def _shown(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    answers = operation["responses"]
    return {
        "id": operation["operationId"],
        "method": method,
        "path": path,
        "about": operation["summary"],
        "who": operation.get("description", ""),
        "parameters": operation["parameters"],
        "takes": _schema_name(operation.get("requestBody", {})),
        "gives": [(status, _schema_name(answer)) for status, answer in answers.items()],
    }


def _schema_name(holder: dict[str, Any]) -> str | None:
    for kind in holder.get("content", {}).values():
        reference: str | None = kind["schema"].get("$ref")
        if reference:
            return reference.rsplit("/", 1)[1]
    return None


routes = [Route("/api/openapi.json", document), Route("/api/docs", docs)]
