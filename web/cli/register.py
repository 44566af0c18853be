"""`zhiban import`: lawyers, firms, posts and leave from a workbook, bad rows named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhiban.data.wording import Text
from zhiban.web.cli.line import NO, fail, one_line, read_input, said, say_error

if TYPE_CHECKING:
    from zhiban.data.excel_reading import Read

BY = "command line"


def bring_in(
    file: Annotated[Path, typer.Argument(help="Workbook (.xlsx) made from the template.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, write nothing.")
    ] = False,
    accept_valid_rows: Annotated[
        bool, typer.Option("--accept-valid-rows", help="Take the good rows and leave bad ones.")
    ] = False,
) -> None:
    """Bring lawyers, firms, posts and leave into the register; exit 1 when a row is bad."""
    from zhiban.data.database import reading, writing
    from zhiban.data.register_diff import digest_of
    from zhiban.data.register_service import Stale, preview, take
    from zhiban.data.workbooks import opened
    from zhiban.web.cli.base import existing_database, settings_now
    from zhiban.web.clock import SystemClock
    from zhiban.web.keys import keyring_for

    with one_line(str(file)):
        sheets, settings = opened(read_input(file)), settings_now()
        with existing_database(settings) as engine:
            keyring = keyring_for(settings)
            with reading(engine) as connection:
                read = preview(connection, keyring, sheets)[1]
            for fault in read.faults:
                say_error(said(fault.line))
            for sheet, heading in read.unused:
                say_error(
                    said(Text(f"{sheet.zh}：没有用到“{heading}”这一列", _unused(sheet, heading)))
                )
            wanted = not dry_run and (not read.faults or accept_valid_rows)
            if wanted and read.changes:
                digest = digest_of(read.changes)
                with writing(engine) as connection:
                    done = take(connection, keyring, sheets, digest, BY, SystemClock().now())
                if isinstance(done, Stale):
                    fail("名册刚刚被改过，请再试一次", "the register has just changed; try again")
        _tell(read, wanted)
        raise typer.Exit(NO if read.faults else 0)


def _unused(sheet: Text, heading: str) -> str:
    return f"{sheet.en}: nothing was taken from the column {heading!r}"


def _tell(read: Read, written: bool) -> None:
    new, changed, bad = read.number(new=True), read.number(new=False), read.bad_rows
    done = Text("已写入", "written") if written else Text("没有写入", "nothing written")
    print(
        said(
            Text(
                f"新增{new}，变更{changed}，不变{read.same}，有误{bad}行；{done.zh}",
                f"{new} new, {changed} changed, {read.same} as they are, {bad} bad rows; {done.en}",
            )
        )
    )
