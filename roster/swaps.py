"""Swaps among lawyers, checked before they are offered: what breaks, or what it costs by rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from zhiban.data.wording import Refused, Text
from zhiban.roster.explain import place_name
from zhiban.roster.facts import Facts
from zhiban.roster.prices import change
from zhiban.roster.roster import Duty
from zhiban.roster.rules import Violation
from zhiban.roster.stand_ins import priced


@dataclass(frozen=True)
class Handover:
    """A duty that passes from its holder to another lawyer."""

    duty: Duty
    to: str

    @property
    def after(self) -> Duty:
        """The duty as the other lawyer holds it."""
        return replace(self.duty, lawyer=self.to)


Moves = tuple[Handover, ...]


@dataclass(frozen=True)
class Swap:
    """Handovers made together, every rule they would newly break, and what they would cost more.

    One is a give-away, two an exchange, three a chain.
    """

    moves: Moves
    broken: tuple[Violation, ...]
    prices: dict[str, int]
    cost: int
    text: Text

    @property
    def allowed(self) -> bool:
        """Whether it breaks nothing."""
        return not self.broken


def give_away(duty: Duty, to: str) -> Moves:
    """One lawyer takes a duty over and gives nothing back."""
    return (Handover(duty, to),)


def exchange(one: Duty, other: Duty) -> Moves:
    """Two lawyers take each other's duty."""
    return Handover(one, other.lawyer), Handover(other, one.lawyer)


def chain(one: Duty, other: Duty, third: Duty) -> Moves:
    """The first duty goes to the second's lawyer, the second to the third's, that to the first."""
    return (
        Handover(one, other.lawyer),
        Handover(other, third.lawyer),
        Handover(third, one.lawyer),
    )


def swap(facts: Facts, moves: Sequence[Handover]) -> Swap:
    """What the handovers, made together, would break and cost; raises Refused for nonsense."""
    _refuse_nonsense(facts, moves)
    return weighed(facts, tuple(moves))


def weighed(facts: Facts, moves: Moves) -> Swap:
    """The same for handovers of duties that are held, to lawyers who are known."""
    gone, come = [move.duty for move in moves], [move.after for move in moves]
    broken = tuple(_broken(facts, gone, come))
    prices = change(facts, gone, come)
    return Swap(moves, broken, prices, sum(prices.values()), _words(facts, moves, broken, prices))


def _refuse_nonsense(facts: Facts, moves: Sequence[Handover]) -> None:
    if not moves:
        raise Refused.one("swap", "没有要换的值班", "no duty to hand over")
    after = facts.roster.changed([move.duty for move in moves], ())
    for move in moves:
        duty = move.duty
        if duty not in facts.duties_of(duty.lawyer):
            raise Refused.one(
                "swap",
                f"{duty.lawyer} 不值 {duty.shift}（{duty.role}）",
                f"{duty.lawyer} does not hold {duty.shift} as {duty.role}",
            )
        if move.to not in facts.lawyers:
            raise Refused.one("swap", f"没有律师 {move.to}", f"no lawyer {move.to}")
        again = move.after in after.by_lawyer.get(move.to, ()) or move.to == duty.lawyer
        if again or sum(one.duty == duty or one.after == move.after for one in moves) > 1:
            raise Refused.one(
                "swap",
                f"{duty.shift} 不能这样交给 {move.to}：已在该班次上或重复",
                f"{duty.shift} cannot go to {move.to} like that: there already, or named twice",
            )


def breaks(facts: Facts, lawyer: str, duties: Sequence[Duty]) -> Iterator[Violation]:
    """What is wrong with all that one lawyer would hold."""
    for rule in facts.rules:
        yield from rule.breaks_of_lawyer(facts, lawyer, duties)


def breaks_on(facts: Facts, shift: str, duties: Sequence[Duty]) -> Iterator[Violation]:
    """What is wrong with all who would hold one shift."""
    for rule in facts.rules:
        yield from rule.breaks_of_shift(facts, shift, duties)


def _broken(facts: Facts, gone: Collection[Duty], come: Collection[Duty]) -> Iterator[Violation]:
    """Rules that hold now and would not then; a lock that is given up counts as one."""
    for duty in gone:
        if locked(facts, duty):
            yield Violation(
                "locks",
                duty.lawyer,
                duty.shift,
                Text(
                    f"{duty.lawyer} 在 {duty.shift} 的值班已锁定",
                    f"the duty of {duty.lawyer} on {duty.shift} is locked",
                ),
            )
    for duty in come:
        rule = facts.barred_by(duty.lawyer, facts.shifts[duty.shift], duty.role)
        if rule is not None:
            why = rule.why_not(facts, duty.lawyer, facts.shifts[duty.shift])
            yield rule.broken(
                duty.lawyer,
                duty.shift,
                f"{duty.lawyer} 不能值 {duty.shift}：{why.zh}",
                f"{duty.lawyer} cannot hold {duty.shift}: {why.en}",
            )
    after = facts.with_roster(facts.roster.changed(gone, come))
    for lawyer in sorted({duty.lawyer for duty in come}):
        before = set(breaks(facts, lawyer, facts.duties_of(lawyer)))
        yield from _new(before, breaks(after, lawyer, after.duties_of(lawyer)))
    for shift in sorted({duty.shift for duty in come}):
        before = set(breaks_on(facts, shift, facts.duties_on(shift)))
        yield from _new(before, breaks_on(after, shift, after.duties_on(shift)))


def locked(facts: Facts, duty: Duty) -> bool:
    """Whether somebody fixed the duty by hand."""
    locks = facts.locks.get(duty.shift, ())
    return any((one.lawyer, one.role) == (duty.lawyer, duty.role) for one in locks)


def _new(before: Collection[Violation], after: Iterator[Violation]) -> Iterator[Violation]:
    return (one for one in after if one not in before)


def _words(facts: Facts, moves: Moves, broken: Sequence[Violation], prices: dict[str, int]) -> Text:
    """Who would hold what, and what that costs or breaks."""
    names = {move.to: facts.lawyers[move.to].name for move in moves}
    places = {move.to: place_name(facts, facts.shifts[move.duty.shift]) for move in moves}
    what = Text(
        "，".join(f"{names[who]} 值 {place.zh}" for who, place in places.items()),
        ", ".join(f"{names[who]} takes {place.en}" for who, place in places.items()),
    )
    end = priced(facts, prices)
    if broken:
        end = Text(
            "不可行：" + "；".join(one.text.zh for one in broken),
            "not allowed: " + "; ".join(one.text.en for one in broken),
        )
    return Text(f"{what.zh}：{end.zh}", f"{what.en}: {end.en}")
