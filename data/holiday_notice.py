"""The State Council's yearly notice of holidays, read from its text or from a table; pure.

What is read is checked by what the notice itself says of it: weekdays in brackets, counts of days.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from zhiban.data.wording import Faults, Refused, shortened

DayKind = Literal["off", "work"]
FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
LONGEST = 20_000
_LONGEST_HOLIDAY = timedelta(days=20)
_WEEKDAYS = "一二三四五六日"
_TITLE = re.compile(r"(20\d\d)年.{0,8}节假日安排")
_SECTION = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|\d+[.、])\s*([^:]{1,20}):(.*)$")
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_COUNT = re.compile(r"(?:共|放假)\s*(\d{1,2})\s*天")
_ROW = re.compile(r"^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[\s,;]+([^\s,;]+)[\s,;]*(.*)$")
_KINDS: Mapping[str, DayKind] = {
    **dict.fromkeys(("off", "放假", "休", "假", "休息"), "off"),
    **dict.fromkeys(("work", "上班", "班", "调休上班", "补班"), "work"),
}


@dataclass(frozen=True)
class Notice:
    """One year's notice: which days are off, or worked in exchange, and for what holiday."""

    year: int
    days: Mapping[date, tuple[DayKind, str]]

    @property
    def missing(self) -> tuple[str, ...]:
        """The usual holidays that it does not name."""
        said = "".join(name for _, name in self.days.values())
        return tuple(one for one in FESTIVALS if one not in said)


@dataclass
class _Reading:
    """What has been read so far; errors name the line."""

    year: int
    days: dict[date, tuple[DayKind, str]] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    line: int = 0

    def fault(self, zh: str, en: str) -> None:
        """Notes what is wrong with this line."""
        self.faults.note(f"line {self.line}", f"第{self.line}行：{zh}", f"line {self.line}: {en}")

    def put(self, days: Sequence[date], kind: DayKind, name: str) -> None:
        """Takes days of a kind, unless another line, or the week, says otherwise."""
        for day in days:
            before = self.days.get(day)
            if before is not None and before[0] != kind:
                self.fault(f"{day}又放假又上班", f"{day} is both off and worked")
            elif not self.year - 1 <= day.year <= self.year:
                self.fault(f"{day}不在{self.year}年", f"{day} is not in {self.year}")
            elif kind == "work" and day.weekday() < 5:
                self.fault(
                    f"{day}是周{_WEEKDAYS[day.weekday()]}，本来就上班",
                    f"{day} is a weekday and worked anyway",
                )
            self.days[day] = (kind, name)


def read_notice(text: str, year: int | None = None) -> Notice:
    """The notice in a text: as published, or a day a line (`2027-01-01,放假,元旦`).

    `year` is of what names none itself. Raises Refused with every line at fault.
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).replace("\r", "")
    lines = plain.split("\n")
    rows = [_ROW.match(line) for line in lines]
    reading = _of_table(lines, rows) if any(rows) else _of_prose(lines, _year_of(plain, year))
    reading.faults.refuse()
    if not any(kind == "off" for kind, _ in reading.days.values()):
        raise Refused.one(
            "text",
            "没有读到放假的日期；请贴通知全文，或每行一天，如 2027-01-01,放假,元旦",
            "no day off was found; paste the whole notice, or a day a line, "
            "as 2027-01-01,off,New Year",
        )
    return Notice(reading.year, dict(sorted(reading.days.items())))


def _year_of(plain: str, year: int | None) -> int:
    found = _TITLE.search(plain) or re.search(r"(20\d\d)年", plain)
    if found is None and year is None:
        raise Refused.one(
            "text",
            "没有写明是哪一年；请连标题一起贴，或在第一行写上年份，如 2027年",
            "no year is named; paste the title too, or write it in the first line, as 2027年",
        )
    return int(found[1]) if found else year or 0


def _of_table(lines: Sequence[str], rows: Sequence[re.Match[str] | None]) -> _Reading:
    years = {int(row[1]) for row in rows if row}
    reading = _Reading(max(years))
    begun = False
    for reading.line, (line, row) in enumerate(zip(lines, rows, strict=True), 1):
        if row is None:
            if line.strip() and begun:  # what stands above the first row is its heading
                reading.fault(f"“{shortened(line.strip(), 20)}”看不懂", "is unclear")
            continue
        begun = True
        day = _date(reading, int(row[1]), int(row[2]), int(row[3]))
        kind = _KINDS.get(row[4].lower())
        if kind is None:
            said = shortened(row[4], 20)
            reading.fault(f"“{said}”应为放假或上班", f"{said!r} is neither off nor work")
        elif day is not None:
            reading.put([day], kind, row[5].strip(" ,;")[:20])
    return reading


def _of_prose(lines: Sequence[str], year: int) -> _Reading:
    reading, name = _Reading(year), ""
    for reading.line, line in enumerate(lines, 1):
        section = _SECTION.match(line)
        if section:
            name = section[1].strip()
        found = _sentences(reading, section[2] if section else line, name)
        if section and not found:
            reading.fault(
                f"“{shortened(name, 20)}”没有读到日期，例：1月1日（周五）至3日（周日）放假，共3天",
                "no days were found; as 1月1日（周五）至3日（周日）放假，共3天",
            )
    return reading


def _sentences(reading: _Reading, line: str, name: str) -> bool:
    """Reads one line's phrases; whether it named a day."""
    waiting: list[date] = []
    off: list[date] = []
    named = False
    for phrase in re.split(r"[。;,]", line):
        waiting += _days(reading, phrase)
        if "上班" in phrase and waiting:
            reading.put(waiting, "work", name)
            named, waiting = True, []
        elif "放假" in phrase and waiting:
            reading.put(waiting, "off", name)
            named, off, waiting = True, waiting, []
        count = _COUNT.search(phrase)
        if count and off and int(count[1]) != len(off):
            reading.fault(
                f"写着共{count[1]}天，日期却有{len(off)}天",
                f"says {count[1]} days, but the dates come to {len(off)}",
            )
    return named


def _days(reading: _Reading, phrase: str) -> list[date]:
    """The days that a phrase names, one by one or from one to another."""
    found: list[date] = []
    year, month, end = reading.year, 0, 0
    for match in _DATE.finditer(phrase):
        year, month = int(match[1] or year), int(match[2] or month)
        day = _date(reading, year, month, int(match[3]))
        if day is None:
            return []
        _check_weekday(reading, day, match[4] or "")
        joined = phrase[end : match.start()].strip() if found else ""
        if joined in ("至", "到", "-", "~", "—"):
            found += _between(reading, found[-1], day)
        else:
            found.append(day)
        end = match.end()
    return found


def _between(reading: _Reading, first: date, last: date) -> list[date]:
    """The days after `first` to `last`."""
    if not timedelta() < last - first <= _LONGEST_HOLIDAY:
        reading.fault(f"{first}至{last}不像一个假期", f"{first} to {last} is no holiday")
        return []
    return [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]


def _check_weekday(reading: _Reading, day: date, said: str) -> None:
    match = _WEEKDAY.search(said)
    if match and _WEEKDAYS.index("日" if match[1] == "天" else match[1]) != day.weekday():
        reading.fault(
            f"{day}是周{_WEEKDAYS[day.weekday()]}，通知写的是周{match[1]}",
            f"{day} is a {day:%A}, not what the brackets say",
        )


def _date(reading: _Reading, year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        reading.fault(f"没有{year}年{month}月{day}日", f"there is no day {year}-{month}-{day}")
        return None
