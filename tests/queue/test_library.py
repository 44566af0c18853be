"""The library: found by any of its words once reviewed, and by nobody before or after."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, insert

from zhiban.data.categories import Category
from zhiban.data.database import reading, writing
from zhiban.data.records import CategoryRecord, table
from zhiban.data.wording import Refused
from zhiban.queue import library, library_desk
from zhiban.queue.library_entry import Entry, Texts
from zhiban.queue.library_search import BUDGET, category_word, plan, ranked
from zhiban.queue.outcomes import Stale
from zhiban.queue.words import words_of

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
WAGES = Texts(
    "老板拖欠工资不给怎么办",
    "在一家餐馆打工，三个月没有发工资，也没有签劳动合同。",
    "可以向劳动监察大队投诉，也可以申请劳动仲裁。依据《劳动合同法》第八十二条，没有签书面合同可以要求两倍工资。",
    "labour",
)
DIVORCE = Texts(
    "离婚时孩子跟谁",
    "我们要离婚，孩子一岁半。",
    "不满两周岁的子女，以由母亲直接抚养为原则，见《民法典》第一千零八十四条。",
    "family",
)
LOAN = Texts(
    "借钱没有写欠条能起诉吗",
    "朋友借了两万元，只有微信聊天记录和转账记录。",
    "可以。转账凭证和聊天记录都是证据。",
    "debt",
)


@pytest.fixture
def library_of_three(database: Engine) -> Engine:
    """A database with three categories and three reviewed entries."""
    kinds = (
        Category("labour", "劳动纠纷", "Labour"),
        Category("family", "婚姻家庭", "Family"),
        Category("debt", "债权债务", "Debts"),
    )
    rows = [
        {"code": one.code, "name": one.name, "name_en": one.name_en, "position": place}
        for place, one in enumerate(kinds)
    ]
    with writing(database) as connection:
        connection.execute(insert(table(CategoryRecord)), rows)
        assert library_desk.fill(connection, [WAGES, DIVORCE, LOAN], "staff:test", NOW) == 3
    return database


def titles(connection: Connection, query: str, category: str | None = None) -> list[str]:
    """The titles found, in their order."""
    return [one.title for one in library.find(connection, query, category).entries]


@pytest.mark.parametrize("texts", [WAGES, DIVORCE, LOAN], ids=["wages", "divorce", "loan"])
def test_search_finds_an_entry_by_any_of_its_words(library_of_three: Engine, texts: Texts) -> None:
    words = set(words_of(f"{texts.title}。{texts.question}。{texts.answer}"))
    assert len(words) > 8
    with reading(library_of_three) as connection:
        for word in sorted(words):
            if words_of(word):  # a part alone may say nothing
                assert texts.title in titles(connection, word), word
                assert texts.title in titles(connection, word, texts.category), word


def test_an_article_is_found_in_figures_and_in_chinese(library_of_three: Engine) -> None:
    with reading(library_of_three) as connection:
        for query in ("第1084条", "民法典第一千零八十四条", "第 １０８４ 条".replace(" ", "")):
            assert titles(connection, query)[0] == DIVORCE.title


def test_a_category_leaves_out_all_others(library_of_three: Engine) -> None:
    with reading(library_of_three) as connection:
        assert titles(connection, "工资 离婚 借钱", "family") == [DIVORCE.title]
        assert titles(connection, "", "debt") == [LOAN.title]
        assert titles(connection, "工资", "medical") == []
        assert len(titles(connection, "")) == 3


def test_drafts_and_withdrawn_entries_are_found_by_nobody(library_of_three: Engine) -> None:
    with writing(library_of_three) as connection:
        new = Texts("欠条丢了怎么办", "欠条被洗衣机洗坏了。", "可以请对方补写。", "debt")
        id = library_desk.propose(connection, new, "lawyer:L1", NOW)
        assert titles(connection, "洗衣机") == []
        assert library.entry_for_all(connection, id) is None
        for status, seen in (("reviewed", True), ("withdrawn", False), ("reviewed", True)):
            before = library_desk.entry(connection, id)
            assert before is not None
            done = library_desk.change(connection, id, before.version, new, status, "staff:s", NOW)
            assert isinstance(done, Entry)
            assert (new.title in titles(connection, "洗衣机")) is seen
            assert (new.title in titles(connection, "")) is seen
            assert (library.entry_for_all(connection, id) is not None) is seen
            offered = library.similar_offers(connection, "欠条被洗衣机洗坏了", "zh")
            assert (id in [one.id for one in offered]) is seen


def test_a_changed_entry_is_found_by_its_new_words_only(library_of_three: Engine) -> None:
    with writing(library_of_three) as connection:
        shown = library.find(connection, "餐馆", None).entries[0]
        new = Texts("工地欠薪", "在工地干活没有拿到钱。", "可以投诉。", "labour")
        library_desk.change(connection, shown.id, 1, new, "reviewed", "staff:s", NOW)
        assert titles(connection, "餐馆") == []
        assert titles(connection, "工地") == ["工地欠薪"]


def test_who_saw_an_older_version_changes_nothing(library_of_three: Engine) -> None:
    with writing(library_of_three) as connection:
        shown = library.find(connection, "餐馆", None).entries[0]
        library_desk.change(connection, shown.id, 1, WAGES, "reviewed", "staff:a", NOW)
        late = library_desk.change(connection, shown.id, 1, LOAN, "withdrawn", "staff:b", NOW)
        assert isinstance(late, Stale)
        assert late.version == 2
        assert titles(connection, "餐馆") == [WAGES.title]


def test_a_ticket_is_proposed_once(library_of_three: Engine) -> None:
    with writing(library_of_three) as connection:
        first = library_desk.propose(connection, LOAN, "lawyer:L1", NOW, source="ZB-1")
        again = library_desk.propose(connection, WAGES, "lawyer:L2", NOW, source="ZB-1")
        assert first == again
        found, total = library_desk.entries(connection, "draft")
        assert total == 1
        assert found[0].texts.title == LOAN.title


def test_faults_are_named_by_their_fields(library_of_three: Engine) -> None:
    with writing(library_of_three) as connection, pytest.raises(Refused) as refused:
        library_desk.propose(connection, Texts("", "x" * 5000, "好", "art"), "lawyer:L1", NOW)
    assert [one.field for one in refused.value.errors] == ["title", "question", "category"]


def test_offers_are_close_to_the_story_and_few(library_of_three: Engine) -> None:
    story = "我在饭店打工，老板拖欠了我三个月的工资，合同也没签，我该怎么要回来？"
    with reading(library_of_three) as connection:
        offers = library.similar_offers(connection, story, "zh")
        assert offers[0].title == WAGES.title
        assert offers[0].category_name == "劳动纠纷"
        assert library.similar_offers(connection, "你好", "zh") == []
        assert library.similar_offers(connection, "楼上漏水把我家天花板泡坏了", "zh") == []


def test_words_that_are_all_common_still_find_the_newest(
    library_of_three: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhiban.queue.library_search.BUDGET", 0)  # as if each stood in thousands
    with writing(library_of_three) as connection:
        again = [WAGES, Texts("工资的事", "工资和合同。", "可以。", "labour")]
        library_desk.fill(connection, again, "staff:s", NOW)
        assert titles(connection, "工资")[0] == "工资的事"
        assert len(titles(connection, "工资")) == 3
        assert titles(connection, "工资 餐馆") == [WAGES.title, WAGES.title]
        assert titles(connection, "工资 餐馆", "labour") == [WAGES.title, WAGES.title]
        # No entry holds both; those of the rarer word are better than none.
        assert titles(connection, "转账 工资") == [LOAN.title]
        assert titles(connection, "转账 工资", "family") == []


def test_common_words_find_nothing_by_themselves_where_rarer_ones_are_known() -> None:
    # 工资 stands in more entries than may be scored; 洗碗工 in few.
    made = plan(["工资", "洗碗工"], None, {"工资": BUDGET + 1, "洗碗工": 7}, 50_000)
    assert made is not None
    assert made.one_of == ("洗碗工",)
    assert set(made.weights) == {"工资", "洗碗工"}
    alone = plan(["工资"], "labour", {"工资": BUDGET + 1, category_word("labour"): 9}, 50_000)
    assert alone is not None
    assert not alone.scored
    assert alone.all_of == ("工资", "catlabour")
    assert plan(["没见过"], None, {}, 50_000) is None


def test_of_entries_with_the_same_words_the_field_that_was_meant_comes_first() -> None:
    made = plan(["赔偿"], None, {"赔偿": 9}, 100)
    assert made is not None
    # The newer entry would be first, were it not for the field.
    held = [(1, " 赔偿 catmedical "), (2, " 赔偿 cattraffic ")]
    assert [id for id, _, _ in ranked(made, held)] == [2, 1]
    leaning = {category_word("medical"): 0.9}
    assert [id for id, _, _ in ranked(made, held, leaning)] == [1, 2]


def test_the_entry_that_holds_more_of_the_rare_words_comes_first() -> None:
    made = plan(["工资", "拖欠"], None, {"工资": 50, "拖欠": 5}, 100)
    assert made is not None
    order = [id for id, _, _ in ranked(made, [(1, " 工资 "), (2, " 拖欠 "), (3, " 拖欠 工资 ")])]
    assert order == [3, 2, 1]
