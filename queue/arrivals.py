"""Who will ask, and when: read from a file, or drawn from a profile fitted to the past; pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from zhiban.data.timespan import SHANGHAI, Span, parse_time
from zhiban.data.wording import Refused, shortened
from zhiban.queue.asking import CHANNELS
from zhiban.queue.simulate import Arrival

_FIELDS = {"at", "division", "category", "channel", "green"}
_HOUR = timedelta(hours=1)

Kind = tuple[str, str | None, str, bool]
"""Division, category, channel and green lane: what a question is like, apart from when."""


@dataclass(frozen=True)
class Profile:
    """Questions an hour by (weekday, hour) on the bureau's wall clock, and what they are like.

    `kinds` are weighted; with none of them nothing is drawn.
    """

    hourly: dict[tuple[int, int], float]
    kinds: tuple[tuple[Kind, int], ...]

    def scaled(self, factor: float) -> Profile:
        """The same with more or fewer questions."""
        return Profile({hour: rate * factor for hour, rate in self.hourly.items()}, self.kinds)


def fitted(past: Iterable[Arrival], during: Span) -> Profile:
    """The profile of what was asked in a time: mean numbers of each hour of the week."""
    asked = [one for one in past if during.contains(one.at)]
    counts = Counter(_hour_of(one.at) for one in asked)
    passed = Counter(_hour_of(at) for at in _hours(during))
    return Profile(
        {hour: counts[hour] / passed[hour] for hour in sorted(counts)},
        tuple(sorted(Counter(_kind_of(one) for one in asked).items(), key=str)),
    )


def usual(divisions: Collection[str], a_day: float) -> Profile:
    """A profile for a bureau without a past: office hours busy, evenings less, nights hardly."""
    weights = {hour: 0.2 if hour < 7 else 2.0 if 8 <= hour < 18 else 0.8 for hour in range(24)}
    days = {day: 1.0 if day < 5 else 0.4 for day in range(7)}
    whole = sum(weights.values()) * sum(days.values()) / 7
    hourly = {
        (day, hour): a_day * weights[hour] * days[day] / whole for day in days for hour in weights
    }
    return Profile(hourly, tuple(((code, None, "message", False), 1) for code in sorted(divisions)))


def drawn(profile: Profile, during: Span, seed: int) -> list[Arrival]:
    """Arrivals of a time, one after the other: a Poisson process whose rate follows the profile."""
    random = Random(seed)  # noqa: S311 - nothing secret is drawn
    kinds = [kind for kind, _ in profile.kinds]
    weights = [weight for _, weight in profile.kinds]
    found = []
    for start in _hours(during) if kinds else ():
        rate = profile.hourly.get(_hour_of(start), 0.0)
        for minutes in _moments(rate, random):
            at = start + timedelta(minutes=minutes)
            if during.contains(at):
                division, category, channel, green = random.choices(kinds, weights)[0]
                found.append(Arrival(at, division, category, channel, green))
    return found


def read_arrivals(
    text: str, divisions: Collection[str], categories: Collection[str] | None = None
) -> list[Arrival]:
    """Arrivals of a file with one JSON object a line; raises Refused naming the line at fault.

    Without `categories` any category is taken.
    """
    lines = enumerate(text.splitlines(), 1)
    return [_arrival(n, line, divisions, categories) for n, line in lines if line.strip()]


def _arrival(
    number: int, line: str, divisions: Collection[str], categories: Collection[str] | None
) -> Arrival:
    place = f"line {number}"
    row = _object(place, line)
    division, category = row["division"], row.get("category")
    channel, green = row.get("channel", "message"), row.get("green", False)
    if not isinstance(division, str) or division not in divisions:
        raise Refused.one(
            place, f"没有区划“{_quoted(division)}”", f"no division {_quoted(division)}"
        )
    if category is not None and not (
        isinstance(category, str) and (categories is None or category in categories)
    ):
        raise Refused.one(
            place, f"没有类别“{_quoted(category)}”", f"no category {_quoted(category)}"
        )
    if not isinstance(channel, str) or channel not in CHANNELS:
        known = ", ".join(CHANNELS)
        raise Refused.one(
            place,
            f"没有渠道“{_quoted(channel)}”，可用：{known}",
            f"no channel {_quoted(channel)}; known: {known}",
        )
    if not isinstance(green, bool):
        raise Refused.one(place, "green 只能是 true 或 false", "green is true or false")
    at = parse_time(str(row["at"]), f"{place}.at")
    return Arrival(at, division, category, channel, green)


def _object(place: str, line: str) -> dict[str, object]:
    """The JSON object of a line, with the fields it must and may have."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not {"at", "division"} <= row.keys() <= _FIELDS:
        known = sorted(_FIELDS)
        raise Refused.one(
            place,
            f"每行一个 JSON 对象，须有 at、division，另可有 {'、'.join(known)}",
            f"one JSON object a line with at and division, and perhaps {', '.join(known)}",
        )
    return row


def _quoted(value: object) -> str:
    return shortened(str(value))


def _hours(during: Span) -> Iterator[datetime]:
    """The starts of the hours that a time touches."""
    local = during.start.astimezone(SHANGHAI)
    at = datetime.combine(local.date(), time(local.hour), SHANGHAI)
    while at < during.end:
        yield at
        at += _HOUR


def _hour_of(at: datetime) -> tuple[int, int]:
    local = at.astimezone(SHANGHAI)
    return (local.weekday(), local.hour)


def _kind_of(one: Arrival) -> Kind:
    return (one.division, one.category, one.channel, one.green)


def _moments(rate: float, random: Random) -> Iterator[float]:
    """The minutes of an hour at which somebody asks."""
    at = random.expovariate(rate) if rate > 0 else 1.0
    while at < 1.0:
        yield at * 60
        at += random.expovariate(rate)
