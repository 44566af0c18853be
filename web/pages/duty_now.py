"""Who is on duty online right now, as the citizen's pages say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.roster.published import OnDuty, Published, next_on_shift, on_shift
from zhiban.web.i18n import Lang
from zhiban.web.pages.places import names
from zhiban.web.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Present:
    """One lawyer on a seat now."""

    division: str
    lawyer: str
    firm: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DutyNow:
    """The lawyers on seats now, and when the next seat begins where there are none."""

    on_duty: tuple[Present, ...]
    next_shift: datetime | None


def duty_now(wiring: Wiring, connection: Connection, now: datetime, lang: Lang) -> DutyNow:
    """Who answers questions at `now`, by the published roster."""
    published = wiring.published(connection)
    return _duty_now(published, now, names(connection, lang))


def _duty_now(published: Published, now: datetime, said: Mapping[str, str]) -> DutyNow:
    seats = [duty for duty in on_shift(published, now) if answers(duty)]
    present = tuple(
        Present(said.get(duty.division, ""), duty.lawyer_name, duty.firm_name, duty.span.end)
        for duty in sorted(seats, key=lambda duty: (duty.division, duty.lawyer))
    )
    following = None if present else next_on_shift(published, now, answers)
    return DutyNow(present, following.span.start if following else None)


def answers(duty: OnDuty) -> bool:
    """Whether the duty answers questions asked online."""
    return duty.kind == "seat" and duty.role == "primary"
