"""What Alembic runs: over the connection that it is given, on either database.

Comparing or generating sees the tables of the rooms that the caller has imported.
"""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlmodel import SQLModel

from zhiban.data.database import UtcDateTime, described


def _render(kind: str, item: object, _: object) -> str | Literal[False]:
    """In a migration a moment is a plain column type: old files must not lean on today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=_render,
    compare_type=True,
    include_name=described,
)
with context.begin_transaction():
    context.run_migrations()
