"""How long an application for legal aid, and a document to be drafted, may take."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.deadline import Target, due
from zhiban.data.named_setting import NamedSetting
from zhiban.data.register_service import change_setting
from zhiban.data.store import get_setting, put_setting
from zhiban.data.wording import Refused, Text
from zhiban.data.worktime import WorkCalendar
from zhiban.queue.event import plain
from zhiban.queue.rule_edits import Outdated, Stored

SETTING = "papers"


_AID, _DRAFTING = Target(168, "h"), Target(3, "d")


@dataclass(frozen=True, slots=True)
class PaperTimes:
    """Targets: working days (`d`) count on the bureau's calendar, hours and minutes by the wall.

    The law on legal aid gives seven days to decide on an application.
    """

    aid: Target = _AID
    drafting: Target = _DRAFTING


TITLES = {
    "aid": Text("法律援助申请的时限", "time for applications for legal aid"),
    "drafting": Text("代写文书的时限", "time for documents to be drafted"),
}


def due_by(calendar: WorkCalendar, since: datetime, target: Target) -> datetime:
    """When it is due."""
    return due(calendar, since, target, "working" if target.scale == "d" else "wall").at


def load_times(connection: Connection) -> PaperTimes:
    """The bureau's targets; the usual ones where none are set."""
    return times_from(get_setting(connection, SETTING, {}))


def save_times(connection: Connection, times: PaperTimes) -> None:
    """Sets the targets; what was asked before keeps its due moment."""
    put_setting(connection, SETTING, times_json(times))


def stored_times(connection: Connection) -> Stored:
    """The bureau's targets as a value, and the version that names them."""
    value = times_json(load_times(connection))
    return Stored(value, hashlib.sha256(plain(value).encode()).hexdigest()[:16])


def change_times(
    connection: Connection, keyring: Keyring, value: Any, version: str, by: str, now: datetime
) -> Stored | Outdated:
    """Sets other targets instead of those of the version seen; raises Refused naming the field.

    What was asked before keeps its due moment.
    """
    times = times_from(value)
    board.lock(connection)
    at = stored_times(connection)
    if at.version != version:
        return Outdated(at)
    change_setting(connection, keyring, NAMED, times_json(times), by, now)
    return stored_times(connection)


def times_json(times: PaperTimes) -> dict[str, str]:
    """The JSON value of the targets."""
    return {"aid": str(times.aid), "drafting": str(times.drafting)}


NAMED = NamedSetting(
    SETTING, Text("文书时限", "Times for papers"), TITLES, times_json(PaperTimes())
)


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
