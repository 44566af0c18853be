"""An entry of the library as a value, and what it must be before it may be stored; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from zhiban.data.wording import Faults, Text
from zhiban.queue.asking import writable
from zhiban.queue.deidentifying import Trace, traces
from zhiban.queue.library_search import category_word, spaced
from zhiban.queue.words import words_of

Status = Literal["draft", "reviewed", "withdrawn"]
STATUSES: dict[str, Text] = {
    "draft": Text("待审核", "to be reviewed"),
    "reviewed": Text("已公开", "public"),
    "withdrawn": Text("已撤下", "withdrawn"),
}
TITLE_LIMIT, TEXT_LIMIT = 60, 4000


@dataclass(frozen=True, slots=True)
class Texts:
    """What is written of an entry."""

    title: str
    question: str
    answer: str
    category: str

    def words(self) -> str:
        """The words it is found by, as they are stored; those of the title count twice."""
        said, kind = words_of(self.title), category_word(self.category)
        return spaced((*said, *said, *words_of(self.question), *words_of(self.answer), kind))

    def traces(self) -> tuple[tuple[str, Trace], ...]:
        """What may tell who somebody is, with the field in which it stands."""
        return tuple(
            (field, trace)
            for field in ("title", "question", "answer")
            for trace in traces(getattr(self, field))
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as staff see it; `source` is the ticket it was made of."""

    id: int
    version: int
    status: Status
    texts: Texts
    source: str | None
    proposed_by: str
    proposed_at: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as everybody may see it; `share` is how much of what was searched for it holds."""

    id: int
    category: str
    title: str
    question: str
    answer: str
    reviewed_at: datetime
    share: float = 0.0


def checked(texts: Texts, categories: Collection[str]) -> Texts:
    """The texts trimmed; raises Refused naming every field at fault."""
    faults = Faults()
    limits = {"title": TITLE_LIMIT, "question": TEXT_LIMIT, "answer": TEXT_LIMIT}
    trimmed = {field: getattr(texts, field).strip() for field in limits}
    for field, limit in limits.items():
        text = trimmed[field]
        faults.unless(bool(text), field, "请填写内容", "please write something")
        faults.unless(
            len(text) <= limit,
            field,
            f"最多{limit}个字，现有{len(text)}个",
            f"at most {limit} characters, there are {len(text)}",
        )
        faults.unless(
            writable(text),
            field,
            "含有无法保存的字符，请删去",
            "holds characters that cannot be stored; remove them",
        )
    faults.unless(
        texts.category in categories, "category", "请选择一个类别", "please choose a category"
    )
    faults.refuse()
    return Texts(**trimmed, category=texts.category)
