"""How many duties a lawyer could hold in all: how far counting steps must reach."""

from __future__ import annotations

import numpy as np

from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.rules.per_day import PerDay
from zhiban.roster.rules.per_horizon import PerHorizon
from zhiban.roster.rules.per_week import PerWeek
from zhiban.roster.rules.rule import Ints


def most_duties(ground: Ground) -> Ints:
    """By lawyer: the least of what the caps of day, week and horizon allow."""
    days = len(np.unique(ground.places.day))
    most = days * ground.limits("per_day", 4)
    most = np.minimum(most, ground.problem.weeks * ground.limits("per_week", 28))
    return np.minimum(most, ground.limits("per_horizon", 1 << 40))


def most_of(facts: Facts, lawyer: str) -> int:
    """The same for one lawyer, from the plain side."""
    open_shifts = [one for one in facts.problem.shifts if one.wanted or one.standby]
    days = {facts.when[shift.id].day for shift in open_shifts}
    caps = [4 * len(days)]
    for rule in facts.rules:
        if isinstance(rule, PerDay):
            caps.append(rule.cap_of(facts, lawyer) * len(days))
        elif isinstance(rule, PerWeek):
            caps.append(rule.cap_of(facts, lawyer) * facts.problem.weeks)
        elif isinstance(rule, PerHorizon):
            caps.append(rule.cap_of(facts, lawyer))
    return min(caps)
