"""The load report: counted from events and the published roster alone, the same bytes each time."""

from __future__ import annotations

from datetime import date, timedelta

from zhiban.data.database import writing
from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.queue import service, store
from zhiban.queue.load import HalfLoad, LawyerLoad, half_of, load_of, load_text
from zhiban.roster.published import holders_at_end
from zhiban.roster.store import load_published


def test_noon_belongs_to_the_afternoon(bureau) -> None:
    assert half_of(bureau.at("11-24 11:59")) == (date(2026, 11, 24), "am")
    assert half_of(bureau.at("11-24 12:00")) == (date(2026, 11, 24), "pm")


def test_what_lawyers_did_and_when_people_asked_is_counted(bureau):
    bureau.on(
        (1, "11-24", bureau.morning),
        (3, "11-24", bureau.morning),
        (2, "11-24", bureau.afternoon, bureau.haining),
    )
    nine = bureau.at("11-24 09:00")
    first, second = bureau.ask(nine).ticket, bureau.ask(nine).ticket
    holder = {bureau.holder(first): first, bureau.holder(second): second}
    bureau.do(service.answer, holder["L1"], "L1", nine, "答复")
    bureau.do(service.answer, holder["L1"], "L1", nine, "补充答复")
    bureau.do(service.decline, holder["L3"], "L3", nine, "不熟悉")  # so it comes to L1
    bureau.ask(bureau.at("11-24 14:00"), division=bureau.haining)
    day, evening = bureau.at("11-24 00:00"), bureau.at("11-25 00:00")
    with writing(bureau.engine) as connection:
        found = service.load_report(connection, day, evening)
        again = service.load_report(connection, day, evening)
        events = store.all_events(connection)
        published = load_published(connection, Week(2026, 48), Week(2026, 48))
    assert found.lawyers == (
        LawyerLoad("L1", given=2, answers=2, talks=0, declined=0, recused=0),
        LawyerLoad("L2", given=1, answers=0, talks=0, declined=0, recused=0),
        LawyerLoad("L3", given=1, answers=0, talks=0, declined=1, recused=0),
    )
    tuesday = date(2026, 11, 24)
    assert found.halves == (
        HalfLoad(tuesday, "am", bureau.xiuzhou, asked=2, seats=2),
        HalfLoad(tuesday, "pm", bureau.haining, asked=1, seats=1),
    )
    duties = holders_at_end(published, Span(day, evening + timedelta(days=1)))
    # Replayed from all events in their order, it is the same to the byte.
    replayed = load_of(events, duties, day, evening)
    assert load_text(found) == load_text(again) == load_text(replayed)


def test_nothing_outside_of_the_time_counts(bureau):
    bureau.on((1, "11-24", bureau.morning))
    bureau.ask(bureau.at("11-24 09:00"))
    with writing(bureau.engine) as connection:
        found = service.load_report(connection, bureau.at("11-24 09:01"), bureau.at("11-24 11:00"))
    assert (found.lawyers, found.halves) == ((), ())
