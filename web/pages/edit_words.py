"""What changes of a draft are called on the page: what was done, by whom, what it costs; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from zhiban.roster.edit_store import Logged
from zhiban.roster.facts import Facts
from zhiban.roster.rules import Violation
from zhiban.roster.steps import Step
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.named import Broken, broken
from zhiban.web.pages.week_summary import TITLES, place

SHOWN = 4  # parts of one change that are spelled out


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an act: done, clash, impossible or nothing; and what stands in its way now."""

    kind: str
    text: str
    more: str = ""
    broken: tuple[Broken, ...] = ()


def done(steps: Sequence[Step], facts: Facts, names: Mapping[str, str], lang: Lang) -> str:
    """What steps did, in one line."""
    exchanged = _exchanged(steps, facts, names, lang)
    if exchanged:
        return exchanged
    parts = [part for step in steps if (part := _part(step, facts, names, lang))]
    shown = parts[:SHOWN]
    separator = "；" if lang == "zh" else "; "
    if len(parts) > SHOWN:
        shown.append(translate(lang, "等%(count)s处", count=len(parts)))
    return separator.join(shown)


def _exchanged(steps: Sequence[Step], facts: Facts, names: Mapping[str, str], lang: Lang) -> str:
    """That two people took each other's duties, where that is all that steps did."""
    if len(steps) != 4 or any(step.table != "duties" for step in steps):
        return ""
    sides = {
        act: {(step.value["lawyer"], step.value["shift"]) for step in steps if step.act == act}
        for act in ("drop", "put")
    }
    people = sorted({lawyer for lawyer, _ in sides["drop"]})
    shifts = dict(sides["drop"])
    if len(people) != 2 or not facts.lawyers.keys() >= set(people):
        return ""
    first, second = people
    if sides["put"] != {(first, shifts[second]), (second, shifts[first])}:
        return ""
    if len(set(shifts.values())) != 2 or not facts.shifts.keys() >= set(shifts.values()):
        return ""
    return translate(
        lang,
        "%(first)s与%(second)s对调：%(first)s到%(there)s，%(second)s到%(here)s",
        first=facts.lawyers[first].name,
        second=facts.lawyers[second].name,
        there=place(facts.shifts[shifts[second]], names, lang),
        here=place(facts.shifts[shifts[first]], names, lang),
    )


def _part(step: Step, facts: Facts, names: Mapping[str, str], lang: Lang) -> str:
    if step.table not in ("duties", "locks") or step.value["shift"] not in facts.shifts:
        return ""
    where = place(facts.shifts[step.value["shift"]], names, lang)
    lawyer = facts.lawyers.get(step.value["lawyer"])
    who = lawyer.name if lawyer else step.value["lawyer"]
    values = {"place": where, "name": who}
    if step.table == "locks":
        if step.act == "put":
            return translate(lang, "%(place)s锁定%(name)s", **values)
        return translate(lang, "%(place)s解锁%(name)s", **values)
    if step.act == "drop":
        return translate(lang, "%(place)s撤下%(name)s", **values)
    if step.value["role"] == "standby":
        return translate(lang, "%(place)s备班排上%(name)s", **values)
    return translate(lang, "%(place)s排上%(name)s", **values)


def logged(one: Logged, facts: Facts, names: Mapping[str, str], lang: Lang) -> str:
    """One kept change in words, without who made it."""
    if one.kind in ("mend", "remedy"):
        return one.note.in_(lang)
    what = done(one.steps, facts, names, lang) or one.note.in_(lang)
    if one.kind == "undo":
        return translate(lang, "撤销：%(what)s", what=what)
    if one.kind == "redo":
        return translate(lang, "重做：%(what)s", what=what)
    return what


def priced(cost: int, before: Mapping[str, int], after: Mapping[str, int], lang: Lang) -> str:
    """How much dearer the roster became, with the three rules that make most of it."""
    if not cost:
        return translate(lang, "总代价不变")
    changes = {
        code: after.get(code, 0) - before.get(code, 0) for code in before.keys() | after.keys()
    }
    ranked = sorted((item for item in changes.items() if item[1]), key=lambda item: -abs(item[1]))
    separator = "，" if lang == "zh" else ", "
    terms = separator.join(
        f"{TITLES[code].in_(lang) if code in TITLES else code} {price:+d}"
        for code, price in ranked[:3]
    )
    return translate(lang, "总代价%(cost)s（%(terms)s）", cost=f"{cost:+d}", terms=terms)


def newly_broken(
    before: Iterable[Violation],
    after: Iterable[Violation],
    facts: Facts,
    names: Mapping[str, str],
    lang: Lang,
) -> tuple[Broken, ...]:
    """The rules that a change breaks and that were kept before it."""
    known = set(before)
    return tuple(broken(facts, one, names, lang) for one in after if one not in known)


def touched(steps: Iterable[Step]) -> frozenset[str]:
    """The shifts that steps change."""
    found = (step.value.get("shift") for step in steps if step.table in ("duties", "locks"))
    return frozenset(shift for shift in found if shift)
