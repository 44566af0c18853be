"""Makes docs/roster_evidence.md anew: every table with the command that made it.

`scripts/bench evidence [--only WORD] [--prototype FOLDER]` runs the benchmarks of the roster one
after the other, about half an hour on two cores that have nothing else to do. With `--only`
it runs those whose title holds the word and leaves all other sections as they are.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "roster_evidence.md"
PICTURE = "roster_progress.svg"
HEAD = """# Evidence for the roster engine

Made by `scripts/bench evidence`: each section is what its command printed. Times are seconds of a
monotonic clock from the validated problem in memory to the accepted proof, model building
included; `call` also holds the explanation of all vacancies. The gap is (objective - bound) /
objective. Memory is the peak of the process and its children, summed. Every roster was re-proved
by the checker, which shares no code with the solver (`tests/roster/evidence/test_two_halves.py`
reads that from the source). Other work on the machine stretches the clock's times; its load is told
beside each command, and processor time, which it does not stretch, beside each solve.
"""


@dataclass(frozen=True)
class Section:
    """A title, why it is measured, and the command."""

    title: str
    text: str
    command: tuple[str, ...]


SECTIONS = (
    Section(
        "A city's week, 20 seeds",
        f"![Cost and bound over time]({PICTURE})",
        ("roster", "--seeds", "1-20", "--repairs", "4", "--plot", f"docs/{PICTURE}"),
    ),
    Section(
        "Each solver by itself",
        "The same model whole, at most 60 s each; a solver not done by then counts as at least.",
        ("roster", "--seeds", "1-2", "--alone", "60"),
    ),
    Section(
        "Ten cities",
        "A tenth of the seats may be filled from any of them.",
        ("roster", "--seeds", "1", "--cities", "10", "--seconds", "60"),
    ),
    Section(
        "Four weeks at once",
        "",
        ("roster", "--seeds", "1", "--weeks", "4", "--seconds", "60"),
    ),
    Section(
        "Too few lawyers",
        "Every vacancy has its sentence, its counts and remedies that were solved again.",
        ("roster", "--seeds", "1-3", "--short", "--explain"),
    ),
    Section(
        "Every rule binds",
        "A rule left out of the model is missed by the checker, which keeps it: it finds the rule "
        "broken, or the roster dearer (a roster that breaks rules may cost less).",
        ("roster", "--seeds", "2", "--leave-out"),
    ),
    Section(
        "Mutations of the model's side of each rule",
        "One answer of the model falsified at a time, on planted problems whose optimum is "
        "reckoned by hand. The suite tries the same (`tests/roster/evidence`).",
        ("mutations",),
    ),
)


def main() -> int:
    """Runs what was asked for and writes the page; 1 when a benchmark found something wrong."""
    options = _options()
    known = _known()
    wrong = 0
    for section in _sections(options):
        if options.only.lower() in section.title.lower():
            print(f"{section.title} ...", file=sys.stderr, flush=True)
            text, code = _run(section)
            known[section.title] = text
            wrong += code != 0
            PAGE.write_text(_page(known), encoding="utf-8")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench evidence", description=__doc__)
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--prototype", metavar="FOLDER")
    return parser.parse_args()


def _sections(options: argparse.Namespace) -> tuple[Section, ...]:
    if not options.prototype:
        return SECTIONS
    command = ("roster", "--seeds", "1-5", "--prototype", options.prototype)
    return (*SECTIONS, Section("Beside the prototype", "", command))


def _run(section: Section) -> tuple[str, int]:
    """What the command printed, without the folder of a prototype, under its title."""
    ran = subprocess.run(
        ["scripts/bench", *section.command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        print(ran.stdout[-2000:], ran.stderr[-2000:], file=sys.stderr)
    printed = re.sub(r"(--prototype) \S+?(?=[ `])", r"\1 FOLDER", ran.stdout.strip())
    if not printed.startswith("`"):
        printed = f"`scripts/bench {' '.join(section.command)}`.\n\n{printed}"
    made = f"Made on {datetime.now(UTC):%Y-%m-%d}."
    parts = [section.text, made, printed]
    return "\n\n".join(part for part in parts if part), ran.returncode


def _known() -> dict[str, str]:
    """The page's sections as they are."""
    if not PAGE.exists():
        return {}
    parts = re.split(r"^## (.+)\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {title: text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}


def _page(known: dict[str, str]) -> str:
    order = [section.title for section in SECTIONS]
    titles = sorted(known, key=lambda title: order.index(title) if title in order else len(order))
    return HEAD + "".join(f"\n## {title}\n\n{known[title]}\n" for title in titles)


if __name__ == "__main__":
    sys.exit(main())
