"""How lawyers work in virtual time: what lies on their desks, and when they are done; pure.

A lawyer takes up one question after the other, in the order given, and answers each after a talk.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random

from zhiban.queue.virtual_case import Case


@dataclass(frozen=True, slots=True)
class Talks:
    """How many minutes a lawyer gives a question: lognormal, with this median and spread."""

    median: float = 12.0
    spread: float = 0.6

    def minutes(self, random: Random) -> float:
        """One length."""
        return self.median * random.lognormvariate(0.0, self.spread)


@dataclass
class Desks:
    """What each lawyer has not begun, and has at work; `ready` is when answers are finished."""

    talks: Talks
    random: Random
    laid: dict[str, deque[Case]] = field(default_factory=dict)
    at_work: dict[str, Case] = field(default_factory=dict)
    ready: list[tuple[datetime, int, str]] = field(default_factory=list)

    def lay(self, lawyer: str, case: Case) -> None:
        """Behind all that lies there."""
        laid = self.laid.get(lawyer)
        if laid is None:
            laid = self.laid[lawyer] = deque()
        laid.append(case)

    def put_down(self, lawyer: str, case: Case) -> None:
        """Out of the hands, or off the desk, of its lawyer."""
        if self.at_work.get(lawyer) is case:
            del self.at_work[lawyer]
        else:
            self.laid[lawyer].remove(case)

    def begin(self, lawyer: str, at: datetime) -> Case | None:
        """Takes up the next, where nothing is at work."""
        laid = self.laid.get(lawyer)
        if lawyer in self.at_work or laid is None:
            return None
        if not laid:
            del self.laid[lawyer]
            return None
        case = self.at_work[lawyer] = laid.popleft()
        done = at + timedelta(minutes=self.talks.minutes(self.random))
        heappush(self.ready, (done, case.begun.id, lawyer))
        return case

    def finish(self) -> tuple[datetime, str, Case | None]:
        """The next answer that is finished; without a case where it was handed on meanwhile."""
        at, number, lawyer = heappop(self.ready)
        case = self.at_work.get(lawyer)
        if case is None or case.begun.id != number:
            return at, lawyer, None
        del self.at_work[lawyer]
        return at, lawyer, case

    def idle(self) -> list[str]:
        """Who has something on the desk and nothing at work, in order."""
        return sorted(self.laid.keys() - self.at_work.keys())
