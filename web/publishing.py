"""Publishing a draft that somebody has signed off, for the page and the API alike."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.week import Week
from zhiban.roster import service
from zhiban.roster.drafts import SignOff, Unpublished
from zhiban.roster.published import Version
from zhiban.roster.signing_off import unsigned
from zhiban.web.wiring import Wiring


async def publish_signed(
    wiring: Wiring, week: Week, revision: int, signed: SignOff | None, by: str, now: datetime
) -> Version | Unpublished:
    """Publishes that revision, if it is signed off as it must be and breaks no hard rule.

    A program may publish without a sign-off; it is then asked for none. What the sign-off lacks is
    said before the checker runs, and looked at again with the commit. The checker takes a while: it
    runs on a reading connection, so that nobody waits for it.
    """

    def lacking(connection: Connection) -> Unpublished | None:
        if signed is None:
            return None
        draft = service.draft(connection, week)
        if draft is None or draft.revision != revision or draft.published_revision == revision:
            return None  # said with what it is at, in the transaction
        return unsigned(connection, draft, signed, now)

    lacks = await wiring.read(lacking)
    if lacks is not None:
        return lacks
    verdict = await wiring.read(lambda c: service.check_draft(c, week))
    return await wiring.write(
        lambda c: service.publish(c, wiring.keyring, week, by, now, revision, verdict, signed)
    )
