"""How it stands with a lawyer's own signing in, for the strip of their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.roster import presence, presence_store, sign_ins
from zhiban.roster.published import Published
from zhiban.web import words
from zhiban.web.i18n import Lang


@dataclass(frozen=True, slots=True)
class OwnSignIn:
    """For one shift: whether signing in is still wanted, and what is said of it."""

    shift: str
    wanted: bool
    said: str


def own_sign_in(
    connection: Connection, published: Published, lawyer: str, now: datetime, lang: Lang
) -> OwnSignIn | None:
    """For the duty at which the lawyer may sign in at `now`; None where none is asked for."""
    asked = presence.rules(connection)
    duty = presence.to_sign_in(published, lawyer, asked, now)
    if duty is None or duty.role != "primary" or not asked.asked_for(duty.kind):
        return None
    signed = presence_store.sign_ins(connection, [duty.shift]).get((duty.shift, lawyer))
    stands = sign_ins.presence(duty.span, signed, asked, now)
    said = sign_ins.PRESENCE[stands].in_(lang)
    if signed is not None:
        said = f"{said} {words.hour(signed.at)}"
    return OwnSignIn(duty.shift, signed is None and stands != "excused", said)
