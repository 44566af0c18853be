"""Laws by the names that people use, and articles however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiban.queue.laws import in_chinese, laws, look_up
from zhiban.queue.words import articles_in, number_of


@given(st.integers(min_value=1, max_value=9999))
def test_a_number_written_in_chinese_reads_as_itself(number: int) -> None:
    assert number_of(in_chinese(number)) == number
    assert articles_in(f"见第{in_chinese(number)}条和第{number}条") == [number, number]


@pytest.mark.parametrize(
    ("text", "law", "article"),
    [
        ("民法典1079", "民法典", 1079),
        ("《中华人民共和国民法典》第一千零七十九条", "民法典", 1079),
        ("劳动合同法第38条", "劳动合同法", 38),
        ("消法 五十五", "消费者权益保护法", 55),
        ("道交法", "道路交通安全法", None),
        ("工伤", "工伤保险条例", None),
    ],
)
def test_a_law_is_found_by_its_names(text: str, law: str, article: int | None) -> None:
    looked = look_up(text)
    assert looked.laws[0].short == law
    assert looked.article == article


def test_what_is_no_law_finds_none() -> None:
    assert look_up("今天天气").laws == ()
    assert look_up("第12条").laws == ()
    assert look_up("").laws == ()


def test_the_parts_of_a_law_follow_each_other_without_a_gap() -> None:
    for law in laws():
        ends = [0]
        for part in law.parts:
            assert part.first == ends[-1] + 1, (law.short, part)
            ends.append(part.last)
        if law.parts:
            assert ends[-1] == law.articles
    code = look_up("民法典").laws[0]
    assert code.part_of(1079) == "婚姻家庭编"
    assert code.part_of(2000) is None


def test_every_name_is_one_laws_alone_and_links_stay_official() -> None:
    names = [name for law in laws() for name in {law.short, *law.aliases}]
    assert len(names) == len(set(names))
    for law in laws():
        assert law.library.startswith("https://")
        assert law.library.endswith(".gov.cn/")
        assert law.search.startswith("https://sousuo.www.gov.cn/")
