"""Planted cases of the rules that bind several duties, each with its optimum by hand.

Mostly A is alone, so that a duty A cannot hold stays vacant at 2000; a wish (20 saved) says which
one A gives up, so that a limit too tight is seen as well as one too wide.
"""

from __future__ import annotations

from datetime import date

from roster_bench.planted import POSTS, Case, Town, lawyer, moment, shift, wish

from zhiban.roster.problem import Away, Held, Lock, Nearby

HALL = tuple(
    post.model_copy(update={"site": "hall"}) if post.kind == "station" else post for post in POSTS
)


def cases() -> tuple[Case, ...]:
    """One case or more for each side rule."""
    return (*_places(), *_at_once(), *_sites(), *_caps(), *_days(), *_border(), *_company())


def _places() -> tuple[Case, ...]:
    full = shift("near.mon.am", need=2, wish=3, standby=1)
    both = (wish("A", 5), wish("B", 5))
    seats = ["seat.mon.am", "seat.mon.pm", "near.tue.am"]
    single, morning = lawyer("A", per_week=1), (Away(lawyer="A", weekday=0, half="am"),)
    online = Town("online_seat", {"online_seat": {"price": 3000}})
    elsewhere = {"online_seat": {"price": 3000, "posts": ["elsewhere"]}}
    locks = [("B", "near.mon.am"), ("B", "near.mon.pm"), ("C", "near.tue.am")]
    return (
        # A takes one needed place of each half: one needed, one wished, one standby are left
        Town("cover").case(2000 + 400 + 700, [full, "near.mon.pm"], ["A"]),
        # two would like to come, there is one place
        Town("cover").case(-20, ["near.mon.am"], ["A", "B"], wishes=both),
        # A has one duty and prefers the station; the empty seat's day would cost 3000 more
        online.case(4000, seats, [single], away=morning, wishes=(wish("A", 5, post="near"),)),
        # the same where that seat is not meant: A goes to the station
        Town("online_seat", elsewhere).case(
            4000 - 20, seats, [single], away=morning, wishes=(wish("A", 5, post="near"),)
        ),
        # B's locks are kept against A's wishes, C's cannot be: 20000, and Tuesday goes to A
        Town("locks").case(
            20_000 - 20,
            ["near.mon.am", "near.mon.pm", "near.tue.am"],
            ["A", "B", lawyer("C", licence="suspended")],
            locks=tuple(Lock(lawyer=who, shift=where) for who, where in locks),
            wishes=(wish("A", 5),),
        ),
    )


def _at_once() -> tuple[Case, ...]:
    """Nobody in two places: shifts that touch go together, one shared minute parts them."""
    busy = lawyer("A", per_day=4)
    day = ["near.mon.8:30-12:00", "far.mon.12:00-13:00", "far.mon.12:59-14:00"]
    night = ["near.mon.night", "near.tue.1:29-1:30", "near.tue.1:30-3:00"]
    town = Town("overlap", {"rest": {"enabled": False}})
    return (
        # the last two exclude each other, and A would rather hold the first of them
        town.case(2000 - 20, day, [busy], posts=HALL, wishes=(wish("A", 5, shift=day[1]),)),
        # the night ends at 1:30: the next shift but one touches it, and A would rather hold both
        town.case(
            2000 - 40, night, [busy], wishes=[wish("A", 5, shift=night[at]) for at in (0, 2)]
        ),
    )


def _sites() -> tuple[Case, ...]:
    # Monday: 90 minutes between, 91 on the way. Tuesday: 90 are enough
    nearby = (
        Nearby(site="near", other="far", minutes=91),
        Nearby(site="near", other="online", minutes=90),
    )
    shifts = ["near.mon.am", "far.mon.pm", "near.tue.am", "seat.tue.pm"]
    # Monday 17:00 to 8:59 is a minute short of 16 hours; Wednesday 17:00 to 9:00 is not
    rest = ["near.mon.pm", "far.tue.8:59-12:00", "near.wed.pm", "far.thu.9:00-12:00"]
    return (
        Town("one_site").case(2000, shifts, ["A"], nearby=nearby),
        Town("rest").case(2000, rest, ["A"]),
    )


