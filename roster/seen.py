"""What changed in a lawyer's duties since they last took note of a week."""

from __future__ import annotations

from sqlalchemy import Connection, select

from zhiban.data.upsert import upsert_if
from zhiban.data.week import Week
from zhiban.roster.changes import Concern, concerned, differences
from zhiban.roster.published import Published
from zhiban.roster.request_records import DUTY_SEEN


def changes_since_seen(
    connection: Connection, published: Published, week: Week, lawyer: str
) -> Concern:
    """What they gained and lost since the version of which they took note, else since the first."""
    newest = published.newest(week)
    row = connection.execute(
        select(DUTY_SEEN.c.number).where(
            DUTY_SEEN.c.lawyer == lawyer, DUTY_SEEN.c.week == str(week)
        )
    ).one_or_none()
    number = 1 if row is None else row.number
    known = [one for one in published.versions if one.week == week and one.number == number]
    if newest is None or not known or newest.number <= number:
        return Concern()
    return concerned(differences(known[0], newest)).get(lawyer, Concern())


def take_note(connection: Connection, lawyer: str, week: Week, number: int) -> bool:
    """They have seen the week up to that version; an older page takes nothing back."""
    row = {"lawyer": lawyer, "week": str(week), "number": number}
    return upsert_if(connection, DUTY_SEEN, row, DUTY_SEEN.c.number < number)
