"""Duties and shifts as a command line names them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from zhiban.data.wording import Refused
from zhiban.roster.problem import ROLES, Shift
from zhiban.roster.refusal import refused_file
from zhiban.roster.roster import Duty
from zhiban.web.cli.line import read_input

if TYPE_CHECKING:
    from zhiban.roster.facts import Facts

_SHIFTS = TypeAdapter(tuple[Shift, ...])
_SHIFT = TypeAdapter(Shift)


def named_duty(facts: Facts, text: str, option: str) -> Duty:
    """The duty that LAWYER:SHIFT or LAWYER:SHIFT:ROLE names; raises Refused."""
    lawyer, colon, place = text.strip().partition(":")
    if not colon or not lawyer or not place:
        raise Refused.one(
            option, f"“{text}”请写成 律师:班次", f"{text!r} is not of the form LAWYER:SHIFT"
        )
    return held_duty(facts, lawyer, place, option)


def held_duty(facts: Facts, lawyer: str, place: str, option: str) -> Duty:
    """What the lawyer holds on SHIFT or SHIFT:ROLE; raises Refused."""
    shift, role = _place(facts, place)
    if lawyer not in facts.lawyers:
        raise Refused.one(option, f"没有律师 {lawyer}", f"no lawyer {lawyer}")
    if shift not in facts.shifts:
        raise Refused.one(option, f"没有班次 {shift}", f"no shift {shift}")
    for duty in facts.duties_of(lawyer):
        if duty.shift == shift and role in (None, duty.role):
            return duty
    raise Refused.one(option, f"{lawyer} 不值 {place}", f"{lawyer} does not hold {place}")


def _place(facts: Facts, text: str) -> tuple[str, str | None]:
    """Shift and role; a shift's own name may hold colons."""
    shift, colon, role = text.rpartition(":")
    if colon and text not in facts.shifts and role in ROLES:
        return shift, role
    return text, None


def shifts_from(text: str) -> tuple[Shift, ...]:
    """One shift or a list of them, as JSON or in a file; raises Refused, or ends with one line."""
    inline = text.lstrip()[:1] in ("{", "[")
    content = text.encode() if inline else read_input(Path(text))
    where = "--added" if inline else text
    try:
        if content.lstrip()[:1] == b"[":
            return _SHIFTS.validate_json(content)
        return (_SHIFT.validate_json(content),)
    except ValidationError as error:
        raise refused_file(error, where) from None
