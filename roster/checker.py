"""The independent checker: plain look-ups against every rule, sharing no code with the model."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from zhiban.data.wording import Text
from zhiban.roster.certificate import ONE, proved_bound
from zhiban.roster.facts import Facts
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import ROLES, RosterProblem
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rosterfile import Progress, RosterFile
from zhiban.roster.rules import Rule, Violation, active_rules

CLOSE = 1e-6  # of a gap, which is written as a decimal fraction
FOREVER = 10 * 366 * 86_400  # seconds that no solve takes
UNFILLED = ("cover", "online_seat", "locks")  # what is paid for places that nobody holds


@dataclass(frozen=True)
class Checked:
    """What the checker found.

    `certificate_bound` is proved anew from the file's duals, None without any; `search_rest` is
    what the file claims beyond it, resting on the MIP's own search (objective points).
    """

    violations: tuple[Violation, ...]
    objective: int
    by_rule: dict[str, int]
    certificate_bound: int | None
    search_rest: int | None

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations


def check(problem: RosterProblem, file: RosterFile) -> Checked:
    """Re-proves a roster file: rules, objective, vacancies and the certificate's bound."""
    facts = Facts(problem, active_rules(problem), file.roster)
    wrong = tuple(violations(facts))
    if any(one.rule == "file" for one in wrong):
        return Checked(wrong, 0, {}, None, None)
    prices = by_rule(facts)
    objective = sum(prices.values())
    bound = _certified(facts, file)
    wrong += tuple(_claims(facts, file, objective, bound))
    wrong += (*_figures(file, prices), *_story(file))
    rest = None if bound is None else max(0, file.bound - bound)
    return Checked(wrong, objective, prices, bound, rest)


def violations(facts: Facts) -> Iterator[Violation]:
    """Every broken rule; unknown ids and doubles first, and alone when there are any."""
    wrong = list(_unusable(facts))
    if wrong:
        yield from wrong
        return
    for rule in facts.rules:
        if rule.answers("forbids"):
            for duty in facts.roster:
                if rule.forbids(facts, duty.lawyer, facts.shifts[duty.shift], duty.role):
                    yield forbidden(rule, facts, duty)
        for lawyer, duties in facts.roster.by_lawyer.items():
            yield from rule.breaks_of_lawyer(facts, lawyer, duties)
        for shift_id, duties in facts.roster.by_shift.items():
            yield from rule.breaks_of_shift(facts, shift_id, duties)


def vacant(facts: Facts, among: Container[str] | None = None) -> dict[tuple[str, str], int]:
    """Places that nobody holds, by (shift, role); of some shifts alone where these are given."""
    missing = {}
    for shift in facts.problem.shifts:
        if among is not None and shift.id not in among:
            continue
        for role in ROLES:
            held = sum(duty.role == role for duty in facts.duties_on(shift.id))
            if held < shift.places(role):
                missing[shift.id, str(role)] = shift.places(role) - held
    return missing


def forbidden(rule: Rule, facts: Facts, duty: Duty) -> Violation:
    """That a lawyer holds what a rule bars them from."""
    why = rule.why_not(facts, duty.lawyer, facts.shifts[duty.shift])
    return rule.broken(
        duty.lawyer,
        duty.shift,
        f"{duty.lawyer} 不能值 {duty.shift}：{why.zh}",
        f"{duty.lawyer} cannot hold {duty.shift}: {why.en}",
    )


def _unusable(facts: Facts) -> Iterator[Violation]:
    seen: set[Duty] = set()
    for duty in facts.roster:
        if duty.shift not in facts.shifts:
            yield _file(duty, f"没有班次 {duty.shift}", f"no shift {duty.shift}")
        if duty.lawyer not in facts.lawyers:
            yield _file(duty, f"没有律师 {duty.lawyer}", f"no lawyer {duty.lawyer}")
        if duty in seen:
            yield _file(duty, f"{duty.shift} 重复列出", f"{duty.shift} is listed twice")
        seen.add(duty)


def _file(duty: Duty, zh: str, en: str) -> Violation:
    return Violation("file", duty.lawyer, duty.shift, Text(zh, en))


