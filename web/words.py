"""Times, spans and states as people say them, in Chinese and English; pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from zhiban.data.day_words import Lang as Lang
from zhiban.data.day_words import date_of as date_of
from zhiban.data.day_words import day_of, shift_of
from zhiban.data.day_words import half as half
from zhiban.data.day_words import hour as hour
from zhiban.data.day_words import hours as hours
from zhiban.data.day_words import local as local
from zhiban.data.day_words import weekday as weekday
from zhiban.data.timespan import Span
from zhiban.web.names import name as name

_NEAR = {
    "zh": {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}


def day(which: date, today: date, lang: Lang) -> str:
    """The day as said from `today`: 今天, 周四 (within six days), 12月3日, 2027年1月4日."""
    ahead = (which - today).days
    if ahead in _NEAR[lang]:
        return _NEAR[lang][ahead]
    if 0 < ahead < 7 and which.isocalendar()[:2] == today.isocalendar()[:2]:
        return weekday(which, lang)
    if 0 < ahead < 14:
        return day_of(which).in_(lang)
    return date_of(which, lang, year=which.year != today.year)


def at(moment: datetime, now: datetime, lang: Lang) -> str:
    """The moment as said at `now`: 今天16:30, today 16:30."""
    said = day(local(moment).date(), local(now).date(), lang)
    return f"{said}{hour(moment)}" if lang == "zh" else f"{said} {hour(moment)}"


def before(moment: datetime, now: datetime, lang: Lang) -> str:
    """The moment as a promise: 今天16:30前, by 16:30 today."""
    if lang == "zh":
        return f"{at(moment, now, lang)}前"
    return f"by {hour(moment)} {day(local(moment).date(), local(now).date(), lang)}"


def stamp(moment: datetime, lang: Lang) -> str:
    """The moment in full, for records and slips: 2026年11月24日 周二 16:30."""
    said = local(moment)
    date_, named = date_of(said.date(), lang, year=True), weekday(said.date(), lang)
    if lang == "en":
        return f"{named} {date_}, {hour(moment)}"
    return f"{date_} {named} {hour(moment)}"


def duration(length: timedelta, lang: Lang) -> str:
    """A length rounded down to minutes, in at most two units: 1小时20分钟, 1 h 20 min."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    units = (("天", " d"), ("小时", " h"), ("分钟", " min"))
    said = [
        f"{value}{unit[0] if lang == 'zh' else unit[1]}"
        for value, unit in zip((days, hours, minutes), units, strict=True)
        if value
    ][:2]
    if not said:
        return "不到1分钟" if lang == "zh" else "under 1 min"
    return "".join(said) if lang == "zh" else " ".join(said)


def seconds(value: float, lang: Lang) -> str:
    """A stopwatch reading: 3.4秒, 3.4 s."""
    return f"{value:.1f}秒" if lang == "zh" else f"{value:.1f} s"


def left(due: datetime, now: datetime, lang: Lang) -> str:
    """What a running clock shows: 还有1小时20分钟, or 超时25分钟."""
    if now <= due:
        said = duration(due - now, lang)
        return f"还有{said}" if lang == "zh" else f"{said} left"
    said = duration(now - due, lang)
    return f"超时{said}" if lang == "zh" else f"{said} late"


def span(start: datetime, end: datetime, now: datetime, lang: Lang) -> str:
    """A shift's time: 今天8:30-11:30; the second day is named where it differs."""
    first, last = local(start), local(end)
    closing = hour(end) if first.date() == last.date() else at(end, now, lang)
    return f"{at(start, now, lang)}–{closing}"


def shift(of: Span, lang: Lang) -> str:
    """A shift's day and hours, whatever the day is today: 11月27日周五8:30–11:30."""
    return shift_of(of.start, of.end).in_(lang)


def percent(share: float) -> str:
    """A share with as many places as it takes to see that it is not nought: 0.02%, 12%."""
    hundredths = share * 100
    if hundredths == 0:
        return "0%"
    if abs(hundredths) >= 10:
        return f"{hundredths:.0f}%"
    return f"{hundredths:.1f}%" if abs(hundredths) >= 1 else f"{hundredths:.2g}%"


def number(value: float) -> str:
    """A whole number with thin thousands: 12 345 stays on one line."""
    return f"{round(value):,}".replace(",", "\u202f")
