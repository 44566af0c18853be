"""Why a place is vacant, why a lawyer holds a duty, and why another does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhiban.data.day_words import half_day_of, shift_of
from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.prices import change
from zhiban.roster.problem import Role, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.rules.rule import Rule

DEARER = "price"  # nothing forbids it, but the roster would cost more


@dataclass(frozen=True)
class Answer:
    """One reason in words, with the rule behind it and the price by rule where that decides."""

    text: Text
    rule: str | None
    prices: dict[str, int]


def first_bar(facts: Facts, lawyer: str, shift: Shift, role: Role) -> Rule | None:
    """The first rule that keeps the lawyer from the place, given what everybody holds."""
    rule = facts.barred_by(lawyer, shift, role)
    if rule is not None:
        return rule
    duty = Duty(shift=shift.id, lawyer=lawyer, role=role)
    together = (*facts.duties_of(lawyer), duty)
    on_shift = (*facts.duties_on(shift.id), duty)
    for rule, of_lawyer, of_shift in facts.binding:
        if rule.code == "cover":
            continue
        if of_lawyer and _any(rule.breaks_of_lawyer(facts, lawyer, together)):
            return rule
        if of_shift and _any(rule.breaks_of_shift(facts, shift.id, on_shift)):
            return rule
    return None


def _any(found: Iterable[object]) -> bool:
    return any(True for _ in found)


def blocked(facts: Facts, shift: Shift, role: Role) -> dict[str, int]:
    """Every lawyer once, at the first rule in order that keeps them from the place."""
    counts: dict[str, int] = {}
    for lawyer in facts.lawyers:
        rule = first_bar(facts, lawyer, shift, role)
        code = DEARER if rule is None else rule.code
        counts[code] = counts.get(code, 0) + 1
    return counts


def why(facts: Facts, duty: Duty) -> Answer:
    """What a duty costs the roster, rule by rule, and who else could have held it."""
    gone = change(facts, [duty], [])
    prices = {code: -price for code, price in gone.items()}
    without = facts.with_roster(type(facts.roster).of(one for one in facts.roster if one != duty))
    shift = facts.shifts[duty.shift]
    others = [
        lawyer
        for lawyer in facts.lawyers
        if lawyer != duty.lawyer and first_bar(without, lawyer, shift, duty.role) is None
    ]
    swaps = [
        change(facts, [duty], [Duty(shift=duty.shift, lawyer=other, role=duty.role)])
        for other in others
    ]
    cheaper = sum(sum(swap.values()) < 0 for swap in swaps)
    name = facts.lawyers[duty.lawyer].name
    text = Text(
        f"{name} 值 {place_name(facts, shift).zh}：另有 {len(others)} 位律师可直接接替，"
        + (f"其中换上 {cheaper} 位会使整张表更便宜" if cheaper else "换人不会使整张表更便宜"),
        f"{name} holds {place_name(facts, shift).en}: {len(others)} others could step in, "
        f"{cheaper or 'none'} of whom would make the whole roster cheaper",
    )
    return Answer(text, None, prices)


def why_not(facts: Facts, lawyer: str, shift: Shift, role: Role) -> Answer:
    """Why the lawyer does not hold the place: a rule, or what it would cost more."""
    name = facts.lawyers[lawyer].name
    rule = first_bar(facts, lawyer, shift, role)
    if rule is not None:
        title = rule.why_not(facts, lawyer, shift)
        text = Text(f"{name} 不能值：{title.zh}", f"{name} cannot hold it: {title.en}")
        return Answer(text, rule.code, {})
    holders = [duty for duty in facts.duties_on(shift.id) if duty.role == role]
    own = Duty(shift=shift.id, lawyer=lawyer, role=role)
    full = len(holders) >= shift.places(role)
    options = [change(facts, [one], [own]) for one in holders] if full else []
    options = options or [change(facts, [], [own])]
    prices = min(options, key=lambda change: sum(change.values()))
    more = sum(prices.values())
    text = Text(f"{name} 可以值，但总价多 {more}", f"{name} could, but it costs {more} more")
    if more <= 0:
        text = Text(
            f"{name} 可以值，总价少 {-more}" if more else f"{name} 也可以值，总价相同",
            f"{name} could, and it costs {-more} less" if more else f"{name} could, at no cost",
        )
    return Answer(text, DEARER, prices)


def place_name(facts: Facts, shift: Shift) -> Text:
    """Post and half-day of a shift; its hours where the post has another shift in that half."""
    when, post = facts.when[shift.id], facts.posts[shift.post]
    said = half_day_of(when.start, when.end)
    beside = (facts.when[one.id] for one in facts.problem.shifts if one.post == shift.post)
    if sum(one.day == when.day and half_day_of(one.start, one.end) == said for one in beside) > 1:
        said = shift_of(when.start, when.end)
    return Text(f"{post.name}{said.zh}", f"{post.name} {said.en}")
