"""Copies kept for each engine, and read again when the board says that they are stale.

Knowledge holds for one version of rosters and register; the tally of questions for as long as no
other process has written, and nothing was rolled back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from zhiban.data import board
from zhiban.data.board import Board
from zhiban.data.crypt import Keyring
from zhiban.data.exchanges import Query
from zhiban.data.store import get_setting, load_register, put_setting
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.queue import store, tally_store
from zhiban.queue.knowledge import Knowledge, Rules, rules_from, rules_json
from zhiban.queue.tally import Tally
from zhiban.roster.store import load_published


class Known(NamedTuple):
    """Knowledge of one version of rosters and register, which holds for a week."""

    version: int
    since: datetime
    until: datetime
    knowledge: Knowledge

    def fits(self, version: int, now: datetime) -> bool:
        """Whether it is still what would be read."""
        return self.version == version and self.since <= now < self.until


class _Kept(NamedTuple):
    """A tally as it was when the board and the last event were these."""

    at: Board
    last_hash: str
    tally: Tally


SETTING = "queue"
_BACK = timedelta(days=7)
_KEPT: WeakKeyDictionary[Engine, Known] = WeakKeyDictionary()
_TALLIES: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def knowledge(
    connection: Connection, keyring: Keyring, now: datetime, at: Board | None = None
) -> Knowledge:
    """Register, rosters from last week on, and rules, as this transaction sees them.

    `at` is the board where it is known.
    """
    return known(connection, keyring, now, at or board.look(connection)).knowledge


def known(connection: Connection, keyring: Keyring, now: datetime, at: Board) -> Known:
    """The same, with how long it holds."""
    kept = _KEPT.get(connection.engine)
    if kept is not None and kept.fits(at.roster_version, now):
        return kept
    since = Week.of((now - _BACK).astimezone(SHANGHAI).date())
    found = Knowledge(
        register=load_register(connection, keyring),
        published=load_published(
            connection, since, known=kept.knowledge.published if kept else None
        ),
        rules=load_rules(connection),
    )
    begins, ends = ((one + _BACK).astimezone(UTC) for one in (since.span.start, since.span.end))
    made = _KEPT[connection.engine] = Known(at.roster_version, begins, ends, found)
    return made


def known_already(engine: Engine, version: int, now: datetime) -> Knowledge | None:
    """The knowledge of that version of rosters and register, where it has been read before."""
    kept = _KEPT.get(engine)
    return kept.knowledge if kept is not None and kept.fits(version, now) else None


def follow_queries(engine: Engine) -> Sequence[Query]:
    """What taking the tally will ask the database, for whoever takes the board."""
    kept = _TALLIES.get(engine)
    if kept is None:
        return ()
    since = kept.at.next_position
    return (store.hash_query(since - 1), *tally_store.follow_queries(since))


def take_tally(connection: Connection, at: Board) -> tuple[Tally, str]:
    """The tally as of a board that is locked, with the hash of the last event.

    Nobody else has it until it is kept again: what is rolled back is never kept.
    """
    kept = _TALLIES.pop(connection.engine, None)
    hashes = store.hashes(connection, kept.at.next_position - 1 if kept else 0)
    last_hash = hashes.get(at.next_position - 1, "")
    if kept is None or kept.at.roster_version != at.roster_version:
        return tally_store.load_tally(connection), last_hash
    new = at.next_position - kept.at.next_position
    if new == 0 and kept.at.version == at.version and kept.last_hash == last_hash:
        return kept.tally, last_hash
    # A database that was put back may count like the one before; its hashes tell it apart.
    known_before = hashes.get(kept.at.next_position - 1, "")
    if not 0 < new <= tally_store.FOLLOWED or known_before != kept.last_hash:
        return tally_store.load_tally(connection), last_hash
    tally_store.follow_tally(connection, kept.tally, kept.at.next_position)
    return kept.tally, last_hash


def keep_tally(connection: Connection, at: Board, last_hash: str, tally: Tally) -> None:
    """Keeps the tally for whoever next finds the board, and the last event, as they are now."""
    _TALLIES[connection.engine] = _Kept(at, last_hash, tally)


def load_rules(connection: Connection) -> Rules:
    """The bureau's settings of the queue; the usual ones where none are stored."""
    return rules_from(get_setting(connection, SETTING, {}))


def save_rules(connection: Connection, rules: Rules) -> None:
    """Stores settings of the queue; takes the board and makes copies stale. Raises Refused."""
    value = rules_json(rules)
    rules_from(value)  # what could not be read again would stop every command
    at = board.lock(connection)
    put_setting(connection, SETTING, value)
    board.save(connection, board.changed(at))
