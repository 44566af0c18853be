"""What words and signs say about categories, learned from questions of our own; pure.

`category_questions.txt` holds questions as people ask them, some hundreds a category. Each word,
each 汉字 and each pair of them speaks for the categories in whose questions it stands (naive Bayes)
and against those outside of which it stands (complement naive Bayes: Rennie, Shih, Teevan, Karger,
"Tackling the Poor Assumptions of Naive Bayes Text Classifiers", 2003, section 3.1). Both are
smoothed and take every category to be as likely as any other before anything is read. This hears
what the lexicon has no word for. Where whole sub-topics are held out (`scripts/bench categories
--held-out`) the two together do better than either; a logistic regression, nearest neighbours,
centroids, pairs of words and longer runs of signs add nothing to them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray

from zhiban.queue.words import STOP_WORDS, folded

_FILE = Path(__file__).with_name("category_questions.txt")
_SMOOTHING = 0.1
_COMPLEMENT = 2.0
"""What standing elsewhere weighs beside standing in a category's own questions."""
_FEW = 4
"""So many signs known are few: what they say is no more than hinted at."""
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[0-9a-z\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Learned:
    """A row for every sign, and in it what the sign says of each of the categories."""

    categories: tuple[str, ...]
    row: Mapping[str, int]
    weights: NDArray[np.float32]


def learned_scores(plain: str, learned: Learned | None = None) -> dict[str, float]:
    """How much a folded text speaks for each category, as log-odds about 0.

    `learned` is what the file teaches where None. Divided by about the root of the number of signs
    known, since neighbouring ones say the same twice, and a little more where they are few.
    """
    learned = learned or read_learned()
    known = sorted(learned.row[sign] for sign in signs_of(plain) if sign in learned.row)
    if not known:
        return dict.fromkeys(learned.categories, 0.0)
    scores = learned.weights[known].sum(axis=0, dtype=np.float64)
    scores = (scores - scores.mean()) / math.sqrt(len(known) + _FEW)
    return dict(zip(learned.categories, scores.tolist(), strict=True))


def signs_of(plain: str) -> tuple[str, ...]:
    """The words of a folded text that say something, its 汉字 and its pairs of 汉字, each once."""
    return tuple(dict.fromkeys(_signs(plain)))


def _signs(plain: str) -> Iterator[str]:
    for word in rjieba.cut(plain, True):
        if word not in STOP_WORDS and _WORD.match(word):
            yield word
    for piece in _CHINESE.findall(plain):
        for sign in piece:
            yield f"={sign}"
        for first, second in pairwise(piece):
            yield f"+{first}{second}"


@lru_cache(maxsize=1)
def read_learned() -> Learned:
    """What the file teaches, read once (some tenths of a second)."""
    return learn(questions())


def learn(examples: Iterable[tuple[str, str]]) -> Learned:
    """What questions teach of their categories; (category, question) each."""
    row: dict[str, int] = {}
    column: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for category, question in examples:
        place = column.setdefault(category, len(column))
        known = [row.setdefault(sign, len(row)) for sign in signs_of(folded(question))]
        rows += known
        columns += [place] * len(known)
    counts = np.zeros((len(row), len(column)))
    np.add.at(counts, (rows, columns), 1)
    elsewhere = counts.sum(axis=1, keepdims=True) - counts
    weights = _likelihood(counts) - _COMPLEMENT * _likelihood(elsewhere)
    return Learned(tuple(column), row, weights.astype(np.float32))


def _likelihood(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm of each sign's smoothed share of each column."""
    smoothed = counts + _SMOOTHING
    found: NDArray[np.float64] = np.log(smoothed / smoothed.sum(axis=0))
    return found


def questions() -> Iterator[tuple[str, str]]:
    """Category and text of every question of the file."""
    for category, _, question in questions_by_topic():
        yield category, question


def questions_by_topic() -> Iterator[tuple[str, str, str]]:
    """Category, sub-topic (empty where none is named) and text of every question of the file."""
    category = topic = ""
    for line in _FILE.read_text("utf-8").splitlines():
        if line.startswith("["):
            category, topic = line.strip("[]"), ""
        elif line.startswith("="):
            topic = line.strip("= ")
        elif line and not line.startswith("#"):
            yield category, topic, line
