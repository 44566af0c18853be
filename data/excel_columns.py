"""What a column of a register workbook is: its heading, what it takes, how it is shown; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhiban.data import excel_cells as cells
from zhiban.data.excel_cells import Known
from zhiban.data.wording import Text

Choices = Mapping[str, Text]

YES_NO = {"yes": Text("是", "yes"), "no": Text("否", "no")}


@dataclass(frozen=True)
class Column:
    """One field: its heading, what it takes, how it is read and shown.

    `read` gets the cell's text and what is known; an empty cell is `empty`, refused if `needed`.
    """

    code: str
    title: Text
    hint: Text
    read: Callable[[str, Known], Any]
    show: Callable[[Any, Known], str]
    needed: bool = False
    empty: Any = None
    choices: Choices | None = None
    example: str = ""
    wide: bool = False


def text(
    code: str,
    title: Text,
    hint: Text,
    example: str = "",
    *,
    needed: bool = False,
    empty: Any = "",
    read: Callable[[str], str] | None = None,
) -> Column:
    """A field of free text; of at most 200 characters where no other reading is given."""
    clear = read or cells.words(200)
    return Column(
        code,
        title,
        hint,
        lambda said, _: clear(said),
        lambda value, _: value or "",
        needed,
        empty,
        None,
        example,
    )


def by(
    code: str, title: Text, hint: Text, read: Any, show: Any = str, empty: Any = None, **other: Any
) -> Column:
    """A field read and shown by these."""
    return Column(
        code,
        title,
        hint,
        lambda said, _: read(said),
        lambda value, _: "" if value is None else show(value),
        empty=empty,
        **other,
    )


def choice(code: str, title: Text, hint: Text, choices: Choices, empty: Any = None) -> Column:
    """A field that is one of some names; needed where it has no usual one."""
    return by(
        code,
        title,
        hint,
        cells.one_of(choices),
        lambda value: choices[value].zh,
        empty,
        choices=choices,
        needed=empty is None,
        example=next(iter(choices.values())).zh,
    )


def truth(code: str, title: Text, hint: Text, empty: bool | None) -> Column:
    """A field that is yes or no."""
    read = cells.one_of(YES_NO)
    return by(
        code,
        title,
        hint,
        lambda said: read(said) == "yes",
        lambda value: "是" if value else "否",
        empty,
        choices=YES_NO,
        example="是",
    )


def number(
    code: str, title: Text, least: int, most: int, empty: int | None, hint: Text | None = None
) -> Column:
    """A field that is a whole number."""
    usual = Text(f"{least}至{most}的整数", f"a whole number from {least} to {most}")
    said = usual if hint is None else Text(f"{usual.zh}；{hint.zh}", f"{usual.en}; {hint.en}")
    example = "" if empty is None else str(empty)
    return by(code, title, said, cells.whole(least, most), str, empty, example=example)
