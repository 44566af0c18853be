"""The words of a duty table: its title, days, halves, and what stands in a cell; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.duty_table import Box, DutyTable, Entry, Half, Line, Person, Section

WEEKDAYS = "一二三四五六日"
HALF_WORDS: dict[Half, str] = {"am": "上午", "pm": "下午", "night": "晚上"}
WORD_OF_HALF: dict[str, str] = {str(half): word for half, word in HALF_WORDS.items()}
"""The same for halves as they were written down by somebody."""
STANDBY, VACANT = "备班：", "（空缺）"
_HOURS = re.compile(r"\d{1,2}:\d{2}\s*[–-]\s*\d{1,2}:\d{2}")
_PHONE = re.compile(r"[+\d*][\d*\s()-]{4,}")
_FIRM = re.compile(r".+(所|中心|公司|firm|LLP)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bureau:
    """Who issues the table, and the number that citizens call."""

    name: str = "公共法律服务"
    hotline: str = "12348"


def title(section: Section, bureau: Bureau) -> str:
    """The head of a county's table."""
    return f"{section.name}公共法律服务律师值班表"


def dates(table: DutyTable) -> str:
    """The week with its days."""
    first, last = table.week.days[0], table.week.days[-1]
    return (
        f"{first.year}年{first.month}月{first.day}日—{last.month}月{last.day}日"
        f"（第{table.week.number}周）"
    )


def standing(table: DutyTable) -> str:
    """Which version this is, or that it is a draft."""
    at = _stamp(table.at)
    if table.kind == "draft":
        return f"草稿第{table.number}稿（未公布），{at}"
    return f"第{table.number}版，{at}公布"


def footnote(table: DutyTable, bureau: Bureau) -> str:
    """What stands below each table."""
    last = (
        "未公布，不作为值班依据。" if table.kind == "draft" else "如有变动，以最新公布的版本为准。"
    )
    return f"{bureau.name}　服务热线 {bureau.hotline}　{standing(table)}。{last}"


def _stamp(at: datetime) -> str:
    said = at.astimezone(SHANGHAI)
    return f"{said.year}年{said.month}月{said.day}日{said.hour}:{said:%M}"


def day_label(day: date) -> str:
    """A day as its row is headed."""
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def half_label(section: Section, half: Half) -> str:
    """A half as its row is headed, with its hours where all have the same."""
    said = section.hours.get(half)
    return f"{HALF_WORDS[half]}\n{said}" if said else HALF_WORDS[half]


def box_text(section: Section, line: Line, box: Box) -> str:
    """What stands in a cell; hours are told where they are not those of the row."""
    if _alike(box):  # two halves that one cell tells at once
        return entry_text(box.entries[0], timed=False)
    several = len(box.entries) > 1
    usual = "" if box.rows > 1 else section.hours.get(line.half, "")
    return "\n".join(entry_text(one, timed=several or one.hours != usual) for one in box.entries)


def _alike(box: Box) -> bool:
    return (
        box.rows == 2
        and len(box.entries) == 2
        and box.entries[0].people == box.entries[1].people
        and bool(box.entries[0].people)
    )


def entry_text(entry: Entry, *, timed: bool) -> str:
    """The lines of one shift: hours where asked, people, and how many are missing."""
    lines = [entry.hours] if timed else []
    for person in entry.people:
        lines += person_lines(person)
    lines += [VACANT] * entry.missing
    return "\n".join(lines)


def person_lines(person: Person) -> list[str]:
    """Name, firm and phone, a line each."""
    name = f"{STANDBY}{person.name}" if person.role == "standby" else person.name
    return [line for line in (name, short_firm(person.firm), person.phone) if line]


def short_firm(name: str) -> str:
    """A firm's own name: the province before it and the kind behind it are the same for all."""
    own = name.removesuffix("律师事务所").removeprefix("浙江")
    return f"{own}所" if own and own != name else name


def masked_phone(phone: str) -> str:
    """A phone of which the middle cannot be read: 138****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else "****" if phone else ""


def is_hours(line: str) -> bool:
    """Whether a line tells a shift's hours."""
    return bool(_HOURS.fullmatch(line.strip()))


def is_phone(line: str) -> bool:
    """Whether a line is a phone number."""
    return bool(_PHONE.fullmatch(line.strip()))


def is_firm(line: str) -> bool:
    """Whether a line names a firm."""
    return bool(_FIRM.fullmatch(line.strip()))
