"""Every link and every path that the documents name exists, and the two READMEs keep step."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:roster|queue|web|data|tests|scripts|docs)/[\w./-]+)`")


def faults(document: Path) -> list[str]:
    """What one document names that is not there."""
    text = document.read_text(encoding="utf-8")
    name = document.relative_to(ROOT)
    links = (target for target in LINK.findall(text) if not target.startswith("http"))
    dead = [link for link in links if not (document.parent / link).exists()]
    gone = [path for path in PATH.findall(text) if not (ROOT / path).exists()]
    return [f"{name}: the link {link} leads nowhere" for link in dead] + [
        f"{name}: {path} does not exist" for path in gone
    ]


def readmes_differ() -> list[str]:
    """The headings of the English and the Chinese README, counted by level."""
    levels = []
    for name in ("README.md", "README.zh-CN.md"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        levels.append([len(line.split()[0]) for line in lines if line.startswith("#")])
    same = levels[0] == levels[1]
    return [] if same else ["README.md and README.zh-CN.md have different headings"]


def unexplained() -> list[str]:
    """Dependencies that docs/decisions/dependencies.md does not name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    told = (ROOT / "docs/decisions/dependencies.md").read_text(encoding="utf-8")
    names = (re.split(r"[\[<>=;]", line)[0].strip() for line in wanted)
    return [
        f"dependencies.md does not say why {name}" for name in names if f"**{name}**" not in told
    ]


def main() -> int:
    """Prints each fault on a line; 1 when there is one."""
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    found = (
        readmes_differ()
        + unexplained()
        + [fault for document in documents for fault in faults(document)]
    )
    for fault in found:
        print(fault)
    print(f"docs: {len(documents)} documents, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
