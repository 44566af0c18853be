"""Writes the next migration, from the newest one to what the records say: MESSAGE names it.

Run `. scripts/env.sh`, then `python scripts/new_migration.py "Posts have a second address"`;
read what it wrote before committing it.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

from alembic import command

from zhiban.data.database import make_engine, migrations, newest_revision, upgrade

ROOMS = ("data", "roster", "queue", "web")


def write(message: str, file: Path) -> None:
    """Compares a database of today's migrations with the records of all rooms."""
    for room in ROOMS:
        importlib.import_module(f"zhiban.{room}.records")
    url = f"sqlite:///{file}"
    upgrade(url)
    config = migrations()
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    engine = make_engine(url)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        number = f"{int(newest_revision()) + 1:04d}"
        command.revision(config, message, autogenerate=True, rev_id=number)
    engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        write(sys.argv[1], Path(folder) / "migrated.sqlite3")
