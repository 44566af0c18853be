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
    per_day, per_week, per_horizon = (
        ground.find(PerDay),
        ground.find(PerWeek),
        ground.find(PerHorizon),
    )
    most = days * (per_day.limits(ground) if per_day else np.full(ground.lawyers, 4, np.int64))
    if per_week:
        most = np.minimum(most, ground.problem.weeks * per_week.limits(ground))
    if per_horizon:
        most = np.minimum(most, per_horizon.limits(ground))
    return most


def most_of(facts: Facts, lawyer: str) -> int:
    """The same for one lawyer, from the plain side."""
    days = {when.day for when in facts.when.values()}
    caps = [4 * len(days)]
    for rule in facts.rules:
        if isinstance(rule, PerDay):
            caps.append(rule.cap_of(facts, lawyer) * len(days))
        elif isinstance(rule, PerWeek):
            caps.append(rule.cap_of(facts, lawyer) * facts.problem.weeks)
        elif isinstance(rule, PerHorizon):
            caps.append(rule.cap_of(facts, lawyer))
    return min(caps)
