"""Times that can be booked: with a lawyer on duty at a station, or at the desk of a body; pure.

What can be booked at a station follows from the published roster and from nothing else: a shift
that is published is cut into times, one for each lawyer who holds it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from zhiban.data.bodies import Body
from zhiban.data.named_setting import NamedSetting
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Faults, Text
from zhiban.data.worktime import WorkCalendar
from zhiban.queue.asking import writable
from zhiban.roster.published import OnDuty

BookingState = Literal["booked", "displaced", "cancelled"]
STATION = "station"
KINDS: dict[str, Text] = {
    STATION: Text("律师当面咨询", "A lawyer in person"),
    "aid": Text("法律援助", "Legal aid"),
    "mediation": Text("人民调解", "Mediation"),
    "notary": Text("公证", "Notary"),
    "appraisal": Text("司法鉴定", "Forensic appraisal"),
}
"""What may be booked, by code."""

_LIMITS = {"name": 40, "topic": 200}
_PHONE = re.compile(r"1\d{10}|0\d{9,11}")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class BookingRules:
    """The bureau's settings: minutes a time at a station lasts, how many days ahead and how many
    minutes before at least one may book, and how many bookings one number may make a day."""

    minutes: int = 30
    days: int = 14
    lead: int = 60
    per_day: int = 3

    def __post_init__(self) -> None:
        faults = Faults("booking.")
        limits = {"minutes": (5, 240), "days": (1, 60), "lead": (0, 2880), "per_day": (1, 50)}
        for field, (least, most) in limits.items():
            value = getattr(self, field)
            whole = isinstance(value, int) and not isinstance(value, bool)
            faults.unless(
                whole and least <= value <= most,
                field,
                f"须为{least}至{most}的整数，现为{value}",
                f"a whole number from {least} to {most}, not {value}",
            )
        faults.refuse()


TITLES = {
    "minutes": Text("站点每次多少分钟", "minutes of a time at a station"),
    "days": Text("最多提前多少天", "days ahead at most"),
    "lead": Text("至少提前多少分钟", "minutes before at least"),
    "per_day": Text("一个号码一天最多约几次", "bookings of a number a day at most"),
}
NAMED = NamedSetting("booking", Text("预约规则", "Booking rules"), TITLES, asdict(BookingRules()))


def rules_from(told: object) -> BookingRules:
    """The rules that a setting tells, usual where it does not; Refused names what it gets wrong."""
    given = told if isinstance(told, Mapping) else {}
    known = asdict(BookingRules())
    return BookingRules(**{name: given.get(name, usual) for name, usual in known.items()})


@dataclass(frozen=True, slots=True)
class Slot:
    """One time that one holder has: a lawyer, or a numbered desk of a body."""

    start: datetime
    end: datetime
    holder: str
    place: str
    shift: str | None = None
    lawyer: str | None = None
    lawyer_name: str = ""
    firm_name: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who comes, how to reach them, and what about."""

    name: str
    phone: str
    topic: str = ""

    @property
    def masked(self) -> str:
        """The number with its middle hidden."""
        return f"{self.phone[:3]}****{self.phone[-4:]}" if len(self.phone) > 7 else "****"


def number_of(text: str) -> str:
    """The digits of a telephone number, without China's code in front."""
    digits = "".join(_DIGITS.findall(text))
    return digits.removeprefix("0086").removeprefix("86") if len(digits) > 11 else digits


def checked_person(person: Person, *, consent: bool) -> Person:
    """The person trimmed, the number as digits; raises Refused naming every field at fault."""
    faults = Faults()
    texts = {name: " ".join(getattr(person, name).split()) for name in _LIMITS}
    phone = number_of(person.phone)
    faults.unless(bool(texts["name"]), "name", "请填写姓名", "please give a name")
    for name, limit in _LIMITS.items():
        text = texts[name]
        faults.unless(len(text) <= limit, name, f"最多{limit}个字", f"at most {limit} characters")
        faults.unless(writable(text), name, "含有无法保存的字符", "holds what cannot be stored")
    faults.unless(
        _PHONE.fullmatch(phone) is not None,
        "phone",
        "请填写手机号（11位），或带区号的座机号",
        "a mobile number of 11 digits, or a landline with its area code",
    )
    faults.unless(consent is True, "consent", "请先勾选同意", "please agree first")
    faults.refuse()
    return replace(person, phone=phone, **texts)


def station_slots(duties: Iterable[OnDuty], rules: BookingRules, now: datetime) -> list[Slot]:
    """The times of the lawyers on duty at stations, in order of their start."""
    length = timedelta(minutes=rules.minutes)
    first, last = bounds(rules, now)
    found = []
    for duty in duties:
        if duty.kind != STATION or duty.role != "primary":
            continue
        start = duty.span.start
        while start + length <= duty.span.end:
            if first <= start < last:
                found.append(_with_lawyer(duty, start, start + length))
            start += length
    return sorted(found, key=lambda slot: (slot.start, slot.holder))


def _with_lawyer(duty: OnDuty, start: datetime, end: datetime) -> Slot:
    return Slot(
        start,
        end,
        duty.lawyer,
        duty.post,
        duty.shift,
        duty.lawyer,
        duty.lawyer_name,
        duty.firm_name,
    )


def body_slots(
    body: Body, calendar: WorkCalendar, rules: BookingRules, now: datetime
) -> list[Slot]:
    """The times of a body's desks, in order of their start."""
    length, (first, last) = timedelta(minutes=body.minutes), bounds(rules, now)
    day, end = now.astimezone(SHANGHAI).date(), last.astimezone(SHANGHAI).date()
    found = []
    while day <= end:
        for span in body.spans(day, calendar):
            start = span.start
            while start + length <= span.end:
                if first <= start < last:
                    desks = range(1, body.desks + 1)
                    found += [Slot(start, start + length, f"{body.id}#{n}", body.id) for n in desks]
                start += length
        day += timedelta(days=1)
    return found


def bounds(rules: BookingRules, now: datetime) -> tuple[datetime, datetime]:
    """From when until when times may be booked: the last day is a whole one."""
    today = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return now + timedelta(minutes=rules.lead), today + timedelta(days=rules.days + 1)


def free(slots: Iterable[Slot], taken: Collection[tuple[str, datetime]]) -> list[Slot]:
    """The times that nobody has booked."""
    return [slot for slot in slots if (slot.holder, slot.start) not in taken]


def same_time(slots: Iterable[Slot], start: datetime) -> list[Slot]:
    """Who could take a booking that starts then, in the order in which they are tried."""
    return [slot for slot in slots if slot.start == start]


def starts(slots: Iterable[Slot]) -> dict[datetime, list[Slot]]:
    """The times by their start, in order."""
    found: dict[datetime, list[Slot]] = {}
    for slot in sorted(slots, key=lambda slot: (slot.start, slot.holder)):
        found.setdefault(slot.start, []).append(slot)
    return found


def nearest(free: Iterable[datetime], lost: datetime, most: int) -> list[datetime]:
    """So many of the free starts as lie nearest to a lost one, in their order; ties: the earlier.

    Who set an afternoon aside wants that day or the next, and rarely tomorrow morning.
    """
    return sorted(sorted(free, key=lambda start: (abs(start - lost), start))[:most])


def shown(told: Any) -> Person:
    """The person of a stored text's parts."""
    return Person(told["name"], told["phone"], told.get("topic", ""))
