"""Applications and documents at the supervisor's desk: by due date, read, decided once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from zhiban.data.database import reading, writing
from zhiban.data.records import OutboxRecord, table
from zhiban.queue import aid, drafting
from zhiban.queue import service as queue
from zhiban.queue.aid_form import AidForm
from zhiban.queue.asking import Ask
from zhiban.queue.records import AID_APPLICATION, VIEWING

PAPERS = "/supervisor/papers"
OUTBOX = table(OutboxRecord)
FORM = AidForm("张三", "13800000000", "追索劳动报酬", "被拖欠三个月工资", True, "月收入两千元")


def paper(site: Any, kind: str = "aid") -> tuple[str, str, int]:
    """A question with a paper sent by its citizen now: its code, its secret, the paper's number."""
    ask = Ask("老板拖欠工资", "330411", consent=True, category="labour")
    with writing(site.engine) as connection:
        now, ring = site.clock.now(), site.keyring
        made = queue.ask(connection, ring, ask, None, now)
        assert isinstance(made, queue.Asked)
        key = (connection, ring, made.ticket, made.secret)
        if kind == "aid":
            sent: Any = aid.apply_for_own_aid(*key, FORM, now)
        else:
            sent = drafting.ask_for_draft(*key, "complaint", "起诉餐馆", now)
    return made.ticket, made.secret, sent.id


def status(site: Any, id: int) -> str:
    with reading(site.engine) as connection:
        found = select(AID_APPLICATION.c.status).where(AID_APPLICATION.c.id == id)
        return str(connection.execute(found).scalar_one())


def test_nothing_waits_and_then_the_earliest_due_stands_first(site: Any) -> None:
    browser = site.browser("supervisor")
    assert "没有待办的申请和文书" in browser.get(PAPERS).text
    wanted, _, _ = paper(site, "draft")  # due after three working days: on Friday
    applied, _, id = paper(site)  # due after seven days: on Tuesday next week
    page = browser.get(PAPERS).text
    assert page.index(wanted) < page.index(applied)
    assert "起诉状" in page
    assert (
        "沈志远" in page
    )  # L2 answers the question: until it is taken on, the document waits for L2
    assert "张三" not in page
    assert applied not in browser.get(f"{PAPERS}?show=draft").text
    assert "没有超时的" in browser.get(f"{PAPERS}?show=late").text
    site.clock.at += timedelta(days=7, minutes=1)
    browser = site.browser("supervisor")
    late = browser.get(f"{PAPERS}?show=late").text
    assert late.count("超时1分钟") == 1
    assert wanted in late
    assert f'href="{PAPERS}/aid/{id}"' in browser.get(f"/supervisor/q/{applied}").text
    assert f'href="{PAPERS}/draft/' in browser.get(f"/supervisor/q/{wanted}").text
    assert f'href="{PAPERS}"' in browser.get("/supervisor").text


def test_an_application_is_read_and_decided_and_the_citizen_reads_the_reason(site: Any) -> None:
    ticket, secret, id = paper(site)
    browser = site.browser("supervisor")
    page = browser.get(f"{PAPERS}/aid/{id}").text
    for said in ("张三", "13800000000", "追索劳动报酬", "被拖欠三个月工资", "月收入两千元"):
        assert said in page, said
    assert site.count(select(func.count()).where(VIEWING.c.what == "aid")) == 1
    [version] = re.findall(r'name="version" value="(\d+)"', page)
    none = browser.send(f"{PAPERS}/aid/{id}", {"version": version, "reason": "材料齐全"})
    assert (none.status_code, 'id="verdict-why"' in none.text) == (422, True)
    assert "材料齐全</textarea>" in none.text
    form = {"version": version, "verdict": "refused"}
    bare = browser.send(f"{PAPERS}/aid/{id}", form | {"reason": " "})
    assert (bare.status_code, 'id="reason-why"' in bare.text) == (422, True)
    assert 'value="refused" checked' in bare.text
    done = browser.send(f"{PAPERS}/aid/{id}", form | {"reason": "收入高于标准"})
    assert "已记下不予援助和理由" in done.text
    assert "没有待办的申请和文书" in done.text
    assert status(site, id) == "refused"
    citizen = site.browser()
    seen = citizen.send("/find", {"code": ticket, "secret": secret}, "/find").text
    assert "收入高于标准" in seen
    assert "收入高于标准" in browser.get(f"{PAPERS}/aid/{id}").text


