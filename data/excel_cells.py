"""What one cell of a register workbook may say, and how a value is written there; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

from zhiban.data.people import Firm, Lawyer
from zhiban.data.places import Closure, ExtraDay, Opening, Season
from zhiban.data.timespan import SHANGHAI, parse_day, parse_time
from zhiban.data.wording import Refused, Text, shortened

WEEKDAYS = "一二三四五六日"
_PARTS = re.compile(r"[、，,;；/|\s]+")
_LINES = re.compile(r"[；;\n]+")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})")
_DAYS = re.compile(r"周([一二三四五六日天])(?:\s*(?:至|到|-|–|~)\s*周?([一二三四五六日天]))?")
_SEASON = re.compile(r"[（(](\d{2})-(\d{2})/(\d{2})-(\d{2})[）)]")
_PHONE = re.compile(r"1\d{10}|0\d{9,11}")
_DAY_FORM = re.compile(r"(\d{4})[./年-](\d{1,2})[./月-](\d{1,2})日?")


class Unclear(Exception):  # noqa: N818 - says what happened
    """A cell that cannot be read; `text` says what is allowed."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(zh)


@dataclass
class Known:
    """What cells may name; people and firms of the same workbook join as they are read."""

    divisions: Mapping[str, str]
    skills: Mapping[str, str]
    firms: dict[str, Firm] = field(default_factory=dict)
    lawyers: dict[str, Lawyer] = field(default_factory=dict)
    _by_name: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def by_name(self, what: Literal["division", "firm", "lawyer"]) -> dict[str, set[str]]:
        """Who has a code or a name."""
        sources: dict[str, Mapping[str, Any]] = {
            "division": self.divisions,
            "firm": self.firms,
            "lawyer": self.lawyers,
        }
        found = self._by_name.get(what)
        if found is None:
            found = self._by_name[what] = {}
            for code, one in sources[what].items():
                for word in (code, one if isinstance(one, str) else one.name):
                    found.setdefault(word, set()).add(code)
        return found

    def join(self, one: Firm | Lawyer) -> None:
        """Lets others name a new or changed one; who changes the name is still known by the old."""
        what: Literal["firm", "lawyer"] = "firm" if isinstance(one, Firm) else "lawyer"
        for word in (one.id, one.name):
            self.by_name(what).setdefault(word, set()).add(one.id)
        if isinstance(one, Firm):
            self.firms[one.id] = one
        else:
            self.lawyers[one.id] = one


def whole(least: int, most: int) -> Any:
    """Reads a whole number between two."""

    def read(said: str) -> int:
        squeezed = said.removesuffix(".0")
        if not (squeezed.isascii() and squeezed.isdigit() and len(squeezed) < 9):
            raise Unclear(f"须是{least}至{most}的整数", f"a whole number from {least} to {most}")
        if not least <= int(squeezed) <= most:
            raise Unclear(f"须在{least}至{most}之间", f"between {least} and {most}")
        return int(squeezed)

    return read


def degrees(least: float, most: float) -> Any:
    """Reads a coordinate."""

    def read(said: str) -> float:
        try:
            value = float(said)
        except ValueError:
            value = most + 1
        if not least <= value <= most:
            raise Unclear(
                f"须是{least:g}至{most:g}的度数", f"degrees between {least:g} and {most:g}"
            )
        return value

    return read


def day(said: str) -> date:
    """Reads a day written 2026-02-10, 2026/2/10, 2026.2.10 or 2026年2月10日."""
    match = _DAY_FORM.fullmatch(said.removesuffix(" 00:00:00"))
    iso = f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}" if match else said
    found: date = _plain(lambda: parse_day(iso, ""))
    return found


def moment(said: str) -> datetime:
    """Reads a day and an hour of the bureau's zone."""
    found: datetime = _plain(lambda: parse_time(said.replace("/", "-"), ""))
    return found


def _plain(read: Any) -> Any:
    try:
        return read()
    except Refused as refused:
        one = refused.errors[0].text
        raise Unclear(one.zh, one.en) from None


def phone(said: str) -> str:
    """Reads a phone number; spaces and dashes are left out."""
    squeezed = re.sub(r"[\s-]", "", said.removesuffix(".0"))
    if not _PHONE.fullmatch(squeezed):
        raise Unclear(
            "须是11位手机号，或带区号的座机号",
            "a mobile number of 11 digits, or a landline with its area code",
        )
    return squeezed


def one_of(names: Mapping[str, Text]) -> Any:
    """Reads one of some names, in either language or by its code."""
    by_name = {word: code for code, name in names.items() for word in (code, name.zh, name.en)}

    def read(said: str) -> str:
        if said not in by_name:
            zh, en = (
                "、".join(name.zh for name in names.values()),
                ", ".join(name.en for name in names.values()),
            )
            raise Unclear(f"只能是：{zh}", f"one of: {en}")
        return by_name[said]

    return read


def several(known: Mapping[str, str], what: Text) -> Any:
    """Reads several codes or names, whatever stands between them."""
    by_name = {word: code for code, name in known.items() for word in (code, name)}

    def read(said: str) -> frozenset[str]:
        words = [word for word in _PARTS.split(said) if word]
        strange = [word for word in words if word not in by_name]
        if strange:
            zh, en = shortened(strange[0], 20), "、".join(known.values())
            raise Unclear(
                f"没有“{zh}”这个{what.zh}，可用：{en}",
                f"there is no {what.en} {zh!r}; known: {', '.join(known)}",
            )
        return frozenset(by_name[word] for word in words)

    return read


def named(by_name: Mapping[str, set[str]], what: Text) -> Any:
    """Reads a code or a name that only one has."""

    def read(said: str) -> str:
        found = by_name.get(said, set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            codes = "、".join(sorted(found))
            raise Unclear(
                f"有几个{what.zh}叫这个名字，请写编号：{codes}",
                f"several of that name; write the id: {codes}",
            )
        raise Unclear(
            f"名册里没有这个{what.zh}，请写名称或编号",
            f"the register has no such {what.en}; write its name or id",
        )

    return read


def openings(said: str) -> tuple[Opening, ...]:
    """Reads weekly hours: 周一至周五 8:30-11:30、13:30-17:00；周六 9:00-11:30（06-01/08-31）."""
    found: list[Opening] = []
    for line in (one.strip() for one in _LINES.split(said) if one.strip()):
        days, hours, season = _DAYS.match(line), _HOURS.findall(line), _SEASON.search(line)
        if days is None or not hours:
            raise Unclear(
                f"“{shortened(line, 20)}”看不懂，例：周一至周五 8:30-11:30、13:30-17:00",
                f"{shortened(line, 20)!r} is unclear; as 周一至周五 8:30-11:30、13:30-17:00",
            )
        first = _weekday(days[1])
        last = _weekday(days[2]) if days[2] else first
        for weekday in range(first, last + 1):
            found += [Opening(weekday, *_pair(pair), _season(season)) for pair in hours]
    return tuple(found)


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
    for line in (one.strip() for one in _LINES.split(said) if one.strip()):
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
    for line in (one.strip() for one in _LINES.split(said) if one.strip()):
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
