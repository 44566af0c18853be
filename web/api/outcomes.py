"""What a step on a question came to, as an answer or a problem."""

from __future__ import annotations

from zhiban.queue.outcomes import (
    Moved,
    NoSuchTicket,
    NotPossible,
    NotYours,
    PaperMade,
    Stale,
)
from zhiban.web.api.call import Answer
from zhiban.web.api.papers_model import MadeOut
from zhiban.web.api.questions_model import MovedOut
from zhiban.web.api.shapes import local
from zhiban.web.problems import Problem

Outcome = Moved | Stale | NotYours | NoSuchTicket | NotPossible


def moved_or_problem(ticket: str, done: Outcome) -> Answer:
    """Where the question stands now; 404 where there is none such, 409 where it moved on."""
    if isinstance(done, Moved):
        return Answer(MovedOut(ticket=ticket, status=done.state, version=done.version))
    # One who does not hold a question is not told whether it exists.
    if isinstance(done, NotYours | NoSuchTicket):
        raise Problem(404, done.why)
    current = None
    if isinstance(done, Stale) and done.state is not None:
        current = {"status": done.state.value, "version": done.version}
    raise Problem(409, done.why, current=current)


def made_or_problem(ticket: str, done: PaperMade | Outcome) -> Answer:
    """The number of what was asked for, and by when; else as above."""
    if isinstance(done, PaperMade):
        return Answer(MadeOut(id=done.id, due=local(done.due)))
    return moved_or_problem(ticket, done)
