"""我要学, what is offered while a question is written, and the desk where answers are reviewed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import insert, select

from zhiban.data.categories import Category
from zhiban.data.database import reading, writing
from zhiban.data.records import CategoryRecord, table
from zhiban.queue import library, library_desk, service
from zhiban.queue.asking import Ask
from zhiban.queue.library_entry import Texts
from zhiban.queue.library_records import LIBRARY_ENTRY
from zhiban.queue.records import QUESTION

TOWN = "330411104"
STORY = "老板拖欠我三个月工资不发，我叫王小明，电话13857312345，怎么要回来？"
WAGES = Texts(
    "老板拖欠工资怎么办",
    "老板拖欠工资三个月不发。",
    "可以投诉，也可以申请仲裁，见《劳动合同法》第八十二条。",
    "labour",
)
SECRET = Texts("还没审核的问答", "绝密的草稿内容。", "不能让人看见。", "labour")


@pytest.fixture
def filled(site: Any) -> Any:
    """The bureau with a public entry, a draft (2) and a second category."""
    family = Category("family", "婚姻家庭", "Family")
    with writing(site.engine) as connection:
        connection.execute(
            insert(table(CategoryRecord)).values(
                code=family.code, name=family.name, name_en=family.name_en, position=9
            )
        )
        library_desk.fill(connection, [WAGES], "staff:supervisor", site.clock.now())
        library_desk.propose(connection, SECRET, "lawyer:L1", site.clock.now())
    return site


def status_of(site: Any, id: int) -> str:
    """Where an entry stands."""
    with reading(site.engine) as connection:
        found = library_desk.entry(connection, id)
    assert found is not None
    return found.status


def form(texts: Texts, **more: object) -> dict[str, object]:
    """The form of an entry."""
    fields = ("title", "question", "answer", "category")
    return {field: getattr(texts, field) for field in fields} | more


def test_a_stranger_finds_public_entries_and_never_a_draft(filled: Any) -> None:
    browser = filled.browser()
    home = browser.get("/learn").text
    assert WAGES.title in home
    assert SECRET.title not in home
    assert WAGES.title in browser.get("/learn?q=工资").text
    assert SECRET.title not in browser.get("/learn?q=绝密").text
    assert "没有找到" in browser.get("/learn?q=绝密").text
    assert browser.get("/learn/1").status_code == 200
    assert browser.get("/learn/2").status_code == 404
    assert browser.get("/learn/99999999999").status_code == 404


def test_an_empty_library_says_what_will_be_there(site: Any) -> None:
    browser = site.browser()
    assert "还没有公开的问答" in browser.get("/learn").text
    assert "Nothing is public yet" in site.browser(lang="en").get("/learn").text
    assert browser.get("/learn?page=7&category=nothing&q=%00").status_code == 200


def test_categories_and_pages_lead_on(filled: Any) -> None:
    with writing(filled.engine) as connection:
        many = [Texts(f"工资第{n}问", "工资。", "可以。", "labour") for n in range(1, 25)]
        library_desk.fill(connection, many, "staff:s", filled.clock.now())
    browser = filled.browser()
    first = browser.get("/learn?category=labour").text
    assert "共3页" in first
    follow = re.search(r'rel="next" href="([^"]+)"', first)
    assert follow is not None
    second = browser.get(follow[1].replace("&amp;", "&")).text
    assert "第2页" in second
    titles = re.compile("工资第[0-9]+问")
    assert not set(titles.findall(first)) & set(titles.findall(second))
    assert WAGES.title not in browser.get("/learn?category=family").text


def test_laws_are_looked_up_by_name_and_article(filled: Any) -> None:
    browser = filled.browser()
    page = browser.get("/learn/law?q=劳动合同法第82条").text
    assert "《劳动合同法》" in page
    assert "第八十二条" in page
    assert WAGES.title in page  # the entry cites the article
    assert 'href="https://flk.npc.gov.cn/" target="_blank" rel="noopener noreferrer"' in page
    assert WAGES.title not in browser.get("/learn/law?q=民法典第82条").text  # another law's
    assert "没有第2000条" in browser.get("/learn/law?q=民法典2000").text
    assert "没有找到这部法律" in browser.get("/learn/law?q=月球法").text
    assert "常用的法律" in browser.get("/learn/law").text
    assert "Article 82" in filled.browser(lang="en").get("/learn/law?q=劳动合同法82").text


def test_chips_and_answers_are_offered_for_what_is_written(filled: Any) -> None:
    browser = filled.browser()
    chips = browser.send("/ask/suggest", {"text": STORY}).text
    assert re.search(r'data-category="labour"[^>]*>劳动<', chips)
    assert "data-category" not in browser.send("/ask/suggest", {"text": "你好"}).text
    near = browser.send("/ask/similar", {"text": STORY}).text
    assert WAGES.title in near
    assert SECRET.title not in near
    assert "还没有相近的解答" in browser.send("/ask/similar", {"text": "猫丢了"}).text
    assert "写好经过" in browser.send("/ask/similar", {"text": ""}).text


def test_who_asks_for_chips_too_often_is_told_to_wait(filled: Any) -> None:
    browser = filled.browser()
    limit = filled.app.state.settings.suggest_limit
    most = int(limit.partition("/")[0])
    answers = [browser.send("/ask/suggest", {"text": STORY}) for _ in range(most + 1)]
    assert answers[-2].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


def test_a_supervisor_publishes_and_withdraws(filled: Any) -> None:
    desk, citizen = filled.browser("supervisor"), filled.browser()
    assert SECRET.title in desk.get("/supervisor/library").text
    page = desk.send("/supervisor/library/2", form(SECRET, version=1, do="publish"))
    assert "已公开" in page.text
    assert SECRET.title in citizen.get("/learn?q=绝密").text
    page = desk.send("/supervisor/library/2", form(SECRET, version=2, do="withdraw"))
    assert "已撤下" in page.text
    assert SECRET.title not in citizen.get("/learn?q=绝密").text
    assert citizen.get("/learn/2").status_code == 404


def test_what_may_tell_who_somebody_is_must_be_checked_first(filled: Any) -> None:
    desk = filled.browser("supervisor")
    told = Texts("欠薪", "我叫王小明，电话13857312345。", "可以投诉。", "labour")
    sent = form(told, version=1, do="publish")
    refused = desk.send("/supervisor/library/2", sent)
    assert refused.status_code == 422
    assert "<mark>13857312345</mark>" in refused.text
    assert status_of(filled, 2) == "draft"
    assert desk.send("/supervisor/library/2", sent | {"clear": "yes"}).status_code == 200
    assert status_of(filled, 2) == "reviewed"


def test_two_at_one_entry_the_later_keeps_what_was_written(filled: Any) -> None:
    desk = filled.browser("supervisor")
    desk.send("/supervisor/library/1", form(WAGES, version=1, do="save"))
    mine = Texts("我改的标题", WAGES.question, WAGES.answer, "labour")
    late = desk.send("/supervisor/library/1", form(mine, version=1, do="save"))
    assert late.status_code == 409
    assert "我改的标题" in late.text
    assert "有人刚刚改过" in late.text


def test_an_entry_written_at_the_desk_is_a_draft_and_faults_stand_at_their_fields(
    filled: Any,
) -> None:
    desk = filled.browser("administrator")
    assert desk.get("/supervisor/library/new").status_code == 200
    refused = desk.send("/supervisor/library", form(Texts("", "问", "答", "")))
    assert refused.status_code == 422
    assert 'id="title-why"' in refused.text
    assert 'id="category-why"' in refused.text
    made = desk.send("/supervisor/library", form(Texts("题", "问", "答", "family")))
    assert made.status_code == 200
    assert status_of(filled, int(str(made.url).rpartition("/")[2])) == "draft"


@pytest.mark.parametrize("login", ["", "l1", "scheduler"])
def test_nobody_else_sees_or_reviews_drafts(filled: Any, login: str) -> None:
    browser = filled.browser(login)
    browser.client.follow_redirects = False
    for path in ("/supervisor/library", "/supervisor/library/2", "/supervisor/library/new"):
        assert browser.get(path).status_code in (303, 403)
    sent = browser.send("/supervisor/library/2", form(SECRET, version=1, do="publish"))
    assert sent.status_code in (401, 403)
    assert status_of(filled, 2) == "draft"


def test_a_lawyer_proposes_an_answered_question_without_its_names(filled: Any) -> None:
    filled.draft()
    filled.publish()
    now = filled.clock.now()
    with writing(filled.engine) as connection:
        ask = Ask(STORY, TOWN, True, other_party="红星厂")
        made = service.ask(connection, filled.keyring, ask, None, now)
        assert isinstance(made, service.Asked)
        ticket = made.ticket
    holder, other = filled.browser("l2"), filled.browser("l1")
    path = f"/lawyer/q/{ticket}/propose"
    assert holder.send(path, {}).status_code == 409  # nothing is answered yet
    with writing(filled.engine) as connection:
        move = service.Move(ticket, "L2", now, "红星厂应当支付，请打13857312345找我。")
        service.answer(connection, filled.keyring, move)
    assert other.send(path, {}).status_code == 404
    holder.client.follow_redirects = False
    assert holder.send(path, {}).status_code == 303
    assert holder.send(path, {}).status_code == 303  # a double tap makes one draft
    with reading(filled.engine) as connection:
        rows = connection.execute(
            select(LIBRARY_ENTRY).where(LIBRARY_ENTRY.c.source == ticket)
        ).all()
    assert len(rows) == 1
    assert rows[0].status == "draft"
    said = f"{rows[0].title}{rows[0].question}{rows[0].answer}"
    for name in ("王小明", "13857312345", "红星厂"):
        assert name not in said
    assert rows[0].category == "labour"
    with reading(filled.engine) as connection:
        assert library.find(connection, "某某", None).entries == ()


@pytest.mark.parametrize(
    ("chosen", "text", "kept"),
    [("", STORY, "labour"), ("family", STORY, "family"), ("", "我想问个事情", None)],
)
def test_what_is_sent_without_a_category_gets_one_from_its_text_where_that_is_sure(
    filled: Any, chosen: str, text: str, kept: str | None
) -> None:
    browser = filled.browser()
    sent = {"text": text, "division": TOWN, "consent": "yes", "category": chosen}
    review = browser.send("/ask", sent | {"key": "k" * 24, "do": "review"})
    said = "（按您写的内容）" in review.text
    assert said is (not chosen and kept is not None)
    done = browser.send("/ask", sent | {"key": "k" * 24, "do": "send"})
    assert "/receipt" in str(done.url)
    with reading(filled.engine) as connection:
        found = connection.execute(select(QUESTION.c.category)).scalar_one()
    assert found == kept  # this register has no general category to fall back on
