"""One question at the supervisor's desk: found, read, reopened, noted, joined, erased."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from zhiban.data.database import reading, writing
from zhiban.queue import service as queue
from zhiban.queue import store
from zhiban.queue.asking import Ask
from zhiban.queue.records import QUESTION, QUESTION_CLOCK, QUESTION_KEY, VIEWING
from zhiban.queue.showing import ticket_of

Q = "/supervisor/q"


def asked(site: Any, text: str = "老板拖欠工资", contact: str | None = None) -> str:
    """A question of the county asked now; its code."""
    ask = Ask(text, "330411", consent=True, category="labour", contact=contact)
    with writing(site.engine) as connection:
        made = queue.ask(connection, site.keyring, ask, None, site.clock.now())
    assert isinstance(made, queue.Asked)
    return made.ticket


def closed(site: Any, text: str = "老板拖欠工资") -> str:
    """The same, answered and closed by its lawyer a little later."""
    ticket = asked(site, text)
    with writing(site.engine) as connection:
        move = queue.Move(ticket, holder(site, ticket), site.clock.now(), "可以申请仲裁。")
        assert isinstance(queue.answer(connection, site.keyring, move), queue.Moved)
        assert isinstance(queue.close(connection, site.keyring, move), queue.Moved)
    return ticket


def row(site: Any, ticket: str) -> Any:
    with reading(site.engine) as connection:
        return connection.execute(select(QUESTION).where(QUESTION.c.code == ticket)).one()


def holder(site: Any, ticket: str) -> str:
    return str(row(site, ticket).lawyer)


def seen(page: str) -> dict[str, str]:
    """What the forms of a page say was seen."""
    return {
        name: re.findall(rf'name="{name}" value="(\d+)"', page)[0] for name in ("version", "seen")
    }


def test_a_closed_question_is_found_by_its_code_and_the_reading_is_recorded(site: Any) -> None:
    ticket = closed(site)
    browser = site.browser("supervisor")
    assert ticket not in browser.get("/supervisor?show=all").text
    page = browser.get(f"/supervisor/find?ticket={ticket.lower()}")
    assert page.url.path == f"{Q}/{ticket}"
    assert "老板拖欠工资" in page.text
    assert site.count(select(func.count()).where(VIEWING.c.viewer == "staff:supervisor")) == 1
    for wrong in ("ZB-0000-0000", "什么"):
        answer = browser.get(f"/supervisor/find?ticket={wrong}")
        assert (answer.status_code, 'id="ticket-why"' in answer.text) == (404, True)
        assert f'value="{wrong}"' in answer.text
    assert browser.get(f"{Q}/ZB-0000-0000").status_code == 404


def test_a_closed_question_is_opened_again_with_a_reason_and_goes_to_a_lawyer(site: Any) -> None:
    ticket = closed(site)
    browser = site.browser("supervisor")
    form = seen(browser.get(f"{Q}/{ticket}").text)
    without = browser.send(f"{Q}/{ticket}/reopen", form | {"reason": " "})
    assert (without.status_code, 'id="reopen-reason-why"' in without.text) == (422, True)
    done = browser.send(f"{Q}/{ticket}/reopen", form | {"reason": "答复漏了一点"})
    assert "已重新打开" in done.text
    assert "答复漏了一点" in done.text
    assert row(site, ticket).state == "assigned"
    # The second tap finds it done, and does not open it twice.
    assert (
        browser.send(f"{Q}/{ticket}/reopen", form | {"reason": "答复漏了一点"}).status_code == 200
    )
    assert browser.get(f"{Q}/{ticket}").text.count("答复漏了一点") == 1


def test_an_old_page_is_told_so_and_keeps_what_was_typed(site: Any) -> None:
    ticket = closed(site)
    browser, other = site.browser("supervisor"), site.browser("administrator")
    form = seen(browser.get(f"{Q}/{ticket}").text)
    assert "已重新打开" in other.send(f"{Q}/{ticket}/reopen", form | {"reason": "先开的"}).text
    late = browser.send(f"{Q}/{ticket}/reopen", form | {"reason": "漏了一点"})
    assert late.status_code == 409
    assert re.search(r'id="kept" readonly>漏了一点</textarea>', late.text)
    # Nothing of it can be erased either while it is open, asked or not.
    for sure in ({}, {"sure": "yes"}):
        assert browser.send(f"{Q}/{ticket}/erase", form | sure).status_code == 409
    assert "老板拖欠工资" in browser.get(f"{Q}/{ticket}").text


def test_a_note_is_seen_by_staff_alone_and_stops_no_clock(site: Any) -> None:
    ticket = asked(site)
    browser = site.browser("supervisor")
    form = seen(browser.get(f"{Q}/{ticket}").text)
    running = (
        select(func.count()).select_from(QUESTION_CLOCK).where(QUESTION_CLOCK.c.due.is_not(None))
    )
    clocks, version = site.count(running), row(site, ticket).version
    assert browser.send(f"{Q}/{ticket}/note", form | {"note": ""}).status_code == 422
    done = browser.send(f"{Q}/{ticket}/note", form | {"note": "对方也来过电话"})
    assert "备注已记下" in done.text
    assert done.text.count("对方也来过电话") == 1
    browser.send(f"{Q}/{ticket}/note", form | {"note": "对方也来过电话"})  # a second tap
    browser.send(f"{Q}/{ticket}/note", form | {"note": "另一条"})
    page = browser.get(f"{Q}/{ticket}").text
    assert (page.count("对方也来过电话"), page.count("另一条")) == (1, 1)
    assert (site.count(running), row(site, ticket).version) == (clocks, version)


def test_erasing_says_what_goes_and_stays_asks_and_cannot_be_undone(site: Any) -> None:
    ticket = closed(site)
    browser = site.browser("supervisor")
    form = seen(browser.get(f"{Q}/{ticket}").text)
    keys = select(func.count()).select_from(QUESTION_KEY)
    asks = browser.send(f"{Q}/{ticket}/erase", form)
    assert "删除这件咨询的个人信息？" in asks.text
    assert "留下的，和为什么" in asks.text
    assert "老板拖欠工资" in asks.text
    assert site.count(keys) == 1  # asking has destroyed nothing
    done = browser.send(f"{Q}/{ticket}/erase", seen(asks.text) | {"sure": "yes"})
    assert "个人信息已删除" in done.text
    assert "老板拖欠工资" not in done.text
    assert "可以申请仲裁" not in done.text
    assert "内容已按要求删除" in done.text
    assert site.count(keys) == 0
    late = browser.send(f"{Q}/{ticket}/note", form | {"note": "写在旧页上的"})
    assert (late.status_code, "写在旧页上的" in late.text) == (409, True)
    assert browser.send(f"{Q}/{ticket}/reopen", form | {"reason": "再看"}).status_code == 409


def test_an_open_question_offers_neither_reopening_nor_erasing(site: Any) -> None:
    ticket = asked(site)
    browser = site.browser("supervisor")
    page = browser.get(f"{Q}/{ticket}").text
    assert 'id="do-note"' in page
    assert 'id="do-reopen"' not in page
    assert 'id="do-erase"' not in page
    assert browser.send(f"{Q}/{ticket}/accept", {}).status_code == 404


def test_contacts_are_masked_and_an_old_row_of_the_list_leads_to_the_page(site: Any) -> None:
    ticket = asked(site, contact="13812345678")
    site.clock.at += timedelta(hours=25)
    browser = site.browser("supervisor")
    assert f'href="{Q}/{ticket}"' in browser.get("/supervisor").text
    page = browser.get(f"{Q}/{ticket}").text
    assert "138****5678" in page
    assert "13812345678" not in page


@pytest.mark.parametrize("login", ["scheduler", "l2"])
def test_nobody_else_reads_or_does_any_of_it(site: Any, login: str) -> None:
    ticket = closed(site)
    browser = site.browser(login)
    assert browser.get(f"{Q}/{ticket}").status_code == 403
    assert browser.get(f"/supervisor/find?ticket={ticket}").status_code == 403
    for act in ("reopen", "note", "merge", "erase"):
        form = {"reason": "x", "note": "x", "sure": "yes", "version": "9"}
        assert browser.send(f"{Q}/{ticket}/{act}", form).status_code == 403
    assert row(site, ticket).state == "closed"


def test_two_of_one_story_are_joined_after_seeing_what_comes_of_it_and_both_tell(
    site: Any,
) -> None:
    first, second = asked(site), asked(site, "我又问一次：老板拖欠工资")
    browser = site.browser("supervisor")
    page = browser.get(f"{Q}/{second}").text
    assert f'<option value="{first}">' in page
    assert f'<option value="{second}">' not in page
    form = seen(page) | {"into": first.lower(), "reason": "同一件事"}
    for wrong in ("", "ZB-0000-0000", second):
        refused = browser.send(f"{Q}/{second}/merge", form | {"into": wrong})
        assert (refused.status_code, 'id="merge-into-why"' in refused.text) == (422, True), wrong
        assert 'value="同一件事"' in refused.text
    bare = browser.send(f"{Q}/{second}/merge", form | {"reason": ""})
    assert (bare.status_code, 'id="merge-reason-why"' in bare.text) == (422, True)
    asks = browser.send(f"{Q}/{second}/merge", form).text
    assert f"把{second}合并到{first}？" in asks
    assert row(site, second).state == "assigned"  # seeing has changed nothing
    sure = form | seen(asks) | {"sure": "yes"}
    done = browser.send(f"{Q}/{second}/merge", sure).text
    assert "已合并" in done
    assert f"并入{first}" in done
    assert "同一件事" in done
    assert row(site, second).state == "closed"
    assert f"{second} 并入这件" in browser.get(f"{Q}/{first}").text
    # The second tap finds it done.
    assert browser.send(f"{Q}/{second}/merge", sure).status_code == 200
    assert browser.get(f"{Q}/{first}").text.count(f"{second} 并入这件") == 1


def test_what_moved_on_meanwhile_is_not_joined(site: Any) -> None:
    first, second = asked(site), asked(site, "我又问一次：老板拖欠工资")
    browser = site.browser("supervisor")
    form = seen(browser.get(f"{Q}/{second}").text) | {"into": first, "reason": "同一件事"}
    with writing(site.engine) as connection:
        move = queue.Move(second, holder(site, second), site.clock.now(), "可以申请仲裁。")
        assert isinstance(queue.answer(connection, site.keyring, move), queue.Moved)
    for sure in ({}, {"sure": "yes"}):
        late = browser.send(f"{Q}/{second}/merge", form | sure)
        assert (late.status_code, 'value="同一件事"' in late.text) == (409, True)
    assert row(site, second).state == "answered"


def test_questions_of_other_divisions_are_joined_only_where_the_contact_is_the_same(
    site: Any,
) -> None:
    def of(division: str, contact: str) -> str:
        ask = Ask("老板拖欠工资", division, consent=True, contact=contact)
        with writing(site.engine) as connection:
            made = queue.ask(connection, site.keyring, ask, None, site.clock.now())
        assert isinstance(made, queue.Asked)
        return made.ticket

    county = of("330411", "13812345678")
    own, strange = of("330411104", "13812345678"), of("330411104", "13900000000")
    browser = site.browser("supervisor")
    form = {"into": county, "reason": "同一个人", "sure": "yes"}
    refused = browser.send(f"{Q}/{strange}/merge", form | seen(browser.get(f"{Q}/{strange}").text))
    assert (refused.status_code, "不能合并" in refused.text) == (422, True)
    done = browser.send(f"{Q}/{own}/merge", form | seen(browser.get(f"{Q}/{own}").text))
    assert "已合并" in done.text
    assert (row(site, own).state, row(site, strange).state) == ("closed", "assigned")


def test_the_citizen_of_a_joined_question_is_not_told_the_others_code(site: Any) -> None:
    first, second = asked(site), asked(site, "我又问一次：老板拖欠工资")
    with writing(site.engine) as connection:
        move = queue.Move(second, "supervisor", site.clock.now(), "同一件事")
        assert isinstance(queue.merge(connection, site.keyring, move, into=first), queue.Moved)
    with reading(site.engine) as connection:
        one = store.dossier(connection, second)
        assert one is not None
        events = store.read_written(connection, site.keyring, one.state.id)
        known = queue.knowledge(connection, site.keyring, site.clock.now())
    view = ticket_of(second, one.state, events, known, site.clock.now())
    merged = next(step for step in view.steps if step.kind == "merged")
    assert (dict(merged.facts), merged.text) == ({}, None)
