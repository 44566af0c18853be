"""Private numbers are found before a text goes out, whatever their spelling, and little else is."""

from __future__ import annotations

import pytest

from zhiban.queue.numbers_in import private_numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我的电话13805731234，晚上打", ("13805731234",)),
        ("138-0573-1234", ("138-0573-1234",)),
        ("+86 138 0573 1234", ("+86 138 0573 1234",)),
        ("１３８０５７３１２３４", ("１３８０５７３１２３４",)),
        ("一三八零五七三一二三四", ("一三八零五七三一二三四",)),
        ("单位座机0573-82112345", ("0573-82112345",)),
        ("加微信：zhang_2020 详谈", ("zhang_2020",)),
        ("微信号zhang2020", ("zhang2020",)),
        ("VX abcde1", ("abcde1",)),
        ("加V：law2020", ("law2020",)),
        ("QQ 12345678", ("12345678",)),
        # A number that is a WeChat name as well is told once.
        ("微信13805731234", ("13805731234",)),
        ("13805731234，再说一遍13805731234", ("13805731234",)),
    ],
)
def test_a_private_number_is_found_as_it_stands(text: str, found: tuple[str, ...]) -> None:
    assert private_numbers(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "请拨打12348或者12333",
        "赔偿金共计13800000元",
        "（2024）浙0402民初12345号",
        "身份证号330402199001011234",
        "统一社会信用代码91330402MA2ABCDE1X",
        "请把微信聊天记录保存好",
        "微信转账的截图也是证据",
        "《民法典》第一千零七十九条",
        "",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert private_numbers(text) == ()
