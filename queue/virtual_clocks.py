"""The clocks of questions in virtual time: what they call for, and what is marked of it; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from zhiban.queue.due_ahead import Ahead
from zhiban.queue.event import Kind
from zhiban.queue.index import running
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.sla import Mark, breached, climbed
from zhiban.queue.virtual_case import Case


@dataclass(frozen=True)
class Clocks:
    """What was reckoned ahead for all questions, and what is known to reckon with later."""

    known: Knowledge
    ahead: Ahead

    def marks(self, case: Case) -> tuple[Mark, ...]:
        """What its clocks call for; reckoned anew only after one of them was stopped."""
        if case.marks is not None:
            return case.marks
        if case.accepted is None:
            return self.ahead.marks(case.begun.id, case.begun)
        return running(case.state, self.known)

    def heed(
        self, case: Case, what: Literal["breach", "climb"], mark: Mark, at: datetime
    ) -> tuple[Kind, dict[str, Any], Mark]:
        """Marks one call: by which event, and what that clock calls for next."""
        data = {"clock": mark.timer.clock, "round": mark.timer.round}
        if what == "breach" or mark.rung is None:
            case.late = True
            return Kind.BREACHED, data, breached(mark, at)
        case.warned += 1
        case.escalated = case.escalated or mark.rung.act == "supervisor"
        rules, time = self.known.rules, self.known.worked_time
        following = climbed(mark, case.begun, rules.policy, time, at)
        return Kind.WARNED, data | {"share": mark.rung.share}, following
