"""The made-up people of an example: firms, lawyers, and what they can and want."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.example_places import TOPICS
from zhiban.roster.problem import (
    Away,
    Firm,
    Forbidden,
    Habit,
    Held,
    Lawyer,
    Leave,
    Ledger,
    RosterProblem,
    Wish,
)
from zhiban.roster.roster import Roster

LAWYERS_A_FIRM = 15
TARGET, UNPOPULAR_TARGET = 5.0, 1.5
HELD = 0.1  # of the lawyers were on duty in the days before
ABSENT, ABSENT_SHORT, ABSENT_MEETING = 0.08, 0.25, 0.9
MEETING_WEEKDAY = 2  # of a short problem: most lawyers of two counties are away together
NOON = time(12, 30)


def people_of(
    random: Random, problem: RosterProblem, *, lawyers: int, cities: int
) -> RosterProblem:
    """Firms (the first ones largest) and their lawyers, spread over the counties."""
    firms: list[Firm] = []
    people: list[Lawyer] = []
    for city in range(cities):
        counties = [one.code for one in problem.divisions if one.parent == f"C{city}"]
        count = max(1, lawyers // LAWYERS_A_FIRM)
        own = [
            Firm(
                id=f"C{city}.F{number}",
                name=f"{number + 1}号律师事务所",
                division=random.choice(counties),
                consents=number != count - 1 or count == 1,
            )
            for number in range(count)
        ]
        weights = [1 / (number + 1.5) for number in range(count)]
        people += [
            _lawyer(
                random,
                problem.start,
                problem.weeks,
                f"C{city}.L{number}",
                random.choice(counties),
                firm,
            )
            for number, firm in enumerate(random.choices(own, weights, k=lawyers))
        ]
        firms += own
    size = Counter(lawyer.firm for lawyer in people)
    firms = [
        firm.model_copy(update={"slots_per_week": _slots(random, size[firm.id])}) for firm in firms
    ]
    return problem.model_copy(
        update={
            "firms": tuple(firms),
            "lawyers": tuple(people),
            "held": tuple(_held(random, problem, people)),
        }
    )


def _slots(random: Random, members: int) -> int:
    """As many as a sixth of a firm's members, one at least; a tenth of the firms takes none."""
    return 0 if random.random() < 0.1 else max(1, members // 6)


def _held(random: Random, problem: RosterProblem, people: list[Lawyer]) -> Iterator[Held]:
    """For a tenth of the lawyers, what they were given for the days before the first."""
    stations = [post for post in problem.posts if post.kind == "station"]
    if not stations:
        return
    for lawyer in people:
        if random.random() < HELD:
            days = random.choice([(1,), (1,), (2, 1), (3, 2, 1)])
            near = [post for post in stations if post.division == lawyer.division] or stations
            start, hours = random.choice([(time(9), 7.0), (time(17, 30), 3.5), (time(21), 12.0)])
            for back in days:
                day = problem.start - timedelta(days=back)
                first = datetime.combine(day, start, SHANGHAI)
                yield Held(
                    lawyer=lawyer.id,
                    post=random.choice(near).id,
                    start=first,
                    end=first + timedelta(hours=hours),
                )


def _lawyer(random: Random, start: date, weeks: int, code: str, county: str, firm: Firm) -> Lawyer:
    skills = [topic for topic in TOPICS if random.random() < 0.5]
    if random.random() < 0.4:
        skills.append("online")
    share = random.random()
    years = 10 + random.random() * 25 if share < 0.35 else 3 + random.random() * 7
    if share > 0.85:
        years = 0.5 + random.random() * 2.5
    sanction = start + timedelta(days=random.randrange(400)) if random.random() < 0.01 else None
    return Lawyer(
        id=code,
        name=code,
        firm=firm.id,
        division=county,
        skills=tuple(sorted(skills)),
        licence="active" if random.random() > 0.01 else "suspended",
        licensed_on=start - timedelta(days=round(years * 365.25)),
        sanctioned_until=sanction,
        weight=random.choice([50, 100, 100, 100]),
        per_day=2 if random.random() < 0.6 else 1,
        per_week=random.choice([1, 2, 2, 3]),
        per_horizon=random.choice([1, 2]) * weeks if random.random() < 0.1 else None,
        gap_days=1 if random.random() < 0.3 else None,
        days_running=random.choice([1, 2]) if random.random() < 0.1 else None,
        holidays=("festival",) if random.random() < 0.25 else (),
        ledger=Ledger(
            points=_half(random, TARGET, 2.5, 12),
            target=TARGET,
            unpopular=_half(random, UNPOPULAR_TARGET, 1.3, 5),
            unpopular_target=UNPOPULAR_TARGET,
        ),
    )


def _half(random: Random, mean: float, spread: float, most: float) -> float:
    return min(most, max(0.0, round(random.gauss(mean, spread) * 2) / 2))


def preferences_of(
    random: Random, problem: RosterProblem, roster: Roster, *, short: bool
) -> RosterProblem:
    """Leave and the like around the planted roster (in a short problem without regard to it)."""
    starts = {shift.id: shift.start for shift in problem.shifts}
    busy = {
        (duty.lawyer, starts[duty.shift].date(), starts[duty.shift].time() > NOON)
        for duty in roster
    }
    busy |= {
        (duty.lawyer, starts[duty.shift].date(), True)
        for duty in roster
        if starts[duty.shift].time() == time(9, 0)
    }
    leaves: list[Leave] = []
    away: list[Away] = []
    forbidden: list[Forbidden] = []
    wishes: list[Wish] = []
    held = {(duty.lawyer, duty.shift) for duty in roster}
    posts = {shift.id: shift.post for shift in problem.shifts}
    served = {(lawyer, posts[shift]) for lawyer, shift in held}
    if short:
        problem = problem.model_copy(update={"lawyers": tuple(map(_capped, problem.lawyers))})
    for lawyer in problem.lawyers:
        meets = short and lawyer.division.endswith((".0", ".1"))
        leaves += _leaves(random, problem, lawyer, set() if short else busy, meets=meets)
        away += _away(random, problem, lawyer, busy)
        wishes += _wishes(random, lawyer)
        near = [post.id for post in problem.posts if post.division == lawyer.division]
        forbidden += [
            Forbidden(lawyer=lawyer.id, post=post)
            for post in random.sample(near, min(len(near), 2))
            if random.random() < 0.1 and (lawyer.id, post) not in served
        ]
    return problem.model_copy(
        update={
            "leaves": tuple(leaves),
            "away": tuple(away),
            "forbidden": tuple(forbidden),
            "wishes": tuple(wishes),
            "habits": tuple(_habits(random, problem)),
        }
    )


def _capped(lawyer: Lawyer) -> Lawyer:
    """The lawyer with a duty a week less, but one at least."""
    return lawyer.model_copy(update={"per_week": max(1, (lawyer.per_week or 1) - 1)})


def _leaves(
    random: Random,
    problem: RosterProblem,
    lawyer: Lawyer,
    busy: set[tuple[str, date, bool]],
    *,
    meets: bool,
) -> list[Leave]:
    usual = ABSENT_SHORT
    if busy:  # what is planted is spared, so that the rest has all of the share
        usual = ABSENT / max(0.1, 1 - len(busy) / (len(problem.lawyers) * 10 * problem.weeks))
    leaves = []
    for number in range(7 * problem.weeks):
        day = problem.start + timedelta(days=number)
        share = ABSENT_MEETING if meets and number == MEETING_WEEKDAY else usual
        for afternoon in (False, True):
            free = (lawyer.id, day, afternoon) not in busy
            if day.weekday() < 5 and random.random() < share and free:
                first = datetime.combine(day, NOON if afternoon else time(0, 0), SHANGHAI)
                last = (
                    datetime.combine(day + timedelta(days=1), time(0, 0), SHANGHAI)
                    if afternoon
                    else datetime.combine(day, NOON, SHANGHAI)
                )
                leaves.append(Leave(lawyer=lawyer.id, start=first, end=last))
    return leaves


def _away(
    random: Random, problem: RosterProblem, lawyer: Lawyer, busy: set[tuple[str, date, bool]]
) -> list[Away]:
    weekday, afternoon = random.randrange(5), random.random() < 0.5
    days = [problem.start + timedelta(days=7 * week + weekday) for week in range(problem.weeks)]
    taken = any((lawyer.id, day, afternoon) in busy for day in days)
    if random.random() > 0.1 or taken:
        return []
    return [Away(lawyer=lawyer.id, weekday=weekday, half="pm" if afternoon else "am")]


def _wishes(random: Random, lawyer: Lawyer) -> list[Wish]:
    values = [-10] * random.randrange(4) + [5] * random.randrange(3)
    return [
        Wish(
            lawyer=lawyer.id,
            value=value,
            weekday=random.randrange(5),
            half=random.choice(("am", "pm")),
        )
        for value in values
    ]


def _habits(random: Random, problem: RosterProblem) -> list[Habit]:
    """For most station shifts of the first week, somebody of the county held it before."""
    by_county: dict[str, list[str]] = {}
    for lawyer in problem.lawyers:
        by_county.setdefault(lawyer.division, []).append(lawyer.id)
    posts = {post.id: post for post in problem.posts}
    week = problem.start + timedelta(days=7)
    return [
        Habit(
            lawyer=random.choice(by_county[posts[shift.post].division]),
            post=shift.post,
            weekday=shift.start.weekday(),
            half="am" if shift.start.hour < 12 else "pm",
        )
        for shift in problem.shifts
        if posts[shift.post].kind == "station"
        and shift.start.date() < week
        and by_county.get(posts[shift.post].division)
        and random.random() < 0.7
    ]
