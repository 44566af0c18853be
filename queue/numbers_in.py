"""Private numbers in a text that is about to be sent: telephones, WeChat and QQ names; pure.

An answer should leave the service's own way of talking only on purpose.
"""

from __future__ import annotations

import re
import unicodedata

_GAP = r"[ \t\-‐‑–—.·_]?"
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")
_LANDLINE = re.compile(rf"(?<!\d)\(?0\d{{2,3}}\)?{_GAP}[2-8]\d{{6,7}}(?!\d)")
_IS = r"[号码名]{0,2}\s*(?:账号|帐号)?\s*[:是为]?\s*"
_WECHAT = re.compile(
    rf"(?:微\s*信|薇\s*信|威信|加\s*v|(?<![a-z])(?:v\s?x|w\s?x|we\s?chat|wei\s?xin)(?![a-z])){_IS}"
    r"(?P<name>[a-z0-9][a-z0-9_\-]{4,19})(?![a-z0-9])",
    re.IGNORECASE,
)
_QQ = re.compile(
    rf"(?:(?<![a-z])q\s?q(?![a-z])|扣扣|企鹅号){_IS}(?P<name>[1-9]\d{{4,11}})(?!\d)",
    re.IGNORECASE,
)
# One digit written as a word each, as in 一三八零零...: meant to slip past such a look.
_WORD = "零〇一二三四五六七八九幺"
_SPELT = re.compile(rf"(?<![\d{_WORD}])[一幺][三四五六七八九][{_WORD}]{{9}}(?![{_WORD}])")


def private_numbers(text: str) -> tuple[str, ...]:
    """The telephone numbers and WeChat or QQ names in a text as they stand in it, each once.

    Public short numbers such as 12348 are none, nor are sums, case numbers and identity numbers.
    """
    folded = _folded(text)
    spans: list[tuple[int, int]] = []
    for pattern in (_MOBILE, _SPELT, _LANDLINE):
        spans += [match.span() for match in pattern.finditer(folded)]
    for pattern in (_WECHAT, _QQ):
        spans += [match.span("name") for match in pattern.finditer(folded)]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return tuple(dict.fromkeys(text[start:end].strip() for start, end in apart))


def _folded(text: str) -> str:
    """The text with wide letters and digits as narrow ones, letter for letter."""
    narrow = (unicodedata.normalize("NFKC", letter) for letter in text)
    return "".join(to if len(to) == 1 else letter for to, letter in zip(narrow, text, strict=True))
