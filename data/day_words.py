"""Days, hours and halves as people say them on the wall clock, in Chinese and English; pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Text

Lang = Literal["zh", "en"]
WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HALVES = {"am": Text("上午", "morning"), "pm": Text("下午", "afternoon")}
_EVENING = 18  # a shift that begins later is told by its hours


def local(moment: datetime) -> datetime:
    """The moment on the bureau's wall clock."""
    return moment.astimezone(SHANGHAI)


def weekday(day: date, lang: Lang) -> str:
    """The day of the week, short."""
    return WEEKDAYS[lang][day.weekday()]


def hour(moment: datetime | time) -> str:
    """Hours and minutes; a moment is told on the bureau's wall clock."""
    said = local(moment) if isinstance(moment, datetime) else moment
    return f"{said.hour}:{said.minute:02d}"


def hours(start: datetime, end: datetime) -> str:
    """A shift's hours alone: 8:30–11:30."""
    return f"{hour(start)}–{hour(end)}"


def date_of(day: date, lang: Lang, *, year: bool = False) -> str:
    """The date without its weekday: 11月30日, 30 Nov."""
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"
    short = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{short} {day.year}" if year else short


def day_of(day: date) -> Text:
    """The date with its weekday: 12月1日周二, Tue 1 Dec."""
    return Text(
        f"{date_of(day, 'zh')}{weekday(day, 'zh')}", f"{weekday(day, 'en')} {date_of(day, 'en')}"
    )


def days_of(first: date, last: date) -> Text:
    """A day or a run of days, both included: 11月23日至11月29日, 23 Nov to 29 Nov."""
    if first == last:
        return Text(date_of(first, "zh"), date_of(first, "en"))
    return Text(
        f"{date_of(first, 'zh')}至{date_of(last, 'zh')}",
        f"{date_of(first, 'en')} to {date_of(last, 'en')}",
    )


def moment_of(moment: datetime) -> Text:
    """The day and the hour: 12月1日周二17:00, Tue 1 Dec 17:00."""
    said, at = day_of(local(moment).date()), hour(moment)
    return Text(f"{said.zh}{at}", f"{said.en} {at}")


def shift_of(start: datetime, end: datetime) -> Text:
    """The day and the hours of a shift; another day's end is told with its day."""
    first, last = moment_of(start), moment_of(end)
    if local(start).date() != local(end).date():
        return Text(f"{first.zh}至{last.zh}", f"{first.en} to {last.en}")
    return Text(f"{first.zh}–{hour(end)}", f"{first.en}–{hour(end)}")


def half(start: datetime, end: datetime) -> Literal["am", "pm", "day"]:
    """Which half of the day a shift fills; one that crosses noon by an hour each way is a day."""
    first, last = local(start), local(end)
    noon = first.replace(hour=12, minute=30, second=0, microsecond=0)
    if first < noon - timedelta(hours=1) and last > noon + timedelta(hours=1):
        return "day"
    return "am" if first < noon else "pm"


def half_day_of(start: datetime, end: datetime) -> Text:
    """The day and the half: 12月1日周二上午, Tue 1 Dec, morning; the hours where it is no half."""
    which = half(start, end)
    if which == "day" or local(start).hour >= _EVENING or local(start).date() != local(end).date():
        return shift_of(start, end)
    said = day_of(local(start).date())
    return Text(f"{said.zh}{_HALVES[which].zh}", f"{said.en}, {_HALVES[which].en}")