def _caps() -> tuple[Case, ...]:
    """With the balances switched off, whose steps would hold the caps as well."""
    two = ["near.mon.am", "near.mon.pm"]
    alone = {code: {"enabled": False} for code in ("fairness", "unpopular", "firm_share")}
    return (
        # A may one, B two of a day with three places of each half: three of six are vacant
        Town("per_day").case(
            6000,
            [shift(name, need=3) for name in two],
            [lawyer("A", per_day=1), lawyer("B", per_day=2)],
        ),
        # one of two in the first week, the only one of the second
        Town("per_week").case(
            2000,
            ["near.mon.am", "near.wed.pm", "near.7.am"],
            [lawyer("A", per_week=1)],
            weeks=2,
            rules=alone,
        ),
        Town("per_horizon").case(
            2000, ["near.mon.am", "near.wed.pm"], [lawyer("A", per_horizon=1)], rules=alone
        ),
    )


def _days() -> tuple[Case, ...]:
    """A likes Tuesday, so Monday must go; both halves of Thursday are one day, so Friday must."""
    shifts = ["near.mon.am", "near.tue.pm", "near.thu.am", "near.thu.pm", "near.fri.am"]
    likes = (wish("A", 5, shift="near.tue.pm"),)
    return (
        Town("gap_days").case(4000 - 20, shifts, [lawyer("A", gap_days=1)], wishes=likes),
        Town("days_running").case(4000 - 20, shifts, [lawyer("A", days_running=1)], wishes=likes),
    )


def _border() -> tuple[Case, ...]:
    """What A holds on the Sunday before and the Monday after; A wishes for all, B stands by."""
    liked = (wish("A", 5),)
    night, next_night = ("-1", "22:00", "25:30"), ("7", "1:29", "4:00")
    before, after = ("-1", "13:30", "17:00"), ("7", "9:00", "12:00")
    short = lawyer("A", gap_days=1)
    runs = lawyer("A", days_running=1)
    three = ["near.mon.am", "near.mon.pm", "near.tue.am"]
    return (
        # until 1:30 and from 1:29: a minute of the first and of the last are barred, the second
        # and Tuesday are A's
        Town("overlap", {"rest": {"enabled": False}}).case(
            -40,
            ["near.mon.1:29-1:30", "near.mon.1:30-3:00", "near.tue.am", "near.sun.night"],
            ["A", "B"],
            held=(_held("near", *night), _held("near", *next_night)),
            wishes=liked,
        ),
        # a minute short of 11 hours, 16 hours to the far station, a minute short of 16: the
        # second is A's, although the first would save 4 more
        Town("rest").case(
            -20,
            ["near.mon.3:59-8:00", "far.mon.9:00-12:00", "near.sun.13:30-17:01"],
            ["A", "B"],
            held=(_held("near", *before), _held("far", *after)),
            wishes=(*liked, wish("A", 1, shift="near.mon.3:59-8:00")),
        ),
        # a day apart from Sunday: Tuesday is A's, although Monday afternoon would save 12 more
        Town("gap_days").case(
            -20,
            three,
            [short, "B"],
            held=(_held("near", *before),),
            wishes=(*liked, wish("A", 3, shift="near.mon.pm")),
        ),
        Town("days_running").case(
            -20, three, [runs, "B"], held=(_held("near", *before),), wishes=liked
        ),
    )


def _held(post: str, day: str, start: str, end: str) -> Held:
    number = int(day)
    return Held(lawyer="A", post=post, start=moment(number, start), end=moment(number, end))


def _company() -> tuple[Case, ...]:
    pairs = [shift(name, need=2, pairing=True) for name in ("near.mon.am", "near.mon.pm")]
    people = [
        lawyer("N", licensed_on=date(2023, 12, 1)),  # three years will be full tomorrow
        lawyer("O", licensed_on=date(2024, 6, 1)),
        lawyer("M", licensed_on=date(2023, 11, 30)),  # three years are full today
        lawyer("S", licensed_on=date(2016, 11, 30)),  # ten years are full today
    ]
    likes = (wish("N", 5), wish("O", 5), wish("M", 2))
    backed = [shift(name, standby=1) for name in ("near.mon.am", "near.tue.pm")]
    liked = (wish("A", 5), wish("B", 5))
    other = Town("other_firm")
    return (
        # a newcomer (20 saved) with the senior, twice; M with the senior would save 8
        Town("pairing").case(-40, pairs, people, wishes=likes),
        # A or B with C of the other firm: 20 saved twice; A with B would cost 60 less 40
        other.case(-40, backed, ["A", "B", lawyer("C", firm="g")], wishes=liked),
        # nobody else: 60 less 40, twice
        other.case(40, backed, ["A", "B"], wishes=liked),
    )
