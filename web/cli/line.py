"""The command line's manners: one clear line on bad input, exit codes, UTF-8, whole files only."""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer.exceptions import TyperException

from zhiban.data.wording import Refused, Text

NO, UNUSABLE = 1, 2
_LARGEST_FILE = 1 << 30


class CommandLine(typer.Typer):
    """Typer, but with one line to standard error, and no trace, for whatever is unusable."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs a command and gives its exit code: 0 done, 1 no, 2 unusable input."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        try:
            code = super().__call__(*args, **{**kwargs, "standalone_mode": False})
        except TyperException as error:
            code = UNUSABLE
            _say_unusable(error)
        except typer.Abort:
            code = UNUSABLE
            say_error(said(Text("已中断，没有保存任何内容", "stopped; nothing was written")))
        except BrokenPipeError:
            # The reader of our output has gone; keep the interpreter from saying so at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = NO
        return code if isinstance(code, int) else 0


def language() -> str:
    """The language of messages: Chinese under a Chinese locale, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "zh" if (locale or "").lower().startswith("zh") else "en"


def said(text: Text) -> str:
    """A message in the language of the terminal."""
    return text.in_(language())


def say_error(message: str) -> None:
    """One line to standard error."""
    print("zhiban: " + " ".join(message.split()), file=sys.stderr)


def _say_unusable(error: TyperException) -> None:
    """One line; but a group of commands called without one shows its help, in lines as it is."""
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":  # Typer does not export the class
        print(message, file=sys.stderr)
    else:
        say_error(message)


def fail(zh: str, en: str) -> NoReturn:
    """Ends with one line on what is unusable."""
    say_error(said(Text(zh, en)))
    raise typer.Exit(UNUSABLE)


@contextmanager
def one_line(where: str = "") -> Iterator[None]:
    """Turns what may be wrong with input, files or the database into one line and exit code 2.

    `where` names the file, where the input came from one.
    """
    from sqlalchemy.exc import DBAPIError

    from zhiban.data.crypt import Undecipherable
    from zhiban.data.database import DatabaseBusy, DatabaseUnavailable
    from zhiban.data.writer import WriterBusy

    prefix = f"{where}: " if where else ""
    try:
        yield
    except Refused as refused:
        say_error(prefix + said(refused.text))
    except (DatabaseBusy, DatabaseUnavailable, WriterBusy) as error:
        say_error(prefix + said(error.text))
    except DBAPIError as error:
        reason = str(error.orig)
        say_error(
            prefix
            + said(
                Text(
                    f"数据库无法使用（{reason}）；请检查 ZHIBAN_DATABASE_URL，或运行 "
                    "zhiban database upgrade",
                    f"the database cannot be used ({reason}); check ZHIBAN_DATABASE_URL, or run "
                    "zhiban database upgrade",
                )
            )
        )
    except Undecipherable:
        say_error(
            prefix
            + said(
                Text(
                    "现有密钥打不开已保存的内容，请检查 ZHIBAN_KEYS 或数据库旁的 keys 文件",
                    "the keys at hand do not open what is stored; check ZHIBAN_KEYS or the file "
                    "`keys` beside the database",
                )
            )
        )
    else:
        return
    raise typer.Exit(UNUSABLE)


def read_input(path: Path) -> bytes:
    """The content of an input file, `-` meaning standard input; ends with one line otherwise."""
    try:
        if str(path) == "-":
            return sys.stdin.buffer.read()
        if path.is_file() and path.stat().st_size > _LARGEST_FILE:
            fail(f"{path}：文件超过1 GB", f"{path}: the file is larger than 1 GB")
        content = path.read_bytes()
    except OSError as error:
        fail(f"{path}：无法读取（{error.strerror}）", f"{path}: cannot be read ({error.strerror})")
    if not content.strip():
        fail(f"{path}：文件是空的", f"{path}: the file is empty")
    return content


def write_output(path: Path | None, content: str) -> None:
    """Writes a result to standard output, or to a file that appears whole or not at all."""
    write_bytes(path, content.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path | None, data: bytes) -> None:
    """The same of content that is no text."""
    if path is None or str(path) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        _replace(path, data)
    except OSError as error:
        fail(
            f"{path}：无法写入（{error.strerror}）", f"{path}: cannot be written ({error.strerror})"
        )


def _replace(path: Path, data: bytes) -> None:
    if path.exists() and not path.is_file():  # a device or a pipe, which cannot be replaced
        path.write_bytes(data)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def check_writable(path: Path | None) -> None:
    """Ends with one line, before long work, when its result could not be written."""
    if path is None or str(path) == "-":
        return
    if path.is_dir():
        fail(f"{path}：是一个目录", f"{path}: is a directory")
    if not path.parent.is_dir():
        fail(f"{path}：目录不存在", f"{path}: there is no such directory")
    if not os.access(path.parent, os.W_OK):
        fail(f"{path}：没有写入权限", f"{path}: no permission to write there")


def as_json(value: Any, indent: int | None = 2) -> str:
    """A value as JSON text with a line's end; Chinese stays as it is."""
    return json.dumps(value, ensure_ascii=False, indent=indent) + "\n"
