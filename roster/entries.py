"""A lawyer's own entry in the register: what they may say is wrong, and their wishes; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhiban.data.day_words import WEEKDAYS
from zhiban.data.people import Half, Preference
from zhiban.data.wording import Faults, Text
from zhiban.roster.leave_requests import RequestState

FIELDS = ("phone", "skills", "languages", "away", "note")
WISHES, STRONGEST = 30, 3
AGAINST = 12
_PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")
Away = frozenset[tuple[int, str]]
"""Weekdays (0 is Monday) with `am`, `pm` or `day`."""


AWAY = Text("每周不值的半天", "half-days never served")
_HALVES = {"am": "上午", "pm": "下午", "day": ""}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a lawyer may look through and correct."""

    phone: str
    skills: frozenset[str]
    languages: frozenset[str]
    away: Away

    def as_json(self) -> dict[str, Any]:
        """Plain values, in a fixed order."""
        return {
            "phone": self.phone,
            "skills": sorted(self.skills),
            "languages": sorted(self.languages),
            "away": [list(one) for one in sorted(self.away)],
        }


@dataclass(frozen=True, slots=True)
class Correction:
    """A request to change an entry: what is to be written, field by field, and a note."""

    id: int
    lawyer: str
    changes: Mapping[str, Any]
    state: RequestState
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    remark: str


@dataclass(frozen=True, slots=True)
class Round:
    """A time in which all lawyers look through their entries."""

    id: int
    title: str
    opened_at: datetime
    opened_by: str
    deadline: datetime
    reminded_at: datetime | None
    closed_at: datetime | None

    def open_at(self, now: datetime) -> bool:
        """Whether lawyers may still confirm."""
        return self.closed_at is None and now < self.deadline


def changes_of(before: Entry, after: Entry, note: str) -> dict[str, Any]:
    """What differs, and the note where something was written; raises Refused."""
    faults = Faults()
    faults.unless(
        not after.phone or bool(_PHONE.fullmatch(after.phone)),
        "phone",
        "手机号写11位数字，座机写成 0573-88888888",
        "a mobile number has 11 digits; a landline is written 0573-88888888",
    )
    faults.unless(
        all(day in range(7) and half in ("am", "pm", "day") for day, half in after.away),
        "away",
        "请选择星期和半天",
        "choose weekdays and halves",
    )
    faults.unless(
        len(after.away) <= AGAINST, "away", f"最多{AGAINST}个半天", f"at most {AGAINST} halves"
    )
    faults.unless(len(note) <= 500, "note", "最多500字", "at most 500 letters")
    old, new = before.as_json(), after.as_json()
    changes = {field: new[field] for field in new if new[field] != old[field]}
    if note:
        changes["note"] = note
    faults.unless(bool(changes), "note", "没有改动任何内容", "nothing was changed")
    faults.refuse()
    return changes


def away_words(away: Away) -> str:
    """The half-days as the register's log says them."""
    return "、".join(f"{WEEKDAYS['zh'][day]}{_HALVES[half]}" for day, half in sorted(away))


def known_skills(changes: Mapping[str, Any], known: Collection[str]) -> None:
    """Raises Refused for skills that the bureau does not keep."""
    faults = Faults()
    for skill in changes.get("skills", ()):
        faults.unless(skill in known, "skills", f"没有专长 {skill}", f"no skill {skill}")
    faults.refuse()


def read_wishes(
    lawyer: str, rows: Sequence[tuple[str, str, str, str]], posts: Collection[str]
) -> tuple[Preference, ...]:
    """Wishes from a form's rows of post, weekday, half and value; empty rows left out.

    Raises Refused, naming the row.
    """
    faults = Faults()
    found: list[Preference] = []
    for number, (post, weekday, half, value) in enumerate(rows):
        if not any((post, weekday, half)) or value in ("", "0"):
            continue
        field = f"wish-{number}"
        sound = (
            (not post or post in posts)
            and (not weekday or weekday in tuple("0123456"))
            and half in ("", "am", "pm")
            and re.fullmatch(r"-?[1-3]", value) is not None
        )
        faults.unless(sound, field, "请重新选择这一条意愿", "choose this wish anew")
        if sound:
            found.append(_wish(lawyer, post, weekday, half, int(value)))
    twice = {(one.post, one.weekday, one.half) for one in found}
    faults.unless(
        len(twice) == len(found), "wish-0", "同一时间和岗位只能写一条", "one wish for each thing"
    )
    faults.unless(len(found) <= WISHES, "wish-0", f"最多{WISHES}条", f"at most {WISHES}")
    faults.refuse()
    return tuple(found)


def _wish(lawyer: str, post: str, weekday: str, half: str, value: int) -> Preference:
    halves: Mapping[str, Half | None] = {"": None, "am": "am", "pm": "pm"}
    return Preference(lawyer, post or None, int(weekday) if weekday else None, halves[half], value)
