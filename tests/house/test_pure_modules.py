"""Modules that know no tables are listed as such, so that they stay so."""

from __future__ import annotations

import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
TABLES = {"sqlalchemy", "sqlmodel"}


@pytest.mark.parametrize("room", ["data", "roster", "queue"])
def test_every_module_that_computes_is_held_to_it_by_the_layer_rules(room: str) -> None:
    rooms = ("zhiban.queue", "zhiban.roster", "zhiban.data")
    graph = grimp.build_graph(*rooms, include_external_packages=True)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    held = [
        module
        for contract in settings["tool"]["importlinter"]["contracts"]
        if not TABLES.isdisjoint(contract.get("forbidden_modules", ()))
        for module in contract["source_modules"]
    ]
    pure = {
        module
        for module in graph.modules
        if module.startswith(f"zhiban.{room}.")
        and ".migrations" not in module  # a package of steps, empty itself
        and TABLES.isdisjoint(graph.find_upstream_modules(module))
    }
    assert pure, "the rooms are found"
    missing = {one for one in pure if not any(f"{one}.".startswith(f"{two}.") for two in held)}
    assert missing == set(), "add them to the list in pyproject.toml"
