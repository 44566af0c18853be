"""How days, hours and moments are written in a cell of a register workbook; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from zhiban.data.excel_cells import Unclear, narrow
from zhiban.data.places import Closure, ExtraDay, Opening, Season
from zhiban.data.timespan import SHANGHAI, parse_day, parse_time
from zhiban.data.wording import Refused, shortened

WEEKDAYS = "一二三四五六日"
_LINES = re.compile(r"[；;\n]+")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})")
_DAYS = re.compile(r"周([一二三四五六日天])(?:\s*(?:至|到|-|–|—|~)\s*周?([一二三四五六日天]))?")
_SEASON = re.compile(r"[（(](\d{2})-(\d{2})/(\d{2})-(\d{2})[）)]")
_DAY_FORM = re.compile(r"(\d{4})(?:[./年-](\d{1,2})[./月-](\d{1,2})[日号]?|(\d{2})(\d{2}))")
_WIDE = str.maketrans("０１２３４５６７８９：－／～\u3000", "0123456789:-/~ ")
_YEARLESS = re.compile(r"\d{1,2}[./月-]\d{1,2}[日号]?")
_MOMENT = re.compile(
    r"([^\sT]*?\d[日号]?)[T ]*(上午|下午)?"  # the day, its half
    r"(?:[T ]*(\d{1,2})[:点时](?:(\d{1,2})分?)?(?::\d{2})?)?"  # the hour and the minute
)
_FIRST_SERIAL, _SERIAL = date(1899, 12, 30), re.compile(r"\d{5}(?:\.\d+)?")  # as Excel counts days


def day(said: str) -> date:
    """Reads a day written 2026-02-10, 2026/2/10, 20260210, 2026年2月10日, or as Excel counts."""
    plain = re.sub(r"\s+", "", narrow(said).removesuffix(" 00:00:00"))
    match = _DAY_FORM.fullmatch(plain)
    if match:
        year, month, which = int(match[1]), int(match[2] or match[4]), int(match[3] or match[5])
        try:
            return parse_day(f"{date(year, month, which)}", "")
        except ValueError:
            raise Unclear("没有这一天", "there is no such day") from None
        except Refused as refused:
            raise Unclear(refused.errors[0].text.zh, refused.errors[0].text.en) from None
    if _SERIAL.fullmatch(plain):
        return day(f"{_FIRST_SERIAL + timedelta(days=int(float(plain)))}")
    if _YEARLESS.fullmatch(plain):
        raise Unclear(
            "没有写年份，请写成 2026-02-10", "the year is missing; write it as 2026-02-10"
        )
    raise Unclear("不是日期，请写成 2026-02-10", "not a day; write it as 2026-02-10")


def moment(*, end: bool = False) -> Any:
    """Reads a day with or without its hour, in the bureau's zone.

    A day alone begins at midnight, and as an `end` is over at the next; of half-days likewise.
    """

    def read(said: str) -> datetime:
        plain = " ".join(narrow(said).split())
        if _SERIAL.fullmatch(plain) and float(plain) % 1:
            minutes = round(float(plain) % 1 * 24 * 60)
            return datetime.combine(day(plain), time(), SHANGHAI) + timedelta(minutes=minutes)
        match = _MOMENT.fullmatch(plain)
        if match is None:
            return _with_zone(plain)
        midnight = datetime.combine(day(match[1]), time(), SHANGHAI)
        if match[3] is None:
            halves = {None: (0, 24), "上午": (0, 12), "下午": (12, 24)}[match[2]]
            return midnight + timedelta(hours=halves[end])
        hour, minute = int(match[3]), int(match[4] or 0)
        hour += 12 if match[2] == "下午" and hour < 12 else 0
        if hour > 24 or minute > 59 or (hour == 24 and minute):
            raise Unclear("钟点须在 0:00 至 24:00 之间", "hours are from 0:00 to 24:00")
        return midnight + timedelta(hours=hour, minutes=minute)

    return read


def _with_zone(said: str) -> datetime:
    try:
        return parse_time(said, "")
    except Refused:
        raise Unclear(
            "不是时间，请写成 2026-02-10 08:30 或 2026-02-10 上午",
            "not a time; write it as 2026-02-10 08:30",
        ) from None


def openings(said: str) -> tuple[Opening, ...]:
    """Reads weekly hours: 周一至周五 8:30-11:30、13:30-17:00；周六 9:00-11:30（06-01/08-31）."""
    found: list[Opening] = []
    for line in _lines(said):
        days, hours, season = _DAYS.match(line), _HOURS.findall(line), _SEASON.search(line)
        if days is None or not hours:
            raise Unclear(
                f"“{shortened(line, 20)}”看不懂，例：周一至周五 8:30-11:30、13:30-17:00",
                f"{shortened(line, 20)!r} is unclear; as 周一至周五 8:30-11:30、13:30-17:00",
            )
        first = _weekday(days[1])
        last = _weekday(days[2]) if days[2] else first
        for weekday in ((first + one) % 7 for one in range((last - first) % 7 + 1)):
            found += [Opening(weekday, *_pair(pair), _season(season)) for pair in hours]
    return tuple(found)


def _lines(said: str) -> list[str]:
    plain = re.sub("星期|礼拜", "周", said.translate(_WIDE))
    return [one.strip() for one in _LINES.split(plain) if one.strip()]


def _weekday(word: str) -> int:
    return WEEKDAYS.index("日" if word == "天" else word)


def _pair(pair: tuple[str, ...]) -> tuple[time, time]:
    try:
        return time(int(pair[0]), int(pair[1])), time(int(pair[2]), int(pair[3]))
    except ValueError:
        raise Unclear("钟点须在 0:00 至 23:59 之间", "hours are from 0:00 to 23:59") from None


def _season(match: re.Match[str] | None) -> Season | None:
    if match is None:
        return None
    numbers = [int(one) for one in match.groups()]
    if not (1 <= numbers[0] <= 12 and 1 <= numbers[2] <= 12 and max(numbers[1], numbers[3]) <= 31):
        raise Unclear("季节须写成（06-01/08-31）", "a season is written (06-01/08-31)")
    return ((numbers[0], numbers[1]), (numbers[2], numbers[3]))


def openings_text(some: Iterable[Opening]) -> str:
    """Weekly hours as they are read again."""
    days: dict[tuple[Season | None, int], list[str]] = {}
    for one in some:
        hours = f"{one.start:%-H:%M}-{one.end:%-H:%M}"
        days.setdefault((one.season, one.weekday), []).append(hours)
    runs: list[list[Any]] = []
    for (season, weekday), some_hours in sorted(days.items(), key=lambda one: str(one[0])):
        last = runs[-1] if runs else [None, -2, -2, []]
        if last[0] == season and last[2] == weekday - 1 and last[3] == some_hours:
            last[2] = weekday
        else:
            runs.append([season, weekday, weekday, some_hours])
    return "；".join(_run(*run) for run in runs)


def _run(season: Season | None, first: int, last: int, hours: list[str]) -> str:
    days = f"周{WEEKDAYS[first]}" + (f"至周{WEEKDAYS[last]}" if last > first else "")
    when = (
        "" if season is None else "（{:02d}-{:02d}/{:02d}-{:02d}）".format(*season[0], *season[1])
    )
    return f"{days} {'、'.join(hours)}{when}"


def closures(said: str) -> tuple[Closure, ...]:
    """Reads days closed: 2026-10-08/2026-10-10 装修；2026-12-31."""
    found = []
    for line in _lines(said):
        span, _, reason = line.partition(" ")
        first, _, last = span.partition("/")
        try:
            found.append(Closure(day(first), day(last or first), reason.strip()))
        except Refused as refused:
            raise Unclear(refused.errors[0].text.zh, refused.errors[0].text.en) from None
    return tuple(found)


def closures_text(some: Iterable[Closure]) -> str:
    """Days closed as they are read again."""
    return "；".join(
        f"{one.first}{'' if one.first == one.last else f'/{one.last}'} {one.reason}".strip()
        for one in some
    )


def extra_days(said: str) -> tuple[ExtraDay, ...]:
    """Reads days opened beside the usual: 2026-10-11 9:00-11:30 义诊."""
    found = []
    for line in _lines(said):
        first, _, rest = line.partition(" ")
        hours = _HOURS.match(rest.strip())
        if hours is None:
            raise Unclear(
                "须写成 2026-10-11 9:00-11:30 事由", "written as 2026-10-11 9:00-11:30 reason"
            )
        start, end = _pair(hours.groups())
        found.append(ExtraDay(day(first), start, end, rest.strip()[hours.end() :].strip()))
    return tuple(found)


def extra_days_text(some: Iterable[ExtraDay]) -> str:
    """Extra days as they are read again."""
    return "；".join(
        f"{one.day} {one.start:%-H:%M}-{one.end:%-H:%M} {one.reason}".strip() for one in some
    )


def moment_text(at: datetime) -> str:
    """A moment as it is read again."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
