"""Chinese text as words to search by: cut, folded to one spelling, without what says nothing; pure.

Articles of law are words of their own, however they are written: 第1079条 and 第一千零七十九条.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import rjieba

LONGEST = 24
MOST_TEXT = 5000
_WORD = re.compile(r"[0-9a-z\u3400-\u9fff]+")
_ARTICLE = re.compile(r"第([0-9]{1,4}|[零〇一二两三四五六七八九十百千]{1,9})条")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
# What stands in nearly every question, or only holds a sentence together.
_STOP = """
的 了 是 我 你 您 他 她 它 们 我们 他们 你们 在 有 和 与 及 或 也 都 就 又 还
才 不 没 没有 这 那 这个 那个 这样 那样 一个 一 个 请问 你好 您好 谢谢 咨询 问 想
想问 想问一下 请 吗 呢 吧 啊 呀 嘛 什么 怎么 怎样 怎么办 如何 为什么 能 能不能 可以
可不可以 是否 是不是 应该 要 会 会不会 说 到 去 来 给 把 被 让 对 从 向 于 由 为
为了 因 因为 所以 但 但是 而 而且 如果 的话 现在 已经 时候 之后 以后 之前 以前 后 前
里 上 下 中 多 少 很 太 最 再 得 着 过 地 年 月 日 号 天 时 点 第 条 等 其 该
此 之 以 及其 有没有 哪 哪里 哪些 谁 几 多少 当时 然后 比较 情况 问题 律师 法律
本人 自己 某
"""
STOP_WORDS = frozenset(_STOP.split())


def folded(text: str) -> str:
    """The text in one spelling: full-width signs as half-width, letters small."""
    return unicodedata.normalize("NFKC", text[:MOST_TEXT]).lower()


def words_of(text: str) -> list[str]:
    """The words of a text in their order, longer ones with their parts; empty where none says much.

    Every word is made of small letters, digits and 汉字 alone, so both databases take it as it is.
    """
    plain = folded(text)
    found = [word for word in _cut(plain) if word not in STOP_WORDS]
    return found + [article_word(number) for number in articles_in(plain)]


def _cut(plain: str) -> Iterator[str]:
    for piece in rjieba.cut_for_search(plain, True):
        for word in _WORD.findall(piece):
            if len(word) <= LONGEST:
                yield word


def article_word(number: int) -> str:
    """The word under which an article of law is found."""
    return f"art{number}"


def articles_in(text: str) -> list[int]:
    """The numbers of the articles that a text names, in their order."""
    found = (number_of(match) for match in _ARTICLE.findall(text))
    return [number for number in found if number is not None]


def number_of(text: str) -> int | None:
    """A whole number up to 9999 in digits or in Chinese (一千零七十九); None for what is none."""
    if text.isascii() and text.isdigit():
        return int(text) if 0 < len(text) <= 4 else None
    total, digit = 0, 0
    for sign in text:
        if sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        elif sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            return None
    return (total + digit) or None
