"""The waiting line is kept in its order, whoever comes and goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from zhiban.queue.tally import Line, Tally, placed

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
        assert list(tally.in_order(county, lead)) == sorted(placed(one, lead) for one in waiting)


def test_a_line_is_gone_through_once_while_some_leave_and_others_come():
    tally = Tally()
    for number in range(1, 7):
        tally.wait(Line(number, START, False, "C", None))
    met = []
    for _, number, _ in tally.in_order("C", LEAD):
        met.append(number)
        if number == 2:
            tally.leave("C", 1)  # met already
            tally.leave("C", 2)  # as it is given
            tally.leave("C", 4)  # still to come: passed by
            tally.wait(Line(3, START, False, "C", START))  # due anew
            tally.wait(Line(7, START, False, "C", None))  # comes behind: met
            tally.wait(Line(0, START, False, "C", None))  # comes before: not met
    assert met == [1, 2, 3, 5, 6, 7]
