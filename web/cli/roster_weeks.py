"""`zhiban roster generate|export|import`: rosters of weeks over the database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster.duty_words import Bureau
from zhiban.web.cli.line import (
    NO,
    as_json,
    check_writable,
    fail,
    one_line,
    read_input,
    said,
    write_bytes,
)
from zhiban.web.cli.roster import Output
from zhiban.web.settings import Settings

if TYPE_CHECKING:
    from zhiban.roster.exporting import Exported

BY = "command line"
FORMATS = ("json", "csv", "xlsx", "ics", "html")
WeekOption = Annotated[str, typer.Option("--week", help="An ISO week, such as 2026-W48.")]


def generate(
    week: WeekOption,
    weeks: Annotated[int, typer.Option(help="How many weeks.", min=1, max=13)] = 1,
    publish: Annotated[bool, typer.Option("--publish", help="Publish them too.")] = False,
    seconds: Annotated[
        float | None, typer.Option(help="Stop each week after.", min=1, max=600)
    ] = None,
) -> None:
    """Make drafts of weeks from the register, and publish them if asked to."""
    from zhiban.web.cli.base import settings_now

    with one_line():
        first = Week.parse(week, "--week")
        rows = _generated(settings_now(), first, weeks, seconds, publish)
        sys.stdout.write(as_json({"weeks": rows}))
        if publish and any(row["published"] is None for row in rows):
            raise typer.Exit(NO)


def _generated(
    settings: Settings,
    first: Week,
    weeks: int,
    seconds: float | None,
    publish: bool,
) -> list[dict[str, Any]]:
    from zhiban.web.cli.base import existing_database
    from zhiban.web.keys import keyring_for
    from zhiban.web.rostering import drafted, published_week

    with existing_database(settings) as engine:
        keyring = keyring_for(settings)
        job = drafted(
            engine,
            keyring,
            first,
            weeks,
            seconds or settings.roster_seconds,
            workers=settings.roster_workers,
            tell=_tell,
        )
        if job.error is not None:
            fail(job.error.zh, job.error.en)
        return [
            published_week(engine, keyring, first.next(step), publish=publish)
            for step in range(weeks)
        ]


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def export(
    week: WeekOption,
    format: Annotated[str, typer.Option("--format", help="json, csv, xlsx, ics or html.")] = "json",
    output: Output = None,
    show: Annotated[
        str, typer.Option("--show", help="draft or v3; default the newest version.")
    ] = "",
    public: Annotated[
        bool, typer.Option("--public", help="Phones masked; cannot be imported again.")
    ] = False,
) -> None:
    """Write a week's roster: the newest published version, or what --show names."""
    from zhiban.data.database import reading
    from zhiban.roster.exporting import NEWEST, export_week
    from zhiban.web.cli.base import existing_database
    from zhiban.web.keys import keyring_for

    with one_line():
        wanted = Week.parse(week, "--week")
        if format not in FORMATS:
            known = ", ".join(FORMATS)
            fail(f"没有格式“{format}”，可用：{known}", f"no format {format!r}; known: {known}")
        check_writable(output)
        settings = settings_of()
        which = show or NEWEST
        with existing_database(settings) as engine, reading(engine) as connection:
            keyring = keyring_for(settings)
            found = export_week(
                connection, keyring, wanted, which, phones="masked" if public else "full"
            )
        if found is None:
            fail(f"{wanted} 没有发布过值班表", f"nothing is published for {wanted}")
        bureau = Bureau(settings.bureau, settings.hotline)
        content = as_file(found, format, bureau, identities=not public)
        write_bytes(output, content)


def settings_of() -> Settings:
    """The settings of the environment."""
    from zhiban.web.cli.base import settings_now

    return settings_now()


def as_file(found: Exported, format: str, bureau: Bureau, *, identities: bool) -> bytes:
    """A week's table in one of the formats."""
    from zhiban.roster.duty_text import HEADERS, as_csv, as_ics, as_json, duty_rows
    from zhiban.roster.duty_xlsx import duty_workbook
    from zhiban.web.duty_sheets import standalone

    if format == "xlsx":
        return duty_workbook(found.table, bureau, identities=identities)
    if format == "html":
        return standalone(found.table, bureau).encode()
    rows = duty_rows(found.table, found.problem)
    if format == "ics":
        return as_ics(found.table, rows, bureau)
    if format == "json":
        return as_json(found.table, rows).encode()
    headers = {name: said(Text(zh, name)) for name, zh in HEADERS.items()}
    return as_csv(rows, headers).encode()


def bring_in(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="A staff workbook.")],
    week: WeekOption,
) -> None:
    """Make an exported and edited workbook the draft of its week; bad cells are each named."""
    from zhiban.data import board
    from zhiban.data.database import reading, writing
    from zhiban.roster import exporting
    from zhiban.roster.duty_sheet import read_roster_sheet
    from zhiban.web.cli.base import existing_database
    from zhiban.web.clock import SystemClock
    from zhiban.web.keys import keyring_for

    with one_line(str(file)):
        wanted = Week.parse(week, "--week")
        settings = settings_of()
        content = read_input(file)
        with existing_database(settings) as engine:
            keyring = keyring_for(settings)
            try:
                read = read_roster_sheet(content)
                with reading(engine) as connection:
                    made = exporting.prepared(connection, keyring, wanted, read)
            except Refused as refused:
                for error in refused.errors:
                    print(f"{file}: {error.field}: {said(error.text)}", file=sys.stderr)
                raise typer.Exit(NO) from None
            with writing(engine) as connection:
                board.lock(connection)
                done = exporting.take_in(connection, read, made, BY, SystemClock().now())
    sys.stdout.write(
        as_json(
            {
                "week": str(done.week),
                "revision": done.revision,
                "alternative": done.alternative or None,
                "changed": done.changed,
                "violations": [said(one.text) for one in done.violations],
            }
        )
    )
