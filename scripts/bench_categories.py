"""How well categories are suggested: `scripts/bench categories FILE` or `--held-out WHAT`.

FILE holds one JSON object a line with `question` and `category` (its Chinese name; rows without one
are left out). Prints top-1, top-3 and macro-F1, a line for every class, and the time a story takes.
Categories of ours that the file does not know count as the one of its own that holds them.

`--held-out topics` (or without a word) asks our own questions instead, each after learning without
its whole sub-topic: they are dealt in five parts by sub-topic, and what is asked of one part is
learned from the others (and from questions without a sub-topic, which are not asked). `--held-out
manners` asks those that are written in a manner of their own, after learning without that manner.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from zhiban.data import categories
from zhiban.queue.learned_words import learn, questions_by_topic
from zhiban.queue.suggesting import suggest

AIM_FIRST, AIM_THREE, AIM_MS = 0.65, 0.85, 2.0
PARTS = 5
MANNERS = (
    "长篇",
    "中等长短的来信",
    "长信",
    "一行标题",
    "语音转文字",
    "公文口吻",
    "错字和无标点",
    "口语和方言",
)
HELD_BY = {"遗产继承": "婚姻家庭", "法律援助": "综合咨询", "法律职业资格考试": "综合咨询"}


def main() -> int:
    """Prints the figures; 1 where they miss the aims."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("file", type=Path, nargs="?", help="rows with question and category")
    parser.add_argument(
        "--held-out", nargs="?", const="topics", choices=["topics", "manners"], help="ask our own"
    )
    parser.add_argument("--confused", action="store_true", help="which classes are mixed up")
    options = parser.parse_args()
    suggest("")  # reads the lexicon
    if options.held_out:
        return _held_out(options.held_out == "manners", options.confused)
    rows = read(options.file) if options.file else []
    if not rows:
        print(f"{options.file} holds no row with a category", file=sys.stderr)
        return 2
    began = time.process_time()
    found = [suggest(text) for text, _ in rows]
    milliseconds = (time.process_time() - began) * 1000 / len(rows)
    names = our_names()
    known = {gold for _, gold in rows}
    ranked = [_in_words(known, [names[one.category] for one in given]) for given in found]
    return _report([gold for _, gold in rows], ranked, milliseconds, options.confused)


def read(file: Path) -> list[tuple[str, str]]:
    """The rows that have a category: text and its name."""
    lines = file.read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [(row["question"], row["category"]) for row in rows if row.get("category")]


def _held_out(by_manner: bool, confused: bool) -> int:
    """Prints the figures of our own questions of named sub-topics, each part held out once."""
    names, asked = our_names(), list(questions_by_topic())
    topics = dict.fromkeys((category, topic) for category, topic, _ in asked if topic)
    part = {one: number % PARTS for number, one in enumerate(topics)}
    if by_manner:
        part = {one: MANNERS.index(one[1]) for one in topics if one[1] in MANNERS}
    golds, ranked, seconds = [], [], 0.0
    for held in sorted(set(part.values())):
        taught = learn(
            (category, text)
            for category, topic, text in asked
            if part.get((category, topic)) != held
        )
        for category, topic, text in asked:
            if part.get((category, topic)) == held:
                began = time.process_time()
                found = suggest(text, None, taught)
                seconds += time.process_time() - began
                golds.append(names[category])
                ranked.append([names[one.category] for one in found])
    return _report(golds, ranked, seconds * 1000 / len(golds), confused)


def our_names() -> dict[str, str]:
    """The Chinese names of our categories by code."""
    file = Path(categories.__file__).with_name("jiaxing") / "categories.csv"
    with file.open(encoding="utf-8", newline="") as source:
        return {row["code"]: row["name"] for row in csv.DictReader(source)}


def _in_words(known: set[str], names: list[str]) -> list[str]:
    """Our ranking in the file's classes, each once."""
    held = [name if name in known else HELD_BY.get(name, name) for name in names]
    return list(dict.fromkeys(held))


def _report(golds: list[str], ranked: list[list[str]], milliseconds: float, confused: bool) -> int:
    firsts = [given[0] for given in ranked]
    first = sum(a == b for a, b in zip(firsts, golds, strict=True)) / len(golds)
    three = sum(gold in given[:3] for gold, given in zip(golds, ranked, strict=True)) / len(golds)
    lines, f1s = [], []
    for name in sorted(set(golds)):
        right = sum(a == b == name for a, b in zip(firsts, golds, strict=True))
        precision = right / max(1, firsts.count(name))
        recall = right / golds.count(name)
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        f1s.append(f1)
        lines.append(
            f"  {name}\t{golds.count(name):4d} rows  precision {precision:.2f}  "
            f"recall {recall:.2f}  F1 {f1:.2f}"
        )
    error = (first * (1 - first) / len(golds)) ** 0.5
    print(f"{len(golds)} rows, {len(f1s)} classes; the standard error of top-1 is {error:.3f}")
    print(f"top-1 {first:.3f} (aim {AIM_FIRST})  top-3 {three:.3f} (aim {AIM_THREE})")
    print(f"macro-F1 {sum(f1s) / len(f1s):.3f}  {milliseconds:.2f} ms a story (aim {AIM_MS})")
    print("\n".join(lines))
    if confused:
        pairs = Counter((gold, given) for gold, given in zip(golds, firsts, strict=True))
        for (gold, given), times in pairs.most_common():
            if gold != given and times > 1:
                print(f"  {gold} taken for {given}: {times}")
    return 0 if first >= AIM_FIRST and three >= AIM_THREE and milliseconds <= AIM_MS else 1


if __name__ == "__main__":
    sys.exit(main())
