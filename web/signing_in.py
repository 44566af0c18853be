"""Signing in, for the page and the call alike: wrong codes are limited as failed log-ins are."""

from __future__ import annotations

from sqlalchemy import Connection

from zhiban.roster.presence import ByCode, NotSignedIn, Proof, SignedIn, sign_in
from zhiban.web.wiring import Wiring


async def signed_in(
    wiring: Wiring, lawyer: str, proof: Proof, shift: str | None = None
) -> SignedIn | NotSignedIn:
    """Signs a lawyer in. Raises Problem 429 after too many wrong codes."""
    now = wiring.clock.now()
    if isinstance(proof, ByCode):
        wiring.limiter.check_only("login", "sign-in", lawyer)

    def command(connection: Connection) -> SignedIn | NotSignedIn:
        published = wiring.published(connection)
        return sign_in(connection, wiring.keyring, published, lawyer, proof, now, shift)

    done = await wiring.write(command)
    if isinstance(done, NotSignedIn) and done.reason == "wrong_code":
        wiring.limiter.count("login", "sign-in", lawyer)
    return done
