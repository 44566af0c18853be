"""The words for a duty that was published for a day before the first or after the last."""

from __future__ import annotations

from zhiban.data.day_words import shift_of
from zhiban.data.wording import Text
from zhiban.roster.known import Stint


def beside(title: Text, held: Stint) -> Text:
    """A rule's title, and the published duty across the border that is behind it."""
    said = shift_of(held.when.start, held.when.end)
    zh, en = f"{said.zh}在{held.post.name}值班", f"on duty at {held.post.name} {said.en}"
    return Text(f"{title.zh}（{zh}）", f"{title.en} ({en})")
