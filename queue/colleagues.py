"""To whom a lawyer may transfer a question: who on duty covers it, and what speaks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Text
from zhiban.queue import tickets
from zhiban.queue.assignment_rules import Loads, Wanted
from zhiban.queue.changes import Changes
from zhiban.queue.outcomes import NotYours
from zhiban.roster.published import OnDuty

_BARRED = Text("须回避或已退回过这件咨询", "has to step back, or has declined this question")
_FULL = Text("手头的咨询已满", "has no room for more")


@dataclass(frozen=True, slots=True)
class Colleague:
    """A lawyer on a seat that covers the question; `bar` says why it cannot be, None where it can.

    `near` 0 is the question's own county, then the city, then neighbours by distance.
    """

    lawyer: str
    name: str
    firm: str
    post: str
    until: datetime
    near: int
    open: int
    limit: int
    versed: bool
    knows: bool
    bar: Text | None


def colleagues(
    connection: Connection, keyring: Keyring, ticket: str, lawyer: str, now: datetime
) -> tuple[Colleague, ...] | NotYours:
    """Those on duty to whom the holder may transfer a question, the most fitting first.

    Whoever may not take it comes last, with the reason. The connection must write.
    """
    changes = Changes.begin(connection, keyring, now)
    code = tickets.read_code(ticket)
    one = changes.dossier(code) if code else None
    if one is None or one.state.lawyer != lawyer:
        return NotYours()
    covering = changes.known.covering(one.state.division)
    wanted, loads = Wanted.of(one.state), changes.loads()
    found: dict[str, Colleague] = {}
    for duty in changes.known.on_seat(now):
        if duty.lawyer != lawyer and duty.division in covering and duty.lawyer not in found:
            near = covering.index(duty.division)
            found[duty.lawyer] = _colleague(changes, duty, near, wanted, loads)
    return tuple(sorted(found.values(), key=_order))


def _colleague(
    changes: Changes, duty: OnDuty, near: int, wanted: Wanted, loads: Loads
) -> Colleague:
    known = changes.known
    bar = _BARRED if wanted.barred(duty) else None if loads.has_room(duty) else _FULL
    skills = known.skills.get(duty.lawyer, frozenset())
    return Colleague(
        lawyer=duty.lawyer,
        name=duty.lawyer_name,
        firm=known.firm_name(duty.firm) or "",
        post=duty.post,
        until=known.present_until(duty),
        near=near,
        open=loads.of(duty.lawyer),
        limit=loads.limit(duty),
        versed=wanted.category is not None and wanted.category in skills,
        knows=duty.lawyer in wanted.earlier,
        bar=bar,
    )


def _order(one: Colleague) -> tuple[bool, bool, int, bool, int, str]:
    return (one.bar is not None, not one.knows, one.near, not one.versed, one.open, one.lawyer)
