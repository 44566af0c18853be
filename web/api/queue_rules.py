"""Calls for the bureau's settings of the queue: promises, overflow, limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from starlette.requests import Request

from zhiban.queue.rule_edits import Outdated, Stored, change_rules, preview_rules, stored_rules
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.questions_model import Input, ShortText
from zhiban.web.api.shapes import local
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of

_SHOWN = 200


class RulesIn(Input):
    """All settings of the queue; what is left out becomes as usual."""

    queue: dict[str, Any]


class ChangeRulesIn(RulesIn):
    """The same, instead of those of the version that was seen."""

    version: ShortText


class RulesOut(BaseModel):
    """The settings of the queue in force; `version` names them."""

    queue: dict[str, Any]
    version: str


class ClockShiftOut(BaseModel):
    """A running clock that would be due at another moment."""

    ticket: str
    clock: str
    before: datetime | None = None
    after: datetime | None = None


class PreviewOut(BaseModel):
    """How many running clocks would be due at another moment, and the first of them."""

    count: int
    clocks: list[ClockShiftOut] = Field(max_length=_SHOWN)


async def show_rules(request: Request) -> Answer:
    """The settings of the queue in force."""
    return Answer(_out(await wiring_of(request).read(stored_rules)))


async def preview_change(request: Request) -> Answer:
    """Which running clocks other settings would move."""
    wiring = wiring_of(request)
    given: RulesIn = request.state.input
    now = wiring.clock.now()
    found = await wiring.read(lambda c: preview_rules(c, wiring.keyring, given.queue, now))
    clocks = [
        ClockShiftOut(
            ticket=one.ticket,
            clock=one.clock,
            before=local(one.before) if one.before else None,
            after=local(one.after) if one.after else None,
        )
        for one in found[:_SHOWN]
    ]
    return Answer(PreviewOut(count=len(found), clocks=clocks))


async def put_rules(request: Request) -> Answer:
    """Puts other settings in force, with every open question's clocks reckoned by them."""
    wiring = wiring_of(request)
    given: ChangeRulesIn = request.state.input
    now, by = wiring.clock.now(), staff(request).login
    done = await wiring.write(
        lambda c: change_rules(c, wiring.keyring, given.queue, given.version, now, by)
    )
    if isinstance(done, Outdated):
        raise Problem(409, done.why)
    return Answer(_out(done))


def _out(found: Stored) -> RulesOut:
    return RulesOut(queue=dict(found.value), version=found.version)


CALLS = (
    Call(
        "GET",
        "/settings/queue",
        show_rules,
        "The settings of the queue: promises, overflow, limits.",
        answer=RulesOut,
        roles=("scheduler", "supervisor"),
    ),
    Call(
        "POST",
        "/settings/queue/preview",
        preview_change,
        "Which running clocks other settings would move; nothing is changed.",
        answer=PreviewOut,
        body=RulesIn,
        roles=("administrator",),
    ),
    Call(
        "PUT",
        "/settings/queue",
        put_rules,
        "Put other settings in force; open questions' clocks are reckoned by them at once.",
        answer=RulesOut,
        body=ChangeRulesIn,
        roles=("administrator",),
        problems=(409,),
    ),
)
