"""`zhiban duty`: who is on shift."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from zhiban.data.timespan import SHANGHAI, parse_time
from zhiban.data.wording import Text
from zhiban.web.cli.line import as_json, one_line, said


def duty(
    at: Annotated[str | None, typer.Option(help="ISO 8601; default now.")] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say who is on shift, by the published rosters."""
    from zhiban.data.database import reading
    from zhiban.data.week import Week
    from zhiban.roster.published import on_shift
    from zhiban.roster.store import load_published
    from zhiban.web.cli.base import existing_database
    from zhiban.web.clock import SystemClock

    with one_line():
        moment = SystemClock().now() if at is None else parse_time(at, "at")
        week = Week.of(moment.astimezone(SHANGHAI).date())
        with existing_database() as engine, reading(engine) as connection:
            # A shift of the week before may still run on Monday morning.
            published = load_published(connection, week.next(-1), week)
        found = on_shift(published, moment)
    if as_json_:
        from zhiban.web.api.duty import duty_out

        duties = [duty_out(one).model_dump(mode="json") for one in found]
        local = moment.astimezone(SHANGHAI).isoformat()
        sys.stdout.write(as_json({"at": local, "duties": duties}))
        return
    if not found:
        print(said(Text("此刻没有人值班", "Nobody is on shift at that moment")))
    for one in found:
        start, end = (moment.astimezone(SHANGHAI) for moment in (one.span.start, one.span.end))
        hours = f"{start:%H:%M}-{end:%H:%M}"
        role = said(Text("备班", "standby")) if one.role == "standby" else ""
        print(f"{one.post_name}  {hours}  {one.lawyer_name}  {one.firm_name}  {role}".rstrip())
