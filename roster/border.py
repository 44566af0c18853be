"""What is published around a horizon, as its problem sees it: duties held, habits to go on with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.roster.problem import Habit, Held, Post, RosterProblem
from zhiban.roster.published import OnDuty, Published
from zhiban.roster.rules import active_rules


def reach(problem: RosterProblem) -> timedelta:
    """How far from its border a duty may bind one inside, by the rules; raises Refused."""
    return timedelta(days=max((rule.reach(problem) for rule in active_rules(problem)), default=0))


def weeks_around(problem: RosterProblem) -> tuple[Week, Week]:
    """The first and the last week whose versions matter, one before the horizon at least."""
    far = max(reach(problem), timedelta(days=7))
    return Week.of(problem.start - far), Week.of(problem.end + far - timedelta(days=1))


def bordered(problem: RosterProblem, published: Published) -> RosterProblem:
    """The problem with what is published around it.

    Duties of its lawyers within reach of its border are held; who held a place in the week before
    has the habit of it. What is published for the horizon itself is what the problem makes anew.
    """
    habits = (*problem.habits, *_habits(problem, published))
    return held_anew(problem.model_copy(update={"habits": habits}), published)


def held_anew(problem: RosterProblem, published: Published) -> RosterProblem:
    """The problem with those duties held that are published around it by now, and no others."""
    far = reach(problem)
    known = {lawyer.id for lawyer in problem.lawyers}
    beside = [
        duty
        for duty in _newest(published)
        if duty.lawyer in known
        and not problem.start <= _day(duty) < problem.end
        and problem.start - far <= _day(duty) < problem.end + far
    ]
    held = tuple(
        Held(
            lawyer=duty.lawyer,
            post=duty.post,
            start=duty.span.start,
            end=duty.span.end,
            role=duty.role,
        )
        for duty in beside
    )
    posts = (*problem.posts, *_closed_posts(problem, beside))
    return problem.model_copy(update={"posts": posts, "held": held})


def _day(duty: OnDuty) -> date:
    return duty.span.start.astimezone(SHANGHAI).date()


def _newest(published: Published) -> Iterator[OnDuty]:
    for week in sorted({version.week for version in published.versions}):
        version = published.newest(week)
        if version is not None:
            yield from version.duties


def _closed_posts(problem: RosterProblem, held: Iterable[OnDuty]) -> Iterator[Post]:
    """Posts of held duties that the register has no more, so that they still bind."""
    known = {post.id for post in problem.posts}
    divisions = {division.code for division in problem.divisions}
    homes = {lawyer.id: lawyer.division for lawyer in problem.lawyers}
    for duty in held:
        if duty.post not in known:
            known.add(duty.post)
            division = duty.division if duty.division in divisions else homes[duty.lawyer]
            yield Post(id=duty.post, name=duty.post_name, kind=duty.kind, division=division)


def _habits(problem: RosterProblem, published: Published) -> Iterator[Habit]:
    """Who held which post, weekday and half in the week before."""
    version = published.newest(Week.of(problem.start).next(-1))
    posts = {post.id for post in problem.posts}
    lawyers = {lawyer.id for lawyer in problem.lawyers}
    for duty in version.duties if version else ():
        if duty.role == "primary" and duty.post in posts and duty.lawyer in lawyers:
            start = duty.span.start.astimezone(SHANGHAI)
            yield Habit(
                lawyer=duty.lawyer,
                post=duty.post,
                weekday=start.weekday(),
                half="am" if start.hour < 12 else "pm",
            )
