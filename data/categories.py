"""What questions are about."""

from __future__ import annotations

from dataclasses import dataclass

from zhiban.data.wording import Refused, Text

GENERAL = "general"
ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of question; its code is stable and is also the skill that a lawyer has for it.

    A retired one is offered no more, and names the questions that were asked with it.
    """

    code: str
    name: str
    name_en: str
    retired: bool = False

    def __post_init__(self) -> None:
        if not self.code or self.code == ONLINE:
            raise Refused.one(
                "category.code",
                f"类别代码不能为空或为“{ONLINE}”",
                f"a category's code cannot be empty or {ONLINE!r}",
            )

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return Text(self.name, self.name_en)
