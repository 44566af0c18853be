"""The queue in virtual time, event by event; pure.

What is decided is decided by the service's own functions, and events change a question by its own
folding; only who asks, and how lawyers work, is made up.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random

from zhiban.queue.due_ahead import ahead, moments
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.turns import turns
from zhiban.queue.virtual_agenda import Agenda
from zhiban.queue.virtual_case import Arrival, Case, Told, asked
from zhiban.queue.virtual_clocks import Clocks
from zhiban.queue.virtual_desks import Desks, Talks
from zhiban.queue.virtual_queue import VirtualQueue

__all__ = ["Arrival", "Case", "Talks", "Told", "run"]


def run(
    known: Knowledge,
    arrivals: Iterable[Arrival],
    until: datetime,
    *,
    seed: int = 1,
    talks: Talks | None = None,
    told: list[Told] | None = None,
) -> list[Case]:
    """Every question of those who ask before `until`, with the rosters that `known` holds."""
    first = sorted(arrivals, key=lambda one: (one.at, one.division))
    if not first:
        return []
    with _no_collecting():
        county = {one.division: known.register.county_of(one.division) for one in first}
        states = [asked(number, one, county[one.division]) for number, one in enumerate(first)]
        found = ahead(known, states)
        each = zip(first, states, moments(found.answer), moments(found.nearest), strict=True)
        cases = [Case(*one) for one in each]
        agenda = Agenda(cases, found, known, until)
        desks = Desks(talks or Talks(), Random(seed))  # noqa: S311 - nothing secret is drawn
        virtual = VirtualQueue(known, cases, Clocks(known, found), agenda, desks, told)
        coming = iter(turns(known, cases[0].begun.asked, until))
        turn = next(coming, None)
        for case in cases:
            turn = _up_to(virtual, case.begun.asked, coming, turn)
            virtual.ask(case)
        _up_to(virtual, until, coming, turn)
    return cases


@contextmanager
def _no_collecting() -> Iterator[None]:
    """A run makes no cycles; looking for some among all its questions took a fifth of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.freeze()  # what the run has made counts as old at once, and is not looked through
            gc.unfreeze()
            gc.enable()


def _up_to(
    virtual: VirtualQueue, at: datetime, turns: Iterator[datetime], turn: datetime | None
) -> datetime | None:
    """Lets everything happen that happens before a moment, in order; returns the next turn."""
    desks, agenda = virtual.desks, virtual.agenda
    while True:
        ready = desks.ready[0][0] if desks.ready else at
        call = agenda.next
        next_one = min(at, ready) if call is None else min(at, ready, call)
        if turn is not None and turn <= next_one:
            virtual.turn(turn)
            turn = next(turns, None)
        elif desks.ready and ready <= next_one:
            virtual.finish()
        elif call is not None and call <= at:
            virtual.call(call)
        else:
            return turn
