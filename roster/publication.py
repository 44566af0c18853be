"""From a draft to what is published: duties with the names of the day."""

from __future__ import annotations

from zhiban.data.timespan import Span
from zhiban.roster.problem import Role, RosterProblem, Shift
from zhiban.roster.published import OnDuty
from zhiban.roster.roster import Roster

STANDBY_SHARE = 0.5


def duties_of(problem: RosterProblem, roster: Roster) -> tuple[OnDuty, ...]:
    """The roster's duties as they will be read once published, by start and post."""
    shifts = {shift.id: shift for shift in problem.shifts}
    posts = {post.id: post for post in problem.posts}
    lawyers = {lawyer.id: lawyer for lawyer in problem.lawyers}
    firms = {firm.id: firm for firm in problem.firms}
    locked = {(lock.shift, lock.lawyer, lock.role) for lock in problem.locks}
    found = []
    for duty in roster:
        shift, lawyer = shifts[duty.shift], lawyers[duty.lawyer]
        post = posts[shift.post]
        found.append(
            OnDuty(
                shift=shift.id,
                span=Span(shift.start, shift.end),
                post=post.id,
                post_name=post.name,
                kind=post.kind,
                division=post.division,
                lawyer=lawyer.id,
                lawyer_name=lawyer.name,
                firm=lawyer.firm,
                firm_name=firms[lawyer.firm].name,
                role=duty.role,
                points=points_in(shift, duty.role),
                unpopular=shift.unpopular,
                name_by=(shift.name_by or shift.start) if shift.by_firm else None,
                named=shift.by_firm and (shift.id, lawyer.id, duty.role) in locked,
            )
        )
    return tuple(sorted(found, key=lambda d: (d.span.start, d.post, d.role, d.lawyer)))


def points_in(shift: Shift, role: Role) -> float:
    """What a duty on the shift counts for; a standby who is not called serves half."""
    return shift.points if role == "primary" else shift.points * STANDBY_SHARE
