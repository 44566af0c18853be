"""Conflicts of interest seen from the other party's name; pure."""

from __future__ import annotations

from collections.abc import Iterable
from operator import add

from zhiban.data.people import Firm
from zhiban.queue.party_names import plain_name

_ENDINGS = ("律师事务所", "事务所", "有限责任公司", "股份有限公司", "有限公司", "公司")
_SHORTEST = 2
_BEGIN = 2  # characters by which names are kept


def conflicting_firms(other_party: str | None, firms: Iterable[Firm]) -> frozenset[str]:
    """The firms that the other party's name, or its credit code, points to."""
    return frozenset() if other_party is None else FirmNames(firms).found_in(other_party)


class FirmNames:
    """The names and credit codes of firms, made ready once: every question is held against all."""

    def __init__(self, firms: Iterable[Firm]) -> None:
        self._short: list[tuple[str, str]] = []
        self._inside: dict[str, list[tuple[str, str]]] = {}
        self._cores: dict[str, list[str]] = {}
        for firm in firms:
            whole = plain_name(firm.name)
            self._look_for(whole, firm.id)
            if firm.credit_code is not None:
                self._look_for(firm.credit_code.casefold(), firm.id)
            core = _core(whole)
            if len(core) >= _SHORTEST:
                self._cores.setdefault(core, []).append(firm.id)

    def found_in(self, other_party: str) -> frozenset[str]:
        """The firms that a text about the other party points to."""
        named = plain_name(other_party)
        found = {firm for part, firm in self._short if part in named}
        # Where no firm's name begins, as almost everywhere, one look-up says so of them all.
        for begin in self._inside.keys() & set(map(add, named, named[1:])):
            found.update(firm for part, firm in self._inside[begin] if part in named)
        found.update(self._cores.get(_core(named), ()))
        return frozenset(found)

    def _look_for(self, part: str, firm: str) -> None:
        if len(part) < _BEGIN:
            self._short.append((part, firm))
        else:
            self._inside.setdefault(part[:_BEGIN], []).append((part, firm))


def _core(name: str) -> str:
    """The part of a name by which a firm is told from others."""
    for ending in _ENDINGS:
        if name.endswith(ending):
            name = name[: -len(ending)]
            break
    return name.replace("浙江", "", 1) if name.startswith("浙江") else name
