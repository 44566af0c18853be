"""Places given to firms: whom a firm could name, and which places wait for a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.store import get_setting
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster.current import Newest
from zhiban.roster.leave_requests import newest_versions
from zhiban.roster.nomination import nominate
from zhiban.roster.nominations import NOTICE, REMINDED, NotNamed, name_lawyer
from zhiban.roster.published import OnDuty, Published, Version
from zhiban.roster.request_store import lawyer_firms, load_policy


@dataclass(frozen=True, slots=True)
class Slot:
    """A place given to a firm; `reminded` where its lawyers were told that nobody is named."""

    week: Week
    duty: OnDuty
    open: bool
    reminded: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lawyer of the firm, and why they cannot be named (None: they can)."""

    lawyer: str
    name: str
    why_not: Text | None


def slots(
    connection: Connection, published: Published, now: datetime, firm: str | None = None
) -> tuple[Slot, ...]:
    """Places of shifts to come given to firms (to one), those that wait for a name and others."""
    told = get_setting(connection, REMINDED)
    upto = datetime.fromisoformat(told) if told else None
    found = []
    for version in newest_versions(published):
        for duty in version.duties:
            if duty.name_by is None or duty.span.start <= now or firm not in (None, duty.firm):
                continue
            reminded = upto is not None and duty.name_by - NOTICE <= upto
            is_open = not duty.named and now < duty.name_by
            found.append(Slot(version.week, duty, is_open, reminded))
    return tuple(sorted(found, key=lambda one: (one.duty.name_by or now, one.duty.shift)))


def candidates(at: Newest, duty: OnDuty) -> list[Candidate]:
    """Everybody of the firm, those who can be named first."""
    found = []
    for lawyer in at.problem.lawyers:
        if lawyer.firm != duty.firm:
            continue
        try:
            named = nominate(at.problem, at.file, duty.shift, lawyer.id, duty.role)
        except Refused as error:
            found.append(Candidate(lawyer.id, lawyer.name, error.text))
            continue
        why = named.violations[0].text if named.violations else None
        found.append(Candidate(lawyer.id, lawyer.name, why))
    return sorted(found, key=lambda one: (one.why_not is not None, one.lawyer))


def name_for_firm(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    shift: str,
    named: str,
    speaker: str,
    by: str,
    now: datetime,
) -> Version | NotNamed:
    """A lawyer names one of their own firm, where the policy lets them speak for it."""
    firms = lawyer_firms(connection)
    mine, theirs = firms.get(speaker), firms.get(named)
    if mine is None or mine != theirs or not load_policy(connection).may_name(speaker):
        return NotNamed("not_given", _NOT_YOURS)
    return name_lawyer(connection, keyring, week, shift, named, by, now)


_NOT_YOURS = Text("您不能为这家律所指定律师", "you may not name anybody for that firm")
