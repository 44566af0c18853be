"""Writes docs/rules.md from the table of rules: `python scripts/list_rules.py`."""

from __future__ import annotations

from pathlib import Path

from zhiban.roster.rules import RULES, Rule

KINDS = {
    "eligibility": "eligibility 资格",
    "cost": "cost 价格",
    "side": "side constraint 约束",
}
HEAD = """# Rules 规则

This list is written from the table in `roster/rules/__init__.py` (`python scripts/list_rules.py`).
The solver, the checker, the explanations and this page walk the rules in this order; a lawyer whom
several rules keep from a shift is counted at the first of them.

A problem changes a rule under its code: `"rules": {"per_week": {"cap": 2}}`; any rule can be
switched off with `{"enabled": false}`. Prices are in points, lower is better.
"""


def listing() -> str:
    """The whole page."""
    return HEAD + "".join(_section(rule) for rule in RULES)


def _section(rule: type[Rule]) -> str:
    lines = [
        f"\n## `{rule.code}` {rule.title.zh} ({rule.title.en})\n",
        f"{KINDS[rule.kind]}\n",
        f"{rule.says.zh}\n",
        f"{rule.says.en}\n",
    ]
    fields = {name: field for name, field in rule.Params.model_fields.items() if name != "enabled"}
    if fields:
        about = " ".join((rule.Params.__doc__ or "").split())
        lines.append(f"Parameters: {about}\n")
        lines.append("| parameter | default |\n|---|---|")
        lines += [f"| `{name}` | `{field.default!r}` |" for name, field in fields.items()]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    Path("docs", "rules.md").write_text(listing(), encoding="utf-8")
