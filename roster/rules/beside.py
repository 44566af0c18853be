"""The words for a duty that was published for a day before the first or after the last."""

from __future__ import annotations

from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Text
from zhiban.roster.known import Stint


def beside(title: Text, held: Stint) -> Text:
    """A rule's title, and the published duty across the border that is behind it."""
    start, end = held.when.start, held.when.end.astimezone(SHANGHAI)
    zh = f"{start:%m-%d %H:%M} 至 {end:%m-%d %H:%M} 在{held.post.name}值班"
    en = f"on duty at {held.post.name} from {start:%m-%d %H:%M} to {end:%m-%d %H:%M}"
    return Text(f"{title.zh}（{zh}）", f"{title.en} ({en})")
