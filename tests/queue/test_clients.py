"""Declared clients: names in any spelling, credit codes, and who steps back when."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from sqlalchemy import select

from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import writing
from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.client import checked_client
from zhiban.queue.clients import retag
from zhiban.queue.outcomes import NotYours
from zhiban.queue.party_names import (
    core_name,
    cores_in,
    credit_codes_in,
    is_credit_code,
    plain_name,
)
from zhiban.queue.question import State
from zhiban.queue.records import CLIENT

# Check digits reckoned by hand after GB 32100: the sum of value x weight, 31 less its rest by 31.
GOOD = ("91350100M000100Y43", "911101085923662400")
NAME = "嘉兴市宏达纺织有限公司"


@pytest.mark.parametrize(
    "written",
    [
        "嘉兴市宏达纺织有限公司",
        "嘉兴宏达纺织有限责任公司",
        "嘉興市宏達紡織有限公司",
        "嘉兴 宏达 纺织 有限公司",
        "宏达纺织：嘉兴市宏达纺织有限公司，经理王某",
        "我的老板是嘉兴市宏达纺织有限公司的张三",
        "浙江省 / 嘉兴市宏达纺织有限公司",
        "嘉兴宏达纺织",
        "嘉兴市宏达纺织（有限公司）",
    ],
)
def test_one_name_in_any_spelling_is_one_name(written: str) -> None:
    assert core_name(plain_name(NAME)) in cores_in(written)


@pytest.mark.parametrize(
    "other", ["嘉兴市宏远纺织有限公司", "海宁市宏达皮革有限公司", "张三", "公司"]
)
def test_another_name_is_another_name(other: str) -> None:
    assert core_name(plain_name(NAME)) not in cores_in(other)


def test_brackets_of_either_width_belong_to_the_name_or_set_words_apart() -> None:
    both = core_name(plain_name("宏达（上海）贸易有限公司"))
    assert both in cores_in("宏达(上海)贸易有限公司")
    assert core_name(plain_name("张三")) in cores_in("房东（张三）")
    assert core_name(plain_name("ＡＢＣ科技有限公司")) in cores_in("abc科技")


def test_a_credit_code_counts_when_its_check_digit_is_right() -> None:
    for code in GOOD:
        assert is_credit_code(code)
        for place, digit in product(range(18), "07HY"):
            wrong = code[:place] + digit + code[place + 1 :]
            assert wrong == code or not is_credit_code(wrong)  # one wrong digit is always seen
    assert not is_credit_code("91350100I000100Y43")  # I, O, S, V and Z are never used
    assert not is_credit_code(GOOD[0][:17])
    assert credit_codes_in(f"对方（{GOOD[0].lower()}）") == {GOOD[0]}
    assert credit_codes_in(f"{GOOD[0]}9") == frozenset()


@pytest.mark.parametrize(
    ("client", "fields"),
    [
        (service.Client("firm", "F9", "宏达公司"), ["owner"]),
        (service.Client("lawyer", "F1", "宏达公司"), ["owner"]),
        (service.Client("lawyer", "L1", " 。"), ["name"]),
        (service.Client("lawyer", "L1", "宏达公司", "91350100M000100Y44"), ["code"]),
        (service.Client("lawyer", "L1", "宏达公司", "123"), ["code"]),
        (
            service.Client("lawyer", "L1", "宏达", None, date(2026, 2, 1), date(2026, 1, 1)),
            ["until"],
        ),
        (service.Client("court", "L1", "x" * 101, "1"), ["owner_kind", "owner", "name", "code"]),
    ],
)
def test_every_field_that_cannot_be_used_is_named(make_register, calendar, client, fields) -> None:
    with pytest.raises(Refused) as refused:
        checked_client(client, make_register(calendar))
    assert [error.field for error in refused.value.errors] == fields


def declare(bureau, now, *clients, accept_valid=False):
    """Declares clients and tells what came of it."""
    with writing(bureau.engine) as connection:
        return service.import_clients(
            connection, bureau.keyring, clients, "staff:anna", now, accept_valid=accept_valid
        )


@pytest.fixture
def nine(bureau):
    """Nine o'clock with L1 and L2 (firm F1) and L3 (firm F2) on duty."""
    bureau.on(*((n, "11-24", bureau.morning) for n in (1, 2, 3)))
    return bureau.at("11-24 09:00")


def test_a_lawyers_client_bars_the_lawyer_and_the_whole_firm(bureau, nine):
    declare(bureau, nine, service.Client("lawyer", "L1", NAME))
    for _ in range(3):  # L1 and L2 would have come first
        asked = bureau.ask(nine, other_party="嘉興宏達紡織有限責任公司")
        assert bureau.holder(asked.ticket) == "L3"
    assert bureau.holder(bureau.ask(nine, other_party="别的公司").ticket) == "L1"
    assert bureau.faults() == []


