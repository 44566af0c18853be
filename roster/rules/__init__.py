"""The rules, in order: solver, checker, explanations and documentation walk this one table.

A lawyer whom several rules keep from a shift is counted at the first of them.
"""

from __future__ import annotations

from pydantic import ValidationError

from zhiban.data.wording import FieldError, Refused
from zhiban.roster.problem import RosterProblem
from zhiban.roster.refusal import place, reason
from zhiban.roster.rules.away import Away
from zhiban.roster.rules.consent import Consent
from zhiban.roster.rules.continuity import Continuity
from zhiban.roster.rules.cover import Cover
from zhiban.roster.rules.days_running import DaysRunning
from zhiban.roster.rules.division import Division
from zhiban.roster.rules.experience import Experience
from zhiban.roster.rules.fairness import Fairness
from zhiban.roster.rules.firm_share import FirmShare
from zhiban.roster.rules.firm_slots import FirmSlots
from zhiban.roster.rules.firm_takes import FirmTakes
from zhiban.roster.rules.forbidden import Forbidden
from zhiban.roster.rules.gap_days import GapDays
from zhiban.roster.rules.holidays import Holidays
from zhiban.roster.rules.leave import Leave
from zhiban.roster.rules.licence import Licence
from zhiban.roster.rules.locks import Locks
from zhiban.roster.rules.one_site import OneSite
from zhiban.roster.rules.online_seat import OnlineSeat
from zhiban.roster.rules.other_firm import OtherFirm
from zhiban.roster.rules.overlap import Overlap
from zhiban.roster.rules.pairing import Pairing
from zhiban.roster.rules.per_day import PerDay
from zhiban.roster.rules.per_horizon import PerHorizon
from zhiban.roster.rules.per_week import PerWeek
from zhiban.roster.rules.rest import Rest
from zhiban.roster.rules.rule import Rule, Violation
from zhiban.roster.rules.sanction import Sanction
from zhiban.roster.rules.skill import Skill
from zhiban.roster.rules.travel import Travel
from zhiban.roster.rules.unpopular import Unpopular
from zhiban.roster.rules.wishes import Wishes

RULES: tuple[type[Rule], ...] = (
    # Who may hold a shift at all
    Consent,
    Licence,
    Experience,
    Sanction,
    Division,
    Skill,
    Leave,
    Away,
    Forbidden,
    FirmTakes,
    # What binds several duties
    Cover,
    OnlineSeat,
    Locks,
    Overlap,
    OneSite,
    PerDay,
    PerWeek,
    PerHorizon,
    GapDays,
    DaysRunning,
    Rest,
    Pairing,
    OtherFirm,
    FirmSlots,
    # What has a price
    Travel,
    Wishes,
    Continuity,
    Holidays,
    Fairness,
    Unpopular,
    FirmShare,
)


def active_rules(problem: RosterProblem) -> tuple[Rule, ...]:
    """The rules under the problem's parameters; raises Refused for unknown ones."""
    known = {rule.code for rule in RULES}
    for code in problem.rules:
        if code not in known:
            raise Refused.one(f"rules.{code}", "没有这条规则", "is not a rule")
    rules = [_with_params(rule, problem) for rule in RULES]
    return tuple(rule for rule in rules if rule.params.enabled)


def _with_params(rule: type[Rule], problem: RosterProblem) -> Rule:
    try:
        return rule(rule.Params.model_validate(problem.rules.get(rule.code, {})))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise Refused(
            FieldError(
                place(("rules", rule.code, *fault["loc"]), "rules"),
                reason(fault["type"], fault["msg"], fault.get("ctx")),
            )
            for fault in faults
        ) from None


__all__ = ["RULES", "Rule", "Violation", "active_rules"]
