"""Which open questions may be one asked twice: in pairs, by contact or by words, within a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from zhiban.data.timespan import SHANGHAI
from zhiban.queue.alike import Told, pairs
from zhiban.queue.words import words_of
from zhiban.web.demo.replay import stories

MONDAY = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
STORY = "送外卖时撞到闯红灯的行人，平台说我是众包，不管，保险也只赔一部分。"
RETOLD = "我送外卖撞了闯红灯的行人，平台说我是众包骑手不管，保险也只赔一部分，怎么办？"


def told(id: int, text: str, days: float = 0, contact: str | None = None) -> Told:
    """A question in one town, asked some days after Monday at nine."""
    asked = MONDAY + timedelta(days=days)
    return Told(id, "330402103", asked, contact, frozenset(words_of(text)))


def test_a_story_told_again_is_paired_with_the_first_and_the_later_one_leads() -> None:
    [pair] = pairs([told(2, RETOLD, 1), told(1, STORY)])
    assert (pair.later, pair.earlier, pair.why) == (2, 1, "words")
    assert 0.5 <= pair.share < 1


def test_the_same_words_in_another_town_or_a_week_later_are_another_question() -> None:
    first = told(1, STORY)
    assert pairs([first, replace(told(2, STORY), division="330411104")]) == []
    assert pairs([first, told(2, STORY, 7.01)]) == []
    assert len(pairs([first, told(2, STORY, 7)])) == 1


def test_the_same_contact_pairs_whatever_is_told_and_wherever() -> None:
    first = told(1, STORY, contact="13800000000")
    other = replace(told(2, "想立遗嘱", 1, contact="13800000000"), division="330411104")
    [pair] = pairs([first, other])
    assert (pair.later, pair.earlier, pair.why) == (2, 1, "contact")
    # Nobody's contact is nobody's: two without one are not the same.
    assert pairs([told(1, "想立遗嘱"), told(2, "房东不退押金")]) == []


def test_a_few_words_that_many_say_pair_nothing() -> None:
    assert pairs([told(1, "老板拖欠工资"), told(2, "老板拖欠工资")]) == []


def test_of_three_each_later_one_stands_with_the_most_alike_before_it_newest_first() -> None:
    found = pairs([told(1, STORY), told(2, RETOLD, 1), told(3, RETOLD, 2)])
    # The third repeats the second word for word, and the first in part.
    assert [(pair.later, pair.earlier) for pair in found] == [(3, 2), (2, 1)]
    assert found[0].share == 1


def test_the_demonstration_holds_two_that_were_asked_twice_and_no_others() -> None:
    everyone = [
        replace(told(number, story.ask.text), division=story.ask.division)
        for number, story in enumerate(stories())
    ]
    [pair] = pairs(everyone)
    texts = {number: story.ask.text for number, story in enumerate(stories())}
    assert (texts[pair.earlier], texts[pair.later]) == (STORY, RETOLD)