def test_a_firms_client_is_seen_by_its_credit_code_alone(bureau, nine):
    declare(bureau, nine, service.Client("firm", "F1", "某集团", GOOD[0]))
    asked = bureau.ask(nine, other_party=f"一家公司，代码{GOOD[0].lower()}")
    assert bureau.holder(asked.ticket) == "L3"


def test_a_client_counts_only_from_the_first_to_the_last_day(bureau, nine):
    past = service.Client("firm", "F1", NAME, None, None, date(2026, 11, 23))
    later = service.Client("firm", "F1", "某贸易公司", None, date(2026, 11, 25))
    now_ = service.Client("firm", "F2", "某运输公司", None, date(2026, 11, 24), date(2026, 11, 24))
    declare(bureau, nine, past, later, now_)
    assert bureau.holder(bureau.ask(nine, other_party=NAME).ticket) == "L1"
    assert (
        bureau.state(bureau.ask(nine, other_party="某贸易公司").ticket).recused_firms == frozenset()
    )
    assert bureau.state(bureau.ask(nine, other_party="某运输公司").ticket).recused_firms == {"F2"}


def test_when_everybody_has_to_step_back_the_question_waits_and_says_why(bureau, nine):
    declare(
        bureau,
        nine,
        service.Client("firm", "F1", NAME),
        service.Client("lawyer", "L3", NAME),
    )
    asked = bureau.ask(nine, other_party=NAME)
    assert asked.state is State.WAITING
    assert asked.waiting.reason.zh == "当班律师都不便接手这件咨询，等候其他律师"
    assert bureau.events(asked.ticket)[-1].data["cause"] == "recused"
    # One who merely declined leaves another reason.
    bureau.publish([bureau.duty(bureau.register.lawyers["L1"], "11-24", bureau.morning)])
    other = bureau.ask(nine).ticket
    bureau.do(service.decline, other, "L1", nine, "不熟悉")
    assert bureau.events(other)[-1].data["cause"] == "barred"


def test_a_client_declared_after_the_question_takes_it_away_at_once(bureau, nine):
    held = bureau.ask(nine, other_party=NAME).ticket
    bureau.do(service.accept, held, "L1", nine)
    night = bureau.at("11-24 20:00")
    waiting = bureau.ask(night, other_party=NAME).ticket
    done = declare(bureau, nine, service.Client("lawyer", "L2", NAME))
    # The colleague's client bars the firm: L1 loses the one in hand, the other never comes to F1.
    assert (done.added, done.stepped_back) == (1, 2)
    assert bureau.holder(held) == "L3"
    assert isinstance(bureau.do(service.answer, held, "L1", nine, "答复"), NotYours)
    assert bureau.state(waiting).recused_firms == {"F1"}
    view = bureau.citizen(service.ticket_view, held, nine)
    assert "conflict" not in [step.kind for step in view.steps]  # why is not shown
    assert bureau.faults() == []
    # Declared again, it is known, and nothing moves.
    assert declare(bureau, nine, service.Client("lawyer", "L2", "嘉兴宏达纺织")).known == 1


def test_one_bad_row_stops_an_import_unless_the_valid_ones_are_wanted(bureau, nine):
    rows = (
        service.Client("firm", "F1", NAME),
        service.Client("firm", "F9", "别的"),
        service.Client("firm", "F2", "宏远", "1"),
    )
    done = declare(bureau, nine, *rows)
    assert (done.added, [(n, e.field) for n, e in done.faults]) == (0, [(2, "owner"), (3, "code")])
    done = declare(bureau, nine, *rows, accept_valid=True)
    assert (done.added, len(done.faults)) == (1, 2)


def test_names_and_codes_are_unreadable_at_rest_and_found_after_keys_rotate(bureau, nine):
    declare(bureau, nine, service.Client("lawyer", "L1", NAME, GOOD[0]))
    with writing(bureau.engine) as connection:
        row = connection.execute(select(CLIENT)).one()
    assert "宏达" not in str(row)
    assert GOOD[0] not in str(row)
    old = bureau.keyring
    both = Keyring([new_key(), *_keys(old)])
    with writing(bureau.engine) as connection:
        found = service.clients(connection, both, "lawyer", "L1")
        assert [one.client.name for one in found] == [NAME]
        assert retag(connection, both) == 1
        fresh = connection.execute(select(CLIENT)).one()
    assert fresh.name_tag == both.blind(core_name(plain_name(NAME)))
    assert fresh.name_tag != row.name_tag


def _keys(keyring: Keyring) -> list[str]:
    return [seal._key for seal in keyring._seals]
