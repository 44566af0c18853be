"""Encryption of personal data at rest: the bureau's keys, and a key of its own per question."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from zhiban.data.wording import Refused


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
        self._all = MultiFernet([_fernet(key, place) for place, key in enumerate(keys, 1)])
        self._blind_keys = tuple(_derived(key, b"blind index") for key in keys)

    def encrypt(self, text: str) -> str:
        """The text under the first key."""
        return self._all.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """The text again; raises Undecipherable."""
        return _opened(self._all, token)

    def rotate(self, token: str) -> str:
        """The same text under the first key; raises Undecipherable."""
        try:
            return self._all.rotate(token.encode()).decode()
        except InvalidToken:
            raise Undecipherable("none of the encryption keys opens this text") from None

    def blind(self, text: str) -> str:
        """A keyed index (64 hex digits) to find an encrypted value by, under the first key."""
        return self.blinds(text)[0]

    def blinds(self, text: str) -> tuple[str, ...]:
        """The index under each key, newest first: look all of them up while keys rotate."""
        return tuple(_tag(key, text) for key in self._blind_keys)

    def new_data_key(self) -> tuple[str, DataKey]:
        """A fresh key and its wrapped form to store; destroying that destroys what it encrypts."""
        key = Fernet.generate_key().decode()
        return self.encrypt(key), DataKey(key)

    def unwrap(self, wrapped: str) -> DataKey:
        """The key of a wrapped form; raises Undecipherable."""
        return DataKey(self.decrypt(wrapped))


class DataKey:
    """The key of one question: encrypts its texts and commits to them."""

    def __init__(self, key: str) -> None:
        self._fernet = Fernet(key)
        self._commit_key = _derived(key, b"commitment")

    def encrypt(self, text: str) -> str:
        """The text under this key."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """The text again; raises Undecipherable."""
        return _opened(self._fernet, token)

    def commit(self, text: str) -> str:
        """64 hex digits that prove the text to whoever has the key, and tell others nothing."""
        return _tag(self._commit_key, text)


def new_key() -> str:
    """A fresh key for a keyring."""
    return Fernet.generate_key().decode()


def _fernet(key: str, place: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise Refused.one(
            "encryption_keys",
            f"第{place}个加密密钥无效：须为32字节的 URL 安全 base64（44个字符）",
            f"encryption key {place} is not usable: 32 bytes in URL-safe base64 (44 characters)",
        ) from None


def _opened(fernet: Fernet | MultiFernet, token: str) -> str:
    try:
        return fernet.decrypt(token.encode()).decode()
    except InvalidToken:
        raise Undecipherable("none of the encryption keys opens this text") from None


def _derived(key: str, purpose: bytes) -> bytes:
    return hmac.digest(base64.urlsafe_b64decode(key), b"zhiban " + purpose, "sha256")


def _tag(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
