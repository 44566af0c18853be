"""Publishing a draft that somebody has signed off, for the page and the API alike."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data import board
from zhiban.data.week import Week
from zhiban.roster import service, store
from zhiban.roster.drafts import SignOff, Unpublished, Verdict
from zhiban.roster.published import Version
from zhiban.roster.signing_off import unsigned
from zhiban.web.wiring import Wiring


def verdict_on(
    wiring: Wiring, week: Week, revision: int, roster_version: int
) -> Future[Verdict | None]:
    """The checker's verdict on a revision of a draft beside what is published, or its promise."""
    return wiring.verdicts.ask(
        (week, revision, roster_version),
        lambda: wiring.read_now(lambda connection: service.check_draft(connection, week)),
    )


async def publish_signed(
    wiring: Wiring, week: Week, revision: int, signed: SignOff | None, by: str, now: datetime
) -> Version | Unpublished:
    """Publishes that revision, if it is signed off as it must be and breaks no hard rule.

    A program may publish without a sign-off; it is then asked for none. What the sign-off lacks is
    said before the checker runs, and looked at again with the commit. The checker takes a while: it
    runs beside the writer, so that nobody waits for it, and may have begun when the page was shown.
    """

    def look(connection: Connection) -> Unpublished | int | None:
        if store.draft_revision(connection, week) != revision:
            return None  # said with what it is at, in the transaction
        draft = None if signed is None else service.draft(connection, week)
        if signed is not None and draft is not None and draft.published_revision != revision:
            lacks = unsigned(connection, draft, signed, now)
            if lacks is not None:
                return lacks
        return board.look(connection).roster_version

    found = await wiring.read(look)
    if isinstance(found, Unpublished):
        return found
    verdict = None
    if found is not None:
        promise = verdict_on(wiring, week, revision, found)
        # Others may wait for the same one: who goes away must not take it from them.
        verdict = await asyncio.shield(asyncio.wrap_future(promise))
    return await wiring.write(
        lambda c: service.publish(c, wiring.keyring, week, by, now, revision, verdict, signed)
    )
