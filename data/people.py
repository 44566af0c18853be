"""The people of the register: firms, their lawyers, leave and wishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from zhiban.data.timespan import Span
from zhiban.data.wording import Faults

Licence = Literal["active", "suspended", "revoked"]
Half = Literal["am", "pm"]


@dataclass(frozen=True, slots=True)
class Firm:
    """A law firm; without its consent none of its lawyers is put on duty."""

    id: str
    name: str
    division: str
    consents: bool = True
    credit_code: str | None = None

    def __post_init__(self) -> None:
        faults = Faults(f"firm {self.id}.")
        faults.unless(bool(self.id), "id", "编号不能为空", "an id is needed")
        faults.unless(bool(self.name), "name", "名称不能为空", "a name is needed")
        faults.unless(
            self.credit_code is None
            or (len(self.credit_code) == 18 and self.credit_code.isalnum()),
            "credit_code",
            f"统一社会信用代码须为18位字母或数字，现为“{self.credit_code}”",
            f"a credit code has 18 letters or digits, not {self.credit_code!r}",
        )
        faults.refuse()


@dataclass(frozen=True, slots=True)
class Lawyer:
    """A lawyer; `skills` are category codes and `online`, `weight` 100 is a full share of duty.

    `capacity` (open questions), `per_week` (shifts) are None where the bureau's setting holds.
    """

    id: str
    name: str
    firm: str
    division: str
    licensed_on: date
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    licence: Licence = "active"
    sanctioned_until: date | None = None
    weight: int = 100
    capacity: int | None = None
    per_week: int | None = None
    phone: str | None = None

    def __post_init__(self) -> None:
        faults = Faults(f"lawyer {self.id}.")
        faults.unless(bool(self.id), "id", "编号不能为空", "an id is needed")
        faults.unless(bool(self.name), "name", "姓名不能为空", "a name is needed")
        faults.unless(
            self.licence in get_args(Licence),
            "licence",
            f"执业状态只能是 {'、'.join(get_args(Licence))}，现为“{self.licence}”",
            f"the licence is one of {', '.join(get_args(Licence))}, not {self.licence!r}",
        )
        faults.unless(
            1 <= self.weight <= 1000,
            "weight",
            f"分担权重须在1至1000之间，现为{self.weight}",
            f"the weight is 1 to 1000, not {self.weight}",
        )
        for field, value in (("capacity", self.capacity), ("per_week", self.per_week)):
            faults.unless(
                value is None or value >= 0,
                field,
                f"不能小于0，现为{value}",
                f"at least 0, not {value}",
            )
        faults.refuse()


@dataclass(frozen=True, slots=True)
class Leave:
    """A span in which a lawyer cannot be on duty."""

    id: str
    lawyer: str
    span: Span
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Preference:
    """A wish: `value` above 0 is for, below 0 against; None means any post, weekday or half."""

    lawyer: str
    post: str | None = None
    weekday: int | None = None
    half: Half | None = None
    value: int = 0

    def __post_init__(self) -> None:
        faults = Faults(f"preference of {self.lawyer}.")
        faults.unless(
            self.weekday is None or 0 <= self.weekday <= 6,
            "weekday",
            f"星期须为0（周一）至6（周日），现为{self.weekday}",
            f"the weekday is 0 (Monday) to 6 (Sunday), not {self.weekday}",
        )
        faults.unless(
            self.half in (None, "am", "pm"),
            "half",
            f"半天只能是 am 或 pm，现为“{self.half}”",
            f"the half-day is am or pm, not {self.half!r}",
        )
        faults.refuse()
