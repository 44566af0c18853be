"""Passwords of staff: argon2, and the same work for a name nobody has."""

from __future__ import annotations

from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from zhiban.data.wording import Refused

SHORTEST, LONGEST = 10, 200


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    """argon2id at OWASP's smaller setting (19 MiB, 2 passes), kind to a two-core machine."""
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash no password fits, checked when the name is unknown."""
    return _hasher().hash("nobody has this name")


def hashed(password: str) -> str:
    """The hash to store; Refused when the password is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused.one(
            "password",
            f"密码需要{SHORTEST}到{LONGEST}个字符",
            f"a password has {SHORTEST} to {LONGEST} characters",
        )
    return _hasher().hash(password)


def fits(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one; as much work where nothing is stored."""
    right = _hasher().verify(password[:LONGEST], stored or _nobody())
    return right and stored is not None
