"""A setting of named values: what it and they are called, and what a change of them was; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhiban.data.register_diff import Field
from zhiban.data.wording import Text


@dataclass(frozen=True, slots=True)
class NamedSetting:
    """A setting by its key; `titles` are of all its values, `usual` what those never set are."""

    key: str
    name: Text
    titles: Mapping[str, Text]
    usual: Mapping[str, Any]

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Field, ...]:
        """The values that differ, as people read them."""
        old, new = {**self.usual, **before}, {**self.usual, **after}
        said = ((name, _said(old[name]), _said(new[name])) for name in self.titles)
        return tuple(
            Field(name, self.titles[name], one, two) for name, one, two in said if one != two
        )


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(sorted(str(one) for one in value))
    return str(value)
