"""`zhiban database`: migrations, integrity, copies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiban.data.wording import Text
from zhiban.web.cli.line import NO, check_writable, fail, one_line, said

app = typer.Typer(help="The database: tables, integrity, copies.", no_args_is_help=True)


@app.callback()
def database() -> None:
    """The database: tables, integrity, copies."""


@app.command("upgrade")
def upgrade_command() -> None:
    """Make the tables, or bring them up to date."""
    from zhiban.web.cli.base import settings_now, upgraded

    with one_line():
        revision = upgraded(settings_now())
        print(
            said(Text(f"数据库已是最新（{revision}）", f"The database is up to date ({revision})"))
        )


@app.command("check")
def check_command() -> None:
    """Prove the histories' hash chains, and stored state against folded state."""
    from zhiban.web.cli.base import existing_database, settings_now
    from zhiban.web.integrity import findings
    from zhiban.web.keys import keyring_for

    settings = settings_now()
    with one_line(), existing_database(settings) as engine:
        found = findings(engine, keyring_for(settings))
        for text in found:
            print(said(text))
        if found:
            raise typer.Exit(NO)
        print(said(Text("数据库完好", "The database is sound")))


@app.command("rotate-keys")
def rotate_keys_command() -> None:
    """Encrypt everything anew under the first of the keys; the others may go after it."""
    from zhiban.data.database import writing
    from zhiban.web.cli.base import existing_database, settings_now
    from zhiban.web.keys import keyring_for
    from zhiban.web.rotation import rotate

    settings = settings_now()
    with one_line(), existing_database(settings) as engine:
        with writing(engine) as connection:
            done = rotate(connection, keyring_for(settings))
        print(
            said(
                Text(
                    f"已用第一把密钥重新加密 {done} 项；旧密钥再留48小时即可去掉",
                    f"{done} entries are encrypted under the first key; keep the old ones for "
                    "another 48 hours, then remove them",
                )
            )
        )


@app.command("backup")
def backup_command(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
) -> None:
    """Write a copy of everything to a file (the encryption keys are not in it)."""
    from zhiban.web.backup import back_up
    from zhiban.web.cli.base import existing_database

    check_writable(file)
    with one_line(str(file)), existing_database() as engine:
        try:
            rows = back_up(engine, file)
        except OSError as error:
            fail(
                f"{file}：无法写入（{error.strerror}）",
                f"{file}: cannot be written ({error.strerror})",
            )
        print(said(Text(f"已写入{file}，共{rows}行", f"Wrote {file}, {rows} rows")))
        print(
            said(
                Text(
                    "其中不含加密密钥：请另行备份 ZHIBAN_KEYS 或 keys 文件，否则无法读出个人信息。",
                    "The encryption keys are not in it: keep ZHIBAN_KEYS, or the file `keys`, "
                    "apart; without them no personal data can be read.",
                )
            )
        )


@app.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="A file written by `database backup`.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what the database holds.")
    ] = False,
) -> None:
    """Put a copy back, whole or not at all."""
    from zhiban.data.database import make_engine
    from zhiban.web.backup import restore
    from zhiban.web.cli.base import settings_now, upgraded

    settings = settings_now()
    with one_line(str(file)):
        if not file.is_file():
            fail(f"{file}：没有这个文件", f"{file}: there is no such file")
        upgraded(settings)
        engine = make_engine(settings.database_url)
        try:
            rows = restore(engine, file, overwrite=overwrite)
        finally:
            engine.dispose()
        print(said(Text(f"已恢复{rows}行", f"Restored {rows} rows")))
