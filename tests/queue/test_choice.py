"""The choice of a lawyer: the rules one by one, and the laws that hold for every choice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiban.data.timespan import Span
from zhiban.queue.assignment import Chosen, NobodyFree, Reach, Scene, choose, line
from zhiban.queue.assignment_rules import FILTERS, RANKS, Loads, Wanted
from zhiban.roster.published import OnDuty

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
OWN, CITY, NEXT = "330411", "3304", "330481"


def at_own_firm(lawyer: str, division: str, role: str, kind: str) -> OnDuty:
    """A duty of a lawyer who is always of the same firm."""
    return seat(lawyer, f"F{int(lawyer[1:]) % 3}", division, role=role, kind=kind)


def seat(lawyer: str, firm: str = "F", division: str = OWN, **fields: object) -> OnDuty:
    span = Span(NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    values = {"kind": "seat", "role": "primary"} | fields
    return OnDuty(
        f"s-{division}", span, f"seat-{division}", division, division=division,
        lawyer=lawyer, lawyer_name=lawyer, firm=firm, firm_name=firm, **values,
    )  # fmt: skip


def scene(*duties: OnDuty, loads: Loads | None = None, share: float = 0.0, **skills: str) -> Scene:
    return Scene(
        covering=(OWN, CITY, NEXT),
        on_shift=duties,
        loads=loads or Loads(),
        skills={lawyer: frozenset({skill}) for lawyer, skill in skills.items()},
        share=share,
        city=CITY,
    )


def pick(wanted: Wanted, shown: Scene) -> str | None:
    found = choose(wanted, shown, lambda accepts: None)
    return found.lawyer if isinstance(found, Chosen) else None


PLAIN = Wanted(1, OWN)


def test_the_own_seat_goes_first_and_the_city_when_nobody_is_there():
    assert pick(PLAIN, scene(seat("A", division=CITY), seat("B"))) == "B"
    assert pick(PLAIN, scene(seat("A", division=CITY))) == "A"
    assert pick(PLAIN, scene(seat("A", division=NEXT))) is None


def test_stand_bys_and_counters_get_no_questions():
    assert pick(PLAIN, scene(seat("A", role="standby"), seat("B", kind="station"))) is None


def test_full_hands_at_the_own_seat_reach_the_city_and_then_neighbours_as_the_clock_runs_down():
    full = Loads(open={"A": 20, "B": 0, "C": 0})
    both = (seat("A"), seat("B", division=CITY), seat("C", division=NEXT))
    assert pick(PLAIN, scene(*both, loads=full, share=0.49)) is None
    assert pick(PLAIN, scene(*both, loads=full, share=0.5)) == "B"
    fuller = Loads(open={"A": 20, "B": 20, "C": 0})
    assert pick(PLAIN, scene(*both, loads=fuller, share=0.74)) is None
    assert pick(PLAIN, scene(*both, loads=fuller, share=0.75)) == "C"


def test_where_everybody_at_the_own_seat_is_barred_the_city_takes_it_at_once():
    wanted = Wanted(1, OWN, recused_firms=frozenset({"F1"}))
    assert pick(wanted, scene(seat("A", "F1"), seat("B", "F2", CITY))) == "B"


def test_all_conflicted_is_said_without_saying_why():
    wanted = Wanted(1, OWN, recused_lawyers=frozenset({"A"}), recused_firms=frozenset({"F2"}))
    found = choose(wanted, scene(seat("A", "F1"), seat("B", "F2")), lambda accepts: None)
    assert isinstance(found, NobodyFree)
    assert found.cause == "recused"
    assert "回避" not in found.reason.zh


@pytest.mark.parametrize(
    ("wanted", "loads", "winner", "rank"),
    [
        (Wanted(1, OWN, earlier=("B",)), Loads(open={"B": 5}), "B", "earlier"),
        (Wanted(1, OWN, category="labour"), Loads(open={"B": 5}), "B", "category"),
        (PLAIN, Loads(open={"A": 1}), "B", "fewest_open"),
        (PLAIN, Loads(last={"A": NOON, "B": NOON - timedelta(minutes=1)}), "B", "longest_idle"),
        (PLAIN, Loads(last={"A": NOON}), "B", "longest_idle"),
        (PLAIN, Loads(), "A", "id"),
    ],
)
def test_each_rank_decides_where_those_before_it_do_not(wanted, loads, winner, rank):
    found = choose(
        wanted, scene(seat("A"), seat("B"), loads=loads, B="labour"), lambda accepts: None
    )
    assert isinstance(found, Chosen)
    assert (found.lawyer, found.steps[-1]) == (winner, (rank, 1))
    assert next(one for one in RANKS if one.code == rank).why.zh in found.reason.zh


@pytest.mark.parametrize(
    ("wanted", "loads", "blocking"),
    [
        (Wanted(1, OWN, recused_lawyers=frozenset({"A"})), Loads(), "recused"),
        (Wanted(1, OWN, declined=frozenset({"A"})), Loads(), "declined"),
        (PLAIN, Loads(open={"A": 20}), "capacity"),
        (PLAIN, Loads(open={"A": 3}, by_lawyer={"A": 3}, by_post={f"seat-{OWN}": 9}), "capacity"),
        (PLAIN, Loads(open={"A": 9}, by_post={f"seat-{OWN}": 9}), "capacity"),
    ],
)
def test_each_filter_bars_and_is_named_in_the_steps(wanted, loads, blocking):
    found = choose(wanted, scene(seat("A"), loads=loads), lambda accepts: None)
    assert isinstance(found, NobodyFree)
    assert next(step for step in found.steps if step[1] == 0)[0] == blocking


def test_who_is_told_of_the_next_shift_is_never_somebody_who_is_barred():
    asked = []

    def upcoming(accepts):
        asked.extend(accepts(seat(lawyer, division=OWN)) for lawyer in ("A", "B"))
        asked.append(accepts(seat("C", division=NEXT)))

    choose(Wanted(1, OWN, declined=frozenset({"A"})), scene(), upcoming)
    assert asked == [False, True, False]


lawyers = st.sampled_from([f"L{n}" for n in range(8)])
duties = st.lists(
    st.builds(
        at_own_firm,
        lawyers,
        st.sampled_from([OWN, CITY, NEXT]),
        st.sampled_from(["primary", "primary", "standby"]),
        st.sampled_from(["seat", "seat", "station"]),
    ),
    max_size=12,
)
wants = st.builds(
    Wanted,
    st.just(1),
    st.just(OWN),
    st.sampled_from([None, "labour"]),
    st.lists(lawyers, max_size=2).map(tuple),
    st.frozensets(lawyers, max_size=3),
    st.frozensets(lawyers, max_size=2),
    st.frozensets(st.sampled_from(["F1", "F2"]), max_size=1),
)
loads = st.builds(
    Loads,
    st.dictionaries(lawyers, st.integers(0, 3)),
    st.dictionaries(lawyers, st.sampled_from([NOON, NOON - timedelta(hours=1)])),
    st.dictionaries(lawyers, st.integers(0, 3)),
    usual=st.integers(0, 3),
)


@given(wants, duties, loads, st.floats(0, 1.5))
def test_nobody_off_shift_barred_or_full_is_ever_chosen(wanted, on_shift, carried, share):
    found = choose(wanted, scene(*on_shift, loads=carried, share=share), lambda accepts: None)
    if isinstance(found, Chosen):
        assert found.duty in on_shift
        assert (found.duty.kind, found.duty.role) == ("seat", "primary")
        assert not wanted.barred(found.duty)
        assert carried.of(found.lawyer) < carried.limit(found.duty)


@given(wants, duties, loads, st.floats(0, 1.5))
def test_nobody_is_found_only_when_nobody_within_reach_could(wanted, on_shift, carried, share):
    shown = scene(*on_shift, loads=carried, share=share)
    found = choose(wanted, shown, lambda accepts: None)
    able = {
        one.division
        for one in on_shift
        if (one.kind, one.role) == ("seat", "primary")
        and not wanted.barred(one)
        and carried.has_room(one)
    }
    if isinstance(found, Chosen):
        assert found.duty.division in able
        return
    assert OWN not in able
    assert share < Reach().city_after or CITY not in able
    assert share < Reach().neighbours_after or NEXT not in able


@given(st.integers(1, 6), st.integers(0, 40))
def test_equals_end_at_most_one_question_apart(people, questions):
    on_shift = [seat(f"L{n}") for n in range(people)]
    open_: dict[str, int] = {}
    last: dict[str, datetime] = {}
    for number in range(questions):
        carried = Loads(open=open_, last=last, usual=100)
        lawyer = pick(Wanted(number, OWN), scene(*on_shift, loads=carried))
        open_[lawyer] = open_.get(lawyer, 0) + 1
        last[lawyer] = NOON + timedelta(seconds=number)
    counts = [open_.get(one.lawyer, 0) for one in on_shift]
    assert max(counts) - min(counts) <= 1


@given(wants, duties, loads, st.randoms())
def test_the_order_in_which_lawyers_are_listed_decides_nothing(wanted, on_shift, carried, random):
    distinct = list({one.lawyer: one for one in on_shift}.values())
    shuffled = random.sample(distinct, len(distinct))
    assert pick(wanted, scene(*distinct, loads=carried)) == pick(
        wanted, scene(*shuffled, loads=carried)
    )


@given(st.lists(st.tuples(st.integers(0, 2000), st.booleans()), min_size=1))
def test_in_the_line_green_goes_first_but_nobody_starves(asked):
    lead = timedelta(hours=8)
    moments = [(NOON + timedelta(minutes=m), n, green) for n, (m, green) in enumerate(asked)]
    order = sorted(moments, key=lambda one: line(*one, lead))
    for first, second in pairwise(order):
        if first[2] == second[2]:
            assert (first[0], first[1]) < (second[0], second[1])
        elif second[2]:
            assert first[0] <= second[0] - lead  # a plain one before a green one waited longer


def test_every_rule_has_a_code_of_its_own_and_words_in_both_languages():
    codes = [rule.code for rule in (*FILTERS, *RANKS)]
    assert len(set(codes)) == len(codes)
    assert all(rule.title.zh and rule.title.en for rule in (*FILTERS, *RANKS))
