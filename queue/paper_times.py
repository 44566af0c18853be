"""How long an application for legal aid, and a document to be drafted, may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from zhiban.data.deadline import Target, due
from zhiban.data.store import get_setting, put_setting
from zhiban.data.wording import Refused
from zhiban.data.worktime import WorkCalendar

SETTING = "papers"


_AID, _DRAFTING = Target(168, "h"), Target(3, "d")


@dataclass(frozen=True, slots=True)
class PaperTimes:
    """Targets: working days (`d`) count on the bureau's calendar, hours and minutes by the wall.

    The law on legal aid gives seven days to decide on an application.
    """

    aid: Target = _AID
    drafting: Target = _DRAFTING


def due_by(calendar: WorkCalendar, since: datetime, target: Target) -> datetime:
    """When it is due."""
    return due(calendar, since, target, "working" if target.scale == "d" else "wall").at


def load_times(connection: Connection) -> PaperTimes:
    """The bureau's targets; the usual ones where none are set."""
    return times_from(get_setting(connection, SETTING, {}))


def save_times(connection: Connection, times: PaperTimes) -> None:
    """Sets the targets; what was asked before keeps its due moment."""
    put_setting(connection, SETTING, {"aid": str(times.aid), "drafting": str(times.drafting)})


def times_from(value: Any) -> PaperTimes:
    """The targets of a setting's JSON value; raises Refused naming the field."""
    usual = PaperTimes()
    if not isinstance(value, Mapping) or not value.keys() <= {"aid", "drafting"}:
        raise Refused.one(
            SETTING, "应为对象，可有 aid、drafting", "an object with aid and drafting is expected"
        )
    found = {name: Target.parse(str(value[name]), f"{SETTING}.{name}") for name in value}
    for name, target in found.items():
        if target.number == 0:
            raise Refused.one(f"{SETTING}.{name}", "须大于0", "has to be above 0")
    return PaperTimes(found.get("aid", usual.aid), found.get("drafting", usual.drafting))
