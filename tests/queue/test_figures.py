"""Figures out of columns are those of the report from events, and stay so as events come."""

from __future__ import annotations

from datetime import timedelta

from zhiban.data.database import reading, writing
from zhiban.queue import risk, service, store
from zhiban.queue.casebook import CaseBook
from zhiban.queue.figures import by_group, by_half, by_week, figures

HOUR = timedelta(hours=1)


def test_the_columns_tell_what_the_report_tells_of_the_same_questions(bureau):
    bureau.on((1, "11-24", bureau.morning), (1, "11-25", bureau.morning))
    nine = bureau.at("11-24 09:00")
    kept, late, gone, _open = (bureau.ask(nine, category="labour").ticket for _ in range(4))
    book = CaseBook()
    with reading(bureau.engine) as connection:
        assert len(book.follow(connection).rows) == 4
    bureau.do(service.answer, kept, "L1", nine + HOUR, "答复")
    bureau.citizen(service.rate, kept, 4, "", nine + HOUR)
    bureau.citizen(service.withdraw, gone, "", nine + HOUR)
    bureau.run(service.sweep, nine + timedelta(hours=24, minutes=1))
    bureau.do(service.answer, late, "L1", nine + 25 * HOUR, "答复")
    evening = bureau.at("11-25 20:00")
    with writing(bureau.engine) as connection:
        told = service.sla_report(connection, nine, evening).whole
        cases = book.follow(connection).during(nine, evening)
    found = figures(cases.rows)
    clock = next(one for one in told.clocks if one.clock == "first_answer")
    assert (found.kept, found.late, found.running) == (clock.kept, clock.late, clock.running)
    assert found.attainment == clock.attainment == 1 / 3
    assert (found.wait50, found.wait99) == (told.waiting.p50, told.waiting.p99)
    assert (found.answer50, found.answer90) == (told.answering.p50, told.answering.p90)
    assert (found.rated, found.satisfaction) == (1, 4)
    # Promised within 24 h by the wall; the one withdrawn kept what stood as due, too.
    assert found.promised == 24 * 3600
    assert {key: one.questions for key, one in by_group(cases, "lawyer").items()} == {
        "": 2,
        "L1": 2,
    }
    # 24 November 2026 is a Tuesday; all four asked before noon.
    assert by_half(cases.rows).tolist() == [[0, 0], [4, 0], *[[0, 0]] * 5]
    assert [one.questions for one in by_week(cases, bureau.at("11-16 00:00"), 2)] == [0, 4]
    assert len(cases.of("county", "nowhere").rows) == 0


def test_a_reading_tells_how_far_it_is_and_ends_when_told(bureau, monkeypatch):
    bureau.on((1, "11-24", bureau.morning))
    for _ in range(3):
        bureau.ask(bureau.at("11-24 09:00"))
    monkeypatch.setattr(store, "_CHUNK", 1)
    book, seen = CaseBook(), []
    told = store.read_events

    def watched(connection, part):
        seen.append(book.progress)
        if len(seen) == 2:
            book.end()
        return told(connection, part)

    monkeypatch.setattr(store, "read_events", watched)
    with reading(bureau.engine) as connection:
        book.follow(connection)
        assert seen == [(0, 3), (1, 3)]  # the third is left, so all will be read again
        assert book.position == 0
        assert book.behind(connection) > 0


def test_risk_counts_each_open_question_once_and_lists_the_most_urgent_first(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    first, second = bureau.ask(nine).ticket, bureau.ask(nine + HOUR).ticket
    done = bureau.ask(nine).ticket
    bureau.citizen(service.withdraw, done, "", nine + HOUR)
    with reading(bureau.engine) as connection:
        before = risk.risk_now(connection, nine + HOUR)
        # 24 h after the first question its answer is owed; the second has an hour left.
        then = nine + timedelta(hours=24, minutes=1)
        after = risk.risk_now(connection, then)
        late = risk.open_cases(connection, then, "late")
        everything = risk.open_cases(connection, then, "")
    assert [(one.open, one.late) for one in before] == [(2, 0)]
    assert sum(one.open for one in after) == 2
    assert first in [one.ticket for one in late]
    assert [one.ticket for one in everything] == [first, second]