def _certified(facts: Facts, file: RosterFile) -> int | None:
    if file.certificate is None:
        return None
    return -(-proved_bound(facts.with_roster(Roster()), file.certificate) // ONE)


def _claims(
    facts: Facts, file: RosterFile, objective: int, bound: int | None
) -> Iterator[Violation]:
    """What the file says of itself and is not so."""
    if file.objective != objective:
        yield _claim(
            f"目标值应为 {objective}，文件写 {file.objective}",
            f"the objective is {objective}, not {file.objective}",
        )
    stated = {(one.shift, str(one.role)): one.missing for one in file.vacancies}
    if stated != vacant(facts) or len(stated) != len(file.vacancies):
        yield _claim("空缺与值班不符", "the vacancies do not match the duties")
    if file.status == "optimal" and file.bound < file.objective:
        yield _claim("称最优而下界低于目标值", "called optimal with a bound below the objective")
    if file.status == "optimal" and file.certificate is None:
        yield _claim("称最优而没有证书", "called optimal without a certificate")
    if file.bound > objective:
        yield _claim("下界高于目标值", f"the bound {file.bound} is above the objective {objective}")
    claimed = None if file.certificate is None else -(-file.certificate.bound // ONE)
    if bound is not None and claimed is not None and claimed > bound:
        yield _claim(
            f"证书称下界 {claimed}，其对偶值只证得 {bound}",
            f"the certificate claims a bound of {claimed}, its duals prove {bound}",
        )
    if bound is not None and bound > objective:
        yield _claim("证明的下界高于目标值", "the certificate's bound is above the objective")


def _figures(file: RosterFile, prices: dict[str, int]) -> Iterator[Violation]:
    """Figures of the file that do not follow from its duties, objective and bound."""
    for rule in sorted(prices.keys() | file.by_rule.keys()):
        price, stated = prices.get(rule, 0), file.by_rule.get(rule, 0)
        if price != stated:
            yield _claim(
                f"规则 {rule} 应为 {price}，文件写 {stated}",
                f"rule {rule} costs {price}, not {stated}",
            )
    left = max(0, file.objective - file.bound)
    gap = left / max(1, file.objective)
    if not abs(file.gap - gap) <= CLOSE:
        yield _claim(
            f"差距应为 {gap:.6f}，文件写 {file.gap}", f"the gap is {gap:.6f}, not {file.gap}"
        )
    filled = left / max(1, file.objective - sum(prices.get(rule, 0) for rule in UNFILLED))
    if not abs(file.gap_without_vacancies - filled) <= CLOSE:
        yield _claim(
            f"不计空缺的差距应为 {filled:.6f}，文件写 {file.gap_without_vacancies}",
            f"the gap without vacancies is {filled:.6f}, not {file.gap_without_vacancies}",
        )


def _story(file: RosterFile) -> Iterator[Violation]:
    """What the file tells of its own making and cannot have been."""
    if not 0 <= file.seconds < FOREVER:
        yield _claim(f"用时不可能是 {file.seconds} 秒", f"it cannot take {file.seconds} seconds")
    if not 0 <= file.first_seconds <= file.seconds + CLOSE:
        yield _claim(
            f"首张值班表在 {file.first_seconds} 秒时得出，不在全程 {file.seconds} 秒之内",
            f"the first roster came after {file.first_seconds} seconds of {file.seconds}",
        )
    before: Progress | None = None
    for index, row in enumerate(file.progress):
        if _contradicts(before, row, file.seconds):
            yield _claim(
                f"progress[{index}] 与其前或全程矛盾：时间递增，目标值只降，下界只升且不更高",
                f"progress[{index}] contradicts what comes before it or the whole: times run on, "
                "the objective only falls, the bound only rises and stays at or below it",
            )
        before = row


def _contradicts(before: Progress | None, row: Progress, seconds: float) -> bool:
    if not 0 <= row.seconds <= seconds + CLOSE:
        return True
    if row.objective is not None and row.bound is not None and row.bound > row.objective:
        return True
    if before is None:
        return False
    return (
        row.seconds < before.seconds
        or (
            before.objective is not None
            and (row.objective is None or row.objective > before.objective)
        )
        or (before.bound is not None and (row.bound is None or row.bound < before.bound))
    )


def _claim(zh: str, en: str) -> Violation:
    return Violation("claim", None, None, Text(zh, en))
