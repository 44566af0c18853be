"""Changing the bureau's settings of the queue: seen before, then done in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.editions import editions, keep_edition
from zhiban.data.register import Register
from zhiban.data.register_diff import Field
from zhiban.data.register_service import note
from zhiban.data.store import load_register
from zhiban.data.wording import Text
from zhiban.queue.changes import Changes
from zhiban.queue.event import SYSTEM, plain
from zhiban.queue.knowledge import Rules, rules_from, rules_json
from zhiban.queue.memory import load_rules, save_rules
from zhiban.queue.recalculation import Shift, preview, recalculate
from zhiban.queue.rule_words import differences

QUEUE = "queue"

OUTDATED = Text(
    "设置在您打开后又有了变化，请看过最新的再改",
    "the settings have changed since you opened them; look at them again first",
)


@dataclass(frozen=True, slots=True)
class Stored:
    """The settings as they stand; `version` names them, for whoever changes them."""

    value: Mapping[str, Any]
    version: str


@dataclass(frozen=True, slots=True)
class Outdated:
    """Not done: somebody else has changed the settings meanwhile; `now` is what they are."""

    now: Stored
    why: Text = OUTDATED


def stored_rules(connection: Connection) -> Stored:
    """The settings of the queue in force."""
    value = rules_json(load_rules(connection))
    return Stored(value, hashlib.sha256(plain(value).encode()).hexdigest()[:16])


def preview_rules(
    connection: Connection, keyring: Keyring, value: Any, now: datetime
) -> tuple[Shift, ...]:
    """Which running clocks would be due at another moment; raises Refused naming the field."""
    return preview(connection, keyring, now, policy=rules_from(value).policy)


def change_rules(
    connection: Connection,
    keyring: Keyring,
    value: Any,
    version: str,
    now: datetime,
    by: str = SYSTEM,
) -> Stored | Outdated:
    """Puts other settings in force, and reckons every open question's clocks by them at once.

    The change is recorded with before and after, and what was before is kept, to be put back. A
    breach that was recorded stays recorded. Raises Refused naming the field.
    """
    rules = rules_from(value)
    Changes.begin(connection, keyring, now).flush()
    at = stored_rules(connection)
    if at.version != version:
        return Outdated(at)
    register = load_register(connection, keyring)
    fields = between(rules_from(at.value), rules, register)
    if fields:
        if not editions(connection, QUEUE, 1):
            keep_edition(connection, QUEUE, at.value, "—", now)
        keep_edition(connection, QUEUE, rules_json(rules), by, now)
        note(connection, keyring, QUEUE, QUEUE, "时限与溢出", "changed", fields, by, now)
    save_rules(connection, rules)
    recalculate(connection, keyring, now)
    return stored_rules(connection)


def between(before: Rules, after: Rules, register: Register) -> list[Field]:
    """What differs between two of the settings, with categories and posts by their names."""
    categories = {one.code: one.name for one in register.categories.values()}
    posts = {one.id: one.name for one in register.posts.values()}
    return differences(before, after, categories, posts)
