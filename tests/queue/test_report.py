"""Reports from events: every figure derived beside it, the same bytes each time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiban.data.database import writing
from zhiban.queue import service
from zhiban.queue.report import quantiles, report_text


@pytest.mark.parametrize(
    ("count", "p50", "p90", "p99"),
    # Of 1, 2, ... n seconds by nearest rank: the k-th for k = share of n, rounded up.
    [(1, 1, 1, 1), (2, 1, 2, 2), (10, 5, 9, 10), (100, 50, 90, 99), (101, 51, 91, 100)],
)
def test_quantiles_are_lengths_that_occurred(count, p50, p90, p99):
    found = quantiles(timedelta(seconds=n + 1) for n in range(count))
    assert (found.count, found.p50, found.p90, found.p99) == (count, p50, p90, p99)


def test_of_nothing_there_are_no_quantiles():
    assert quantiles([]).p50 is None


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_quantiles_rise(lengths):
    found = quantiles(timedelta(seconds=n) for n in lengths)
    assert found.p50 <= found.p90 <= found.p99
    assert {found.p50, found.p90, found.p99} <= set(lengths)


def test_the_report_counts_what_was_kept_late_given_up_and_runs(bureau):
    bureau.on((1, "11-24", bureau.morning), (1, "11-25", bureau.morning))
    nine = bureau.at("11-24 09:00")
    kept, late, gone, _running = (bureau.ask(nine, category="labour").ticket for _ in range(4))
    hour = timedelta(hours=1)
    bureau.do(service.answer, kept, "L1", nine + hour, "答复")
    bureau.citizen(service.rate, kept, 4, "", nine + hour)
    bureau.citizen(service.withdraw, gone, "", nine + hour)
    bureau.run(service.sweep, nine + timedelta(hours=24, minutes=1))
    bureau.do(service.answer, late, "L1", nine + 25 * hour, "答复")
    evening = bureau.at("11-25 20:00")
    with writing(bureau.engine) as connection:
        found = service.sla_report(connection, nine, evening)
        again = service.sla_report(connection, nine, evening)
    first = next(one for one in found.whole.clocks if one.clock == "first_answer")
    # Two passed 24 h unanswered and so are late, one of them answered since.
    assert (first.kept, first.late, first.given_up, first.running) == (1, 2, 1, 0)
    assert first.attainment == 1 / 3
    assert (found.whole.questions, found.whole.rated, found.whole.satisfaction) == (4, 1, 4)
    assert found.whole.rated_share == 0.25
    assert found.whole.waiting.p99 == 0
    assert (found.whole.answering.p50, found.whole.answering.p90) == (3600, 25 * 3600)
    assert [part.key for part in found.by["lawyer"]] == ["", "L1"]
    assert [part.key for part in found.by["category"]] == ["labour"]
    assert [(part.key, part.questions) for part in found.by["post"]] == [
        ("", 2), (f"seat-{bureau.xiuzhou}", 2),
    ]  # fmt: skip
    assert report_text(found) == report_text(again)


def test_only_questions_asked_in_the_time_are_counted(bureau):
    nine = bureau.at("11-24 09:00")
    bureau.ask(nine)
    bureau.ask(nine + timedelta(hours=1))
    with writing(bureau.engine) as connection:
        found = service.sla_report(connection, nine, nine + timedelta(hours=1))
    assert found.whole.questions == 1
    assert found.whole.answering.p50 is None
