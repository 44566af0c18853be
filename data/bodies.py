"""Bodies beside the bureau that citizens are sent to: legal aid, notaries, mediation, appraisal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from zhiban.data.places import Opening, Post
from zhiban.data.timespan import Span
from zhiban.data.wording import Faults, Text
from zhiban.data.worktime import WorkCalendar

BodyKind = Literal["aid", "notary", "mediation", "appraisal"]
KINDS: tuple[BodyKind, ...] = get_args(BodyKind)


@dataclass(frozen=True, slots=True)
class Body:
    """One body; an appointment with it lasts `minutes`, and `desks` of them run side by side.

    Without desks it takes no appointments and is only shown.
    """

    id: str
    kind: BodyKind
    name: str
    name_en: str
    division: str
    address: str = ""
    phone: str = ""
    lat: float | None = None
    lon: float | None = None
    approximate: bool = True
    minutes: int = 30
    desks: int = 1
    openings: tuple[Opening, ...] = ()

    def __post_init__(self) -> None:
        faults = Faults(f"body {self.id}.")
        faults.unless(bool(self.id), "id", "编号不能为空", "an id is needed")
        faults.unless(
            self.kind in KINDS,
            "kind",
            f"类别只能是 {'、'.join(KINDS)}，现为“{self.kind}”",
            f"the kind is one of {', '.join(KINDS)}, not {self.kind!r}",
        )
        faults.unless(
            5 <= self.minutes <= 480,
            "minutes",
            f"每次预约须为5至480分钟，现为{self.minutes}",
            f"an appointment lasts 5 to 480 minutes, not {self.minutes}",
        )
        faults.unless(
            0 <= self.desks <= 50,
            "desks",
            f"窗口数须为0至50，现为{self.desks}",
            f"0 to 50 desks, not {self.desks}",
        )
        faults.refuse()

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return Text(self.name, self.name_en)

    def spans(self, day: date, calendar: WorkCalendar) -> tuple[Span, ...]:
        """When it is open on `day`, in order: by the rules that hold for posts."""
        return Post(
            self.id,
            self.name,
            self.name_en,
            "station",
            "city",
            self.division,
            openings=self.openings,
        ).spans(day, calendar)
