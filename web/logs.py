"""Logs: one line an event, JSON or for a console; no names, texts, codes or addresses in them."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

from zhiban.web.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Sets up structlog on standard error for this process."""
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if settings.log_format == "json":
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*processors, last],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelName(settings.log_level)
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # The libraries' own lines may hold addresses, or a failure's whole message.
    for name in ("apscheduler", "alembic", "uvicorn.access", "apprise"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
