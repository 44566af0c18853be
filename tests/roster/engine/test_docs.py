"""The documentation of rules says what the code does."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from zhiban.roster import rules
from zhiban.roster.checker import check
from zhiban.roster.problem import Neighbour
from zhiban.roster.solve import solve

ROOT = Path(__file__).parents[3]


def test_the_list_of_rules_is_the_table() -> None:
    listing = runpy.run_path(str(ROOT / "scripts" / "list_rules.py"))["listing"]
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == listing()


def test_every_rule_has_words_in_both_languages_and_a_code_of_its_own() -> None:
    assert len({rule.code for rule in rules.RULES}) == len(rules.RULES)
    for rule in rules.RULES:
        for text in (rule.title, rule.says):
            assert re.search("[\u4e00-\u9fff]", text.zh)
            assert text.en.isascii()


def test_the_rule_of_the_guide_works_when_put_in_as_it_says(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (ROOT / "docs" / "new_rule.md").read_text(encoding="utf-8")
    (source,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    module = ModuleType("evening")
    monkeypatch.setitem(sys.modules, "evening", module)
    exec(compile(source, "new_rule.md", "exec"), module.__dict__)
    monkeypatch.setattr(rules, "RULES", (module.Evening, *rules.RULES))

    near = (Neighbour(division="c", neighbour="d"),)
    shifts = ["near.mon.am", "near.mon.night"]
    problem = town.problem(shifts, [town.lawyer("A", division="d")], neighbours=near)
    solved = solve(problem)
    assert [duty.shift for duty in solved.duties] == ["near.mon.am"]
    assert solved.vacancies[0].blocked == {"evening": 1}
    assert check(problem, solved).sound
    assert town.broken(problem, "A near.mon.night") == {"evening"}
