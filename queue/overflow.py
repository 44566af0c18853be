"""Rows of the policy that say when a question goes beyond its own county's seat; pure.

Supervisors come in by the ladder of a clock (`zhiban.queue.policy`), which holds for questions that
wait as for those in hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from zhiban.data.wording import Faults, Refused
from zhiban.queue.asking import CHANNELS
from zhiban.queue.policy import Lane

Beyond = Literal["city", "neighbours"]


@dataclass(frozen=True, slots=True)
class Overflow:
    """To whom questions go once this share of their clock has run; above 1 means never.

    None stands for any channel, category or lane. The city seat takes part at once where nobody of
    the own seat may take the question; its share counts where all there have their hands full.
    """

    to: Beyond
    after: float
    channel: str | None = None
    category: str | None = None
    lane: Lane | None = None

    def __post_init__(self) -> None:
        faults = Faults("overflow.")
        known = get_args(Beyond)
        faults.unless(
            self.to in known, "to", f"只能是 {'、'.join(known)}", f"is one of {', '.join(known)}"
        )
        faults.unless(
            0 <= self.after <= 1000,
            "after",
            "须为0以上的比例，大于1表示从不",
            "a share from 0 on is expected; above 1 means never",
        )
        faults.unless(
            self.channel is None or self.channel in CHANNELS,
            "channel",
            f"没有渠道“{self.channel}”，可用：{'、'.join(CHANNELS)}",
            f"no channel {self.channel!r}; known: {', '.join(CHANNELS)}",
        )
        lanes = get_args(Lane)
        faults.unless(
            self.lane is None or self.lane in lanes,
            "lane",
            f"只能是 {'、'.join(lanes)}",
            f"is one of {', '.join(lanes)}",
        )
        faults.refuse()

    def fits(self, channel: str, category: str | None, green: bool) -> bool:
        """Whether the row speaks of such questions."""
        return (
            self.channel in (None, channel)
            and self.category in (None, category)
            and self.lane in (None, "green" if green else "normal")
        )

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        """How particular it is: category before lane before channel, as with clocks."""
        return (self.category is not None, self.lane is not None, self.channel is not None)


def reach_of(
    rows: Iterable[Overflow], channel: str, category: str | None, green: bool
) -> dict[str, float]:
    """The share for each of whom rows speak: the most particular, the first among equals."""
    fitting = [row for row in rows if row.fits(channel, category, green)]
    fitting.sort(key=lambda row: row.weight, reverse=True)
    return {row.to: row.after for row in reversed(fitting)}


def overflow_from(value: Any) -> tuple[Overflow, ...]:
    """The rows of a setting's JSON value; raises Refused naming the row at fault."""
    if not isinstance(value, list):
        raise Refused.one("overflow", "应为规则的列表", "a list of rows is expected")
    return tuple(_row(number, row) for number, row in enumerate(value, 1))


def overflow_json(rows: Iterable[Overflow]) -> list[dict[str, Any]]:
    """The JSON value of the rows."""
    return [asdict(row) for row in rows]


def _row(number: int, row: Any) -> Overflow:
    known = set(Overflow.__dataclass_fields__)
    if not isinstance(row, Mapping) or not {"to", "after"} <= row.keys() <= known:
        raise Refused.one(
            f"overflow[{number}]",
            f"每行须有 to、after，另可有 {'、'.join(sorted(known))}",
            f"each row has to and after, and may have {', '.join(sorted(known))}",
        )
    after = row["after"]
    if isinstance(after, bool) or not isinstance(after, int | float):
        raise Refused.one(f"overflow[{number}].after", "须为数", "a number is expected")
    return Overflow(
        row["to"], float(after), row.get("channel"), row.get("category"), row.get("lane")
    )
