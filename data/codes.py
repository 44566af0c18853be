"""Codes and secrets that people copy by hand: made from random bytes, read leniently.

The alphabet has no O, I, L or U; what looks alike is read alike. A prefix keeps to it as well.
"""

from __future__ import annotations

import hashlib
import hmac
import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)
_CODE = re.compile(rf"([{ALPHABET}]{{4}})([{ALPHABET}]{{4}})")
_WHOLE = re.compile(rf"-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")
_SECRET = re.compile(rf"[{ALPHABET}]{{16}}")
CODE_BYTES = 5
SECRET_BYTES = 10


def code_of(prefix: str, random: bytes) -> str:
    """A code such as ZB-7K3M-Q9TX from 5 random bytes."""
    digits = _base32(random)
    return f"{prefix}-{digits[:4]}-{digits[4:]}"


def secret_of(random: bytes) -> str:
    """A secret of 16 characters from 10 random bytes."""
    return _base32(random)


def read_code(prefix: str, text: str) -> str | None:
    """A code as somebody typed it, in its one form; None when it cannot be one."""
    if text.startswith(prefix) and _WHOLE.fullmatch(text, len(prefix)):
        return text  # as programs send it, nothing to be made of it
    squeezed = _squeezed(text)
    match = _CODE.fullmatch(squeezed.removeprefix(prefix)) if squeezed.startswith(prefix) else None
    return f"{prefix}-{match[1]}-{match[2]}" if match else None


def read_secret(text: str) -> str | None:
    """A secret as somebody typed it, in its one form; None when it cannot be one."""
    if _SECRET.fullmatch(text):  # as programs send it, nothing to be made of it
        return text
    squeezed = _squeezed(text)
    return squeezed if _SECRET.fullmatch(squeezed) else None


def secret_hash(code: str, secret: str) -> str:
    """What is stored of a secret; its 80 random bits need no slow hash."""
    return hashlib.sha256(f"{code}:{secret}".encode()).hexdigest()


def matches(code: str, secret: str, stored: str) -> bool:
    """Whether the secret is the one whose hash is stored."""
    return hmac.compare_digest(secret_hash(code, secret), stored)


def spaced(secret: str) -> str:
    """A secret in groups of four, as it is read out and copied."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def _base32(random: bytes) -> str:
    """Eight digits for each five bytes, two at a time."""
    number = int.from_bytes(random, "big")
    shifts = range(8 * len(random) - 10, -1, -10)
    return "".join([_PAIRS[number >> shift & 1023] for shift in shifts])


def _squeezed(text: str) -> str:
    kept = "".join(text.upper().split()).replace("-", "").replace("—", "")
    # The letters of a prefix are no look-alikes of digits, so the whole can be translated.
    return kept.translate(_LOOKALIKE)
