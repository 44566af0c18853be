"""Firms name their lawyers: a name becomes a new version; who has not named yet is reminded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from zhiban.data import board, outbox
from zhiban.data.crypt import Keyring
from zhiban.data.day_words import moment_of
from zhiban.data.outbox import Notice
from zhiban.data.store import get_setting, load_register, put_setting
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import service, store
from zhiban.roster.amending import Again, Files, put_in_force
from zhiban.roster.changes import line
from zhiban.roster.looking_back import border_breaks
from zhiban.roster.nomination import Nominated, nominate
from zhiban.roster.problem import Role, RosterProblem
from zhiban.roster.published import OnDuty, Version
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import Violation

REMINDED = "roster.firms_reminded"  # up to which moment firms were reminded
NOTICE = timedelta(hours=24)
LONGEST_AHEAD = 13


@dataclass(frozen=True, slots=True)
class NotNamed:
    """Why a name was not taken."""

    why: Literal["not_published", "not_given", "too_late", "violations"]
    text: Text
    violations: tuple[Violation, ...] = ()


def name_lawyer(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    shift: str,
    lawyer: str,
    by: str,
    now: datetime,
    role: Role = "primary",
) -> Version | NotNamed:
    """Names who of a firm comes to a shift given to it: the week's newest version from now on.

    Whether `by` may speak for the firm is for the caller to know. A draft that was changed since
    it was published is not published by this; the name is put into it, too, where it fits.
    """
    board.lock(connection)
    before = store.load_published(connection, week, week).newest(week)
    files = store.load_version_files(connection, before.id) if before else None
    if before is None or files is None:
        return NotNamed("not_published", _NOT_PUBLISHED)
    try:
        named = nominate(*files, shift, lawyer, role)
    except Refused as error:
        return NotNamed("not_given", error.text)
    place = next(d for d in before.duties if _is(d, named))
    if place.name_by is None or now >= place.name_by:
        return NotNamed("too_late", _too_late(place))
    broken = named.violations or border_breaks(connection, named.problem, named.file)
    if broken:
        return NotNamed("violations", broken[0].text, broken)
    changed = (named.problem, named.file)
    return put_in_force(connection, keyring, week, changed, _again(named), by, now)


def _is(duty: OnDuty, named: Nominated) -> bool:
    one = named.proposal
    return (duty.shift, duty.lawyer, duty.role) == (one.shift, one.lawyer, one.role)


def _again(named: Nominated) -> Again:
    """The same name in a draft that has moved on, unless it breaks something there."""
    lock = named.problem.locks[-1]

    def again(problem: RosterProblem, file: RosterFile) -> Files | None:
        there = nominate(problem, file, lock.shift, lock.lawyer, lock.role)
        return None if there.violations else (there.problem, there.file)

    return again


def remind_firms(connection: Connection, keyring: Keyring, now: datetime) -> int:
    """Tells all lawyers of a firm, a day before the deadline, of places it named nobody for.

    Each place once, however often this runs and however long it did not; how many notices.
    """
    stored = get_setting(connection, REMINDED)
    since = datetime.fromisoformat(stored) if stored else now - NOTICE
    if now <= since:
        return 0
    due = [
        duty
        for duty in _open_places(connection, now)
        if duty.name_by is not None and since < duty.name_by - NOTICE <= now < duty.name_by
    ]
    put_setting(connection, REMINDED, now.isoformat())
    if not due:
        return 0
    members: dict[str, list[str]] = {}
    for lawyer in load_register(connection, keyring).lawyers.values():
        members.setdefault(lawyer.firm, []).append(lawyer.id)
    notices = [
        _reminder(who, [duty for duty in due if duty.firm == firm])
        for firm in sorted({duty.firm for duty in due})
        for who in members.get(firm, ())
    ]
    outbox.put_all(connection, keyring, notices, now)
    return len(notices)


def _open_places(connection: Connection, now: datetime) -> Iterator[OnDuty]:
    """Places of coming weeks for which a firm may name somebody and has not."""
    first = Week.of(now.astimezone(SHANGHAI).date())
    published = store.load_published(connection, first, first.next(LONGEST_AHEAD))
    for week in sorted({version.week for version in published.versions}):
        newest = published.newest(week)
        yield from (d for d in newest.duties if d.by_firm and not d.named) if newest else ()


def _reminder(who: str, duties: list[OnDuty]) -> Notice:
    lines = [line(duty) for duty in duties]
    return Notice(
        who,
        "roster",
        Text("贵所尚未指定值班律师", "Your firm has not named who comes"),
        Text(
            "逾期未指定的，由已列律师值班：\n" + "\n".join(one.zh for one in lines),
            "If nobody is named, whoever is listed comes:\n" + "\n".join(one.en for one in lines),
        ),
        f"{service.MY_WEEK}?week={Week.of(duties[0].span.start.astimezone(SHANGHAI).date())}",
    )


def _too_late(place: OnDuty) -> Text:
    by = moment_of(place.name_by or place.span.start)
    return Text(
        f"指定律师的期限（{by.zh}）已过，仍由{place.lawyer_name}值班",
        f"somebody could be named until {by.en}; {place.lawyer_name} stays on duty",
    )


_NOT_PUBLISHED = Text("这一周还没有发布", "this week is not published yet")
