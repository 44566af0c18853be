"""`zhiban clock`: when something asked is due; needs no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from zhiban.data.deadline import Target, due, parse_unit
from zhiban.data.timespan import SHANGHAI, Span, parse_time
from zhiban.data.wording import FieldError, Refused, Text
from zhiban.data.worktime import WorkCalendar
from zhiban.web.cli.line import NO, as_json, fail, one_line, said

app = typer.Typer(help="Due times on the bureau's working calendar.", no_args_is_help=True)
_FIELDS = ("asked", "target", "unit", "pause")


@app.callback()
def clock() -> None:
    """Due times on the bureau's working calendar."""


@app.command("due")
def due_command(
    asked: Annotated[str | None, typer.Option(help="When it was asked, ISO 8601.")] = None,
    target: Annotated[str | None, typer.Option(help="10m, 4h, or 1d (working days).")] = None,
    unit: Annotated[str, typer.Option(help="working or wall.")] = "working",
    pause: Annotated[list[str] | None, typer.Option(help="FROM/TO; may be repeated.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One JSON object a line on standard input.")
    ] = False,
    database: Annotated[
        bool, typer.Option("--database", help="Use the calendar stored in the database.")
    ] = False,
) -> None:
    """Say when a target is reached on the calendar (usual hours 8:30-11:30, 13:30-17:00)."""
    with one_line():
        calendar = _calendar(database)
        if jsonl:
            if asked or target or pause:
                fail("--jsonl 不与其他选项同用", "--jsonl goes with no other option")
            raise typer.Exit(_lines(calendar))
        if asked is None or target is None:
            fail("需要 --asked 和 --target", "--asked and --target are needed (or --jsonl)")
        fields = {"asked": asked, "target": target, "unit": unit, "pause": pause or []}
        sys.stdout.write(as_json(answer(calendar, fields), indent=None))


def _calendar(stored: bool) -> WorkCalendar:
    """The calendar of the yearly notices, or the one the bureau keeps in its database."""
    if not stored:
        from zhiban.data.calendar_seed import published_calendar

        return published_calendar()
    from zhiban.data.database import reading
    from zhiban.data.store import load_calendar
    from zhiban.web.cli.base import existing_database

    with existing_database() as engine, reading(engine) as connection:
        return load_calendar(connection)


def _lines(calendar: WorkCalendar) -> int:
    """Answers every line of standard input with one line; 1 when any could not be used."""
    refused = 0
    for line in sys.stdin.buffer:
        try:
            reply = answer(calendar, _object(line))
        except Refused as error:
            refused = NO
            reply = {"error": said(error.text)}
        text = as_json(reply, indent=None)
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    return refused


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused.one("line", "不是一个 JSON 对象", "is not a JSON object in UTF-8")
    return value


def answer(calendar: WorkCalendar, fields: Mapping[str, Any]) -> dict[str, Any]:
    """`{"due", "provisional"}` for the fields asked, target, unit, pause; raises Refused."""
    _check_names(fields)
    pauses = fields.get("pause", [])
    if isinstance(pauses, str):
        pauses = [pauses]
    if not isinstance(pauses, list):
        raise Refused.one("pause", "须为 起/止 的列表", "is a list of FROM/TO")
    asked = parse_time(_text(fields, "asked"), "asked")
    target = Target.parse(_text(fields, "target"))
    unit = parse_unit(_text({"unit": "working", **fields}, "unit"))
    found = due(calendar, asked, target, unit, tuple(_spans(pauses)))
    at = found.at.astimezone(SHANGHAI)
    return {"due": at.isoformat(), "provisional": found.provisional}


def _check_names(fields: Mapping[str, Any]) -> None:
    strange = [name for name in fields if name not in _FIELDS]
    if strange:
        known = "、".join(_FIELDS)
        text = Text(f"没有这一项，可用：{known}", f"is not known; known: {', '.join(_FIELDS)}")
        raise Refused(FieldError(name[:40], text) for name in strange[:3])


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Refused.one(name, "须为文字", "is needed, as text")
    return value


def _spans(pauses: Iterable[Any]) -> Iterable[Span]:
    for number, pause in enumerate(pauses):
        field = f"pause[{number}]"
        if not isinstance(pause, str) or pause.count("/") != 1:
            raise Refused.one(field, "请写成 起/止", "write FROM/TO, two ISO 8601 times")
        start, end = (parse_time(part, field) for part in pause.split("/"))
        if end < start:
            raise Refused.one(field, "止早于起", "ends before it starts")
        yield Span(start, end)
