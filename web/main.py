"""The service put together; nothing is made at import."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from zhiban.web import api, operations, pages
from zhiban.web.body import WholeBody
from zhiban.web.clock import Clock, clock_from
from zhiban.web.csrf import CsrfMiddleware
from zhiban.web.headers import SecurityHeaders
from zhiban.web.jobs import Timers
from zhiban.web.metrics import Metrics, Observe
from zhiban.web.problems import ProblemMiddleware, handle
from zhiban.web.render import STATIC
from zhiban.web.security import SessionMiddleware
from zhiban.web.settings import Settings
from zhiban.web.wiring import Wiring


def create_app(settings: Settings, clock: Clock | None = None) -> Starlette:
    """The service for these settings; it opens its database when it starts."""
    clock = clock or clock_from(settings.clock, settings.clock_since)
    figures = Metrics()
    app = Starlette(
        # The first that fits is taken: what is called most stands first.
        routes=[
            *api.routes,
            *pages.routes,
            *operations.routes,
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        # Outermost first: every answer has its headers, every failure its words.
        middleware=[
            Middleware(SecurityHeaders, https=settings.https),
            Middleware(Observe, metrics=figures),
            Middleware(ProblemMiddleware),
            Middleware(TrustedHostMiddleware, allowed_hosts=settings.host_list),
            Middleware(WholeBody, limit=settings.body_limit, upload_limit=settings.upload_limit),
            Middleware(SessionMiddleware),
            Middleware(CsrfMiddleware),
        ],
        exception_handlers={HTTPException: handle},
        lifespan=_lifespan(Wiring(settings, clock), figures),
    )
    app.state.settings = settings
    app.state.clock = clock
    app.state.metrics = figures
    return app


def _lifespan(
    wiring: Wiring, figures: Metrics
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """Starts writer and timers with the service and stops them with it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.wiring = wiring
        timers = Timers(wiring, figures)
        await run_in_threadpool(wiring.start)
        if wiring.settings.timers:
            await run_in_threadpool(timers.start)
        try:
            yield
        finally:
            await run_in_threadpool(timers.stop)
            await wiring.reader.close()
            await run_in_threadpool(wiring.stop)

    return lifespan
