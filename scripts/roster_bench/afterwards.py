"""What comes after a roster, timed: explanations, remedies, repairs of an absence, stand-ins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from statistics import median
from time import perf_counter

from roster_bench.runs import Measurement

from zhiban.roster.checker import check, vacant
from zhiban.roster.explain import blocked
from zhiban.roster.facts import Facts
from zhiban.roster.problem import Role
from zhiban.roster.remedies import Patience, remedies
from zhiban.roster.repair import repair
from zhiban.roster.rules import active_rules
from zhiban.roster.shortage import shortage, words
from zhiban.roster.stand_ins import stand_ins

ENDLESS = 1e9


def explained(one: Measurement) -> Iterator[tuple[str, bool]]:
    """Every vacancy: sentence and counts timed, then its remedies; look-ups made anew for each."""
    explaining: list[float] = []
    remedying: list[float] = []
    counts: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    told = verified = added_up = 0
    for shift, role_name in vacant(_facts(one)):
        role: Role = "standby" if role_name == "standby" else "primary"
        facts = _facts(one)
        started = perf_counter()
        short = shortage(facts, (shift, role))
        sentence, bars = words(facts, short), blocked(facts, facts.shifts[shift], role)
        explaining.append(perf_counter() - started)
        started = perf_counter()
        found = remedies(facts, facts.shifts[shift], role, Patience(ENDLESS), short.ways)
        remedying.append(perf_counter() - started)
        told += bool(sentence.zh and sentence.en)
        added_up += sum(bars.values()) == len(facts.lawyers)
        verified += sum(remedy.verified for remedy in found)
        counts[len(found)] += 1
        kinds.update(remedy.kind for remedy in found)
    if not explaining:
        yield f"{one.name}: no vacancy to explain.", True
        return
    size, all_remedies = len(explaining), sum(kinds.values())
    sound = told == added_up == size and verified == all_remedies
    shares = ", ".join(f"{number} with {many}" for many, number in sorted(counts.items()))
    yield (
        (
            f"| {one.name} | {size} | {told} | {added_up} | {_times(explaining)} | {all_remedies} "
            f"({', '.join(f'{many} {kind}' for kind, many in sorted(kinds.items()))}) | {verified} "
            f"| {shares} | {_times(remedying)} |"
        ),
        sound,
    )


EXPLAINED = (
    "| problem | vacancies | with a sentence | counts add up | explained in | remedies "
    "| verified | vacancies by remedies | all remedies of one in |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def repaired(one: Measurement, count: int) -> Iterator[tuple[str, bool]]:
    """So many absences, of half a day and of the whole week in turn, and stand-ins of a duty."""
    random = Random(1)  # noqa: S311 # which duties are tried, nothing secret
    duties = random.sample(one.file.duties, min(count, len(one.file.duties)))
    shifts = {shift.id: shift for shift in one.problem.shifts}
    first = min(shift.start for shift in one.problem.shifts)
    last = max(shift.end for shift in one.problem.shifts)
    seconds, standing, proved, sound, changed = [], [], 0, True, 0
    facts = _facts(one)
    for number, duty in enumerate(duties):
        own = shifts[duty.shift]
        span = (first, last) if number % 2 else (own.start, own.end)
        started = perf_counter()
        mended = repair(one.problem, one.file, [(duty.lawyer, *span)])
        seconds.append(perf_counter() - started)
        proved += mended.proved
        changed += len(mended.come)
        sound = sound and check(mended.problem, mended.file).sound
        started = perf_counter()
        stand_ins(facts, duty.shift, duty.role)
        standing.append(perf_counter() - started)
    yield (
        (
            f"| {one.name} | {len(duties)} | {proved} | {changed} | {_times(seconds)} "
            f"| {'sound' if sound else 'WRONG'} | {_times(standing)} |"
        ),
        sound,
    )


REPAIRED = (
    "| problem | absences | fewest changes proved | new duties | repaired in | checked "
    "| stand-ins of one duty in |\n|---|---|---|---|---|---|---|"
)


def _facts(one: Measurement) -> Facts:
    return Facts(one.problem, active_rules(one.problem), one.file.roster)


def _times(seconds: Sequence[float]) -> str:
    """Median and longest."""
    middle, longest = median(seconds), max(seconds)
    if longest < 1:
        return f"{1000 * middle:.0f} ms ({1000 * longest:.0f} ms)"
    return f"{middle:.2f} s ({longest:.2f} s)"
