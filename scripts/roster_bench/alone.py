"""Each solver by itself on the same problems in the same run, and how many times as long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from time import process_time

from roster_bench.runs import Measurement

from zhiban.roster.checker import violations
from zhiban.roster.facts import Facts
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rules import active_rules
from zhiban.roster.yardstick import Measured, cp_sat_alone, highs_alone

Solver = Callable[[RosterProblem, float], Measured]
SOLVERS: dict[str, Solver] = {
    "HiGHS alone, by MathOpt": highs_alone,
    "CP-SAT alone, 1 worker, linearization 2": cp_sat_alone,
    "CP-SAT alone, its defaults": partial(cp_sat_alone, workers=0, linearization=1),
}
HEAD = (
    "| solver | problem | whole | of it building | processor | objective | pipeline | ratio "
    "| of processor time | checked |\n|---|---|---|---|---|---|---|---|---|---|"
)


def compared(found: Sequence[Measurement], seconds: float) -> Iterator[tuple[str, bool]]:
    """Lines of the table as they come, and whether each is sound; then the medians.

    A solver that is not done after `seconds` counts as "at least" that long.
    """
    yield HEAD, True
    medians = []
    for name, solver in SOLVERS.items():
        ratios, shares, late = [], [], False
        for one in found:
            used = process_time()
            measured = solver(one.problem, seconds)
            used = process_time() - used
            ratios.append(measured.seconds / one.file.seconds)
            shares.append(used / one.processor)
            late = late or not measured.proved
            sound = agrees(one, measured)
            yield _line(name, one, measured, used, sound), sound
        at_least = "at least " if late else ""
        medians.append(
            f"{name} takes {at_least}{median(ratios):.1f} times as long and "
            f"{at_least}{median(shares):.1f} times the processor (medians)"
        )
    yield "\n" + "; ".join(medians) + ".", True


def _line(name: str, one: Measurement, measured: Measured, used: float, sound: bool) -> str:
    mark = "" if measured.proved else "at least "
    ratio = measured.seconds / one.file.seconds
    return (
        f"| {name} | {one.name} | {mark}{measured.seconds:.1f} s | {measured.building:.1f} s "
        f"| {used:.1f} s | {measured.objective} | {one.file.seconds:.2f} s, {one.file.objective} "
        f"| {mark}{ratio:.1f} | {mark}{used / one.processor:.1f} "
        f"| {'sound' if sound else 'WRONG'} |"
    )


def agrees(one: Measurement, measured: Measured) -> bool:
    """The checker's view of a yardstick's roster, and two proofs saying the same."""
    if measured.roster is None:
        return True
    facts = Facts(one.problem, active_rules(one.problem), measured.roster)
    right = sum(by_rule(facts).values()) == measured.objective and not any(violations(facts))
    both = measured.proved and one.file.status == "optimal"
    return right and (not both or measured.objective == one.file.objective)
