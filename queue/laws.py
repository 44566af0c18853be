"""Common laws by the names people use, and an article by its number; pure, and asks nobody.

The texts themselves stand in the official libraries, to which the pages link.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from zhiban.queue.words import folded, number_of

_FILE = Path(__file__).with_name("laws.csv")
_STATE = "中华人民共和国"
_NUMBER = re.compile(r"(?:第\s*)?([0-9]{1,4}|[零〇一二两三四五六七八九十百千]{1,9})\s*条?$")
_SIGNS = re.compile(r"[《》〈〉\s,，。、:：-]+")
NATIONAL_LIBRARY = "https://flk.npc.gov.cn/"
REGULATIONS_LIBRARY = "https://xzfg.moj.gov.cn/"
CASES_LIBRARY = "https://rmfyalk.court.gov.cn/"
_SEARCH = (
    "https://sousuo.www.gov.cn/sousuo/search.shtml?code=17da70961a7&dataTypeId=107&searchWord="
)
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a long law: from which article to which."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Law:
    """A law with its other names, how many articles it has (None: being changed), its parts."""

    name: str
    aliases: tuple[str, ...]
    kind: Literal["law", "regulation"]
    articles: int | None
    parts: tuple[Part, ...]
    category: str

    @property
    def short(self) -> str:
        """The name as it is cited."""
        return self.name.removeprefix(_STATE)

    @property
    def library(self) -> str:
        """The official library that holds its text in force."""
        return NATIONAL_LIBRARY if self.kind == "law" else REGULATIONS_LIBRARY

    @property
    def search(self) -> str:
        """A search for it on the government's own site."""
        return _SEARCH + quote(self.short)

    def part_of(self, article: int) -> str | None:
        """The part in which an article stands, where the law has parts."""
        return next((one.name for one in self.parts if one.first <= article <= one.last), None)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked for: laws that fit, an article's number where one was named."""

    laws: tuple[Law, ...]
    article: int | None


@lru_cache(maxsize=1)
def laws() -> tuple[Law, ...]:
    """All laws of the table, in its order."""
    with _FILE.open(encoding="utf-8", newline="") as source:
        return tuple(_law(row) for row in csv.DictReader(source))


def _law(row: dict[str, str]) -> Law:
    return Law(
        row["name"],
        tuple(row["aliases"].split("|")),
        "regulation" if row["kind"] == "regulation" else "law",
        int(row["articles"]) if row["articles"] else None,
        tuple(_part(one) for one in row["parts"].split("|") if one),
        row["category"],
    )


def _part(text: str) -> Part:
    name, _, span = text.partition(":")
    first, _, last = span.partition("-")
    return Part(name, int(first), int(last or first))


def look_up(text: str) -> Looked:
    """Finds laws by any of their names or a piece of one, and an article: 民法典第1079条."""
    plain = _SIGNS.sub("", folded(text[:60]))
    article = None
    match = _NUMBER.search(plain)
    if match:
        article = number_of(match[1])
        plain = plain[: match.start()]
    name = plain.removeprefix(_STATE)
    if not name:
        return Looked((), article)
    exact = [law for law in laws() if name in (law.short, *law.aliases)]
    if exact:
        return Looked(tuple(exact), article)
    close = [law for law in laws() if any(name in one for one in (law.short, *law.aliases))]
    close += [law for law in laws() if law not in close and any(a in name for a in law.aliases)]
    return Looked(tuple(close), article)


def in_chinese(number: int) -> str:
    """A number from 1 to 9999 as laws write it: 1079 is 一千零七十九."""
    said, zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            said += ("零" if zero and said else "") + _DIGITS[digit] + unit
            zero = False
        else:
            zero = True
    return said.removeprefix("一") if said.startswith("一十") else said
