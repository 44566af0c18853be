"""What one cell of a register workbook may say, and how a value is written there; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from zhiban.data.people import Firm, Lawyer
from zhiban.data.wording import Text, shortened

_PARTS = re.compile(r"[、，,;；/|\s]+")
_PHONE = re.compile(r"1\d{10}|0\d{9,11}")
_UNSEEN = re.compile(  # no width, directions of writing, control characters
    r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]"
)
_HAN = r"\u3400-\u9fff"
_PADDING = re.compile(f"(?<=[{_HAN}])\\s+(?=[{_HAN}])")


class Unclear(Exception):  # noqa: N818 - says what happened
    """A cell that cannot be read; `text` says what is allowed."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(zh)


def key(said: str) -> str:
    """What is the same for texts that only spaces, width and capitals tell apart."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", _UNSEEN.sub("", said))).casefold()


def narrow(said: str) -> str:
    """Full-width digits and signs as the usual ones."""
    return unicodedata.normalize("NFKC", said).strip()


def words(most: int) -> Any:
    """Reads free text of so many characters."""

    def read(said: str) -> str:
        clear = _UNSEEN.sub("", said).strip()
        if len(clear) > most:
            raise Unclear(
                f"最多{most}个字，现有{len(clear)}个",
                f"at most {most} characters, not {len(clear)}",
            )
        return clear

    return read


def name(most: int) -> Any:
    """Reads a name: one line; the spaces by which tables set Chinese names wide are left out."""
    short = words(most)

    def read(said: str) -> str:
        found: str = short(_PADDING.sub("", " ".join(said.split())))
        return found

    return read


@dataclass
class Known:
    """What cells may name; people and firms of the same workbook join as they are read."""

    divisions: Mapping[str, str]
    skills: Mapping[str, str]
    firms: dict[str, Firm] = field(default_factory=dict)
    lawyers: dict[str, Lawyer] = field(default_factory=dict)
    _by_name: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def by_name(self, what: Literal["division", "firm", "lawyer"]) -> dict[str, set[str]]:
        """Who has a code or a name."""
        sources: dict[str, Mapping[str, Any]] = {
            "division": self.divisions,
            "firm": self.firms,
            "lawyer": self.lawyers,
        }
        found = self._by_name.get(what)
        if found is None:
            found = self._by_name[what] = {}
            for code, one in sources[what].items():
                for word in (code, one if isinstance(one, str) else one.name):
                    found.setdefault(key(word), set()).add(code)
        return found

    def join(self, one: Firm | Lawyer) -> None:
        """Lets others name a new or changed one; who changes the name is still known by the old."""
        what: Literal["firm", "lawyer"] = "firm" if isinstance(one, Firm) else "lawyer"
        for word in (one.id, one.name):
            self.by_name(what).setdefault(key(word), set()).add(one.id)
        if isinstance(one, Firm):
            self.firms[one.id] = one
        else:
            self.lawyers[one.id] = one


def whole(least: int, most: int) -> Any:
    """Reads a whole number between two."""

    def read(said: str) -> int:
        squeezed = narrow(said).removesuffix(".0")
        if not (squeezed.isascii() and squeezed.isdigit() and len(squeezed) < 9):
            raise Unclear(f"须是{least}至{most}的整数", f"a whole number from {least} to {most}")
        if not least <= int(squeezed) <= most:
            raise Unclear(f"须在{least}至{most}之间", f"between {least} and {most}")
        return int(squeezed)

    return read


def degrees(least: float, most: float) -> Any:
    """Reads a coordinate."""

    def read(said: str) -> float:
        try:
            value = float(narrow(said))
        except ValueError:
            value = most + 1
        if not least <= value <= most:
            raise Unclear(
                f"须是{least:g}至{most:g}的度数", f"degrees between {least:g} and {most:g}"
            )
        return value

    return read


def phone(said: str) -> str:
    """Reads a phone number; spaces and dashes are left out."""
    squeezed = re.sub(r"[\s()-]", "", narrow(said).removesuffix(".0"))
    squeezed = re.sub(r"^(\+|00)86", "", squeezed)
    if not _PHONE.fullmatch(squeezed):
        raise Unclear(
            "须是11位手机号，或带区号的座机号",
            "a mobile number of 11 digits, or a landline with its area code",
        )
    return squeezed


def one_of(names: Mapping[str, Text]) -> Any:
    """Reads one of some names, in either language or by its code."""
    by_name = {key(word): code for code, name in names.items() for word in (code, name.zh, name.en)}

    def read(said: str) -> str:
        if key(said) not in by_name:
            zh, en = (
                "、".join(name.zh for name in names.values()),
                ", ".join(name.en for name in names.values()),
            )
            raise Unclear(f"只能是：{zh}", f"one of: {en}")
        return by_name[key(said)]

    return read


def several(known: Mapping[str, str], what: Text) -> Any:
    """Reads several codes or names, whatever stands between them."""
    by_name = {key(word): code for code, name in known.items() for word in (code, name)}

    def read(said: str) -> frozenset[str]:
        words = [word for word in _PARTS.split(narrow(said)) if word]
        strange = [word for word in words if key(word) not in by_name]
        if strange:
            zh, en = shortened(strange[0], 20), "、".join(known.values())
            raise Unclear(
                f"没有“{zh}”这个{what.zh}，可用：{en}",
                f"there is no {what.en} {zh!r}; known: {', '.join(known)}",
            )
        return frozenset(by_name[key(word)] for word in words)

    return read


def named(by_name: Mapping[str, set[str]], what: Text) -> Any:
    """Reads a code or a name that only one has."""

    def read(said: str) -> str:
        found = by_name.get(key(said), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            codes = "、".join(sorted(found))
            raise Unclear(
                f"有几个{what.zh}叫这个名字，请写编号：{codes}",
                f"several of that name; write the id: {codes}",
            )
        raise Unclear(
            f"名册里没有这个{what.zh}，请写名称或编号",
            f"the register has no such {what.en}; write its name or id",
        )

    return read
