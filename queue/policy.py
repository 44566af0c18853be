"""The policy of clocks: what is promised by channel, category and lane; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, get_args

from zhiban.data.deadline import Target, Unit, parse_unit
from zhiban.data.wording import Faults, Refused, Text
from zhiban.queue.asking import CHANNELS
from zhiban.queue.timers import CLOCKS, ClockKind

Act = Literal["remind", "hand_on", "supervisor"]
Lane = Literal["green", "normal"]
Hours = Literal["bureau", "post"]

CLOCK_NAMES: dict[ClockKind, Text] = {
    "accept": Text("受理", "acceptance"),
    "first_answer": Text("首次答复", "first answer"),
    "next_answer": Text("再次答复", "next answer"),
    "close": Text("办结", "closing"),
}


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder before a clock is due: at this share of its target, this is done."""

    share: float
    act: Act = "remind"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One promise; None stands for any channel, category or lane.

    `ladder` rises; an empty one warns nobody. Breaches always go to the supervisor. Working time
    is the bureau's `hours`, or those of the seat that answers for the question's division.
    """

    clock: ClockKind
    target: Target
    unit: Unit
    channel: str | None = None
    category: str | None = None
    lane: Lane | None = None
    ladder: tuple[Rung, ...] = (Rung(0.75),)
    hours: Hours = "bureau"

    def __post_init__(self) -> None:
        faults = Faults(f"policy {self.channel or '*'}/{self.clock}.")
        faults.unless(
            self.clock in CLOCKS,
            "clock",
            f"时限只能是 {'、'.join(CLOCKS)}，现为“{self.clock}”",
            f"the clock is one of {', '.join(CLOCKS)}, not {self.clock!r}",
        )
        faults.unless(
            self.channel is None or self.channel in CHANNELS,
            "channel",
            f"没有渠道“{self.channel}”，可用：{'、'.join(CHANNELS)}",
            f"no channel {self.channel!r}; known: {', '.join(CHANNELS)}",
        )
        faults.unless(
            self.target.number > 0 and not (self.target.scale == "d" and self.unit == "wall"),
            "target",
            "时限须大于0；以工作日（d）计的只能按工作时间",
            "the target is above 0; days (d) go with working time only",
        )
        faults.unless(
            self.hours in get_args(Hours),
            "hours",
            f"只能是 {'、'.join(get_args(Hours))}，现为“{self.hours}”",
            f"is one of {', '.join(get_args(Hours))}, not {self.hours!r}",
        )
        shares = [rung.share for rung in self.ladder]
        faults.unless(
            all(0 < share < 1 for share in shares) and shares == sorted(set(shares)),
            "ladder",
            "提醒比例须在0与1之间并逐级升高",
            "the shares lie between 0 and 1 and rise",
        )
        faults.refuse()

    def fits(self, channel: str, category: str | None, lane: Lane) -> bool:
        """Whether the row speaks of such questions."""
        return (
            self.channel in (None, channel)
            and self.category in (None, category)
            and self.lane in (None, lane)
        )

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        """How particular it is: category before lane before channel."""
        return (self.category is not None, self.lane is not None, self.channel is not None)


@dataclass(frozen=True)
class Policy:
    """All promises; of those that fit, the most particular holds, the first among equals."""

    rows: tuple[PolicyRow, ...]

    def row(
        self, clock: ClockKind, channel: str, category: str | None, green: bool
    ) -> PolicyRow | None:
        """What is promised, None where nothing is."""
        key = (clock, channel, category, green)
        if key not in self._found:
            lane: Lane = "green" if green else "normal"
            fitting = [
                row for row in self.rows if row.clock == clock and row.fits(channel, category, lane)
            ]
            self._found[key] = max(fitting, key=lambda row: row.weight, default=None)
        return self._found[key]

    @cached_property
    def _found(self) -> dict[tuple[ClockKind, str, str | None, bool], PolicyRow | None]:
        return {}


def _usual(rows: Iterable[tuple[str, ClockKind, str, Unit]]) -> tuple[PolicyRow, ...]:
    return tuple(
        PolicyRow(clock, Target.parse(target), unit, channel)
        for channel, clock, target, unit in rows
    )


DEFAULT_POLICY = Policy(
    _usual(
        (
            ("message", "first_answer", "24h", "wall"),
            ("message", "next_answer", "24h", "wall"),
            ("live", "accept", "10m", "working"),
            ("live", "first_answer", "5h", "working"),
            ("live", "next_answer", "5h", "working"),
            ("letter", "first_answer", "7d", "working"),
            ("letter", "next_answer", "7d", "working"),
            ("walk_in", "first_answer", "5h", "working"),
            ("walk_in", "next_answer", "5h", "working"),
            ("phone", "first_answer", "24h", "wall"),
            ("phone", "next_answer", "24h", "wall"),
        )
    )
)


def policy_from(value: Any) -> Policy:
    """The policy of a setting's JSON value; raises Refused naming the row at fault."""
    if not isinstance(value, list):
        raise Refused.one("policy", "应为规则的列表", "a list of rows is expected")
    return Policy(tuple(_row(number, row) for number, row in enumerate(value, 1)))


def policy_json(policy: Policy) -> list[dict[str, Any]]:
    """The JSON value of a policy."""
    return [
        asdict(row) | {"target": str(row.target), "ladder": [asdict(rung) for rung in row.ladder]}
        for row in policy.rows
    ]


def _row(number: int, row: Any) -> PolicyRow:
    field = f"policy[{number}]"
    known = set(PolicyRow.__dataclass_fields__)
    if not isinstance(row, Mapping) or not {"clock", "target", "unit"} <= row.keys() <= known:
        raise Refused.one(
            field,
            f"每行须有 clock、target、unit，另可有 {'、'.join(sorted(known))}",
            f"each row has clock, target, unit, and may have {', '.join(sorted(known))}",
        )
    return PolicyRow(
        clock=row["clock"],
        target=Target.parse(str(row["target"]), f"{field}.target"),
        unit=parse_unit(str(row["unit"]), f"{field}.unit"),
        channel=row.get("channel"),
        category=row.get("category"),
        lane=row.get("lane"),
        ladder=_ladder(field, row.get("ladder", [{"share": 0.75}])),
        hours=row.get("hours", "bureau"),
    )


def _ladder(field: str, rungs: Any) -> tuple[Rung, ...]:
    try:
        ladder = tuple(Rung(float(rung["share"]), rung.get("act", "remind")) for rung in rungs)
    except (TypeError, KeyError, ValueError, AttributeError):
        ladder = (Rung(-1.0),)
    if any(rung.share < 0 or rung.act not in get_args(Act) for rung in ladder):
        raise Refused.one(
            f"{field}.ladder",
            f"每级须有 share（0至1）和 act（{'、'.join(get_args(Act))}）",
            f"each rung has a share (0 to 1) and an act ({', '.join(get_args(Act))})",
        )
    return ladder
