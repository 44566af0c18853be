"""Articles of law cited in a text, as 《民法典》第一千零七十九条, and how one is written; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

LAWS: tuple[tuple[str, int], ...] = (
    ("民法典", 1260),
    ("劳动合同法", 98),
    ("劳动法", 107),
    ("劳动争议调解仲裁法", 54),
    ("民事诉讼法", 306),
    ("消费者权益保护法", 63),
    ("道路交通安全法", 124),
    ("社会保险法", 98),
    ("工伤保险条例", 67),
    ("反家庭暴力法", 38),
    ("妇女权益保障法", 86),
    ("未成年人保护法", 132),
    ("老年人权益保障法", 85),
    ("土地管理法", 87),
    ("行政诉讼法", 103),
    ("行政复议法", 90),
    ("治安管理处罚法", 144),
    ("刑法", 452),
    ("刑事诉讼法", 308),
    ("法律援助法", 71),
    ("人民调解法", 35),
    ("公证法", 47),
)
"""Laws that are cited most, by their usual short name, with the number of their articles."""
_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = rf"[{_DIGITS}〇两十百千]{{1,10}}|\d{{1,4}}"
_CITED = re.compile(
    rf"《(?P<law>[^《》\n]{{2,60}})》\s*第\s*(?P<article>{_NUMBER})\s*条"
    rf"(?:之(?P<more>[{_DIGITS}十]{{1,3}}))?"
)
_STATE = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Citation:
    """One article cited: where it stands in the text, the law's short name, the number.

    `more` is that of an article put in later (第二百三十四条之一), 0 for all others.
    """

    start: int
    end: int
    law: str
    article: int
    more: int = 0


def citations(text: str) -> tuple[Citation, ...]:
    """The articles that a text cites by name and number, in their order."""
    found = []
    for match in _CITED.finditer(text):
        article, more = number_of(match["article"]), number_of(match["more"] or "")
        if article:
            law = match["law"].strip().removeprefix(_STATE)
            found.append(Citation(match.start(), match.end(), law, article, more or 0))
    return tuple(found)


def written(law: str, article: int) -> str:
    """The citation as it is written: 《民法典》第一千零七十九条."""
    return f"《{law}》第{numeral(article)}条"


def number_of(text: str) -> int | None:
    """The number that figures or Chinese numerals below ten thousand say; None for no number."""
    text = text.strip().replace("〇", "零").replace("两", "二")
    if text.isascii() and text.isdigit():
        return int(text)
    total, digit = 0, 0
    for letter in text:
        if letter in _UNITS:
            total += (digit or 1) * _UNITS[letter]
            digit = 0
        elif letter in _DIGITS:
            digit = _DIGITS.index(letter)
        else:
            return None
    return total + digit if text else None


def numeral(number: int) -> str:
    """A number from 1 to 9,999 in Chinese numerals, as articles are counted."""
    if not 0 < number < 10_000:
        raise ValueError(f"{number} is not from 1 to 9,999")
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if not digit:
            gap = bool(said)
            continue
        said += ("零" if gap else "") + _DIGITS[digit] + name
        gap = False
    return said.removeprefix("一") if said.startswith("一十") else said
