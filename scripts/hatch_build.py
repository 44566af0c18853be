"""Editable installs read the four root rooms through links under `.dev/zhiban/`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOMS = ("roster", "queue", "web", "data")


class LinkRooms(BuildHookInterface):  # type: ignore[type-arg]
    """Links `.dev/zhiban/ROOM` to `ROOM`, so that every tool sees one ordinary package."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the links, for an editable build only."""
        if version != "editable":
            return
        package = Path(self.root, ".dev", "zhiban")
        package.mkdir(parents=True, exist_ok=True)
        for room in ROOMS:
            link = package / room
            if not link.is_symlink():
                link.symlink_to(Path("..", "..", room), target_is_directory=True)
