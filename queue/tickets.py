"""Ticket codes and secrets of questions: made from random bytes, read leniently."""

from __future__ import annotations

from zhiban.data import codes
from zhiban.data.codes import ALPHABET as ALPHABET
from zhiban.data.codes import CODE_BYTES as CODE_BYTES
from zhiban.data.codes import SECRET_BYTES as SECRET_BYTES
from zhiban.data.codes import matches as matches
from zhiban.data.codes import read_secret as read_secret
from zhiban.data.codes import secret_hash as secret_hash
from zhiban.data.codes import secret_of as secret_of

PREFIX = "ZB"


def code_of(random: bytes) -> str:
    """A ticket code such as ZB-7K3M-Q9TX from 5 random bytes."""
    return codes.code_of(PREFIX, random)


def read_code(text: str) -> str | None:
    """A code as somebody typed it, in its one form; None when it cannot be one."""
    return codes.read_code(PREFIX, text)
