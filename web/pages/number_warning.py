"""What a lawyer is told while private numbers stand in an answer being written."""

from __future__ import annotations

from zhiban.queue.numbers_in import private_numbers
from zhiban.web.i18n import Lang, translate


def warned(text: str, lang: Lang) -> str:
    """What is said while private numbers stand in an answer; empty where there are none."""
    found = private_numbers(text)
    if not found:
        return ""
    return translate(
        lang,
        "里面有私人号码：%(numbers)s。平台外联系没有记录，发送时会再问一次。",
        numbers=("、" if lang == "zh" else ", ").join(found),
    )
