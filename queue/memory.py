"""A copy of what the bureau knows, kept for each engine and read again when the board says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.store import get_setting, load_register, put_setting
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.queue.knowledge import Knowledge, Rules, rules_from, rules_json
from zhiban.roster.store import load_published

SETTING = "queue"
_BACK = timedelta(days=7)
_KEPT: WeakKeyDictionary[Engine, tuple[int, Week, Knowledge]] = WeakKeyDictionary()


def knowledge(connection: Connection, keyring: Keyring, now: datetime) -> Knowledge:
    """Register, rosters from last week on, and rules, as this transaction sees them."""
    since = Week.of((now - _BACK).astimezone(SHANGHAI).date())
    version = board.look(connection).roster_version
    kept = _KEPT.get(connection.engine)
    if kept is not None and kept[:2] == (version, since):
        return kept[2]
    found = Knowledge(
        register=load_register(connection, keyring),
        published=load_published(connection, since, known=kept[2].published if kept else None),
        rules=load_rules(connection),
    )
    _KEPT[connection.engine] = (version, since, found)
    return found


def load_rules(connection: Connection) -> Rules:
    """The bureau's settings of the queue; the usual ones where none are stored."""
    return rules_from(get_setting(connection, SETTING, {}))


def save_rules(connection: Connection, rules: Rules) -> None:
    """Stores settings of the queue; takes the board and makes copies stale. Raises Refused."""
    value = rules_json(rules)
    rules_from(value)  # what could not be read again would stop every command
    at = board.lock(connection)
    put_setting(connection, SETTING, value)
    board.save(
        connection,
        board.Board(at.version + 1, at.next_question, at.next_position, at.roster_version + 1),
    )
