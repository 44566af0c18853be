"""What a step on a question came to, as an answer or a problem."""

from __future__ import annotations

from zhiban.queue.outcomes import Moved, NoSuchTicket, NotPossible, NotYours, Stale
from zhiban.web.api.call import Answer
from zhiban.web.api.questions_model import MovedOut
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
