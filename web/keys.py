"""Where the encryption keys come from: the settings, or a file beside the embedded database."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import structlog

from zhiban.data.crypt import Keyring, new_key
from zhiban.data.wording import Refused
from zhiban.web.settings import Settings

log = structlog.get_logger(__name__)


def keyring_for(settings: Settings) -> Keyring:
    """The keys of the settings; for an embedded database, else, a key file made once beside it.

    Raises Refused when a database server is used without ZHIBAN_KEYS: a key that lies on one of
    several machines would leave the others unable to read.
    """
    keys = [key.strip() for key in settings.keys.split(",") if key.strip()]
    if not keys and settings.embedded:
        file = settings.database_file
        keys = _kept_beside(file) if file is not None else [new_key()]
    if not keys:
        raise Refused.one(
            "ZHIBAN_KEYS",
            "使用数据库服务器时必须设置加密密钥（多个用逗号分隔，最新的在前）",
            "a database server needs encryption keys here (comma-separated, newest first)",
        )
    return Keyring(keys)


def _kept_beside(database: Path) -> list[str]:
    """The keys in the file `keys` beside the database, one a line, newest first."""
    file = database.parent / "keys"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _make_once(file)
    return _lines(file)


def _make_once(file: Path) -> None:
    """Writes a new key; of two processes that start together, the first one's key stays."""
    handle, made = tempfile.mkstemp(dir=file.parent, prefix="keys-")  # mode 0600
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(new_key() + "\n")
    try:
        os.link(made, file)
        log.warning("encryption_key_made", file=str(file), advice="back this file up")
    except FileExistsError:
        log.info("encryption_key_found", file=str(file))
    finally:
        os.unlink(made)


def _lines(file: Path) -> list[str]:
    return [line.strip() for line in file.read_text("ascii").splitlines() if line.strip()]
