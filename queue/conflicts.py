"""Conflicts of interest seen from the other party's name; pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from zhiban.data.people import Firm
from zhiban.queue.party_names import plain_name

_ENDINGS = ("律师事务所", "事务所", "有限责任公司", "股份有限公司", "有限公司", "公司")
_SHORTEST = 2


def conflicting_firms(other_party: str | None, firms: Iterable[Firm]) -> frozenset[str]:
    """The firms that the other party's name, or its credit code, points to."""
    if other_party is None:
        return frozenset()
    named = plain_name(other_party)
    core = _core(named)
    return frozenset(firm.id for firm in firms if _points_to(named, core, firm))


def _points_to(named: str, core: str, firm: Firm) -> bool:
    if firm.credit_code is not None and firm.credit_code.casefold() in named:
        return True
    whole, short = _names_of(firm.name)
    return whole in named or (len(short) >= _SHORTEST and core == short)


@lru_cache(maxsize=10_000)
def _names_of(firm: str) -> tuple[str, str]:
    """A firm's plain name and the core of it; kept, as every question is held against all firms."""
    whole = plain_name(firm)
    return whole, _core(whole)


def _core(name: str) -> str:
    """The part of a name by which a firm is told from others."""
    for ending in _ENDINGS:
        if name.endswith(ending):
            name = name[: -len(ending)]
            break
    return name.replace("浙江", "", 1) if name.startswith("浙江") else name
