"""A rule's file holds the model's side and the checker's; neither leans on the other.

Read from the source: what the questions of each side reach, through methods and functions of the
rules, has nothing in common but what is listed here, with the planted case whose optimum by hand
would show that it is wrong for both.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from roster_bench.mutants import HOOKS
from roster_bench.mutations import CASES

import zhiban.roster

ROOM = Path(next(iter(zhiban.roster.__path__)))
RULES = "zhiban.roster.rules."
PLAIN = (
    "forbids",
    "why_not",
    "breaks_of_lawyer",
    "breaks_of_shift",
    "price_of_duty",
    "price_of_lawyer",
    "price_of_shift",
    "price_of_firm",
    "row",
)
MODEL_MODULES = {"numpy", "highspy", "ortools"} | {
    f"zhiban.roster.{name}"
    for name in (
        "columns",
        "exact",
        "ground",
        "improve",
        "model",
        "network",
        "plan",
        "pricing",
        "relaxation",
        "rows",
        "run",
        "solve",
        "stars",
    )
}
# What both sides of a rule reach: which rule's planted case shows it wrong.
SHARED = {
    ("online_seat", "OnlineSeat._meant"): "online_seat",
}
# What both sides read off the problem beyond its plain fields.
SHARED_VALUES = {
    "Shift.wanted": "cover",
    "Shift.places": "cover",
    "Post.place": "overlap",
    "RosterProblem.end": None,  # the solver and the rules do not read it
}
CONSTANTS = {"FREE", "POINT"}


@dataclass(frozen=True)
class Function:
    """One function of the rules' files, with the class it is in."""

    module: str
    owner: str | None
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        return f"{self.owner}.{self.node.name}" if self.owner else self.node.name


class Source:
    """The rules' files, read."""

    def __init__(self) -> None:
        self.imports: dict[str, dict[str, str]] = {}  # module -> name -> module it is from
        self.functions: dict[tuple[str, str | None, str], Function] = {}
        self.classes: dict[tuple[str, str], ast.ClassDef] = {}
        for file in sorted((ROOM / "rules").glob("*.py")):
            self._read(file.stem, ast.parse(file.read_text(encoding="utf-8")))

    def _read(self, module: str, tree: ast.Module) -> None:
        self.imports[module] = dict(_imported(tree))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self.functions[module, None, node.name] = Function(module, None, node)
            if isinstance(node, ast.ClassDef):
                self.classes[module, node.name] = node
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        key = (module, node.name, inner.name)
                        self.functions[key] = Function(module, node.name, inner)

    def method(self, module: str, owner: str, name: str) -> Function | None:
        """The method as the class has it, from the class or one it is made from."""
        found = self.functions.get((module, owner, name))
        if found is not None or (module, owner) not in self.classes:
            return found
        for base in self.classes[module, owner].bases:
            if isinstance(base, ast.Name):
                above = self._module_of(module, base.id)
                inherited = self.method(above, base.id, name)
                if inherited is not None:
                    return inherited
        return None

    def _module_of(self, module: str, name: str) -> str:
        return self.imports[module].get(name, RULES + module).removeprefix(RULES)

    def reached(self, module: str, owner: str, questions: tuple[str, ...]) -> set[Function]:
        """Everything the answers to the questions call within the rules' files."""
        todo = [found for name in questions if (found := self.method(module, owner, name))]
        todo = [one for one in todo if one.module != "rule"]
        seen: set[Function] = set()
        while todo:
            function = todo.pop()
            if function in seen:
                continue
            seen.add(function)
            for name in _own_calls(function.node):
                called = self.method(module, owner, name)
                todo += [called] if called and called.module != "rule" else []
            for name in _names(function.node):
                key = (self._module_of(function.module, name), None, name)
                todo += [self.functions[key]] if key in self.functions else []
        return seen


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, node.module
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name


def _names(node: ast.AST) -> set[str]:
    """Names a function's body takes from outside, annotations left aside."""
    found: set[str] = set()
    own = {at.id for at in ast.walk(node) if isinstance(at, ast.Name) and _stored(at)}
    todo: list[ast.AST] = list(node.body) if isinstance(node, ast.FunctionDef) else [node]
    while todo:
        at = todo.pop()
        if isinstance(at, ast.Name):
            found.add(at.id)
        children = list(ast.iter_child_nodes(at))
        if isinstance(at, ast.AnnAssign):
            children.remove(at.annotation)
        todo += children
    return found - own


def _stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _own_calls(node: ast.AST) -> set[str]:
    return {
        at.attr
        for at in ast.walk(node)
        if isinstance(at, ast.Attribute)
        and isinstance(at.value, ast.Name)
        and at.value.id == "self"
    }


SOURCE = Source()
CODES = sorted(
    (module, name)
    for module, name in SOURCE.classes
    if any(
        isinstance(at, ast.Assign)
        and isinstance(at.targets[0], ast.Name)
        and at.targets[0].id == "code"
        for at in SOURCE.classes[module, name].body
    )
)


@pytest.mark.parametrize(("module", "owner"), CODES)
def test_the_two_sides_of_a_rule_share_nothing_but_what_a_case_by_hand_shows(
    module: str, owner: str
) -> None:
    both = SOURCE.reached(module, owner, HOOKS) & SOURCE.reached(module, owner, PLAIN)
    unknown = {(module, one.name) for one in both} - SHARED.keys()
    assert unknown == set()


@pytest.mark.parametrize(("module", "owner"), CODES)
def test_the_plain_side_uses_nothing_of_the_model(module: str, owner: str) -> None:
    for function in SOURCE.reached(module, owner, PLAIN):
        imported = SOURCE.imports[function.module]
        used = {
            name
            for name in _names(function.node) - CONSTANTS
            if imported.get(name) in MODEL_MODULES
        }
        assert used == set(), function.name


@pytest.mark.parametrize(("module", "owner"), CODES)
def test_the_models_side_knows_no_facts(module: str, owner: str) -> None:
    for function in SOURCE.reached(module, owner, HOOKS):
        arguments = {one.arg for one in function.node.args.args}
        assert "facts" not in arguments | _names(function.node), function.name


def test_what_both_sides_read_off_the_problem_is_known_and_shown_by_hand() -> None:
    tree = ast.parse((ROOM / "problem.py").read_text(encoding="utf-8"))
    reckoned = {
        f"{node.name}.{inner.name}"
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_")
    }
    assert reckoned == SHARED_VALUES.keys()
    shown = {case.rule for case in CASES}
    assert {code for code in (*SHARED_VALUES.values(), *SHARED.values()) if code} <= shown


def test_checker_certificate_and_facts_reach_no_module_of_the_model() -> None:
    # The rules' files are left aside: they hold both sides, and are read above.
    todo, seen = ["checker", "certificate", "facts", "prices", "rosterfile"], set[str]()
    while todo:
        module = todo.pop()
        if module in seen:
            continue
        seen.add(module)
        tree = ast.parse((ROOM / f"{module}.py").read_text(encoding="utf-8"))
        for _, source in _imported(tree):
            assert source not in MODEL_MODULES, f"{module} imports {source}"
            name = source.removeprefix("zhiban.roster.")
            if source != name and not name.startswith("rules"):
                todo.append(name)
    assert "roster" in seen
