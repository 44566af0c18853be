"""The checker against certificates with halves: honest ones are proved to the unit, forged ones
prove nothing above the optimum."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from zhiban.data.wording import Refused
from zhiban.roster.certificate import ONE, proved_bound
from zhiban.roster.checker import check
from zhiban.roster.evidence import certificate
from zhiban.roster.facts import Facts
from zhiban.roster.found import Half as FoundHalf
from zhiban.roster.half_rows import HalfRow, Halves, OfDay, half_row
from zhiban.roster.halves import Entries, halved
from zhiban.roster.model import Model, build
from zhiban.roster.pricing import Priced, price
from zhiban.roster.problem import ROLES, RosterProblem
from zhiban.roster.rosterfile import Certificate, Half, Part, RosterFile, load_roster_file
from zhiban.roster.rows import FREE
from zhiban.roster.rules import active_rules
from zhiban.roster.rules.rule import CheckedRow
from zhiban.roster.solve import solve
from zhiban.roster.stars import Stars
from zhiban.roster.yardstick import cp_sat_alone

Cut = Any
Forge = Callable[[dict[str, Any], Random], object]
Ints = NDArray[np.int64]
CLOSED = [(3, 30, 7), (7, 24, 14)]  # the bound meets the optimum: see test_halves
CUTS = [*CLOSED, (6, 18, 7), (13, 30, 7), (5, 24, 14), (7, 18, 7, True)]


def facts_of(problem: RosterProblem) -> Facts:
    return Facts(problem, active_rules(problem))


def named_by(facts: Facts) -> Callable[[str, tuple[str, ...]], CheckedRow | None]:
    rules = {rule.code: rule for rule in facts.rules}
    return lambda rule, key: rules[rule].row(facts, key)


@pytest.mark.parametrize("which", CUTS)
def test_the_checker_proves_the_very_bound_that_halves_gave(
    cut: Callable[..., Cut], which: Any
) -> None:
    made = cut(*which)
    written = certificate(made.model, made.stars, made.priced)
    assert any(half.value < 0 for half in written.halves)
    read = Certificate.model_validate_json(written.model_dump_json())
    assert proved_bound(facts_of(made.problem), read) == made.priced.bound


@pytest.mark.parametrize("which", CUTS)
def test_without_its_halves_a_certificate_proves_less(cut: Callable[..., Cut], which: Any) -> None:
    made = cut(*which)
    written = certificate(made.model, made.stars, made.priced)
    bare = proved_bound(facts_of(made.problem), written.model_copy(update={"halves": ()}))
    assert bare < made.priced.bound


def all_halves(model: Model, stars: Stars, priced: Priced) -> Certificate:
    """A certificate that holds every half, needed or not."""
    ones = np.full(len(stars), -1, np.int64)
    return certificate(model, stars, replace(priced, found_duals=ones))


@pytest.mark.parametrize("which", CUTS)
def test_solver_and_checker_make_the_same_row_of_a_half(
    cut: Callable[..., Cut], which: Any
) -> None:
    made = cut(*which)
    agree(made.problem, made.model, made.stars, made.priced)


def agree(problem: RosterProblem, model: Model, stars: Stars, priced: Priced) -> None:
    """Each half's limit, steps and weight on every column, by both ways."""
    facts = facts_of(problem)
    named = named_by(facts)
    known = Halves()
    made = all_halves(model, stars, priced).halves
    assert len(made) == len(stars.half)
    for number, half in enumerate(made):
        row = half_row(facts, half, named, known)
        assert row is not None
        known.add(number, row)
    days, when = model.ground.days, model.columns.day.tolist()
    dense = np.zeros((len(made), len(model.columns)), np.int64)
    for number, index in enumerate(stars.half.values()):
        found = stars.rows[index]
        dense[number, found.columns] = found.weights
        assert known.rows[number].limit == found.upper
        steps = model.frame.steps
        stepped = {
            (*model.frame.key(int(steps.row[s])), int(steps.price[s]), int(steps.sign[s])): weight
            for s, weight in zip(found.steps.tolist(), found.step_weights.tolist(), strict=True)
        }
        assert {name: w for name, w in known.rows[number].steps.items() if w} == stepped
    for column, day in enumerate(when):
        held = holdings(model, column)
        who = problem.lawyers[day // days].id
        weights = known.weights((who, day % days), held)
        own = [weights.get(number, 0) for number in range(len(made))]
        assert own == dense[:, column].tolist()


def holdings(model: Model, column: int) -> frozenset[tuple[str, str, str]]:
    """What a column holds, as the checker names it."""
    problem, places = model.ground.problem, model.ground.places
    return frozenset(
        (
            problem.lawyers[int(model.arcs.lawyer[arc])].id,
            problem.shifts[int(places.shift[place])].id,
            ROLES[int(places.standby[place])],
        )
        for arc in model.columns.arcs_of(np.array([column])).tolist()
        for place in [int(model.arcs.place[arc])]
    )


# -- halves of whatever parts, with whatever duals, on a problem with every kind of row


@pytest.fixture(scope="module")
def small(chance_town: Callable[..., RosterProblem]) -> RosterProblem:
    """A town with every kind of row; of some the price is 0, so that their steps are merged.

    No cap of the week is below that of the day: the model knows such a cap by its row alone, the
    checker sees by itself that a day alone breaks it, and proves more.
    """
    problem = chance_town(4, 14)
    caps = {"per_week": None, "per_horizon": None}
    return problem.model_copy(
        update={
            "rules": {"firm_share": {"price": 0}, "unpopular": {"slope": 0}},
            "lawyers": tuple(one.model_copy(update=caps) for one in problem.lawyers),
        }
    )


@pytest.fixture(scope="module")
def best(small: RosterProblem) -> int:
    measured = cp_sat_alone(small, 60)
    assert measured.proved
    assert measured.objective is not None
    return measured.objective


def wild(problem: RosterProblem, seed: int) -> tuple[Model, Stars, Priced]:
    """Halves of chance parts and chance duals, close to the LP's where there are any."""
    random = Random(seed)
    model = build(problem)
    stars = Stars(model)
    stars.add_broken(np.ones(len(model.columns)))
    entries, frame = Entries(model), model.frame
    limited = np.flatnonzero((frame.upper < FREE) | (frame.lower > -FREE)).tolist()
    special = np.flatnonzero((frame.upper >= FREE) | (frame.upper == 0)).tolist()
    many = np.flatnonzero(frame.steps.units > 1).tolist()
    for _ in range(60):
        rows = {random.choice(limited) for _ in range(random.randint(1, 4))}
        rows |= {random.choice(special)} if random.random() < 0.5 else set()
        days = {random.choice(model.columns.day.tolist()) for _ in range(random.randint(0, 3))}
        steps = set(random.sample(many, random.randint(0, 2)))
        own = np.flatnonzero(np.isin(frame.steps.row, list(rows))).tolist()
        steps |= {random.choice(own) for _ in range(random.randint(0, 3)) if own}
        before = {random.randrange(len(stars)) for _ in range(random.randint(0, 3)) if len(stars)}
        half = FoundHalf(*(tuple(sorted(one)) for one in (rows, days, before, steps)))
        if half not in stars.half:
            stars.add_halves([(half, halved(entries.sums(half, stars)))])
    pull = np.array([random.gauss(0, 400) for _ in range(len(frame))])
    found = np.array([random.gauss(-30, 60) for _ in range(len(stars))])
    return model, stars, price(model, stars, pull, found)


@pytest.mark.parametrize("seed", range(8))
def test_solver_and_checker_agree_on_halves_of_whatever_parts(
    small: RosterProblem, best: int, seed: int
) -> None:
    model, stars, priced = wild(small, seed)
    agree(small, model, stars, priced)
    written = certificate(model, stars, priced)
    # Neither sees a set of duties that the other leaves out: equal to the last unit.
    assert proved_bound(facts_of(small), written) == priced.bound
    assert priced.bound <= best * ONE


# -- forged


def chance(parts: list[Any], random: Random) -> Any:
    return random.choice(parts) if parts else None


def other_part(cert: dict[str, Any], random: Random) -> None:
    half, dual = random.choice(cert["halves"]), random.choice(cert["duals"])
    part = {"rule": dual["rule"], "key": dual["key"], "lower": random.random() < 0.3}
    half["parts"].append(part)


def dropped_part(cert: dict[str, Any], random: Random) -> None:
    parts = random.choice(cert["halves"])["parts"]
    if parts:
        parts.pop(random.randrange(len(parts)))


def changed_side(cert: dict[str, Any], random: Random) -> None:
    part = chance(random.choice(cert["halves"])["parts"], random)
    if part is not None:
        part["lower"] = not part["lower"]


def unknown_name(cert: dict[str, Any], random: Random) -> None:
    part = chance(random.choice(cert["halves"])["parts"], random)
    if part is not None:
        part[random.choice(["rule", "key"])] = random.choice(
            ["cover", "nothing", "pairing", "paired", "", "days_running"]
        )
        if isinstance(part["key"], str):
            part["key"] = random.choice([[], ["x"], ["x", "9" * 5000], ["x", "-1"], ["a"] * 9])


def changed_days(cert: dict[str, Any], random: Random) -> None:
    half = random.choice(cert["halves"])
    strange = [["nobody", 0], ["L0", -1], ["L1", 10**30], ["", 2], ["L2", 3]]
    half["days"].append(random.choice(strange))
    if random.random() < 0.5:
        half["days"] = half["days"][1:]


def changed_step(cert: dict[str, Any], random: Random) -> None:
    half = random.choice(cert["halves"])
    dual = random.choice(cert["duals"])
    step = chance(half["steps"], random)
    if step is None or random.random() < 0.3:
        step = {"rule": dual["rule"], "key": dual["key"], "price": 0, "sign": 1}
        half["steps"].append(step)
    field = random.choice(["price", "sign", "key"])
    step[field] = {"price": random.choice([0, 1, -5, 10**40]), "key": dual["key"]}.get(
        field, random.choice([1, -1, 0, 7])
    )


def dropped_step(cert: dict[str, Any], random: Random) -> None:
    random.choice(cert["halves"])["steps"] = []


def other_half(cert: dict[str, Any], random: Random) -> None:
    number = random.choice([*range(-2, len(cert["halves"]) + 2), 10**40])
    random.choice(cert["halves"])["halves"].append(number)


def other_order(cert: dict[str, Any], random: Random) -> None:
    random.shuffle(cert["halves"])


def other_value(cert: dict[str, Any], random: Random) -> None:
    half = random.choice(cert["halves"])
    half["value"] = random.choice([half["value"] // 2, -half["value"], 1 << 62, -(1 << 62), 0, 1])


def twice(cert: dict[str, Any], random: Random) -> None:
    half = random.choice(cert["halves"])
    name = random.choice(["parts", "days", "steps", "halves"])
    half[name] = half[name] * 2


FORGERIES: list[Forge] = [
    other_part,
    dropped_part,
    changed_side,
    unknown_name,
    changed_days,
    changed_step,
    dropped_step,
    other_half,
    other_order,
    other_value,
    twice,
]


def forged(honest: Certificate, forge: Forge, seeds: int) -> Iterator[Certificate]:
    for seed in range(seeds):
        random = Random(seed)
        plain: dict[str, Any] = honest.model_dump(mode="json")
        for _ in range(random.randint(1, 3)):
            forge(plain, random)
        yield Certificate.model_validate_json(json.dumps(plain))


@pytest.mark.parametrize("forge", FORGERIES)
@pytest.mark.parametrize("which", CLOSED)
def test_no_forged_half_proves_more_than_the_optimum(
    cut: Callable[..., Cut], which: Any, forge: Forge
) -> None:
    made = cut(*which)
    facts = facts_of(made.problem)
    honest = certificate(made.model, made.stars, made.priced)
    best = -(-made.priced.bound // ONE)  # the optimum, as test_halves proves by another solver
    for cert in forged(honest, forge, 25):
        assert proved_bound(facts, cert) <= best * ONE


@pytest.mark.parametrize("forge", FORGERIES)
def test_nor_does_one_of_halves_of_whatever_parts(
    small: RosterProblem, best: int, forge: Forge
) -> None:
    facts = facts_of(small)
    for seed in range(3):
        honest = certificate(*wild(small, seed))
        for cert in forged(honest, forge, 6):
            assert proved_bound(facts, cert) <= best * ONE


def test_a_half_above_zero_pays_nothing(cut: Callable[..., Cut]) -> None:
    made = cut(*CLOSED[0])
    facts = facts_of(made.problem)
    written = certificate(made.model, made.stars, made.priced)
    halves = tuple(
        half.model_copy(update={"value": abs(half.value) or 5}) for half in written.halves
    )
    turned = proved_bound(facts, written.model_copy(update={"halves": halves}))
    assert turned == proved_bound(facts, written.model_copy(update={"halves": ()}))


@pytest.fixture(scope="module")
def deep(
    chance_town: Callable[..., RosterProblem],
) -> tuple[RosterProblem, RosterFile, Part]:
    problem = chance_town(0, 12)
    shift = problem.shifts[0].id
    return problem, solve(problem), Part(rule="cover", key=(shift, "primary"))


@pytest.mark.parametrize(
    "inside",
    [
        lambda number: (number - 1,),  # deeper than calls may be nested
        lambda number: (number - 1, number - 2),  # each twice as many ways as the one before
        lambda number: tuple(range(number - 1, max(-1, number - 9), -1)),
        lambda number: (number + 1,),
    ],
)
def test_halves_deep_in_halves_are_checked_in_due_time(
    deep: tuple[RosterProblem, RosterFile, Part], inside: Callable[[int], tuple[int, ...]]
) -> None:
    problem, file, part = deep
    halves = [Half(parts=(part,), value=-ONE), Half(parts=(part,), value=-ONE)]
    halves += [
        Half(parts=(part,), halves=inside(number), value=-(1 << 62)) for number in range(2, 2500)
    ]
    assert file.certificate is not None
    bold = file.certificate.model_copy(update={"halves": tuple(halves)})
    checked = check(problem, file.model_copy(update={"certificate": bold}))
    assert checked.certificate_bound is not None
    assert checked.certificate_bound <= file.objective


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda cert: cert.update(halves=[{}] * 10_001),
            "certificate.halves: has at most 10000 entries",
        ),
        (
            lambda cert: cert.update(halves=[{"value": -(10**40)}]),
            "certificate.halves[0].value: must be at least -9223372036854775808",
        ),
        (
            lambda cert: cert.update(halves=[{"halves": [0.5]}]),
            "certificate.halves[0].halves[0]: must be a whole number",
        ),
        (
            lambda cert: cert.update(halves=[{"days": [["A"]]}]),
            "certificate.halves[0].days[0][1]: is missing",
        ),
        (
            lambda cert: cert.update(halves=[{"rows": []}]),
            "certificate.halves[0].rows: is not a known field",
        ),
        (lambda cert: cert.update(bound=10**40), "certificate.bound: must be at most"),
    ],
)
def test_what_no_solver_writes_is_refused_by_its_place(
    deep: tuple[RosterProblem, RosterFile, Part], change: Callable[[Any], None], said: str
) -> None:
    plain = deep[1].model_dump(mode="json")
    change(plain["certificate"])
    with pytest.raises(Refused) as refused:
        load_roster_file(json.dumps(plain))
    assert refused.value.text.en.startswith(said)


# -- one row under two names


@pytest.mark.parametrize(
    ("rule", "dearer", "other_name"),
    [
        ("other_firm", {"price": 120}, lambda key: (*key, "x")),
        ("firm_share", {"price": 20}, lambda key: (*key, "x")),
        ("fairness", {"slope": 9}, lambda key: (*key, "x")),
    ],
)
def test_a_row_has_no_second_name_by_which_its_steps_cost_twice(
    chance_town: Callable[..., RosterProblem], rule: str, dearer: Any, other_name: Any
) -> None:
    # What is proved where the rule is dearer would be proved here too, each dual split in two.
    problem = chance_town(3, 30)
    facts = facts_of(problem)
    proof = solve(problem.model_copy(update={"rules": {rule: dearer}}), seconds=10).certificate
    assert proof is not None
    once = proof.model_copy(update={"duals": tuple(d for d in proof.duals if d.rule != rule)})
    own = [dual for dual in proof.duals if dual.rule == rule]
    assert own
    named = [dual.model_copy(update={"key": other_name(dual.key)}) for dual in own]
    split = once.model_copy(update={"duals": (*once.duals, *named)})
    assert proved_bound(facts, split) == proved_bound(facts, once)


def test_a_seat_s_day_is_named_by_its_plain_number(
    chance_town: Callable[..., RosterProblem],
) -> None:
    named = named_by(facts_of(chance_town(3, 30)))
    assert named("online_seat", ("seat", "1")) is not None
    assert all(named("online_seat", ("seat", day)) is None for day in ("01", " 1", "+1", "1_0"))


# -- the least that a duty can add


@pytest.mark.parametrize("seed", range(40))
def test_what_is_called_the_least_never_is_more_than_a_duty_adds(seed: int) -> None:
    random = Random(seed)
    duties = [("L", f"s{number}", "primary") for number in range(5)]
    day = ("L", 0)
    known = Halves()
    for number in range(8):
        own = OfDay(
            ones=random.choice([0, 0, 1]),
            plain={duty: random.randint(-3, 3) for duty in duties if random.random() < 0.7},
            once=[
                (random.choice([1, -1]), set(random.sample(duties, random.randint(1, 4))))
                for _ in range(random.randint(0, 2))
            ],
        )
        inside = tuple(random.sample(range(number), min(number, random.randint(0, 3))))
        kept = {day: own} if random.random() < 0.8 else {}
        touched = set(kept) | {d for inner in inside for d in known.rows[inner].days}
        known.add(number, HalfRow(own=kept, halves=inside, days=touched))
    reached = 0
    for size in range(5):
        for held in combinations(duties, size):
            before = known.weights(day, set(held)) if held else {}
            for duty in set(duties) - set(held):
                after, least = known.weights(day, {*held, duty}), known.least(day, duty)
                for number, weight in after.items():
                    added = weight - before.get(number, 0)
                    assert least[number] <= added
                    reached += least[number] == added
    assert reached  # it is not only below, but as near as some day comes


def test_a_day_weighs_half_its_sum_rounded_down() -> None:
    # Alone on a day that counts once: (1 + 2 + 1) / 2 = 2, and with the other, whose weight is
    # below zero: (1 + 2 - 4 + 1) / 2 = 0; the half of that half with 3 more: 2 and 1.
    one, other = ("L", "a", "primary"), ("L", "b", "primary")
    day = ("L", 0)
    known = Halves()
    own = OfDay(ones=1, plain={one: 2, other: -4}, once=[(1, {one, other})])
    known.add(0, HalfRow(own={day: own}, days={day}))
    known.add(1, HalfRow(own={day: OfDay(plain={one: 3})}, halves=(0,), days={day}))
    assert known.weights(day, {one}) == {0: 2, 1: 2}
    assert known.weights(day, {one, other}) == {0: 0, 1: 1}
    # (1 - 4 + 1) / 2 = -1, halved again -1; the least leaves out what may be there already.
    assert known.weights(day, {other}) == {0: -1, 1: -1}
    assert known.least(day, other) == {0: -2, 1: -1}
    assert known.least(day, one) == {0: 1, 1: 2}
