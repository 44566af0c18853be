"""A question's history as its lawyer reads it: who said what, what happened, which papers; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiban.data.timespan import parse_time
from zhiban.queue.aid_form import DOCUMENTS
from zhiban.queue.moves import REFERRALS
from zhiban.queue.views import Enclosure, Step
from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.talk import Entry, entries

_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper of the question: its number in the address, its name, its size, whether a picture."""

    id: str
    name: str
    size: str
    picture: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line: an entry of the conversation, what its kind adds (a date, a body), its paper."""

    entry: Entry
    kind: str
    detail: str
    sheet: Sheet | None


def history(
    steps: Sequence[Step], papers: Iterable[Enclosure], now: datetime, lang: Lang
) -> tuple[Line, ...]:
    """The steps in their order with their details and papers."""
    sheets = {one.seq: sheet(one) for one in papers}
    return tuple(
        Line(entry, step.kind, _detail(step, now, lang), sheets.get(step.seq))
        for step, entry in zip(steps, entries(steps, "staff", lang), strict=True)
    )


def sheet(paper: Enclosure) -> Sheet:
    """An attachment as it is listed."""
    kilobytes = max(1, round(paper.size / 1024))
    size = f"{kilobytes} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"
    return Sheet(paper.id, paper.name, size, paper.media_type in _PICTURES)


def _detail(step: Step, now: datetime, lang: Lang) -> str:
    facts = step.facts
    if step.kind == "deferred":
        return translate(lang, "到%(when)s", when=_when(facts["until"], now, lang))
    if step.kind == "referred" and facts["to"] in REFERRALS:
        return REFERRALS[facts["to"]].in_(lang)
    if step.kind == "merged":
        return translate(lang, "并入%(ticket)s", ticket=facts["into"])
    if step.kind == "aid_applied":
        return translate(lang, "%(when)s前有结果", when=_when(facts["due"], now, lang))
    if step.kind == "aid_decided":
        return words.name("aid_status", facts["status"], lang)
    if step.kind == "draft_asked":
        document = DOCUMENTS[facts["document"]].in_(lang)
        due = translate(lang, "%(when)s前交付", when=_when(facts["due"], now, lang))
        return f"{document} · {due}"
    if step.kind == "draft_ended":
        return words.name("draft_status", facts["status"], lang)
    return ""


def _when(moment: str, now: datetime, lang: Lang) -> str:
    return words.at(parse_time(moment, "moment"), now, lang)
