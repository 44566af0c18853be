"""A weekday on which a lawyer never serves, week after week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import MINUTES_A_DAY, Ground
from zhiban.roster.known import When
from zhiban.roster.problem import Role, Shift
from zhiban.roster.rules.rule import Bools, Rule

NOON = 12
HALF = MINUTES_A_DAY // 2


class Away(Rule):
    """Bars every shift that touches the weekday, or the half of it that is named.

    A day's halves meet at noon: a shift from morning to afternoon touches both, a night the
    morning after, too.
    """

    code = "away"
    kind = "eligibility"
    title = Text("固定不可值班时间", "regularly unavailable")
    says = Text(
        "每周固定不可值班的日子（或半天），与之有重叠的班次不排。",
        "A weekday, or half of it, never served: no shift that touches it.",
    )

    def bars(self, ground: Ground) -> Bools:
        who = sorted({ground.lawyer_index[away.lawyer] for away in ground.problem.away})
        row = {lawyer: index for index, lawyer in enumerate(who)}
        out = np.zeros((len(who), 7, 2), dtype=bool)
        for away in ground.problem.away:
            halves = slice(None) if away.half is None else int(away.half == "pm")
            out[row[ground.lawyer_index[away.lawyer]], away.weekday, halves] = True
        at, first_weekday = ground.places, ground.problem.start.weekday()
        first, last = at.start // HALF, (at.end - 1) // HALF
        never = np.zeros((len(who), len(at)), dtype=bool)
        for further in range(int((last - first).max(initial=-1)) + 1):
            place = np.flatnonzero(first + further <= last)
            half = first[place] + further
            never[:, place] |= out[:, (half // 2 + first_weekday) % 7, half % 2]
        barred = np.zeros((ground.lawyers, len(at)), dtype=bool)
        barred[who] = never
        return barred

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        away = facts.away.get(lawyer, ())
        return bool(away) and any(
            weekday == at.weekday() and half in (None, "am" if at.hour < NOON else "pm")
            for at in _halves(facts.when[shift.id])
            for weekday, half in away
        )


def _halves(when: When) -> Iterator[datetime]:
    """A moment in each half of a day that the shift touches."""
    at = when.start
    while at < when.end:
        yield at
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + timedelta(hours=NOON if at.hour < NOON else 24)