def test_who_decides_what_was_decided_meanwhile_is_told_and_keeps_the_reason(site: Any) -> None:
    _, _, id = paper(site)
    first, second = site.browser("supervisor"), site.browser("administrator")
    form = {"version": "1", "verdict": "accepted", "reason": "材料齐全"}
    assert "已受理" in first.send(f"{PAPERS}/aid/{id}", form).text
    late = second.send(f"{PAPERS}/aid/{id}", form | {"verdict": "refused", "reason": "收入高"})
    assert late.status_code == 409
    assert 'id="kept" readonly>收入高</textarea>' in late.text
    assert status(site, id) == "accepted"


def test_what_was_erased_waits_no_longer_and_cannot_be_decided(site: Any) -> None:
    ticket, _, id = paper(site)
    with writing(site.engine) as connection:
        now = site.clock.now()
        holder = queue.Move(ticket, "L2", now, "可以申请仲裁。")
        assert isinstance(queue.answer(connection, site.keyring, holder), queue.Moved)
        assert isinstance(queue.close(connection, site.keyring, holder), queue.Moved)
        staff = queue.Move(ticket, "supervisor", now)
        assert isinstance(queue.erase(connection, site.keyring, staff), queue.Moved)
    browser = site.browser("supervisor")
    assert ticket not in browser.get(PAPERS).text
    assert "内容已按要求删除" in browser.get(f"{PAPERS}/aid/{id}").text
    form = {"version": "1", "verdict": "accepted", "reason": "材料齐全"}
    assert browser.send(f"{PAPERS}/aid/{id}", form).status_code == 404


def test_of_very_many_the_first_hundred_are_shown_and_the_whole_number_is_told(site: Any) -> None:
    ticket, secret, _ = paper(site)
    with writing(site.engine) as connection:
        for _ in range(104):
            aid.apply_for_own_aid(connection, site.keyring, ticket, secret, FORM, site.clock.now())
    page = site.browser("supervisor").get(PAPERS).text
    assert page.count(f"{PAPERS}/aid/") == 100
    assert "按期限列出前100件，共105件。" in page


@pytest.mark.parametrize("taken", [False, True])
def test_a_document_that_is_not_drafted_is_ended_with_a_reason_whoever_has_it(
    site: Any, taken: bool
) -> None:
    ticket, secret, id = paper(site, "draft")
    if taken:
        with writing(site.engine) as connection:
            drafting.take_draft(
                connection, site.keyring, drafting.Step(id, "L2", 1, site.clock.now())
            )
    browser, other = site.browser("supervisor"), site.browser("administrator")
    page = browser.get(f"{PAPERS}/draft/{id}").text
    assert "起诉餐馆" in page
    assert site.count(select(func.count()).where(VIEWING.c.what == "draft")) == 1
    assert f'href="{PAPERS}/draft/{id}"' in browser.get(PAPERS).text
    [version] = re.findall(r'name="version" value="(\d+)"', page)
    form = {"version": version, "reason": "这类文书请到法院诉讼服务中心办"}
    bare = browser.send(f"{PAPERS}/draft/{id}", form | {"reason": " "})
    assert (bare.status_code, 'id="reason-why"' in bare.text) == (422, True)
    done = browser.send(f"{PAPERS}/draft/{id}", form)
    assert "已记下不代写的原因" in done.text
    assert "没有待办的申请和文书" in done.text
    late = other.send(f"{PAPERS}/draft/{id}", form | {"reason": "另有原因"})
    assert (late.status_code, "readonly>另有原因</textarea>" in late.text) == (409, True)
    with reading(site.engine) as connection:
        key = (connection, site.keyring, ticket, secret)
        (mine,) = drafting.drafts_of(*key, site.clock.now())
    assert (mine.status, mine.delivered) == ("declined", form["reason"])
    sent = select(func.count()).where(OUTBOX.c.kind == "draft_refused")
    assert site.count(sent.where(OUTBOX.c.recipient == "lawyer:L2")) == 1
    assert browser.get(f"{PAPERS}/draft/999").status_code == 404


@pytest.mark.parametrize("login", ["scheduler", "l2"])
def test_nobody_else_reads_or_decides(site: Any, login: str) -> None:
    _, _, id = paper(site)
    browser = site.browser(login)
    assert browser.get(PAPERS).status_code == 403
    assert browser.get(f"{PAPERS}/aid/{id}").status_code == 403
    form = {"version": "1", "verdict": "accepted", "reason": "x"}
    assert browser.send(f"{PAPERS}/aid/{id}", form).status_code == 403
    assert status(site, id) == "submitted"
    _, _, draft = paper(site, "draft")
    assert browser.get(f"{PAPERS}/draft/{draft}").status_code == 403
    assert browser.send(f"{PAPERS}/draft/{draft}", form).status_code == 403
