"""Articles are known by name and number, in figures and in Chinese numerals."""

from __future__ import annotations

import pytest

from zhiban.queue.citations import Citation, citations, number_of, numeral, written


def test_articles_are_found_in_a_text_in_their_order() -> None:
    text = "依据《中华人民共和国民法典》第一千零七十九条和《劳动合同法》第82条，另见《刑法》。"
    found = citations(text)
    assert [(one.law, one.article) for one in found] == [("民法典", 1079), ("劳动合同法", 82)]
    assert text[found[0].start : found[0].end] == "《中华人民共和国民法典》第一千零七十九条"


def test_an_article_put_in_later_keeps_its_second_number() -> None:
    assert citations("《刑法》第二百三十四条之一") == (Citation(0, 13, "刑法", 234, 1),)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1079, "一千零七十九"),
        (1260, "一千二百六十"),
    ],
)
def test_numerals_are_written_as_laws_count(number: int, said: str) -> None:
    assert numeral(number) == said


def test_every_numeral_reads_back_as_its_number() -> None:
    assert all(number_of(numeral(number)) == number for number in range(1, 10_000))


def test_a_citation_written_is_found_again() -> None:
    assert [(one.law, one.article) for one in citations(written("公证法", 47))] == [("公证法", 47)]


@pytest.mark.parametrize("text", ["", "甲", "第", "3a"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_of(text) is None
