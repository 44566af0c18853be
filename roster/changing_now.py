"""A published week changed at once: what was looked at, if it still stands and breaks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster.amending import put_in_force, same_edits
from zhiban.roster.current import newest
from zhiban.roster.editing import Edit
from zhiban.roster.published import Version
from zhiban.roster.rules import Violation

MOST = 400


@dataclass(frozen=True, slots=True)
class NotChanged:
    """Why nothing was changed."""

    why: Literal["not_published", "moved_on", "violations"]
    text: Text
    violations: tuple[Violation, ...] = ()


def change_now(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    number: int,
    edits: Sequence[Edit],
    by: str,
    now: datetime,
) -> Version | NotChanged:
    """Makes the edits in the version that was looked at (`number`): the newest one from now on.

    Refused, as a value, when there is a newer one, or when they break a rule that holds now.
    Raises Refused for edits of what is not there.
    """
    board.lock(connection)
    at = newest(connection, week)
    if at is None:
        return NotChanged("not_published", _NOT_PUBLISHED)
    if at.version.number != number:
        return NotChanged("moved_on", _moved_on(at.version))
    if len(edits) > MOST:
        raise Refused.one("edits", f"一次最多改{MOST}处", f"at most {MOST} changes at a time")
    file, broken = at.newly_broken(edits)
    if broken:
        return NotChanged("violations", broken[0].text, broken)
    changed, again = (at.problem, file), same_edits(edits)
    return put_in_force(connection, keyring, week, changed, again, by, now)


def _moved_on(version: Version) -> Text:
    return Text(
        f"这一周已有第{version.number}版，请按它重新核对",
        f"version {version.number} is out by now; please look again",
    )


_NOT_PUBLISHED = Text("这一周还没有发布", "this week is not published yet")
