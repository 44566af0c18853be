"""The division that a story names, for a question whose citizen has chosen none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from zhiban.data.register import Register
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.named_place import Gazetteer, named_place
from zhiban.web.i18n import Lang, translate
from zhiban.web.wiring import Wiring


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """The found division's name, and the word of the story that names it."""

    name: str
    word: str

    def said(self, lang: Lang) -> str:
        """The name with why it was taken."""
        return translate(lang, "%(name)s（根据您写的“%(word)s”）", name=self.name, word=self.word)


def found_place(connection: Connection, wiring: Wiring, text: str, lang: Lang) -> FoundPlace | None:
    """The place a text names; None where it names none, or several."""
    if not text.strip():
        return None
    register = register_of(connection, wiring)
    found = named_place(text, Gazetteer.of_register(register))
    if found is None:
        return None
    return FoundPlace(register.divisions[found.division].text.in_(lang), found.word)


def placed(asked: Ask, register: Register) -> Ask:
    """The question with the division that its story names, where nobody chose one."""
    if asked.division or not asked.text.strip():
        return asked
    found = named_place(asked.text, Gazetteer.of_register(register))
    return asked if found is None else replace(asked, division=found.division)


def register_of(connection: Connection, wiring: Wiring) -> Register:
    """The register as it is now."""
    return service.knowledge(connection, wiring.keyring, wiring.clock.now()).register
