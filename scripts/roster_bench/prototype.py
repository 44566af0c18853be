"""Another solver's own instance in the same call: it on that, and ours on the same in our terms.

A folder of Python modules is asked for: one with `gen(cities, seed)` that makes an instance, one
with `solve(instance, slack)` that gives a dictionary with seconds `t`, `tdive`, `obj`, `proved`
and `ok`. It runs in a process of its own and hands its instance over as plain values.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from roster_bench.runs import Measurement, measured
from roster_bench.translation import translated

SLACK = 12  # objective points up to which it goes the direct way: its own best setting
CODE = """
import dataclasses, json, sys
sys.path.insert(0, {folder!r})
import {maker}, {solver}
def plain(value):
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {{f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}}
    if isinstance(value, dict):
        return [[plain(key), plain(one)] for key, one in value.items()]
    if isinstance(value, (set, list, tuple)):
        return [plain(one) for one in value]
    return value
instance = {maker}.gen(1, {seed})
given = plain(vars(instance))
found = {solver}.solve(instance, {slack})
found = found[0] if isinstance(found, tuple) else found
keep = ("t", "tdive", "obj", "proved", "ok")
print(json.dumps([{{key: found[key] for key in keep}}, given]))
"""
HEAD = (
    "| seed | prototype, proved | its first good one | duties | ours on its instance, proved "
    "| first | duties | ratio |\n|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Beside:
    """Both on one instance."""

    seed: int
    figures: dict[str, Any]
    duties: int
    ours: Measurement

    @property
    def ratio(self) -> float:
        """How many times as long as the prototype ours took."""
        return float(self.ours.file.seconds / self.figures["t"])

    def row(self) -> str:
        """One line of the table."""
        theirs, file = self.figures, self.ours.file
        mark = "" if theirs["proved"] and theirs["ok"] else "NOT "
        own = "" if file.status == "optimal" else "NOT by "
        return (
            f"| {self.seed} | {mark}{theirs['t']:.2f} s | {theirs['tdive']:.2f} s | {self.duties} "
            f"| {own}{file.seconds:.2f} s | {file.first_seconds:.2f} s | {len(file.duties)} "
            f"| {self.ratio:.2f} |"
        )


def beside(folder: Path, seeds: Sequence[int], seconds: float) -> Iterator[Beside]:
    """Runs both on the instance of each seed, one after the other."""
    for seed in seeds:
        figures, instance = _run(folder, seed)
        problem = translated(instance)
        places = sum(shift.wanted + shift.standby for shift in problem.shifts)
        ours = measured(str(seed), problem, seconds=seconds)
        yield Beside(seed, figures, places, ours)


def told(found: Sequence[Beside]) -> str:
    """What the table means, with the median ratio."""
    return (
        f"\nMedian ratio {median(one.ratio for one in found):.2f} (ours over the prototype's). "
        "Both get the same lawyers, caps, leave, firms, posts, shifts, places and pairs of sites; "
        "ours under all its rules and prices, in which a way has the length of the station's, "
        "not of each lawyer's own, a standby counts half and rest before far sites never binds: "
        "the objectives differ, the size does not."
    )


def _run(folder: Path, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    code = CODE.format(
        folder=str(folder),
        maker=_module_with(folder, "gen"),
        solver=_module_with(folder, "solve"),
        seed=seed,
        slack=SLACK,
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    figures, instance = json.loads(ran.stdout.splitlines()[-1])
    return figures, dict(instance)


def _module_with(folder: Path, function: str) -> str:
    """The module that defines the function at its top."""
    for file in sorted(folder.glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree.body):
            return file.stem
    raise SystemExit(f"{folder}: no module there defines {function}()")
