"""Articles of law cited in a text, as 《民法典》第一千零七十九条, of laws that are known; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from zhiban.queue.laws import laws
from zhiban.queue.words import number_of

_CITED = re.compile(
    r"《(?P<law>[^《》\n]{2,60})》\s*第\s*(?P<article>[零〇一二两三四五六七八九十百千]{1,10}|\d{1,4})\s*条"
    r"(?:之[一二三四五六七八九十]{1,3})?"
)
_STATE = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; with `law` and `article` where it cites one of a known law."""

    text: str
    law: str = ""
    article: int = 0


def pieces(text: str) -> tuple[Piece, ...]:
    """The text in pieces that make it up again, the articles it cites apart from the rest."""
    found: list[Piece] = []
    at = 0
    for match in _CITED.finditer(text):
        law = _names().get(match["law"].strip().removeprefix(_STATE))
        article = number_of(match["article"])
        if law is None or not article:
            continue
        if match.start() > at:
            found.append(Piece(text[at : match.start()]))
        found.append(Piece(match[0], law, article))
        at = match.end()
    if at < len(text) or not found:
        found.append(Piece(text[at:]))
    return tuple(found)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """The short name of a law by each of its names."""
    return {
        name.removeprefix(_STATE): law.short
        for law in laws()
        for name in (law.name, law.short, *law.aliases)
    }
