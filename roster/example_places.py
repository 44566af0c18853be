"""The made-up places of an example: divisions, posts and their shifts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import combinations
from random import Random

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.problem import Division, Nearby, Neighbour, Post, RosterProblem, Shift

START = date(2026, 11, 30)
HALVES = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 0)))
LONG = (time(9, 0), time(16, 0))
EVENING = (time(17, 30), time(21, 0))
TOPICS = ("labour", "family")
WITH_STANDBY = 0.31  # of the shifts at stations, so that it is a quarter of all
GIVEN_TO_FIRMS = 0.12  # of the shifts at stations, so that it is a tenth of all
ACROSS, BORROWED = 40, 20  # minutes to the next county, and the price of asking there
QUIET = 1  # the importance of the one seat that hardly anybody asks, open in the mornings
NOON = 12
FAR = 40  # minutes from which a station is unpopular


def places_of(
    random: Random, *, stations: int, seats: int, cities: int, weeks: int
) -> RosterProblem:
    """A province of cities, each with a city seat, county seats and stations in its counties."""
    divisions = [Division(code="P", name="省", level="province")]
    neighbours: list[Neighbour] = []
    posts: list[Post] = []
    shifts: list[Shift] = []
    nearby: list[Nearby] = []
    counties = max(1, seats - 1)
    for city in range(cities):
        code = f"C{city}"
        divisions.append(Division(code=code, name=f"{city + 1}市", level="city", parent="P"))
        names = [f"{code}.{county}" for county in range(counties)]
        divisions += [
            Division(code=name, name=f"{name}县", level="county", parent=code) for name in names
        ]
        if counties > 1:
            neighbours += [
                Neighbour(
                    division=name,
                    neighbour=names[(index + 1) % counties],
                    minutes=ACROSS,
                    price=BORROWED,
                )
                for index, name in enumerate(names)
            ]
        online = _seats(random, code, names, seats, cities)
        walk_in = [_station(random, code, names, number) for number in range(stations)]
        posts += online + walk_in
        nearby += _nearby(random, walk_in)
        for post in online:
            shifts += _online_shifts(random, post, weeks, evening=post.division == code)
        for post in walk_in:
            shifts += _station_shifts(random, post, weeks)
    return RosterProblem(
        start=START,
        weeks=weeks,
        divisions=tuple(divisions),
        neighbours=tuple(neighbours),
        posts=tuple(posts),
        nearby=tuple(nearby),
        shifts=tuple(shifts),
    )


def _seats(random: Random, city: str, counties: list[str], seats: int, cities: int) -> list[Post]:
    """The city's seat first; of several cities a tenth of the seats are the province's."""
    divisions = ([city, *counties])[:seats]
    posts = []
    for number, division in enumerate(divisions):
        anyone = cities > 1 and number > 0 and random.random() < seats / (10 * max(1, seats - 1))
        posts.append(
            Post(
                id=f"{city}.seat{number}",
                name=f"{division}坐席",
                kind="seat",
                division="P" if anyone else division,
                importance=QUIET if 1 < number == seats - 1 else 100,
            )
        )
    return posts


def _station(random: Random, city: str, counties: list[str], number: int) -> Post:
    return Post(
        id=f"{city}.s{number}",
        name=f"{number + 1}号站",
        kind="station",
        division=random.choice(counties),
        minutes=random.randrange(2, 50),
        importance=random.choice([75, 100, 100, 150]),
    )


def _nearby(random: Random, stations: list[Post]) -> list[Nearby]:
    """A tenth of the pairs of one county may share a day."""
    pairs = combinations(stations, 2)
    return [
        Nearby(site=one.id, other=other.id, minutes=random.randrange(5, 60))
        for one, other in pairs
        if one.division == other.division and random.random() < 0.1
    ]


def _online_shifts(random: Random, post: Post, weeks: int, *, evening: bool) -> list[Shift]:
    spans = [*HALVES, EVENING] if evening else list(HALVES)
    shifts = [
        _shift(random, post, day, span, skills=("online",))
        for day in _days(weeks, range(5))
        for span in spans
    ]
    if post.importance != QUIET:
        return shifts
    # One lawyer is all that is wished for there, or a place would stay empty as too dear.
    mornings = [shift for shift in shifts if shift.start.hour < NOON]
    return [shift.model_copy(update={"wish": None}) for shift in mornings]


def _station_shifts(random: Random, post: Post, weeks: int) -> list[Shift]:
    """Three to five days a week, one or both halves or (a tenth) one long span."""
    weekdays = random.sample(range(5), random.choice([3, 4, 5]))
    both, two, long = random.random() < 0.5, random.random() < 0.2, random.random() < 0.1
    topic = (random.choice(TOPICS),) if random.random() < 0.25 else ()
    shifts = []
    for day in _days(weeks, sorted(weekdays)):
        spans = (LONG,) if long else HALVES if both else (random.choice(HALVES),)
        for span in spans:
            shift = _shift(
                random,
                post,
                day,
                span,
                skills=topic,
                need=1 + two,
                standby=int(random.random() < WITH_STANDBY),
            )
            given = random.random() < GIVEN_TO_FIRMS
            shifts.append(shift.model_copy(update={"by_firm": given}) if given else shift)
    return shifts


def _days(weeks: int, weekdays: range | list[int]) -> list[date]:
    return [START + timedelta(days=7 * week + day) for week in range(weeks) for day in weekdays]


def _shift(
    random: Random,
    post: Post,
    day: date,
    span: tuple[time, time],
    *,
    skills: tuple[str, ...],
    need: int = 1,
    standby: int = 0,
) -> Shift:
    start, end = (datetime.combine(day, at, SHANGHAI) for at in span)
    hours = (end - start) / timedelta(hours=1)
    friday_afternoon = day.weekday() == 4 and start.hour >= NOON
    festival = (day - START).days == 3 and random.random() < 0.5
    return Shift(
        id=f"{post.id}@{start:%m%dT%H%M}",
        post=post.id,
        start=start,
        end=end,
        need=need,
        wish=need + 1 if random.random() < 0.05 else None,
        standby=standby,
        skills=skills,
        points=round(hours / 3.5 * 4) / 4,
        unpopular=friday_afternoon or post.minutes > FAR,
        pairing=need > 1 and random.random() < 0.3,
        holiday="festival" if festival else None,
    )
