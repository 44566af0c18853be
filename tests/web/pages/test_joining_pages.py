"""我要入: a lawyer or a firm applies, a scheduler decides once, an account opens with a code."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from zhiban.data import joining_service, outbox
from zhiban.data.database import reading, writing
from zhiban.data.joining import next_id
from zhiban.data.places_records import JOIN
from zhiban.data.register import Register
from zhiban.data.store import load_register

LICENCE = "13304201010123456"
FORM = {
    "kind": "lawyer",
    "name": "唐若兰",
    "licence": "1330 4201 0101 23456",
    "firm": "F1",
    "division": "330411",
    "admitted": "2010-05-01",
    "skills": "labour",
    "phone": "138-0573-1234",
    "agreed": "yes",
    "key": "j" * 32,
}
FIRM = {
    "kind": "firm",
    "name": "浙江明理律师事务所",
    "licence": "31330000MD12345678",
    "division": "330411",
    "contact": "唐若兰",
    "phone": "13805731234",
    "agreed": "yes",
    "key": "f" * 32,
}


def applied(site: Any, form: dict[str, str] | None = None) -> tuple[Any, str, str]:
    """A browser that applied, with code and secret."""
    browser = site.browser()
    page = browser.send("/join", form or FORM)
    code = re.search(r"RZ-\w{4}-\w{4}", str(page.url))
    secret = re.search(r'class="secret">((?:\w{4} ){3}\w{4})<', page.text)
    assert code is not None, page.text
    assert secret is not None
    return browser, code[0], secret[1]


def register_of(site: Any) -> Register:
    with reading(site.engine) as connection:
        return load_register(connection, site.keyring)


def total(site: Any) -> int:
    return int(site.count(select(func.count()).select_from(JOIN)))


def test_an_application_is_followed_by_code_and_secret_and_the_schedulers_are_told(
    site: Any,
) -> None:
    browser, code, secret = applied(site)
    assert "已收到，等待办理" in browser.get(f"/join/a/{code}").text
    assert str(site.browser().get(f"/join/a/{code}").url).endswith("/join/find")
    other = site.browser().send("/join/find", {"code": code.lower(), "secret": secret.lower()})
    assert "唐若兰" in other.text
    assert site.browser().send("/join/find", {"code": code, "secret": "0" * 16}).status_code == 422
    with writing(site.engine) as connection:
        claimed = outbox.claim(connection, site.keyring, site.clock.now(), 500)
    assert "role:scheduler" in {
        one.notice.recipient for one in claimed if one.notice.kind == "join"
    }


def test_a_lawyer_who_is_accepted_is_in_the_register_and_opens_an_account_once(site: Any) -> None:
    browser, code, _ = applied(site)
    desk = site.browser("scheduler")
    assert "唐若兰" in desk.get("/scheduler/applications").text
    assert LICENCE in desk.get(f"/scheduler/applications/{code}").text
    page = desk.send(f"/scheduler/applications/{code}/accept", {"account": "yes"}).text
    token = re.search(r'class="once">([\w ]+)<', page)
    assert token is not None
    lawyer = register_of(site).lawyers["L7"]  # six are registered
    assert (lawyer.name, lawyer.firm, lawyer.phone) == ("唐若兰", "F1", "13805731234")
    assert lawyer.skills == {"labour"}
    assert token[1] not in desk.get(f"/scheduler/applications/{code}").text  # shown once
    assert "已通过，在名册里了" in browser.get(f"/join/a/{code}").text
    account = {
        "token": token[1],
        "login": "tang",
        "password": "a long password",
        "again": "a long password",
    }
    opened = browser.send("/join/activate", account)
    assert "/login" in str(opened.url)
    assert site.browser("tang").get("/lawyer").status_code == 200
    twice = browser.send("/join/activate", {**account, "login": "tang2"})
    assert "激活码不对，或已经用过" in twice.text


def test_a_firm_that_is_accepted_is_in_the_register_and_its_lawyers_may_choose_it(
    site: Any,
) -> None:
    _, code, _ = applied(site, FIRM)
    site.browser("administrator").send(f"/scheduler/applications/{code}/accept", {})
    firm = register_of(site).firms["F3"]
    assert (firm.name, firm.credit_code, firm.consents) == (FIRM["name"], FIRM["licence"], True)
    assert FIRM["name"] in site.browser().get("/join?as=lawyer").text


def test_a_refusal_needs_a_reason_which_the_applicant_reads_and_may_apply_again(
    site: Any,
) -> None:
    browser, code, _ = applied(site)
    desk = site.browser("scheduler")
    empty = desk.send(f"/scheduler/applications/{code}/refuse", {"reason": "  "})
    assert empty.status_code == 422
    assert "请写明理由" in empty.text
    desk.send(f"/scheduler/applications/{code}/refuse", {"reason": "证号与姓名不符"})
    assert "证号与姓名不符" in browser.get(f"/join/a/{code}").text
    assert set(register_of(site).lawyers) == {f"L{n}" for n in range(1, 7)}
    applied(site, {**FORM, "key": "k" * 32})


def test_who_decides_second_is_told_and_changes_nothing(site: Any) -> None:
    _, code, _ = applied(site)
    first, second = site.browser("scheduler"), site.browser("administrator")
    first.send(f"/scheduler/applications/{code}/accept", {})
    answer = second.send(f"/scheduler/applications/{code}/refuse", {"reason": "不行"})
    assert answer.status_code == 409
    assert "已经由别人办理" in answer.text
    assert "L7" in register_of(site).lawyers
    # Who comes into the register so stands in its log like anybody else, the number masked.
    told = site.changed("L7")
    assert told["name"] == ("", FORM["name"])
    assert told["phone"] == ("", f"{FORM['phone'][:3]}****{FORM['phone'][-4:]}")


def test_one_licence_applies_once_and_who_is_known_already_is_named(site: Any) -> None:
    applied(site)
    again = site.browser().send("/join", {**FORM, "key": "k" * 32})
    assert again.status_code == 422
    assert "这个证号已经申请过" in again.text
    known = {**FORM, "name": "沈志远", "licence": "13304201010123457", "key": "m" * 32}
    _, code, _ = applied(site, known)  # L2 of F1 has that name
    page = site.browser("scheduler").get(f"/scheduler/applications/{code}").text
    assert "名册里同一律所已有沈志远（L2）" in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "请填写名称"),
        ("licence", "12345", "执业证号是17位数字"),
        ("firm", "F9", "请选择所在律师事务所"),
        ("division", "330411104", "请选择区县"),
        ("admitted", "2030-01-01", "首次执业日期，不晚于今天"),
        ("skills", "magic", "至少选一个"),
        ("phone", "1", "请填写手机号"),
        ("agreed", "", "请先勾选同意"),
    ],
)
def test_each_fault_stands_at_its_field_and_what_was_typed_stays(
    site: Any, field: str, value: str, said: str
) -> None:
    answer = site.browser().send("/join", {**FORM, field: value})
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert f'href="#{field}"' in answer.text
    if field != "name":
        assert 'value="唐若兰"' in answer.text
    assert total(site) == 0


def test_a_double_tap_is_one_application_and_a_machine_is_refused(site: Any) -> None:
    browser = site.browser()
    first, again = browser.send("/join", FORM), browser.send("/join", FORM)
    assert first.url == again.url
    assert browser.send("/join", {**FORM, "website": "x", "key": "x" * 32}).status_code == 422
    assert total(site) == 1


def test_supervisors_look_but_only_schedulers_decide(site: Any) -> None:
    _, code, _ = applied(site)
    page = site.browser("supervisor")
    assert "放进名册" not in page.get(f"/scheduler/applications/{code}").text
    assert page.send(f"/scheduler/applications/{code}/accept", {}).status_code == 403
    assert site.browser("l1").get("/scheduler/applications").status_code == 403


def test_an_activation_code_expires_and_a_new_one_ends_the_old(site: Any) -> None:
    _, code, _ = applied(site)
    with writing(site.engine) as connection:
        now = site.clock.now()
        made = joining_service.accept(connection, site.keyring, code, "s", now, account=True)
        assert isinstance(made, joining_service.Decided)
        assert made.activation is not None
        fresh = joining_service.renew_activation(connection, site.keyring, code, "s", now)
        assert fresh is not None

        def opens(token: str, later: timedelta) -> bool:
            return (
                joining_service.activates(connection, site.keyring, token, now + later) is not None
            )

        assert not opens(made.activation, timedelta())
        assert opens(fresh, timedelta(days=13))
        assert not opens(fresh, timedelta(days=14))


def test_what_an_applicant_wrote_is_stored_encrypted(site: Any) -> None:
    applied(site)
    with reading(site.engine) as connection:
        raw = str(connection.exec_driver_sql("SELECT * FROM join_application").all())
        raw += str(connection.exec_driver_sql("SELECT * FROM trail").all())
    for told in ("唐若兰", LICENCE, "13805731234"):
        assert told not in raw


def test_the_next_id_follows_those_that_are_known() -> None:
    assert next_id(["L0001", "L0600", "admin"], "L") == "L0601"
    assert next_id([], "L") == "L1"
    assert next_id(["F9", "F10"], "F") == "F11"
