"""The waiting line is kept in its order, whoever comes and goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from zhiban.queue.tally import Line, Tally, place_in_line

LEAD = timedelta(hours=8)
START = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(5))
def test_a_county_s_line_stands_in_its_order_after_every_coming_going_and_new_due_moment(seed):
    random, tally = Random(seed), Tally()
    for _ in range(300):
        number = random.randrange(40)
        county = f"C{number % 2}"
        at = START + timedelta(minutes=random.randrange(1000))
        deed = random.choice(("wait", "wait", "leave", "due"))
        if deed == "wait":
            tally.wait(Line(number, at, random.random() < 0.3, county, None))
        elif deed == "leave":
            tally.leave(county, number)
        else:
            tally.due_anew({number: at})
        lead = random.choice((LEAD, LEAD, LEAD, timedelta()))
        waiting = tally.waiting.get(county, {}).values()
        assert tally.in_order(county, lead) == sorted(waiting, key=lambda o: place_in_line(o, lead))


def test_what_was_read_of_a_line_stays_while_it_is_given_out():
    tally = Tally()
    for number in (1, 2, 3):
        tally.wait(Line(number, START, False, "C", None))
    line = tally.in_order("C", LEAD)
    tally.leave("C", 1)
    assert [one.id for one in line] == [1, 2, 3]
    assert [one.id for one in tally.in_order("C", LEAD)] == [2, 3]
