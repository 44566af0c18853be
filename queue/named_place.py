"""Which division a story names, so that nobody has to look for it in a list; pure.

Names are those of the register: divisions (秀洲区, 秀洲, "Xiuzhou"), what its stations are called
(阳光社区公共法律服务站) and the streets they stand in (中兴路12号). A whole name counts wherever it
stands; of a shortened one only what is surely meant as a place, since 建设, 大桥 or 长安 are words,
too, and 海宁路 may lie anywhere. Divisions within each other are one place, the narrower; where two
are named, none is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

import rjieba

from zhiban.data.places import Division
from zhiban.data.register import Register

MOST_TEXT = 1500
_RANK = re.compile(r"(?:街道|[市县区镇乡])$")
_RANK_EN = re.compile(r" (?:City|County|District|Town|Township|Subdistrict|Village)$")
_SERVICE = re.compile(r"(?:公共)?法律服务(?:中心|工作站|工作室|站|点|室)$")
_STREET = re.compile(r"([\u3400-\u9fff]{2,5}?(?:大道|路|街|弄))[0-9]+号")
_SHORTEST = 3  # 汉字 of a station's own name or a street's
# Streets that every town has tell nothing.
_EVERYWHERE = frozenset(
    ("人民路", "人民大道", "中山路", "解放路", "建设路", "新华路", "和平路", "文化路", "迎宾大道")
)
_ROAD = re.compile(r"大道|街(?!道)|[路巷弄桥]|大厦|公园|花园|牌")
_AT = re.compile(r"[在住到来回]$")
_SEAT = re.compile(
    r"派出所|法庭|法院|卫生院|医院|司法所|中学|小学|幼儿园|社区|工业|开发区|集镇|老街|街上|"
    r"镇上|乡下|农村|这边|那边|这里|那里|当地|本地"
)
# Words of the language that are also names of towns.
_ANYWHERE = re.compile(r"城[东南西北中关]|新城|老城|大桥|.*[路桥]")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A division that a story names, and the word it is named by, as it is written there."""

    division: str
    word: str


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The register's places by their names; `whole` are those that count wherever they stand."""

    divisions: Mapping[str, Division]
    codes: Mapping[str, frozenset[str]]
    whole: frozenset[str]
    pattern: re.Pattern[str]

    @classmethod
    def of_register(cls, register: Register) -> Gazetteer:
        """All names of the register's divisions, stations and their streets."""
        whole, short = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for one in register.divisions.values():
            wide = one.level in ("city", "county")
            whole[one.name].add(one.code)
            _add(short, _RANK.sub("", one.name), one.code, 2)
            _add(whole, one.name_en.lower(), one.code, 4)
            if wide:
                _add(whole, _RANK_EN.sub("", one.name_en).lower(), one.code, 4)
        full_names = sorted(whole, key=len, reverse=True)
        for post in register.posts.values():
            if post.kind == "station":
                _add(whole, _SERVICE.sub("", post.name), post.division, _SHORTEST)
                for street in _streets(post.address, full_names):
                    _add(whole, street, post.division, _SHORTEST)
        counting = frozenset(name for name, of in whole.items() if of)
        codes = {name: frozenset(short[name] | whole[name]) for name in {*short, *whole} if name}
        either = "|".join(map(_bordered, sorted(codes, key=len, reverse=True)))
        pattern = re.compile(either or "(?!)", re.IGNORECASE)
        return cls(register.divisions, codes, counting, pattern)


def named_place(text: str, gazetteer: Gazetteer) -> NamedPlace | None:
    """The one place that a text names; None where it names none, or places apart from each other.

    A village is offered as the town that it lies in.
    """
    told = [(word, gazetteer.codes[word.lower()]) for word in _words(text, gazetteer)]
    sure = {code for _, codes in told for code in _widest(codes, gazetteer) if len(codes) == 1}
    places: dict[str, str] = {}
    for word, codes in told:
        tops = _widest(codes, gazetteer)
        # Of towns of one name that is meant whose county is named, too.
        fitting = {one for one in tops if sure & set(_chain(one, gazetteer))}
        chosen = tops if len(tops) == 1 else fitting
        if len(chosen) != 1:
            return None
        places.setdefault(next(iter(chosen)), word)
    if not places:
        return None
    lowest = max(places, key=lambda code: len(_chain(code, gazetteer)))
    chain = _chain(lowest, gazetteer)
    if not places.keys() <= set(chain):
        return None
    offered = next(code for code in chain if gazetteer.divisions[code].level != "village")
    return NamedPlace(offered, places[lowest])


def _add(names: dict[str, set[str]], name: str, code: str, shortest: int) -> None:
    if len(name) >= shortest:
        names[name].add(code)


def _streets(address: str, names: list[str]) -> list[str]:
    """The streets of an address, without the divisions that stand before them."""
    for name in names:
        address = address.replace(name, " ")
    return [street for street in _STREET.findall(address) if street not in _EVERYWHERE]


def _bordered(name: str) -> str:
    return rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() else re.escape(name)


def _words(text: str, gazetteer: Gazetteer) -> Iterator[str]:
    """The names in a text that mean a place, in their order."""
    plain = unicodedata.normalize("NFKC", text[:MOST_TEXT])
    edges: frozenset[int] | None = None
    after = 0  # where the name of a place ended that this one may stand right behind
    for match in gazetteer.pattern.finditer(plain):
        word = match[0]
        if word.lower() not in gazetteer.whole:
            edges = _edges(plain) if edges is None else edges
            if not _meant(match, plain, edges, gazetteer, follows=after == match.start() > 0):
                continue
        after = match.end()
        yield word


def _meant(
    match: re.Match[str],
    plain: str,
    edges: frozenset[int],
    gazetteer: Gazetteer,
    *,
    follows: bool,
) -> bool:
    """Whether a shortened name is surely the place's: by what stands around it."""
    word, start, end = match[0], match.start(), match.end()
    if _ROAD.match(plain, end):
        return False
    levels = {gazetteer.divisions[code].level for code in gazetteer.codes[word]}
    if levels & {"city", "county"}:
        return start in edges or end in edges
    if word.endswith("镇") or follows or _SEAT.match(plain, end):
        return True
    # Behind 在 a town stands as one word, or as signs that make none, but not as any word.
    known = rjieba.tag(word, False)
    common = len(known) == 1 and not known[0][1].startswith("ns")
    stands = start in edges and end in edges
    return stands and not common and not _ANYWHERE.fullmatch(word) and _behind_at(plain, start)


def _behind_at(plain: str, start: int) -> bool:
    return _AT.search(plain[max(0, start - 1) : start]) is not None


def _edges(plain: str) -> frozenset[int]:
    """Where the words of a text begin and end; signs that make no word stand alone."""
    return frozenset(accumulate(map(len, rjieba.cut(plain, False)), initial=0))


def _chain(code: str, gazetteer: Gazetteer) -> list[str]:
    """A division and those it lies in, from itself upwards."""
    found: list[str] = []
    at: str | None = code
    while at is not None and at in gazetteer.divisions and at not in found:
        found.append(at)
        at = gazetteer.divisions[at].parent
    return found


def _widest(codes: frozenset[str], gazetteer: Gazetteer) -> set[str]:
    """Those that lie in none of the others: 南湖 is the district, not the street of its name."""
    return {one for one in codes if not codes & set(_chain(one, gazetteer)[1:])}
