"""What comes after a roster, timed: explanations, remedies, repairs of an absence, stand-ins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from statistics import median
from time import perf_counter, process_time

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


@dataclass
class Stopwatch:
    """Seconds by the clock and of the processor, time after time."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Counts the time inside."""
        started, used = perf_counter(), process_time()
        yield
        self.wall.append(perf_counter() - started)
        self.processor.append(process_time() - used)

    def __str__(self) -> str:
        """Median and longest by the clock, median of the processor."""
        figures = (median(self.wall), max(self.wall), median(self.processor))
        middle, longest, processor = (f"{1000 * figure:.0f} ms" for figure in figures)
        return f"{middle} ({longest}), processor {processor}"


def explained(one: Measurement) -> Iterator[tuple[str, bool]]:
    """Every vacancy: sentence and counts timed, then its remedies; look-ups made anew for each."""
    explaining, remedying = Stopwatch(), Stopwatch()
    counts: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    told = verified = added_up = 0
    for shift, role_name in vacant(_facts(one)):
        role: Role = "standby" if role_name == "standby" else "primary"
        facts = _facts(one)
        with explaining.running():
            short = shortage(facts, (shift, role))
            sentence, bars = words(facts, short), blocked(facts, facts.shifts[shift], role)
        with remedying.running():
            found = remedies(facts, facts.shifts[shift], role, Patience(ENDLESS), short.ways)
        told += bool(sentence.zh and sentence.en)
        added_up += sum(bars.values()) == len(facts.lawyers)
        verified += sum(remedy.verified for remedy in found)
        counts[len(found)] += 1
        kinds.update(remedy.kind for remedy in found)
    if not explaining.wall:
        yield f"{one.name}: no vacancy to explain.", True
        return
    size, all_remedies = len(explaining.wall), sum(kinds.values())
    sound = told == added_up == size and verified == all_remedies
    shares = ", ".join(f"{number} with {many}" for many, number in sorted(counts.items()))
    yield (
        (
            f"| {one.name} | {size} | {told} | {added_up} | {explaining} | {all_remedies} "
            f"({', '.join(f'{many} {kind}' for kind, many in sorted(kinds.items()))}) | {verified} "
            f"| {shares} | {remedying} |"
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
    mending, standing = Stopwatch(), Stopwatch()
    proved, sound, changed = 0, True, 0
    facts = _facts(one)
    for number, duty in enumerate(duties):
        own = shifts[duty.shift]
        span = (first, last) if number % 2 else (own.start, own.end)
        with mending.running():
            mended = repair(one.problem, one.file, [(duty.lawyer, *span)])
        proved += mended.proved
        changed += len(mended.come)
        sound = sound and check(mended.problem, mended.file).sound
        with standing.running():
            stand_ins(facts, duty.shift, duty.role)
    yield (
        (
            f"| {one.name} | {len(duties)} | {proved} | {changed} | {mending} "
            f"| {'sound' if sound else 'WRONG'} | {standing} |"
        ),
        sound,
    )


REPAIRED = (
    "| problem | absences | fewest changes proved | new duties | repaired in | checked "
    "| stand-ins of one duty in |\n|---|---|---|---|---|---|---|"
)


def _facts(one: Measurement) -> Facts:
    return Facts(one.problem, active_rules(one.problem), one.file.roster)
