"""Words for people, in Chinese and English, and the one way to refuse bad input."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages; Chinese is the default everywhere."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The message in `lang`: English for "en" and its variants, else Chinese."""
        return self.en if lang.lower().startswith("en") else self.zh

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of somebody's input, and what is allowed."""

    field: str
    text: Text


class Refused(Exception):  # noqa: N818 - says what happened
    """Input that cannot be used; names each field at fault."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors: tuple[FieldError, ...] = tuple(errors)
        super().__init__(str(self.text))

    @classmethod
    def one(cls, field: str, zh: str, en: str) -> Refused:
        """Refuses a single field."""
        return cls((FieldError(field, Text(zh, en)),))

    @property
    def text(self) -> Text:
        """All errors in one line."""
        return Text(
            "；".join(f"{error.field}：{error.text.zh}" for error in self.errors),
            "; ".join(f"{error.field}: {error.text.en}" for error in self.errors),
        )


class Faults:
    """Collects what is wrong with a value, so that all of it is said at once."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._errors: list[FieldError] = []

    def unless(self, good: bool, field: str, zh: str, en: str) -> None:
        """Notes a fault of `field` when `good` is false."""
        if not good:
            self.note(field, zh, en)

    def note(self, field: str, zh: str, en: str) -> None:
        """Notes a fault of `field`; for words that cost something to make."""
        self._errors.append(FieldError(self._prefix + field, Text(zh, en)))

    def refuse(self) -> None:
        """Raises Refused when anything was noted."""
        if self._errors:
            raise Refused(self._errors)


def counted(count: int, one: str, many: str) -> str:
    """A number with its English noun: `1 duty`, `2 duties`; Chinese needs none."""
    return f"{count} {one if count == 1 else many}"


def shortened(text: str, most: int = 60) -> str:
    """What somebody sent, short enough to be quoted in one line."""
    return text if len(text) <= most else f"{text[:most]}…"
