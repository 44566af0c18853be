"""What operations ask: does it live, is it ready, how does it do."""

from __future__ import annotations

import hmac

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from zhiban.data import outbox
from zhiban.data.database import (
    DatabaseBusy,
    DatabaseUnavailable,
    current_revision,
    newest_revision,
)
from zhiban.queue.service import open_by_state
from zhiban.web.metrics import Metrics
from zhiban.web.problems import Problem
from zhiban.web.wiring import Wiring, wiring_of


async def healthz(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def readyz(request: Request) -> Response:
    """Whether the process can do its work; 503 with what is amiss otherwise."""
    wiring = wiring_of(request)
    checks = {"writer": wiring.writer.alive, **await run_in_threadpool(_database, wiring)}
    ready = all(checks.values())
    return JSONResponse({"ready": ready, **checks}, 200 if ready else 503)


def _database(wiring: Wiring) -> dict[str, bool]:
    try:
        wiring.read_now(lambda connection: connection.execute(text("SELECT 1")))
        current = wiring.read_now(current_revision) == newest_revision()
    except (DatabaseBusy, DatabaseUnavailable):
        return {"database": False, "migrations": False}
    return {"database": True, "migrations": current}


async def metrics(request: Request) -> Response:
    """The figures of this process; behind a bearer token where the settings name one."""
    wiring = wiring_of(request)
    token = wiring.settings.metrics_token
    given = request.headers.get("authorization", "")
    if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Problem(401)
    figures: Metrics = request.app.state.metrics
    figures.writer_alive.set(int(wiring.writer.alive))
    figures.outbox.set(await wiring.read(outbox.waiting))
    figures.questions.clear()
    for state, number in (await wiring.read(open_by_state)).items():
        figures.questions.labels(state).set(number)
    return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)


routes = [
    Route("/healthz", healthz),
    Route("/readyz", readyz),
    Route("/metrics", metrics),
]
