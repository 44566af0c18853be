"""How the library is searched: which words find entries, and which entry comes first; pure.

A word that stands in a great many entries finds too much to be scored in time, so entries are found
by rarer words, as many as stand in `BUDGET` entries together, and then ranked by all the words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BUDGET = 1000
MOST_WORDS = 16
MOST_FOUND = 60
_USUAL_LENGTH = 80.0
_SATURATION, _LENGTH_SHARE = 1.2, 0.6
_LEANING = 1.0
"""How much more an entry of the field that was surely meant counts."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for: entries with `one_of` and every one of `all_of`.

    `scored`: the best by weight are wanted; otherwise the words are so common that the newest do.
    `weights` are those of all the words that were asked for and are known.
    """

    one_of: tuple[str, ...]
    all_of: tuple[str, ...]
    weights: Mapping[str, float]
    scored: bool = True


def category_word(category: str) -> str:
    """The word by which all entries of a category are found."""
    return "cat" + category.replace("-", "")


def spaced(words: Iterable[str]) -> str:
    """Words as they are stored: a space around each."""
    return " " + " ".join(words) + " "


def plan(
    words: Sequence[str], category: str | None, entries: Mapping[str, int], whole: int
) -> Plan | None:
    """How to search for these words; None where no entry holds any of them.

    `entries` says in how many of the `whole` library each word stands.
    """
    known = [word for word in dict.fromkeys(words) if entries.get(word)]
    must = () if category is None else (category_word(category),)
    if not known or not all(entries.get(word) for word in must):
        return None
    weights = {word: _weight(entries[word], whole) for word in known}
    rare = _rare(sorted(known, key=lambda word: (entries[word], word)), entries)
    if rare:
        return Plan(tuple(rare), must, weights)
    rarest = sorted(known, key=lambda word: (entries[word], word))[:3]
    return Plan((), (*rarest, *must), weights, scored=False)


def _rare(known: Iterable[str], entries: Mapping[str, int]) -> list[str]:
    """The rarer words, as many as may be scored."""
    taken: list[str] = []
    left = BUDGET
    for word in known:
        left -= entries[word]
        if left < 0 or len(taken) == MOST_WORDS:
            break
        taken.append(word)
    return taken


def _weight(entries: int, whole: int) -> float:
    return math.log(1 + (max(whole, entries) - entries + 0.5) / (entries + 0.5))


def ranked(
    plan: Plan, found: Iterable[tuple[int, str]], leaning: Mapping[str, float] | None = None
) -> list[tuple[int, float, float]]:
    """Entries (id, words) from the most to the least fitting: id, score, share of the weight.

    The share says how much of what was asked an entry speaks of, from 0 to 1. `leaning` says by
    category word how surely the query is about that category, from 0 to 1: of entries that hold
    the same words, those of the field that was meant come first.
    """
    heavy = sorted(plan.weights.values(), reverse=True)[:8]
    most = sum(heavy) or 1.0
    scored = []
    for id, words in found:
        score, share = _score(plan.weights, words, most)
        scored.append((id, score * (1 + _LEANING * _leans(words, leaning or {})), share))
    return sorted(scored, key=lambda one: (-one[1], -one[0]))


def _leans(words: str, leaning: Mapping[str, float]) -> float:
    return max((sure for word, sure in leaning.items() if f" {word} " in words), default=0.0)


def _score(weights: Mapping[str, float], words: str, most: float) -> tuple[float, float]:
    every = words.split()
    length = (len(every) + 1) / _USUAL_LENGTH
    damping = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length)
    score = held = 0.0
    for word, times in Counter([word for word in every if word in weights]).items():
        weight = weights[word]
        held += weight
        score += weight * times * (1 + _SATURATION) / (times + damping)
    return score, min(1.0, held / most)
