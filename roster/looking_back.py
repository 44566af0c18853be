"""What the tables of published versions know of other weeks: their duties, shares and holidays."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from zhiban.data.week import Week
from zhiban.roster import store
from zhiban.roster.border import held_anew, weeks_around
from zhiban.roster.checker import violations
from zhiban.roster.facts import Facts
from zhiban.roster.fairness import Share, fair_shares
from zhiban.roster.holiday_history import Days, Occasion, Served, served, weeks_of
from zhiban.roster.presence_store import not_served
from zhiban.roster.problem import RosterProblem
from zhiban.roster.publication import duties_of
from zhiban.roster.published import Published, Version
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import Violation, active_rules

Planned = Mapping[Week, tuple[RosterProblem, RosterFile]]
Shares = dict[int, dict[str, Share]]


def published_or_planned(
    connection: Connection,
    first: Week,
    last: Week,
    planned: Planned | None = None,
    known: Published | None = None,
) -> tuple[Published, Shares]:
    """Versions and fair shares of those weeks, both included; planned weeks instead of published.

    Planned ones are as if published when their week begins, with numbers below zero. What is in
    `known` is not read again.
    """
    versions = [
        version
        for version in store.load_published(connection, first, last, known).versions
        if not planned or version.week not in planned
    ]
    shares = store.load_shares(connection, first, last)
    for number, (ahead, (problem, file)) in enumerate((planned or {}).items(), start=1):
        if first <= ahead <= last:
            duties = duties_of(problem, file.roster)
            versions.append(Version(-number, ahead, 1, ahead.span.start, duties))
            shares[-number] = fair_shares(problem, duties)
    return Published(tuple(versions)), shares


def holidays_served(
    connection: Connection,
    days: Days,
    wanted: Collection[Occasion] | None = None,
    known: Published | None = None,
) -> Served:
    """Who served which holidays, as far back as there are versions; only those `wanted`."""
    asked = set(days.values()) if wanted is None else wanted
    versions = [
        version
        for first, last in weeks_of(days, asked)
        for version in store.load_published(connection, first, last, known).versions
    ]
    lie = {day: one for day, one in days.items() if one in asked}
    if not lie:
        return {}
    first, last = Week.of(min(lie)), Week.of(max(lie)).next()
    missed = not_served(connection, first.span.start, last.span.end)
    return served(Published(tuple(versions)), lie, no_shows=missed)


def border_breaks(
    connection: Connection, problem: RosterProblem, file: RosterFile
) -> tuple[Violation, ...]:
    """Hard rules that a roster breaks beside what is published around it by now.

    None where that is still what the problem was made with. Raises Refused for unknown rules.
    """
    around, _ = published_or_planned(connection, *weeks_around(problem))
    now = held_anew(problem, around)
    if set(now.held) == set(problem.held):
        return ()
    return tuple(violations(Facts(now, active_rules(now), file.roster)))
