"""A question's history as a conversation with thin lines between; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from zhiban.queue.views import Enclosure, Step
from zhiban.web import words
from zhiban.web.i18n import Lang, translate

# Of these the kind alone says all; the others say what somebody wrote.
_PLAIN = frozenset({"asked", "message", "answered"})
# How a lawyer was chosen, and why one stepped back, is told to staff; why one waits, to everyone.
_EXPLAINED = frozenset({"waiting"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: somebody's words (`body`), a `file` with them, or what the system did (`note`)."""

    seq: int
    side: str
    who: str
    at: datetime
    body: str
    note: str
    file: Enclosure | None = None


def entries(
    steps: Iterable[Step],
    reader: Literal["citizen", "staff"],
    lang: Lang,
    files: Iterable[Enclosure] = (),
) -> tuple[Entry, ...]:
    """The steps in their order, as this reader sees them; with the `files` that came by them."""
    by_step = {file.seq: file for file in files}
    found = (_entry(step, reader, lang) for step in steps)
    return tuple(
        replace(entry, file=by_step[entry.seq]) if entry.body and entry.seq in by_step else entry
        for entry in found
    )


def _entry(step: Step, reader: str, lang: Lang) -> Entry:
    called = words.name("event", step.kind, lang)
    if step.text:
        note = "" if step.kind in _PLAIN else called
        return Entry(step.seq, step.who, _who(step, reader, lang), step.at, step.text, note)
    return Entry(step.seq, step.who, "", step.at, "", _note(step, called, reader, lang))


def _who(step: Step, reader: str, lang: Lang) -> str:
    if step.who == "citizen":
        return translate(lang, "您") if reader == "citizen" else translate(lang, "提问人")
    if step.who == "lawyer":
        return translate(lang, "%(name)s律师", name=step.who_name or "").strip()
    return step.who_name or translate(lang, "工作人员")


def _note(step: Step, called: str, reader: str, lang: Lang) -> str:
    named = f"{called}：{step.who_name}" if lang == "zh" else f"{called}: {step.who_name}"
    said = named if step.who_name else called
    if step.reason is None or (reader == "citizen" and step.kind not in _EXPLAINED):
        return said
    return f"{said}（{step.reason.zh}）" if lang == "zh" else f"{said} ({step.reason.en})"
