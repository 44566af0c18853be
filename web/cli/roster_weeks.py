"""`zhiban roster generate|export`: rosters of weeks over the database."""

from __future__ import annotations

import csv
import io
import sys
from typing import Annotated, Any

import typer

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster.published import Version
from zhiban.web.cli.line import NO, as_json, check_writable, fail, one_line, said, write_output
from zhiban.web.cli.roster import Output
from zhiban.web.settings import Settings

FORMATS = ("json", "csv")
_HEADERS = {
    "week": "周次",
    "version": "版本",
    "date": "日期",
    "start": "开始",
    "end": "结束",
    "post": "岗位编号",
    "post_name": "岗位",
    "role": "值班或备班",
    "lawyer": "律师编号",
    "lawyer_name": "律师",
    "firm_name": "律所",
}
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
    format: Annotated[str, typer.Option("--format", help="json or csv.")] = "json",
    output: Output = None,
) -> None:
    """Write the newest published version of a week."""
    from zhiban.data.database import reading
    from zhiban.roster.store import load_published
    from zhiban.web.cli.base import existing_database

    with one_line():
        wanted = Week.parse(week, "--week")
        if format not in FORMATS:
            known = ", ".join(FORMATS)
            fail(f"没有格式“{format}”，可用：{known}", f"no format {format!r}; known: {known}")
        check_writable(output)
        with existing_database() as engine, reading(engine) as connection:
            version = load_published(connection, wanted, wanted).newest(wanted)
        if version is None:
            fail(f"{wanted} 没有发布过值班表", f"nothing is published for {wanted}")
    rows = exported(version)
    text = as_json({"week": str(wanted), "duties": rows}) if format == "json" else as_csv(rows)
    write_output(output, text)


def exported(version: Version) -> list[dict[str, Any]]:
    """The duties of a version as plain rows, by start and post."""
    ordered = sorted(version.duties, key=lambda one: (one.span.start, one.post, one.role))
    rows = []
    for one in ordered:
        start, end = one.span.start.astimezone(SHANGHAI), one.span.end.astimezone(SHANGHAI)
        rows.append(
            {
                "week": str(version.week),
                "version": version.number,
                "date": start.date().isoformat(),
                "start": start.isoformat(),
                "end": end.isoformat(),
                "post": one.post,
                "post_name": one.post_name,
                "role": one.role,
                "lawyer": one.lawyer,
                "lawyer_name": one.lawyer_name,
                "firm_name": one.firm_name,
            }
        )
    return rows


def as_csv(rows: list[dict[str, Any]]) -> str:
    """The rows as a table that Excel opens as it stands (UTF-8 with its mark)."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(_HEADERS))
    writer.writerow({name: said(Text(zh, name)) for name, zh in _HEADERS.items()})
    writer.writerows({name: _safe(value) for name, value in row.items()} for row in rows)
    return "\ufeff" + out.getvalue()


def _safe(value: Any) -> Any:
    """A text that a spreadsheet does not take for a formula."""
    return (
        f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value
    )
