"""Half a year of weeks, each solved on the ledger of those before."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from zhiban.roster.facts import Facts
from zhiban.roster.problem import Ledger
from zhiban.roster.solve import solve


@pytest.mark.parametrize("standby", [0, 1])
def test_equals_end_half_a_year_at_most_one_duty_apart(town: Any, standby: int) -> None:
    # Seven equals, six duties a week, of which Friday afternoon is unpopular: shares do not come
    # out even in any week, and over 26 weeks nobody may end up more than one duty ahead.
    people = [f"L{number}" for number in range(7)]
    shifts = [
        town.shift("near.mon.am", standby=standby),
        town.shift("near.tue.am"),
        town.shift("near.wed.am"),
        town.shift("near.thu.am", standby=standby),
        town.shift("near.fri.am"),
        town.shift("near.fri.pm", unpopular=True),
    ]
    points: Counter[str] = Counter()
    unpopular: Counter[str] = Counter()
    for _ in range(26):
        share, dull = sum(points.values()) / 7, sum(unpopular.values()) / 7
        lawyers = [
            town.lawyer(
                who,
                ledger=Ledger(
                    points=points[who] / 8,
                    target=share / 8,
                    unpopular=unpopular[who],
                    unpopular_target=dull,
                ),
            )
            for who in people
        ]
        problem = town.problem(shifts, lawyers)
        solved = solve(problem)
        assert solved.status == "optimal"
        assert solved.vacancies == ()
        facts = Facts(problem, ())
        for duty in solved.duties:
            points[duty.lawyer] += facts.eighths(duty.shift, duty.role)
            unpopular[duty.lawyer] += facts.shifts[duty.shift].unpopular
    eighths = [points[who] for who in people]
    assert max(eighths) - min(eighths) <= 8
    counts = [unpopular[who] for who in people]
    assert max(counts) - min(counts) <= 1
