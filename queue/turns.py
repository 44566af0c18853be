"""The moments at which those on seats may change, for going through long times; pure."""

from __future__ import annotations

from datetime import UTC, datetime

from zhiban.queue.knowledge import Knowledge


def turns(known: Knowledge, start: datetime, until: datetime) -> list[datetime]:
    """The instants from `start`, which is one, to `until` at which shifts begin or end."""
    edges = {start}
    for version in known.published.versions:
        for duty in version.duties:
            edges |= {duty.span.start, duty.span.end}
    return sorted(edge.astimezone(UTC) for edge in edges if start <= edge < until)
