"""What may tell who somebody is: seen where it stands, and left out of what is proposed."""

from __future__ import annotations

import pytest

from zhiban.queue.deidentifying import HIDDEN, traces, without_traces


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("我的身份证号是33040219900307123X请查", "id", "33040219900307123X"),
        ("打我电话13857312345谢谢", "phone", "13857312345"),
        ("电话 138-5731-2345", "phone", "138-5731-2345"),
        ("座机0573-82012345", "landline", "0573-82012345"),
        ("卡号6222021204001234567", "card", "6222021204001234567"),
        ("加我微信:abc_12345", "contact", "微信:abc_12345"),
        ("写信到 who@example.com 吧", "contact", "who@example.com"),
        ("车牌浙F12345撞了我", "plate", "浙F12345"),
        ("（2025）浙0402民初1234号判决", "case", "（2025）浙0402民初1234号"),
        ("我叫王小明", "name", "我叫王小明"),
    ],
)
def test_each_kind_of_trace_is_seen_where_it_stands(text: str, kind: str, shown: str) -> None:
    found = traces(text)
    assert [(one.kind, one.shown) for one in found] == [(kind, shown)]
    assert text[found[0].start : found[0].end] == shown
    assert shown not in without_traces(text)


def test_companies_and_addresses_are_seen() -> None:
    kinds = {one.kind for one in traces("嘉兴大海制衣有限公司在中山东路88号3幢")}
    assert kinds == {"company", "address"}


def test_names_of_parties_are_seen_where_they_are_known() -> None:
    text = "张三欠我钱，张三的妻子也知道"
    assert traces(text) == ()
    assert without_traces(text, ["张三", ""]) == f"{HIDDEN}欠我钱，{HIDDEN}的妻子也知道"


@pytest.mark.parametrize(
    "text",
    [
        "拖欠工资三个月，共15000元",
        "2026年11月24日签的合同",
        "《民法典》第一千零七十九条",
        "请写明姓名住址和联系方式，微信聊天记录也可以",
        "打12348或者12315",
    ],
)
def test_plain_words_and_figures_are_no_traces(text: str) -> None:
    assert traces(text) == ()


def test_what_was_left_out_leaves_no_trace_itself() -> None:
    text = "我叫王小明，电话13857312345，车牌浙F12345"
    assert traces(without_traces(text)) == ()
