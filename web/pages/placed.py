"""Where a question comes from, where nobody chose: from what its story names, or the last one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from zhiban.data.register import Register
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.named_place import Gazetteer, NamedPlace, named_place
from zhiban.web.i18n import Lang, translate
from zhiban.web.wiring import Wiring


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """The name of a division, and the word of the story that names it; none: it is the last one."""

    name: str
    word: str

    def said(self, lang: Lang) -> str:
        """The name with why it was taken."""
        if not self.word:
            return translate(lang, "%(name)s（和上次一样）", name=self.name)
        return translate(lang, "%(name)s（根据您写的“%(word)s”）", name=self.name, word=self.word)


def found_place(
    connection: Connection, wiring: Wiring, text: str, last: str, lang: Lang
) -> FoundPlace | None:
    """The place a text names, else the division `last` asked from; None where there is neither."""
    if not text.strip() and not last:
        return None
    register = register_of(connection, wiring)
    found = _found(text, register, last)
    if found is None:
        return None
    return FoundPlace(register.divisions[found.division].text.in_(lang), found.word)


def placed(asked: Ask, register: Register, last: str) -> Ask:
    """The question with the division that its story names, else the last, where nobody chose."""
    if asked.division:
        return asked
    found = _found(asked.text, register, last)
    return asked if found is None else asked._replace(division=found.division)


def _found(text: str, register: Register, last: str) -> NamedPlace | None:
    """A new story tells of its own place; where it tells of none, it is likely the last one's."""
    named = named_place(text, Gazetteer.of_register(register)) if text.strip() else None
    return NamedPlace(last, "") if named is None and last in register.divisions else named


def register_of(connection: Connection, wiring: Wiring) -> Register:
    """The register as it is now."""
    return service.knowledge(connection, wiring.keyring, wiring.clock.now()).register
