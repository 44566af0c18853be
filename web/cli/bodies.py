"""`zhiban bodies`: notaries, legal aid, mediation and appraisal, in and out as a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from zhiban.data.wording import Refused, Text
from zhiban.web.cli.line import NO, one_line, read_input, said, say_error, write_output

BY = "command line"
app = typer.Typer(help="Bodies beside the bureau.", no_args_is_help=True)


@app.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(help="CSV with a row for each body.")],
) -> None:
    """Make the register hold these bodies and no others; nothing is written if a row is wrong."""
    from sqlalchemy import select

    from zhiban.data.bodies_file import read_bodies
    from zhiban.data.bodies_store import replace_bodies
    from zhiban.data.database import writing
    from zhiban.data.records import DivisionRecord, table
    from zhiban.web.cli.base import existing_database, settings_now
    from zhiban.web.clock import SystemClock
    from zhiban.web.keys import belongs, keyring_for

    with one_line(str(file)):
        text, settings = _text(read_input(file)), settings_now()
        with existing_database(settings) as engine, writing(engine) as connection:
            known = frozenset(connection.execute(select(table(DivisionRecord).c.code)).scalars())
            with _rows_refused():
                found = read_bodies(text, known)
            keyring = keyring_for(settings)  # made now, if there are none, not for what is refused
            belongs(connection, keyring)
            replace_bodies(connection, keyring, found, BY, SystemClock().now())
        print(said(Text(f"已导入{len(found)}个机构", f"{len(found)} bodies imported")))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused.one("encoding", "文件不是 UTF-8", "the file is not UTF-8") from None


@contextmanager
def _rows_refused() -> Iterator[None]:
    """Says which rows are wrong, a line each, and ends with the answer no."""
    try:
        yield
    except Refused as refused:
        if not all(error.field.startswith("row ") for error in refused.errors):
            raise
        for error in refused.errors:
            say_error(f"{error.field}: {said(error.text)}")
        raise typer.Exit(NO) from None


@app.command("export")
def export(
    out: Annotated[
        Path | None, typer.Option("-o", help="The file; standard output if none.")
    ] = None,
) -> None:
    """Write the bodies of the register as such a file."""
    from zhiban.data.bodies_file import write_bodies
    from zhiban.data.bodies_store import load_bodies
    from zhiban.data.database import reading
    from zhiban.web.cli.base import existing_database

    with one_line(), existing_database() as engine, reading(engine) as connection:
        write_output(out, write_bodies(load_bodies(connection)))
