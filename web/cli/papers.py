"""`zhiban papers`: how long applications for legal aid and documents to be drafted may take."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from zhiban.web.cli.line import as_json, fail, one_line

BY = "command line"

app = typer.Typer(help="Targets for legal aid and drafting.", no_args_is_help=True)


@app.callback()
def papers() -> None:
    """Targets for legal aid and drafting."""


@app.command("show")
def show_command() -> None:
    """Show the targets in force, and the version that names them."""
    from zhiban.data.database import reading
    from zhiban.queue.paper_times import stored_times
    from zhiban.web.cli.base import existing_database, settings_now

    with one_line(), existing_database(settings_now()) as engine, reading(engine) as connection:
        found = stored_times(connection)
    sys.stdout.write(as_json({"papers": dict(found.value), "version": found.version}))


@app.command("set")
def set_command(
    aid: Annotated[str | None, typer.Option(help="168h by the wall, 7d working days.")] = None,
    drafting: Annotated[str | None, typer.Option(help="The same for a document.")] = None,
    version: Annotated[str | None, typer.Option(help="Only if this one is still in force.")] = None,
) -> None:
    """Set targets for what is asked from now on; one left out stays as it is."""
    from zhiban.data import board
    from zhiban.data.database import writing
    from zhiban.queue.paper_times import change_times, stored_times
    from zhiban.queue.rule_edits import Outdated
    from zhiban.web.cli.base import existing_database, settings_now
    from zhiban.web.clock import SystemClock
    from zhiban.web.keys import belongs, keyring_for

    given = {name: said for name, said in (("aid", aid), ("drafting", drafting)) if said}
    if not given:
        fail("需要 --aid 或 --drafting", "--aid or --drafting is needed")
    settings, now = settings_now(), SystemClock().now()
    with one_line(), existing_database(settings) as engine, writing(engine) as connection:
        board.lock(connection)
        at, keyring = stored_times(connection), keyring_for(settings)
        belongs(connection, keyring)
        value, seen = {**at.value, **given}, version or at.version
        found = change_times(connection, keyring, value, seen, BY, now)
    if isinstance(found, Outdated):
        fail(found.why.zh, found.why.en)
    sys.stdout.write(as_json({"papers": dict(found.value), "version": found.version}))
