"""A made-up library for the benchmarks: entries whose words are as common as in a real one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate

from sqlalchemy import Engine, insert

from zhiban.data.categories import Category
from zhiban.data.database import writing
from zhiban.data.records import CategoryRecord, table
from zhiban.queue import library, library_desk
from zhiban.queue.library_entry import Texts
from zhiban.queue.suggesting import read_lexicon

ENDS = ("怎么办", "合法吗", "能赔多少", "找谁处理", "有什么规定")
JOINTS = ("，", "，后来", "，但是", "。现在", "，对方", "。我")
_SHARE_ELSEWHERE = 0.3
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PORTION = 5000


class Speaker:
    """Speaks of one field or another, with the words of its lexicon: few often, most seldom."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing secret is drawn
        by_category: dict[str, list[str]] = {}
        for word, fields in read_lexicon().words.items():
            if len(word) > 1:
                for category, _ in fields:
                    by_category.setdefault(category, []).append(word)
        for words in by_category.values():
            self._random.shuffle(words)
        self._words = by_category
        self._all = [word for words in by_category.values() for word in words]
        # The n-th word of a field is spoken 1/n as often as its first, as words of a language are.
        self._often = {
            category: list(accumulate(1 / (n + 1) for n in range(len(words))))
            for category, words in by_category.items()
        }

    def story(self, category: str, length: int) -> str:
        """So many words about a field, some of them from others."""
        draw = self._random
        said = []
        for _ in range(length):
            if draw.random() < _SHARE_ELSEWHERE:
                said.append(draw.choice(self._all))
            else:
                words, often = self._words[category], self._often[category]
                said.append(draw.choices(words, cum_weights=often)[0])
            said.append(draw.choice(JOINTS))
        return "".join(said) + draw.choice(ENDS)

    def entries(self, number: int) -> Iterator[Texts]:
        """So many entries over all fields."""
        fields = sorted(self._words)
        for _ in range(number):
            category = self._random.choice(fields)
            title = self.story(category, 3)[:60]
            article = f"见《民法典》第{self._random.randint(1, 1260)}条。"
            question, answer = self.story(category, 15), self.story(category, 30)
            yield Texts(title, question, answer + article, category)

    def queries(self, number: int) -> list[str]:
        """What people would type into a search: one to four words, common ones among them."""
        fields = sorted(self._words)
        found = []
        for _ in range(number):
            category, words = self._random.choice(fields), []
            for _ in range(self._random.randint(1, 4)):
                drawn = self._words[category], self._often[category]
                words.append(self._random.choices(drawn[0], cum_weights=drawn[1])[0])
            found.append(" ".join(words))
        return found

    def stories(self, number: int) -> list[str]:
        """What people would ask: 20 to 60 words of a field."""
        fields = sorted(self._words)
        return [
            self.story(self._random.choice(fields), self._random.randint(20, 60))
            for _ in range(number)
        ]


def filled(engine: Engine, size: int) -> None:
    """Writes so many reviewed entries, and the categories where there are none."""
    with writing(engine) as connection:
        if not library.category_names(connection, "zh"):
            rows = [
                {"code": code, "name": code, "name_en": code, "position": place}
                for place, code in enumerate(read_lexicon().categories)
                if Category(code, code, code)
            ]
            connection.execute(insert(table(CategoryRecord)), rows)
    entries = Speaker(1).entries(size)
    for _ in range(0, size, PORTION):
        portion = [texts for _, texts in zip(range(PORTION), entries, strict=False)]
        with writing(engine) as connection:
            library_desk.fill(connection, portion, "staff:bench", NOW)
    if engine.dialect.name == "postgresql":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("ANALYZE")
