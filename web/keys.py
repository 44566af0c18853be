"""Where the encryption keys come from: the settings, or a file beside the embedded database."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine

from zhiban.data.crypt import Keyring, Undecipherable, new_key
from zhiban.data.database import writing
from zhiban.data.store import get_setting, put_setting
from zhiban.data.wording import Refused
from zhiban.web.settings import Settings

log = structlog.get_logger(__name__)
SETTING = "key_check"
_PROOF = "zhiban"
_SERVER = Path("var", "server")  # where an embedded database would lie


def keyring_for(settings: Settings) -> Keyring:
    """The keys of the settings; where none are set, those of a file made once.

    The file lies beside an embedded database, under var/ for a database server.
    """
    keys = [key.strip() for key in settings.keys.split(",") if key.strip()]
    if not keys and settings.embedded and settings.database_file is None:
        keys = [new_key()]  # a database in memory is gone with the process
    return Keyring(keys or _kept_beside(settings.database_file or _SERVER))


def check_keys(engine: Engine, keyring: Keyring) -> None:
    """Raises Refused unless these keys belong to this database; the first keys it sees do.

    Without it, a second machine with a key file of its own would write what nobody else reads.
    """
    with writing(engine) as connection:
        belongs(connection, keyring)


def belongs(connection: Connection, keyring: Keyring) -> None:
    """The same within a transaction that writes something these keys encrypt."""
    known = get_setting(connection, SETTING)
    if known is None:
        put_setting(connection, SETTING, keyring.encrypt(_PROOF))
        return
    try:
        keyring.decrypt(known)
    except Undecipherable:
        raise Refused.one(
            "ZHIBAN_KEYS",
            "现有密钥不是这个数据库的：请设置原来的密钥，或放回原来的 keys 文件",
            "these keys are not this database's: set the ones it was made with, or put back its "
            "file `keys`",
        ) from None


def _kept_beside(database: Path) -> list[str]:
    """The keys in the file `keys` beside the database, one a line, newest first."""
    file = database.parent / "keys"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _make_once(file)
    return _lines(file)


def demonstration_keys() -> str:
    """The keys under var/, made there once: for a demonstration on a database server."""
    return ",".join(_kept_beside(_SERVER))


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
