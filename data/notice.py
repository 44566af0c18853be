"""What somebody is to be told, as a value; the outbox keeps and sends it."""

from __future__ import annotations

from dataclasses import dataclass

from zhiban.data.wording import Text


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is to be told; `recipient` is an account, `link` a path on our pages."""

    recipient: str
    kind: str
    title: Text
    body: Text
    link: str = ""
