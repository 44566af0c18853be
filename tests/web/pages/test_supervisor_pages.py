"""The supervisor's desk: what needs a person, reassigning in bulk, the sample, the log."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import func, select

from zhiban.data.database import reading, writing
from zhiban.data.register_diff import changed, known_of
from zhiban.data.register_service import write
from zhiban.data.store import load_register
from zhiban.queue import service as queue
from zhiban.queue.asking import Ask
from zhiban.queue.quality_records import QUALITY_REVIEW
from zhiban.queue.records import QUESTION, QUESTION_EVENT, VIEWING

DESK = "/supervisor"


def asked(site: Any, count: int = 1, division: str = "330411") -> list[tuple[str, str]]:
    """Questions asked now; code, and code with the version as a box of the list has it."""
    with writing(site.engine) as connection:
        tickets = []
        for n in range(count):
            ask = Ask(f"老板拖欠工资第{n}", division, consent=True, category="labour")
            made = queue.ask(connection, site.keyring, ask, None, site.clock.now())
            tickets.append(made.ticket)
    with writing(site.engine) as connection:
        versions = dict(connection.execute(select(QUESTION.c.code, QUESTION.c.version)).all())
    return [(ticket, f"{ticket}:{versions[ticket]}") for ticket in tickets]


def holder(site: Any, ticket: str) -> str | None:
    with reading(site.engine) as connection:
        found = select(QUESTION.c.lawyer).where(QUESTION.c.code == ticket)
        return connection.execute(found).scalar_one()


def test_what_is_late_stands_first_and_without_any_text_of_people(site: Any) -> None:
    ((ticket, _),) = asked(site)
    browser = site.browser("supervisor")
    assert "没有超时的" in browser.get(DESK).text
    site.clock.at += timedelta(hours=25)
    browser = site.browser("supervisor")
    page = browser.get(DESK).text
    assert ticket in page
    assert "超时" in page
    assert "老板拖欠" not in page
    assert "没有人回避" in browser.get(f"{DESK}?show=conflict").text


def test_chosen_ones_go_to_a_lawyer_and_each_result_is_told(site: Any) -> None:
    (first, one), (second, two) = asked(site, 2)
    before = {holder(site, first), holder(site, second)}
    assert before <= {"L1", "L2"}
    mine = holder(site, second) or ""
    with writing(site.engine) as connection:  # the second moves on before the form is sent
        queue.accept(connection, site.keyring, queue.Move(second, mine, site.clock.now()))
    other = "L1" if holder(site, first) == "L2" else "L2"
    form = {"pick": [one, two], "to": other, "reason": "临时出庭", "show": "all"}
    browser = site.browser("supervisor")
    said = site.count(select(func.count()).select_from(QUESTION_EVENT))
    ahead = browser.send(f"{DESK}/reassign", form).text
    assert "照此改派会怎样" in ahead
    assert ahead.count("办不成") == 1
    assert "改派这1件" in ahead
    assert f'name="pick" value="{one}">' in ahead  # only what can be done is asked for
    assert site.count(select(func.count()).select_from(QUESTION_EVENT)) == said
    assert {holder(site, first), holder(site, second)} == before
    page = browser.send(f"{DESK}/reassign", form | {"sure": "yes"}).text
    assert "逐件的结果" in page
    assert page.count("没有办成") == 1
    assert holder(site, first) == other
    assert holder(site, second) == mine


def test_a_missing_choice_or_reason_keeps_what_was_typed(site: Any) -> None:
    ((ticket, one),) = asked(site)
    browser = site.browser("administrator")
    form = {"pick": one, "to": "", "reason": "病假", "show": "all"}
    page = browser.send(f"{DESK}/reassign", form)
    assert (page.status_code, "请选交给谁" in page.text) == (422, True)
    assert 'value="病假"' in page.text
    assert f'value="{one}" checked' in page.text
    page = browser.send(f"{DESK}/reassign", {**form, "to": "anew", "reason": ""})
    assert page.status_code == 422
    assert 'id="reason-why"' in page.text
    none = {"to": "anew", "reason": "病假", "show": "all", "pick": "x"}
    assert "请选1至100件咨询" in browser.send(f"{DESK}/reassign", none).text
    assert holder(site, ticket) is not None


def test_a_sample_is_drawn_read_and_judged_and_the_reading_recorded(site: Any) -> None:
    ((ticket, _),) = asked(site)
    who = holder(site, ticket) or ""
    with writing(site.engine) as connection:
        move = queue.Move(ticket, who, site.clock.now(), "可以申请仲裁。")
        queue.answer(connection, site.keyring, move)
    browser = site.browser("supervisor")
    assert "还没有抽过" in browser.get(f"{DESK}/quality").text
    assert browser.send(f"{DESK}/quality", {"number": "0"}).status_code == 422
    assert "抽到1件" in browser.send(f"{DESK}/quality", {"number": "5"}).text
    page = browser.get(f"{DESK}/quality/1")
    assert "可以申请仲裁。" in page.text
    seen = select(func.count()).where(VIEWING.c.viewer == "staff:supervisor")
    assert site.count(seen) == 1
    refused = browser.send(f"{DESK}/quality/1", {"verdict": "bad", "note": ""})
    assert (refused.status_code, "不合格要写明哪里不好，一千字" in refused.text) == (422, True)
    done = browser.send(f"{DESK}/quality/1", {"verdict": "bad", "note": "没有引用法条"})
    assert "结论已记下" in done.text
    assert "没有引用法条" in done.text
    again = browser.send(f"{DESK}/quality/1", {"verdict": "good", "note": ""})
    assert again.status_code == 409
    assert site.count(select(func.count()).where(QUALITY_REVIEW.c.verdict == "bad")) == 1
    assert browser.get(f"{DESK}/quality/99").status_code == 404


def test_the_log_is_searched_by_who_what_and_kind_and_holds_no_texts(site: Any) -> None:
    ((ticket, _),) = asked(site)
    who = holder(site, ticket) or ""
    with writing(site.engine) as connection:
        move = queue.Move(ticket, who, site.clock.now(), "可以申请仲裁。")
        queue.answer(connection, site.keyring, move)
    browser = site.browser("supervisor")
    page = browser.get(f"{DESK}/audit").text
    assert ticket in page
    assert "登录" in page
    assert "可以申请仲裁" not in page
    assert "老板拖欠" not in page
    assert "公布值班表" in browser.get(f"{DESK}/audit?kind=publication").text
    mine = browser.get(f"{DESK}/audit?who={who.lower()}").text.split("<tbody>")[1]
    assert ticket in mine
    assert "登录" not in mine.split("</tbody>")[0]  # the supervisor's own sign-in is another's
    assert "没有这样的记录" in browser.get(f"{DESK}/audit?what=ZB-XXXX").text
    assert "系统" in browser.get(f"{DESK}/audit?all=yes&kind=question").text
    wrong = browser.get(f"{DESK}/audit?from=2026-11-24&to=2026-11-01")
    assert wrong.status_code == 422
    for odd in ("page=0", "page=99999", "from=x&to=y", "kind=nonsense", "who=%25"):
        assert browser.get(f"{DESK}/audit?{odd}").status_code == 200, odd


@pytest.mark.parametrize("login", ["scheduler", "l1"])
def test_others_are_refused(site: Any, login: str) -> None:
    browser = site.browser(login)
    for path in (DESK, f"{DESK}/audit", f"{DESK}/quality", f"{DESK}/quality/1"):
        assert browser.get(path).status_code == 403, path
    assert browser.send(f"{DESK}/reassign", {"to": "L1"}).status_code == 403
    assert "/login" in str(site.browser().get(DESK).url)


def test_a_change_of_the_register_is_told_with_before_and_after_and_the_log_is_taken_along(
    site: Any,
) -> None:
    with writing(site.engine) as connection:
        register = load_register(connection, site.keyring)
        firm = next(iter(register.firms.values()))
        after = replace(firm, name="=浙江改名律师事务所")
        change = changed("firm", firm, after, known_of(register))
        write(connection, site.keyring, [change], "anna", site.clock.now())
    browser = site.browser("supervisor")
    page = browser.get(f"{DESK}/audit?kind=register").text
    assert f"<del>{firm.name}</del>" in page
    assert "<ins>=浙江改名律师事务所</ins>" in page
    assert "/supervisor/audit.csv?from=2026-11-17&amp;to=2026-11-24" in page
    answer = browser.get(f"{DESK}/audit.csv?kind=register")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["什么时候", "谁", "做了什么", "对什么", "哪一类", "改动"]
    assert rows[1][1:] == [
        "anna",
        "修改",
        f"'=浙江改名律师事务所 {firm.id}",
        "名册修改",
        f"名称：{firm.name}→=浙江改名律师事务所",
    ]
    assert "导出操作记录" in browser.get(f"{DESK}/audit").text
    assert site.browser("scheduler").get(f"{DESK}/audit.csv").status_code == 403
