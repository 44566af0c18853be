"""Encryption of personal data at rest: the bureau's keys, and a key of its own per question.

A text is sealed by AES-256-GCM under a key derived from the given one. What earlier versions
sealed by Fernet has no such mark in front, and is read as well.
"""

from __future__ import annotations

import base64
import binascii
import os
import threading
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from zhiban.data.wording import Refused

_KEY_BYTES = 32
_MARK = base64.urlsafe_b64decode("zb1_")
# Random nonces of this length are safe for 2^32 texts under one key: at ten texts a question,
# for centuries of any bureau's questions.
_NONCE_BYTES = 12
_BEGINNING = len(_MARK) + _NONCE_BYTES
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Undecipherable(Exception):  # noqa: N818 - says what happened
    """A stored text that no key at hand opens: the key is gone, or the text was altered."""


class Keyring:
    """The bureau's keys, newest first: the first writes, all of them read.

    To rotate, put a new key in front, rewrite what is stored with `rotate`, then drop the old one.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise Refused.one(
                "encryption_keys", "至少需要一个加密密钥", "at least one encryption key is needed"
            )
        raws = [_usable(key, place) for place, key in enumerate(keys, 1)]
        self._seals = tuple(_Seal(key, raw) for key, raw in zip(keys, raws, strict=True))
        self._blind_keys = tuple(HMAC(_derived(raw, b"blind index"), SHA256()) for raw in raws)

    def encrypt(self, text: str) -> str:
        """The text under the first key."""
        return self._seals[0].close(text.encode())

    def decrypt(self, token: str) -> str:
        """The text again; raises Undecipherable."""
        return _opened(self._seals, token).decode()

    def rotate(self, token: str) -> str:
        """The same text under the first key; raises Undecipherable."""
        return self._seals[0].close(_opened(self._seals, token))

    def blind(self, text: str) -> str:
        """A keyed index (64 hex digits) to find an encrypted value by, under the first key."""
        return _tag(self._blind_keys[0], text)

    def blinds(self, text: str) -> tuple[str, ...]:
        """The index under each key, newest first: look all of them up while keys rotate."""
        return tuple(_tag(key, text) for key in self._blind_keys)

    def new_data_key(self) -> tuple[str, DataKey]:
        """A fresh key and its wrapped form to store; destroying that destroys what it encrypts."""
        key = new_key()
        return self.encrypt(key), DataKey(key)

    def unwrap(self, wrapped: str) -> DataKey:
        """The key of a wrapped form; raises Undecipherable."""
        return DataKey(self.decrypt(wrapped))


class DataKey:
    """The key of one question: encrypts its texts and commits to them."""

    __slots__ = ("_commit_key", "_seal")

    def __init__(self, key: str) -> None:
        raw = base64.urlsafe_b64decode(key)
        self._seal = _Seal(key, raw)
        self._commit_key = HMAC(_derived(raw, b"commitment"), SHA256())

    def encrypt(self, text: str) -> str:
        """The text under this key."""
        return self._seal.close(text.encode())

    def decrypt(self, token: str) -> str:
        """The text again; raises Undecipherable."""
        return _opened((self._seal,), token).decode()

    def seal(self, content: bytes) -> bytes:
        """The content of a file under this key."""
        return self._seal.close_raw(content)

    def unseal(self, sealed: bytes) -> bytes:
        """The content again; raises Undecipherable."""
        content = self._seal.open_raw(sealed)
        if content is None:
            raise Undecipherable("this key does not open the content")
        return content

    def commit(self, text: str) -> str:
        """64 hex digits that prove the text to whoever has the key, and tell others nothing."""
        return _tag(self._commit_key, text)


class Sealed(NamedTuple):
    """A text under a new key of its own, with that key's wrapped form and its commitment."""

    text: str
    wrapped: str
    key: DataKey
    sealed: str
    commitment: str

    @classmethod
    def of(cls, keyring: Keyring, text: str) -> Sealed:
        """The text sealed."""
        wrapped, key = keyring.new_data_key()
        return cls(text, wrapped, key, key.encrypt(text), key.commit(text))


def new_key() -> str:
    """A fresh key for a keyring."""
    return _text_of(random_bytes(_KEY_BYTES))


class _Random(threading.local):
    """A thread's bytes that are random and not used yet."""

    block = b""
    used = 0


_RANDOM = _Random()
_BLOCK = 1024


def random_bytes(number: int) -> bytes:
    """So many bytes of the system's randomness, each given out once.

    They are fetched by the block: every call to the system lets another thread have the
    interpreter, ten times a question.
    """
    start = _RANDOM.used
    if start + number > len(_RANDOM.block):
        _RANDOM.block, start = os.urandom(max(_BLOCK, number)), 0
    _RANDOM.used = start + number
    return _RANDOM.block[start : start + number]


def _forget_random() -> None:
    _RANDOM.block, _RANDOM.used = b"", 0


if hasattr(os, "register_at_fork"):  # a child must not give out what its parent does
    os.register_at_fork(after_in_child=_forget_random)


class _Seal:
    """What one key closes and opens."""

    __slots__ = ("_cipher", "_key")

    def __init__(self, key: str, raw: bytes) -> None:
        self._key = key
        self._cipher = AESGCM(_derived(raw, b"sealing"))

    def close(self, text: bytes) -> str:
        return _text_of(self.close_raw(text))

    def close_raw(self, content: bytes) -> bytes:
        nonce = random_bytes(_NONCE_BYTES)
        return b"".join((_MARK, nonce, self._cipher.encrypt(nonce, content, None)))

    def open(self, token: str) -> bytes | None:
        """The text, or None where this key does not open it."""
        try:
            raw = base64.urlsafe_b64decode(token)
            if raw.startswith(_MARK):
                return self.open_raw(raw)
            return Fernet(self._key).decrypt(token)
        except (InvalidToken, ValueError, binascii.Error):
            return None

    def open_raw(self, raw: bytes) -> bytes | None:
        """The content, or None where this key does not open it."""
        if not raw.startswith(_MARK):
            return None
        try:
            return self._cipher.decrypt(raw[len(_MARK) : _BEGINNING], raw[_BEGINNING:], None)
        except (InvalidTag, ValueError):
            return None


def readable(key: DataKey | None, token: str | None) -> str | None:
    """A text that somebody wrote; None where its key is gone or does not fit (a proof's matter)."""
    if key is None or token is None:
        return None
    try:
        return key.decrypt(token)
    except Undecipherable:
        return None


def _opened(seals: Sequence[_Seal], token: str) -> bytes:
    for seal in seals:
        text = seal.open(token)
        if text is not None:
            return text
    raise Undecipherable("none of the encryption keys opens this text")


def _usable(key: str, place: int) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(key)
    except ValueError:
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise Refused.one(
            "encryption_keys",
            f"第{place}个加密密钥无效：须为32字节的 URL 安全 base64（44个字符）",
            f"encryption key {place} is not usable: 32 bytes in URL-safe base64 (44 characters)",
        )
    return raw


def _text_of(raw: bytes) -> str:
    """URL-safe base64: what the library's own function gives, in half its time."""
    return binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE).decode()


def _derived(raw: bytes, purpose: bytes) -> bytes:
    keyed = HMAC(raw, SHA256())
    keyed.update(b"zhiban " + purpose)
    return keyed.finalize()


def _tag(key: HMAC, text: str) -> str:
    keyed = key.copy()
    keyed.update(text.encode())
    return keyed.finalize().hex()
