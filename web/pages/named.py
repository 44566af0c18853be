"""Rules' sentences with the names of people and places in them instead of their ids; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from zhiban.roster.facts import Facts
from zhiban.roster.rules import Violation
from zhiban.web.i18n import Lang
from zhiban.web.pages.week_summary import TITLES, place

_WORD = re.compile(r"[^\s：:，,；;、()（）]+")


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken rule in words, and the shift where it is seen."""

    rule: str
    text: str
    shift: str


def broken(facts: Facts, found: Violation, names: Mapping[str, str], lang: Lang) -> Broken:
    """A violation as a scheduler reads it."""
    title = TITLES[found.rule].in_(lang) if found.rule in TITLES else found.rule
    return Broken(title, in_names(facts, found.text.in_(lang), names, lang), found.shift or "")


def in_names(facts: Facts, text: str, names: Mapping[str, str], lang: Lang) -> str:
    """The sentence with each id of a lawyer, shift or post in it written as a name."""

    def said(match: re.Match[str]) -> str:
        word = match[0]
        bare = word.rstrip(".。")
        if bare in facts.lawyers:
            return facts.lawyers[bare].name + word[len(bare) :]
        if bare in facts.shifts:
            return place(facts.shifts[bare], Posts(facts, names), lang) + word[len(bare) :]
        if bare in facts.posts:
            return names.get(bare, facts.posts[bare].name) + word[len(bare) :]
        return word

    return _WORD.sub(said, text)


class Posts(dict[str, str]):
    """Names of posts by id: the page's own, else the roster's."""

    def __init__(self, facts: Facts, names: Mapping[str, str]) -> None:
        super().__init__(names)
        self._facts = facts

    def __missing__(self, post: str) -> str:
        return self._facts.posts[post].name if post in self._facts.posts else post

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]  # never None here
        """The name, or the default for a post that nobody knows."""
        return self[key] or default
