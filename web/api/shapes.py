"""Domain values as the API's models; times in Asia/Shanghai, words in the caller's language."""

from __future__ import annotations

from datetime import datetime

from zhiban.data.timespan import SHANGHAI
from zhiban.data.worktime import Due
from zhiban.queue.outcomes import Asked, Waiting
from zhiban.queue.sla import Clock
from zhiban.queue.views import Enclosure, Named, QuestionPage, QueueItem, Step, TicketView
from zhiban.roster.published import OnDuty
from zhiban.web.api.questions_model import (
    AskedOut,
    ClockOut,
    DueOut,
    EnclosureOut,
    Person,
    QuestionPageOut,
    QueueLine,
    ShiftOut,
    StepOut,
    TicketOut,
    WaitingOut,
)
from zhiban.web.i18n import Lang


def local(at: datetime) -> datetime:
    """The moment with the bureau's offset."""
    return at.astimezone(SHANGHAI)


def shift_out(duty: OnDuty) -> ShiftOut:
    """The shift of a duty, without who holds it."""
    return ShiftOut(
        shift=duty.shift,
        post=duty.post,
        post_name=duty.post_name,
        start=local(duty.span.start),
        end=local(duty.span.end),
    )


def person(name: str | None, firm: str | None) -> Person | None:
    """A lawyer's name and firm, where there is a lawyer."""
    return None if name is None else Person(name=name, firm=firm)


def waiting_out(waiting: Waiting | None, lang: Lang) -> WaitingOut | None:
    """Why nobody has the question, and when somebody may."""
    if waiting is None:
        return None
    coming = None if waiting.next is None else shift_out(waiting.next)
    return WaitingOut(reason=waiting.reason.in_(lang), next_shift=coming)


def due_out(due: Due | None) -> DueOut | None:
    """By when."""
    return None if due is None else DueOut(at=local(due.at), provisional=due.provisional)


def clock_out(clock: Clock | None) -> ClockOut | None:
    """A clock, where one runs."""
    if clock is None:
        return None
    return ClockOut(
        kind=clock.kind,
        due=local(clock.due),
        provisional=clock.provisional,
        status=clock.status,
    )


def asked_out(asked: Asked, lang: Lang) -> AskedOut:
    """What is told to whoever asked; the same for a request repeated."""
    return AskedOut(
        ticket=asked.ticket,
        secret=asked.secret,
        status=asked.state,
        lawyer=person(asked.lawyer_name, asked.firm_name),
        waiting=waiting_out(asked.waiting, lang),
        due=due_out(asked.due),
    )


def step_out(step: Step, lang: Lang) -> StepOut:
    """One line of a history."""
    return StepOut(
        seq=step.seq,
        kind=step.kind,
        at=local(step.at),
        who=step.who,
        name=step.who_name,
        text=step.text,
        reason=None if step.reason is None else step.reason.in_(lang),
        facts=dict(step.facts) or None,
    )


def enclosure_out(one: Enclosure) -> EnclosureOut:
    """An attachment as it is listed."""
    return EnclosureOut(
        id=one.id,
        seq=one.seq,
        at=local(one.at),
        who=one.who,
        name=one.name,
        media_type=one.media_type,
        size=one.size,
    )


def named(value: Named | None, lang: Lang) -> str | None:
    """A name in the caller's language."""
    return None if value is None else value.name.in_(lang)


def ticket_out(view: TicketView, lang: Lang) -> TicketOut:
    """A question as whoever asked it sees it."""
    return TicketOut(
        ticket=view.ticket,
        version=view.version,
        status=view.state,
        asked=local(view.asked),
        division=view.division.name.in_(lang),
        category=named(view.category, lang),
        channel=view.channel.name.in_(lang),
        lawyer=person(view.lawyer_name, view.firm_name),
        waiting=waiting_out(view.waiting, lang),
        due=clock_out(view.due),
        steps=[step_out(step, lang) for step in view.steps],
        attachments=[enclosure_out(one) for one in view.attachments],
        rating=view.rating,
        can=sorted(view.can),
        closes_at=None if view.closes is None else local(view.closes),
    )


def queue_line(item: QueueItem, lang: Lang) -> QueueLine:
    """One line of a lawyer's queue."""
    return QueueLine(
        ticket=item.ticket,
        version=item.version,
        status=item.state,
        asked=local(item.asked),
        division=item.division.name.in_(lang),
        category=named(item.category, lang),
        channel=item.channel.name.in_(lang),
        green_lane=item.green,
        due=clock_out(item.due),
        new_message=item.new_message,
    )


def page_out(page: QuestionPage, lang: Lang) -> QuestionPageOut:
    """A question as staff see it."""
    return QuestionPageOut(
        ticket=page.ticket,
        version=page.version,
        status=page.state,
        asked=local(page.asked),
        division=page.division.name.in_(lang),
        category=named(page.category, lang),
        channel=page.channel.name.in_(lang),
        green_lane=[group.name.in_(lang) for group in page.green_lane],
        lawyer=person(page.lawyer_name, page.firm_name),
        waiting=waiting_out(page.waiting, lang),
        story=page.story,
        contact=page.contact,
        other_party=page.other_party,
        due=clock_out(page.due),
        clocks=[ClockOut.model_validate(clock_out(clock)) for clock in page.clocks],
        steps=[step_out(step, lang) for step in page.steps],
        attachments=[enclosure_out(one) for one in page.attachments],
        rating=page.rating,
        can=sorted(page.can),
    )
