"""A form as it was sent: text only, trimmed where asked, files ignored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class Form:
    """The values of each field, in the order sent."""

    values: Mapping[str, Sequence[str]]

    def raw(self, field: str) -> str:
        """The first value as it was sent; empty where there is none."""
        sent = self.values.get(field)
        return sent[0] if sent else ""

    def text(self, field: str) -> str:
        """The first value without the space around it."""
        return self.raw(field).strip()

    def some(self, field: str) -> str | None:
        """The first value trimmed, or None where nothing was written."""
        return self.text(field) or None

    def all(self, field: str) -> tuple[str, ...]:
        """Every value of a field, as of check boxes."""
        return tuple(self.values.get(field, ()))

    def key(self) -> str | None:
        """What tells a second sending of the same form; None for what no form of ours has."""
        sent = self.text("key")
        return sent if re.fullmatch(r"[A-Za-z0-9_-]{1,80}", sent) else None

    def number(self, field: str) -> int | None:
        """The first value as a whole number of at most nine digits, or None."""
        sent = self.text(field)
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= 9 else None


async def form_of(request: Request, most: int = 200) -> Form:
    """The request's form of at most so many fields; line ends as everywhere else."""
    values: dict[str, list[str]] = {}
    async with request.form(max_files=20, max_fields=most) as sent:
        for field, value in sent.multi_items():
            if isinstance(value, str):
                values.setdefault(field, []).append(value.replace("\r\n", "\n"))
    return Form(values)
