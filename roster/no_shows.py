"""The alarm for those who did not come: raised once, told to all whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data import outbox
from zhiban.data.crypt import Keyring
from zhiban.data.outbox import Notice
from zhiban.data.wording import Text
from zhiban.roster import presence_store as store
from zhiban.roster import sign_ins
from zhiban.roster.changes import line
from zhiban.roster.presence import held_since, rules
from zhiban.roster.presence_store import NoShow
from zhiban.roster.published import OnDuty, Published, on_shift

SCHEDULER = "role:scheduler"


def raise_alarms(
    connection: Connection, keyring: Keyring, published: Published, now: datetime
) -> tuple[NoShow, ...]:
    """Raises the alarm, once each, for who holds a running duty and has not come in time.

    A shift that ended while no timer ran is left alone: then nobody could have signed in, either.
    """
    running, asked = on_shift(published, now), rules(connection)
    due = [
        duty
        for duty in running
        if duty.role == "primary"
        and asked.asked_for(duty.kind)
        and sign_ins.alarm_at(duty.span.start, asked) <= now
    ]
    came = store.sign_ins(connection, {duty.shift for duty in due})
    raised = []
    for duty in due:
        if (duty.shift, duty.lawyer) in came:
            continue
        if now < sign_ins.alarm_at(held_since(published, duty), asked):
            continue
        made = NoShow(duty.shift, duty.lawyer, duty.post, now)
        if store.insert_no_show(connection, made):
            raised.append(made)
            outbox.put_all(connection, keyring, list(_notices(duty, running)), now)
    return tuple(raised)


def _notices(duty: OnDuty, running: Iterable[OnDuty]) -> Iterable[Notice]:
    """The scheduler, the lawyer and whoever stands by are told."""
    said = line(duty)
    yield Notice(
        SCHEDULER,
        "no_show",
        Text(f"{duty.lawyer_name}没有到岗", f"{duty.lawyer_name} has not come"),
        said,
        "/scheduler/today",
    )
    yield Notice(
        f"lawyer:{duty.lawyer}",
        "no_show",
        Text("您还没有签到，已经通知排班员", "You have not signed in; the scheduler was told"),
        said,
        "/lawyer/station",
    )
    for other in running:
        if other.shift == duty.shift and other.role == "standby":
            yield Notice(
                f"lawyer:{other.lawyer}",
                "standby_called",
                Text(
                    f"请您顶班：{duty.lawyer_name}没有到岗",
                    f"Please step in: {duty.lawyer_name} has not come",
                ),
                said,
                f"/lawyer/step-in?shift={duty.shift}&absent={duty.lawyer}",
            )
