"""Taking questions in: validation, keys, secrets, what is stored and told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from zhiban.data import outbox
from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import writing
from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.asking import Ask, checked
from zhiban.queue.conflicts import conflicting_firms
from zhiban.queue.intake import Asking
from zhiban.queue.outcomes import KeyReused
from zhiban.queue.records import IDEMPOTENCY, QUESTION, QUESTION_EVENT, VIEWING

GOOD = Ask("  老板拖欠工资  ", "330411", True, "labour", green_lane=("老年人", "elder"))


def test_a_good_question_is_trimmed_and_put_into_codes():
    found = checked(GOOD, {"330411"}, {"labour"})
    assert (found.text, found.green_lane) == ("老板拖欠工资", ("elder",))


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"text": "   "}, "text"),
        ({"text": "字" * 5001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "a\ud800b"}, "text"),
        ({"division": "999"}, "division"),
        ({"category": "cooking"}, "category"),
        ({"channel": "fax"}, "channel"),
        ({"consent": False}, "consent"),
        ({"contact": "1" * 201}, "contact"),
        ({"other_party": "\udfff"}, "other_party"),
        ({"green_lane": ("vip",)}, "green_lane"),
    ],
)
def test_what_cannot_be_used_is_refused_by_field_in_both_languages(fields, at_fault):
    with pytest.raises(Refused) as refused:
        checked(
            Ask(**{"text": "问", "division": "330411", "consent": True} | fields), {"330411"}, ()
        )
    (error,) = refused.value.errors
    assert error.field == at_fault
    assert error.text.zh
    assert error.text.en


def test_all_faults_are_said_at_once():
    with pytest.raises(Refused) as refused:
        checked(Ask("", "x", False, "y", "z"), (), ())
    assert [error.field for error in refused.value.errors] == [
        "text", "division", "category", "channel", "consent",
    ]  # fmt: skip


def test_five_thousand_characters_are_taken():
    assert len(checked(Ask("字" * 5000, "1", True), {"1"}, ()).text) == 5000


def test_a_refused_question_leaves_nothing_behind(bureau):
    with pytest.raises(Refused):
        bureau.ask(bureau.at("11-24 09:00"), " ")
    with writing(bureau.engine) as connection:
        assert connection.execute(select(func.count()).select_from(QUESTION)).scalar_one() == 0
    assert bureau.faults() == []


@pytest.mark.parametrize("division", ["nowhere", "\ud800"])
@pytest.mark.parametrize(("text", "others"), [("问题", []), ("", ["text"])])
def test_what_is_wrong_is_said_of_all_fields_though_some_was_prepared_ahead(
    bureau, division, text, others
):
    # Only the register knows that there is no such place; half a character has no digest.
    now, key = bureau.at("11-24 09:00"), "key-" + "0" * 30
    asking = Asking(bureau.keyring, Ask(text, division, True), key, now)
    with pytest.raises(Refused) as refused, writing(bureau.engine) as connection:
        asking(connection)
    assert [error.field for error in refused.value.errors] == [*others, "division"]


def test_a_question_that_has_to_be_taken_in_again_gets_another_ticket(bureau):
    now, key = bureau.at("11-24 09:00"), "key-" + "0" * 30
    asking = Asking(bureau.keyring, Ask("问题", bureau.xiuzhou, True), key, now)
    tickets = []
    with bureau.engine.connect() as connection:  # as when a neighbour in the transaction fails
        tickets.append(asking(connection).ticket)
        connection.rollback()
    with writing(bureau.engine) as connection:
        tickets.append(asking(connection).ticket)
    assert tickets[0] != tickets[1]
    with writing(bureau.engine) as connection:
        assert list(connection.execute(select(QUESTION.c.code)).scalars()) == [tickets[1]]
    assert bureau.faults() == []


def test_the_same_key_and_body_give_the_same_answer(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    first = bureau.ask(nine, key="k" * 32)
    again = bureau.ask(nine + timedelta(hours=1), key="k" * 32)
    assert again.repeated
    assert not first.repeated
    assert (again.ticket, again.secret, again.due, again.lawyer_name) == (
        first.ticket, first.secret, first.due, first.lawyer_name,
    )  # fmt: skip
    with writing(bureau.engine) as connection:
        assert connection.execute(select(func.count()).select_from(QUESTION)).scalar_one() == 1


def test_a_repeated_answer_still_names_the_next_shift(bureau):
    bureau.on((1, "11-24", bureau.afternoon))
    noon = bureau.at("11-24 12:00")
    first, again = (bureau.ask(noon, key="k" * 32) for _ in range(2))
    assert again.waiting == first.waiting


def test_the_same_key_with_another_body_is_refused(bureau):
    nine = bureau.at("11-24 09:00")
    bureau.ask(nine, key="k" * 32)
    request = Ask("另一个问题", bureau.xiuzhou, True)
    with writing(bureau.engine) as connection:
        found = service.ask(connection, bureau.keyring, request, "k" * 32, nine)
    assert isinstance(found, KeyReused)


def test_a_message_sent_twice_with_one_key_is_written_once(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket

    def send(text):
        return bureau.citizen(service.message_once, ticket, text, "k" * 32, nine)

    first, again = send("补充"), send("补充")
    assert (first.repeated, again.repeated, again.version) == (False, True, first.version)
    assert isinstance(send("别的"), KeyReused)
    assert bureau.kinds(ticket).count("message") == 1


@pytest.mark.parametrize("key", ["", "short", "k" * 201, "钥匙钥匙钥匙钥匙", "with\nnewline"])
def test_a_key_that_is_no_key_is_refused(bureau, key):
    with pytest.raises(Refused) as refused:
        bureau.ask(bureau.at("11-24 09:00"), key=key)
    assert refused.value.errors[0].field == "idempotency_key"


def test_keys_are_kept_for_two_days(bureau):
    nine = bureau.at("11-24 09:00")
    bureau.ask(nine, key="k" * 32)
    bureau.run(service.sweep, nine + timedelta(hours=48))
    with writing(bureau.engine) as connection:
        counting = select(func.count()).select_from(IDEMPOTENCY)
        assert connection.execute(counting).scalar_one() == 1
    bureau.run(service.sweep, nine + timedelta(hours=48, seconds=1))
    with writing(bureau.engine) as connection:
        assert connection.execute(counting).scalar_one() == 0


def test_nothing_personal_is_readable_in_any_table(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    secrets = ("拖欠工资的故事", "13812345678", "张三建材厂", "domestic_violence", "补充说明")
    asked = bureau.ask(
        nine, secrets[0], contact=secrets[1], other_party=secrets[2],
        green_lane=(secrets[3],), key="k" * 32,
    )  # fmt: skip
    bureau.citizen(service.message, asked.ticket, secrets[4], nine)
    with writing(bureau.engine) as connection:
        for name in ("question", "question_key", "question_event", "idempotency", "outbox"):
            rows = str(connection.execute(text(f"SELECT * FROM {name}")).all())
            for secret in (*secrets, asked.secret, "k" * 32):
                assert secret not in rows, name


def test_staff_see_contact_and_other_party_masked_and_every_view_is_recorded(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine, contact="13812345678", other_party="张三").ticket

    def look(viewer, reveal=False):
        with writing(bureau.engine) as connection:
            return service.question_for(
                connection, bureau.keyring, ticket, viewer, nine, reveal=reveal
            )

    assert (look("lawyer:L1").contact, look("lawyer:L1").other_party) == ("138****5678", "张*")
    assert look("lawyer:L1", reveal=True).contact == "13812345678"
    assert look("staff:anna").story == "老板拖欠工资怎么办"
    assert isinstance(look("lawyer:L2"), service.NotYours)
    with writing(bureau.engine) as connection:
        rows = connection.execute(select(VIEWING.c.viewer, VIEWING.c.what).order_by(VIEWING.c.id))
        assert [tuple(row) for row in rows] == [
            ("lawyer:L1", "text"), ("lawyer:L1", "text"), ("lawyer:L1", "contact"),
            ("staff:anna", "text"),
        ]  # fmt: skip


def test_the_queue_of_a_lawyer_shows_the_most_pressing_first_and_excerpts_on_request(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    bureau.ask(nine, "字" * 50)
    live = bureau.ask(nine, channel="live").ticket
    with writing(bureau.engine) as connection:
        plain = service.queue_of(connection, bureau.keyring, "L1", nine)
        told = service.queue_of(connection, bureau.keyring, "L1", nine, excerpts=True)
        seen = connection.execute(select(func.count()).select_from(VIEWING)).scalar_one()
    assert plain[0].ticket == live
    assert [item.excerpt for item in plain] == [None, None]
    assert told[1].excerpt == "字" * 40 + "…"
    assert seen == 2


def test_lawyer_and_supervisor_are_told_what_concerns_them(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    given = bureau.ask(nine).ticket
    waiting = bureau.ask(bureau.at("11-24 12:00")).ticket
    with writing(bureau.engine) as connection:
        sent = outbox.claim(connection, bureau.keyring, bureau.at("11-24 12:00"))
    told = [(one.notice.recipient, one.notice.kind) for one in sent]
    assert told == [("lawyer:L1", "assigned"), ("role:supervisor", "nobody_free")]
    assert given in sent[0].notice.link
    assert waiting in sent[1].notice.body.zh


def test_rotating_keys_wraps_anew_and_touches_no_text(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    old, fresh = new_key(), new_key()
    bureau.keyring = Keyring([old])
    ticket = bureau.ask(nine, "轮换前的故事").ticket
    with writing(bureau.engine) as connection:
        before = connection.execute(select(QUESTION_EVENT.c.body, QUESTION_EVENT.c.hash)).all()
        assert service.rewrap(connection, Keyring([fresh, old])) == 1
        after = connection.execute(select(QUESTION_EVENT.c.body, QUESTION_EVENT.c.hash)).all()
    assert before == after
    bureau.keyring = Keyring([fresh])
    assert bureau.faults() == []
    assert bureau.events(ticket)[0].body is not None
    assert "轮换前的故事" in bureau.events(ticket)[0].body


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("浙江正大律师事务所", {"F1"}),
        ("正大", {"F1"}),
        ("浙江正大", {"F1"}),
        ("与诚信 律师事务所有关", {"F2"}),
        ("张三", set()),
        ("正大集团", set()),
        ("", set()),
        (None, set()),
        ("91330400MA28A1B2C3", {"F3"}),
    ],
)
def test_the_other_partys_name_or_credit_code_points_to_firms(named, found):
    from zhiban.data.people import Firm

    firms = (
        Firm("F1", "浙江正大律师事务所", "3304"),
        Firm("F2", "诚信律师事务所", "3304"),
        Firm("F3", "海塘律师事务所", "3304", credit_code="91330400MA28A1B2C3"),
    )
    assert conflicting_firms(named, firms) == found
