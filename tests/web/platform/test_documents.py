"""Commands and calls are documented, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from zhiban.web.api import CALLS
from zhiban.web.cli import app

DOCS = Path(__file__).parents[3] / "docs"


def commands(group: typer.Typer, prefix: str) -> set[str]:
    """The full names of a group's commands."""
    own = {f"{prefix} {one.name or one.callback.__name__}" for one in group.registered_commands}
    for inner in group.registered_groups:
        own |= commands(inner.typer_instance, f"{prefix} {inner.name}")
    return own


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    table = re.findall(r"^\| `(zhiban [\w -]+)`", (DOCS / "commands.md").read_text("utf-8"), re.M)
    assert set(table) == commands(app, "zhiban")


def test_every_call_of_the_api_is_documented_and_every_documented_one_exists() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", (DOCS / "api.md").read_text("utf-8"), re.M)
    documented = {call for row in rows for call in re.findall(r"`([A-Z]+ [^`]+)`", row)}
    assert documented == {f"{call.method} {call.path}" for call in CALLS}


def test_every_option_that_the_commands_document_names_exists() -> None:
    text = (DOCS / "commands.md").read_text("utf-8")
    named = set(re.findall(r"--[a-z][a-z-]+", text)) - {"--help"}
    group = typer.main.get_command(app)
    known: set[str] = set()
    waiting = [group]
    while waiting:
        command = waiting.pop()
        waiting += getattr(command, "commands", {}).values()
        known |= {option for parameter in command.params for option in parameter.opts}
    assert named <= known, named - known
