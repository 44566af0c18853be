"""A clock as a signal: a shape, a share and a word; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from zhiban.queue.sla import Clock, share_run
from zhiban.web import words
from zhiban.web.i18n import Lang, translate

Shape = Literal["plain", "soon", "late", "paused", "done"]
_SHAPES: dict[str, Shape] = {
    "running": "plain",
    "warned": "soon",
    "breached": "late",
    "paused": "paused",
    "met": "done",
    "ended": "done",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """What a template draws: the ring's shape, the share of time left (0 to 1), and the word."""

    kind: Shape
    word: str
    share: float = 1.0


def sign(clock: Clock, now: datetime, lang: Lang) -> Sign:
    """The clock as staff read it: how long is left, or how late it is."""
    shape = _SHAPES[clock.status]
    share = min(1.0, max(0.0, 1.0 - share_run(clock, now)))
    if clock.status == "paused":
        return Sign(shape, translate(lang, "暂停计时"), share)
    if clock.status == "ended":
        return Sign(shape, translate(lang, "不再计时"), share)
    if clock.status == "met":
        done = translate(lang, "超时完成") if clock.late else translate(lang, "按时完成")
        return Sign("done", done, share)
    return Sign(shape, words.left(clock.due, now, lang), share)


def promise(clock: Clock, now: datetime, lang: Lang) -> Sign:
    """The clock as the citizen reads it: until when there will be an answer."""
    shape = _SHAPES[clock.status]
    share = min(1.0, max(0.0, 1.0 - share_run(clock, now)))
    if clock.status == "paused":
        return Sign(shape, translate(lang, "您补充后继续计时"), share)
    if clock.status == "breached":
        late = words.duration(now - clock.due, lang)
        return Sign(shape, translate(lang, "已超时%(late)s，已告知负责人", late=late), 0.0)
    return Sign(
        shape, translate(lang, "%(when)s答复", when=words.before(clock.due, now, lang)), share
    )


def answer_clock(clocks: Iterable[Clock]) -> Clock | None:
    """The clock that promises the citizen an answer, where one runs."""
    owed = [one for one in clocks if one.runs and one.kind in ("first_answer", "next_answer")]
    return min(owed, key=lambda one: one.due, default=None)
