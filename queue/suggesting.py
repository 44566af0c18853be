"""Which category a story is probably about, by a lexicon and by questions learned from; pure.

The lexicon (`category_words.txt`) is written by hand from what the field is called in statutes and
by people. A word of two signs counts where it begins or ends with a word of the text (so that 工资
is not seen in 加工资金), a longer one wherever it stands; of words within each other the longest
counts. Weights add up as log-odds do, each further word of a category a little less. What was
learned from questions of our own (`learned_words.py`) is added, so that a story without any word of
the lexicon is heard, too.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import rjieba

from zhiban.data.categories import GENERAL
from zhiban.queue.learned_words import Learned, learned_scores
from zhiban.queue.words import folded

_FILE = Path(__file__).with_name("category_words.txt")
MOST_TEXT = 1500
_BASE = 0.75
"""What speaks for the general category where nothing else does."""
_SHARPNESS = 0.4
"""How steeply scores become shares: where our own held-out questions are best foretold."""
_SURE = 0.15
"""A share below it is no more than a guess; this limit costs no held-out question its place."""
_SPOKEN_OF = 0.05
"""A share below it comes from neighbours and chance, not from the story's own words."""
_FADING = 0.85
_NEIGHBOURLY = 0.3
"""How much of what speaks for a field also speaks for those that often hold the same story."""
_BELOW = 0.85
_LEARNED = 1.25
"""What the questions learned from weigh beside the lexicon."""
NEIGHBOURS: dict[str, tuple[str, ...]] = {
    "labour": ("company", "contract"),
    "family": ("inheritance", "housing"),
    "inheritance": ("family", "housing"),
    "debt": ("contract", "mortgage"),
    "contract": ("debt", "consumer", "company"),
    "traffic": ("injury", "tort"),
    "injury": ("tort", "medical", "criminal"),
    "tort": ("injury", "criminal"),
    "medical": ("injury", "tort"),
    "housing": ("contract", "consumer", "demolition"),
    "demolition": ("housing", "administrative"),
    "construction": ("contract", "labour", "debt"),
    "mortgage": ("debt", "housing"),
    "consumer": ("contract", "tort"),
    "company": ("contract", "debt"),
    "ip": ("tort", "company"),
    "criminal": ("tort", "administrative"),
    "administrative": ("criminal", "demolition"),
    "maritime": ("contract", "foreign"),
    "foreign": ("family", "company", "contract"),
}
_BREAK = re.compile(r"[^0-9a-z+\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category's code with how sure we are, from 0 to 1; all of a story's add up to 1."""

    category: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words with their weights by category; `together` are further parts by the first one."""

    words: dict[str, tuple[tuple[str, float], ...]]
    lengths: dict[str, tuple[int, ...]]
    together: dict[str, list[tuple[tuple[str, ...], str, float]]]
    categories: tuple[str, ...]


def suggest(
    text: str, allowed: Collection[str] | None = None, taught: Learned | None = None
) -> tuple[Suggestion, ...]:
    """The categories by how probably the story is about them, the most probable first.

    Where no category is probable enough, the general one comes first. `allowed` are the codes to
    choose from (all where None); `taught` is what to know of questions instead of the file's.
    """
    lexicon = read_lexicon()
    plain = folded(text[:MOST_TEXT])
    scores, learned = _scores(plain, lexicon), learned_scores(plain, taught)
    names = [one for one in lexicon.categories if allowed is None or one in allowed]
    weights = {
        one: math.exp(_SHARPNESS * (scores.get(one, 0.0) + _LEARNED * learned.get(one, 0.0)))
        for one in names
    }
    total = sum(weights.values())
    order = sorted(names, key=lambda one: (-weights[one], one != GENERAL, one))
    if order and weights[order[0]] / total < _SURE and GENERAL in weights:
        order.remove(GENERAL)
        order.insert(0, GENERAL)
    return tuple(Suggestion(one, weights[one] / total) for one in order)


def best(text: str, allowed: Collection[str]) -> str | None:
    """The category to take where nobody chose one; the general one, or None, where none is sure.

    In place of one that is not allowed, as it is out of use, stands the next, if that is as sure
    among those that are left, and the story speaks of it.
    """
    left = 1.0
    for one in suggest(text):
        if one.category == GENERAL or one.confidence < max(_SPOKEN_OF, _SURE * left):
            break
        if one.category in allowed:
            return one.category
        left -= one.confidence
    return GENERAL if GENERAL in allowed else None


def _scores(plain: str, lexicon: Lexicon) -> dict[str, float]:
    told: dict[str, list[float]] = defaultdict(list)
    matched = list(_matches(plain, lexicon))
    for word in matched:
        for category, weight in lexicon.words[word]:
            told[category].append(weight)
    for category, weight in _joint(plain, matched, lexicon):
        told[category].append(weight)
    own = {category: _summed(weights) for category, weights in told.items()}
    scores = _with_neighbours(own)
    scores[GENERAL] = scores.get(GENERAL, 0.0) + _BASE
    return scores


def _joint(plain: str, matched: Collection[str], lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    """What parts say together; a part within a longer word of other fields alone says nothing.

    So 劳动合同 and 违约 do not speak of contracts as 合同 and 违约 do.
    """
    hiding = [word for word in matched if len(word) > 2]
    seen: dict[str, str] = {}
    for first, joined in lexicon.together.items():
        if first not in plain:
            continue
        for parts, category, weight in joined:
            if not all(part in plain for part in parts):
                continue
            if category not in seen:
                seen[category] = _without(plain, hiding, category, lexicon)
            if all(part in seen[category] for part in (first, *parts)):
                yield category, weight


def _without(plain: str, hiding: Collection[str], category: str, lexicon: Lexicon) -> str:
    """The text without the longer words that are of other fields alone."""
    for word in hiding:
        if all(category != field for field, _ in lexicon.words[word]):
            plain = plain.replace(word, " ")
    return plain


def _with_neighbours(own: Mapping[str, float]) -> dict[str, float]:
    """The scores with what neighbours lend, which never lifts a field above the one that lends."""
    scores = dict(own)
    for category, score in own.items():
        for near in NEIGHBOURS.get(category, ()):
            lent = _NEIGHBOURLY * score
            scores[near] = max(
                scores.get(near, 0.0), min(own.get(near, 0.0) + lent, _BELOW * score)
            )
    return scores


def _summed(weights: list[float]) -> float:
    """The weights added up, the heaviest whole and each further one a little less."""
    return sum(
        weight * _FADING**place for place, weight in enumerate(sorted(weights, reverse=True))
    )


def _matches(plain: str, lexicon: Lexicon) -> Iterator[str]:
    """The words of the lexicon that stand in the text, each once, none within a longer one."""
    found: set[str] = set()
    for piece in _BREAK.split(plain):
        edges = _edges(piece)
        reached = 0
        for start, sign in enumerate(piece):
            for length in lexicon.lengths.get(sign, ()):  # the longest first
                end = start + length
                if end <= reached:
                    break
                if end > len(piece):
                    continue
                word = piece[start:end]
                if word in lexicon.words and _stands(length, start, end, edges):
                    found.add(word)
                    reached = end
                    break
    yield from found


def _edges(piece: str) -> frozenset[int]:
    """Where the words of a piece of text begin and end."""
    places, at = [0], 0
    for word in rjieba.cut(piece, True):
        at += len(word)
        places.append(at)
    return frozenset(places)


def _stands(length: int, start: int, end: int, edges: frozenset[int]) -> bool:
    if length == 1:
        return start in edges and end in edges
    return length > 2 or start in edges or end in edges


@lru_cache(maxsize=1)
def read_lexicon() -> Lexicon:
    """The lexicon of the file, read once."""
    words: dict[str, dict[str, float]] = defaultdict(dict)
    together: dict[str, list[tuple[tuple[str, ...], str, float]]] = defaultdict(list)
    categories: list[str] = []
    factor = "1"
    for line in _FILE.read_text("utf-8").splitlines():
        if line.startswith("["):
            name, _, factor = line.strip("[]").partition(" ")
            categories.append(name)
        elif line and not line.startswith("#"):
            number, _, terms = line.partition(" ")
            weight = float(number) * float(factor)
            for term in folded(terms).split():
                parts = tuple(part for part in term.split("+") if part)
                if len(parts) > 1:
                    first, *others = sorted(parts)  # the same parts in another order are the same
                    joint = (tuple(others), categories[-1], weight)
                    if joint not in together[first]:
                        together[first].append(joint)
                else:
                    words[parts[0]].setdefault(categories[-1], weight)
    lengths: dict[str, set[int]] = defaultdict(set)
    for word in words:
        lengths[word[0]].add(len(word))
    return Lexicon(
        {word: tuple(by.items()) for word, by in words.items()},
        {sign: tuple(sorted(of, reverse=True)) for sign, of in lengths.items()},
        dict(together),
        tuple(categories),
    )
