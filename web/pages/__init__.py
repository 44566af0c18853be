"""The pages of the three desks."""

from __future__ import annotations

from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
