"""One server process: started quickly, and laid out for long service."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette

# Requests under way keep many small things alive; looking through all of memory for cycles after
# every few hundred of them took a third of a busy process.
COLLECT_AFTER = (50_000, 20, 20)


def service() -> Starlette:
    """The service for the settings of the environment; what each server process calls."""
    # Nearly all that is made until then stays: looking for cycles in it, again and again, took a
    # fifth of the start, and found a thousand small things in 180 MB.
    gc.disable()
    from zhiban.web.logs import configure_logs
    from zhiban.web.main import create_app
    from zhiban.web.settings import Settings

    settings = Settings()
    configure_logs(settings)
    app = create_app(settings)
    gc.freeze()  # what is there by now is not looked through any more
    gc.set_threshold(*COLLECT_AFTER)
    gc.enable()
    return app
