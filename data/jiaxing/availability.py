"""Invented leave and wishes; a week's leave is the same whatever other weeks are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random

from zhiban.data.people import Half, Lawyer, Leave, Preference
from zhiban.data.places import Post
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week

# A leave lasts 1, 2 or 4 to 10 half-days: 0.3 + 0.6 + 0.4 x 7 = 3.7 on average. When 21.6 of 100
# lawyers take one in a week of 10 half-days, 21.6 x 3.7 / 1000 = 8 % of all half-days are taken.
_SHARE_A_WEEK = 0.216
_HALVES = 10
_REASONS_SHORT = ("开庭", "会见当事人", "体检", "家事")
_REASONS_LONG = ("年休假", "出差", "病假", "业务培训")
_HALF_DAYS: tuple[Half, ...] = ("am", "pm")


def leaves(lawyers: Mapping[str, Lawyer], weeks: Sequence[Week], seed: int) -> tuple[Leave, ...]:
    """Leave of about 8 % of the half-days, Monday to Friday, some of it over several days."""
    return tuple(leave for week in weeks for leave in _of_week(lawyers, week, seed))


def preferences(
    lawyers: Mapping[str, Lawyer],
    posts: Mapping[str, Post],
    county_of: Mapping[str, str],
    seed: int,
) -> tuple[Preference, ...]:
    """Wishes of a third of the lawyers, -3 to 3: a post nearby, a weekday, a half-day."""
    random = Random(f"preferences {seed}")  # noqa: S311 - invention, not secrecy
    near: dict[str, list[str]] = {}
    for post in posts.values():
        near.setdefault(county_of[post.division], []).append(post.id)
    found: list[Preference] = []
    for lawyer in lawyers.values():
        if random.random() < 0.15:
            wished = random.choice(near[lawyer.division])
            found.append(Preference(lawyer.id, post=wished, value=random.choice((1, 2, 3, -2))))
        if random.random() < 0.15:
            half = random.choice((None, *_HALF_DAYS))
            value = random.choice((1, 2, -1, -3))
            found.append(Preference(lawyer.id, weekday=random.randrange(5), half=half, value=value))
        if random.random() < 0.06:
            half = random.choice(_HALF_DAYS)
            found.append(Preference(lawyer.id, half=half, value=random.choice((1, -1))))
    return tuple(found)


def _of_week(lawyers: Mapping[str, Lawyer], week: Week, seed: int) -> Iterable[Leave]:
    random = Random(f"leave {seed} {week}")  # noqa: S311 - invention, not secrecy
    for lawyer in lawyers.values():
        if random.random() >= _SHARE_A_WEEK:
            continue
        halves = random.choices((1, 2, random.randint(4, _HALVES)), (0.3, 0.3, 0.4))[0]
        first = random.randint(0, _HALVES - halves)
        reason = random.choice(_REASONS_SHORT if halves <= 2 else _REASONS_LONG)
        span = Span(_start(week, first), _start(week, first + halves))
        yield Leave(f"leave-{week}-{lawyer.id}", lawyer.id, span, reason)


def _start(week: Week, half: int) -> datetime:
    """The start of a half-day: even ones at midnight, odd ones at noon."""
    midnight = datetime.combine(week.monday, time(), SHANGHAI)
    return midnight + timedelta(hours=12 * half)
