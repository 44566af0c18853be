"""How long an answer takes today, as the page of asking says it; reckoned once a minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from zhiban.queue.answering import Answering, answering_today
from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.wiring import Wiring

_HOLDS = timedelta(minutes=1)
_found: WeakKeyDictionary[Wiring, tuple[datetime, Answering]] = WeakKeyDictionary()


def answering_now(wiring: Wiring, connection: Connection, now: datetime, lang: Lang) -> str:
    """One sentence from today's first answers, or that there is none yet."""
    kept = _found.get(wiring)
    if kept is None or not timedelta() <= now - kept[0] < _HOLDS:
        kept = _found[wiring] = (now, answering_today(connection, now))
    return said(kept[1], lang)


def said(found: Answering, lang: Lang) -> str:
    """The figures in words; pure."""
    if found.median is None:
        return translate(lang, "今天还没有新的答复，所以说不出要等多久；提交后会写明最迟什么时候。")
    took = words.duration(found.median, lang)
    return translate(
        lang,
        "今天已答复%(count)s个新问题，从提问到答复，一半不超过%(took)s。",
        count=found.answers,
        took=took,
    )
