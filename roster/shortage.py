"""Vacancies in words: the smallest group of places that has too few lawyers, with its numbers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zhiban.data.day_words import WEEKDAYS
from zhiban.data.wording import Text, counted
from zhiban.roster.checker import vacant
from zhiban.roster.explain import blocked, place_name
from zhiban.roster.facts import Facts
from zhiban.roster.problem import Role
from zhiban.roster.remedies import Patience, remedies
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import Vacancy
from zhiban.roster.rules.rule import Rule

Place = tuple[str, Role]
OFTEN = ("per_week", "per_day", "overlap", "one_site")  # what most lawyers meet first
WIDEST = 200  # places looked at before the shortage is called city-wide


@dataclass(frozen=True)
class Shortage:
    """Places that compete for the same lawyers, and how many of them stay vacant.

    `ways` leads from each of the places back to the vacant one: the lawyers who would each move
    up, nearest places first. `spare` could take one of the places beside what they hold: then it
    is the price alone that leaves it vacant. `elsewhere` counts what the lawyers hold at other
    places: without it they might serve more at these.
    """

    places: frozenset[Place]
    lawyers: frozenset[str]
    needed: int
    missing: int
    ways: Mapping[Place, tuple[str, ...]]
    spare: frozenset[str]
    elsewhere: int


def vacancies(facts: Facts, patience: Patience | None = None) -> Iterator[Vacancy]:
    """Every vacancy: the sentence, who is blocked by what and, given patience, what would help."""
    for (shift, role), count in vacant(facts).items():
        yield vacancy(facts, shift, "standby" if role == "standby" else "primary", count, patience)


def vacancy(
    facts: Facts, shift_id: str, role: Role, missing: int, patience: Patience | None = None
) -> Vacancy:
    """One vacancy: the sentence, who is blocked by what and, given patience, what would help."""
    shift = facts.shifts[shift_id]
    short = shortage(facts, (shift_id, role))
    sentence = words(facts, short)
    return Vacancy(
        shift=shift_id,
        role=role,
        missing=missing,
        sentence=sentence.zh,
        sentence_en=sentence.en,
        blocked=blocked(facts, shift, role),
        remedies=remedies(facts, shift, role, patience, short.ways) if patience else (),
    )


def shortage(facts: Facts, place: Place) -> Shortage:
    """All places that could pass a lawyer on to this one, along who could take whose place.

    From the vacant place to every lawyer who may hold it, from each of them to what they would
    give up for it (at that time, or, at a cap, that day or week): the cut of the network behind it.
    """
    ways: dict[Place, tuple[str, ...]] = {place: ()}
    lawyers, spare = set[str](), set[str]()
    rules = sorted(
        (rule for rule in facts.rules if rule.answers("breaks_of_lawyer")),
        key=lambda rule: rule.code not in OFTEN,
    )
    todo = deque([place])
    while todo and len(ways) < WIDEST:
        shift, role = here = todo.popleft()
        for lawyer in facts.eligible(shift, role):
            lawyers.add(lawyer)
            wanted = Duty(shift=shift, lawyer=lawyer, role=role)
            held = facts.duties_of(lawyer)
            if wanted not in held and _fits(facts, rules, held, wanted):
                spare.add(lawyer)
                continue
            if all((duty.shift, duty.role) in ways for duty in held):
                continue
            for duty in _given_up(facts, rules, held, wanted):
                there = (duty.shift, duty.role)
                if there not in ways:
                    ways[there] = (*ways[here], lawyer)
                    todo.append(there)
    needed = sum(facts.shifts[shift].places(role) for shift, role in ways)
    filled = sum((duty.shift, duty.role) in ways for duty in facts.roster)
    elsewhere = sum(
        duty.lawyer in lawyers and (duty.shift, duty.role) not in ways for duty in facts.roster
    )
    return Shortage(
        places=frozenset(ways),
        lawyers=frozenset(lawyers),
        needed=needed,
        missing=needed - filled,
        ways=ways,
        spare=frozenset(spare),
        elsewhere=elsewhere,
    )


def _given_up(
    facts: Facts, rules: Sequence[Rule], held: Sequence[Duty], wanted: Duty
) -> Sequence[Duty]:
    """Duties any of which makes room for the wanted one; where none does, all that it takes."""
    single = [
        duty for duty in held if _fits(facts, rules, [one for one in held if one != duty], wanted)
    ]
    if single:
        return single
    day = facts.when[wanted.shift].day
    elsewhen = [duty for duty in held if facts.when[duty.shift].day != day]
    if _fits(facts, rules, elsewhen, wanted):
        return [duty for duty in held if duty not in elsewhen]
    return held if _fits(facts, rules, [], wanted) else []


def _fits(facts: Facts, rules: Sequence[Rule], held: Sequence[Duty], wanted: Duty) -> bool:
    """Whether a lawyer who holds those duties has room for one more."""
    duties = [*held, wanted]
    return not any(
        True for rule in rules for _ in rule.breaks_of_lawyer(facts, wanted.lawyer, duties)
    )


def words(facts: Facts, short: Shortage) -> Text:
    """One sentence with names and numbers."""
    where = _where(facts, short)
    most = short.needed - short.missing
    places = counted(short.needed, "place", "places")
    stay = counted(short.missing, "stays", "stay")
    if not short.lawyers:
        return Text(
            f"{where.zh}需要{short.needed}人，没有一位律师符合条件，缺{short.missing}班",
            f"{where.en}: {places}, but no lawyer may serve; {stay} empty",
        )
    if short.spare:
        spare = len(short.spare)
        return Text(
            f"{where.zh}需要{short.needed}人，缺{short.missing}班：尚可再值的有{spare}位律师，"
            "但排上比空缺更贵",
            f"{where.en}: {places}, {short.missing} of them empty; "
            f"{counted(spare, 'lawyer', 'lawyers')} could serve, "
            "but it would cost more than the vacancy",
        )
    beside = Text("", "")
    if short.elsewhere:
        beside = Text(
            f"除别处已排的{short.elsewhere}班外",
            f" beside the {short.elsewhere} held elsewhere",
        )
    return Text(
        f"{where.zh}需要{short.needed}人，可值班的只有{len(short.lawyers)}位律师，"
        f"{beside.zh}最多{most}班，缺{short.missing}班",
        f"{where.en}: {places}, but only {counted(len(short.lawyers), 'lawyer', 'lawyers')} "
        f"who may serve, for {counted(most, 'duty', 'duties')} at most{beside.en}; "
        f"{stay} empty",
    )


def _where(facts: Facts, short: Shortage) -> Text:
    """The one place, or the divisions and days of all of them."""
    if len(short.places) == 1:
        return place_name(facts, facts.shifts[next(iter(short.places))[0]])
    codes = sorted({facts.county(facts.post(shift).division) for shift, _ in short.places})
    days = sorted({facts.when[shift].date for shift, _ in short.places})
    names = [facts.divisions[code].name for code in codes]
    zh = "、".join(names[:3]) + ("等地" if len(names) > 3 else "")
    en = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    if len(days) > 3:
        return Text(f"{zh}本期{len(days)}天", f"{en}, {len(days)} days")
    weekdays = [day.weekday() for day in days]
    return Text(
        zh + "、".join(WEEKDAYS["zh"][day] for day in weekdays),
        f"{en} on " + ", ".join(WEEKDAYS["en"][day] for day in weekdays),
    )
