"""Invented firms and lawyers, the same for the same seed.

No name is taken from a real person or firm; where one exists too, it is by chance. Phone numbers
begin with 100, which no mobile number does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from zhiban.data.categories import GENERAL, ONLINE
from zhiban.data.people import Firm, Lawyer, Licence

# Division: firms, lawyers. About as their people and offices suggest; those of the city itself
# are registered with the city's bureau.
SIZES = {
    "3304": (5, 60),
    "330402": (12, 125),
    "330411": (7, 65),
    "330421": (7, 70),
    "330424": (6, 55),
    "330481": (9, 85),
    "330482": (7, 65),
    "330483": (7, 75),
}
REFUSING_FIRMS = ("F08", "F39", "F57")

_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉玲健萍红鑫宁雪波婷帆宇晨浩欣怡琳璐慧颖"
    "佳嘉思雨子涵俊凯泽轩昊天睿航博远晓东海燕春梅秋月志国建华永康清源立新学良若兰书瑶一鸣景行知远"
)
_FIRM_FIRST = "衡泽允达信诚和立正明思嘉润启承观致博安"
_FIRM_LAST = "远衡权舟理知源川和正行言则法度济平"


def firms(seed: int) -> dict[str, Firm]:
    """60 firms by id, three of which do not consent to their lawyers' serving."""
    random = Random(f"firms {seed}")  # noqa: S311 - invention, not secrecy
    names = [f"浙江{first}{last}律师事务所" for first in _FIRM_FIRST for last in _FIRM_LAST]
    chosen = iter(random.sample(names, sum(count for count, _ in SIZES.values())))
    found: dict[str, Firm] = {}
    for division, (count, _) in SIZES.items():
        for _ in range(count):
            id = f"F{len(found) + 1:02d}"
            code = f"31330000ZB{len(found) + 1:08d}"
            found[id] = Firm(id, next(chosen), division, id not in REFUSING_FIRMS, code)
    return found


def lawyers(firms: dict[str, Firm], categories: Sequence[str], seed: int) -> dict[str, Lawyer]:
    """600 lawyers by id, in firms of uneven size, each in the division of the firm."""
    random = Random(f"lawyers {seed}")  # noqa: S311 - invention, not secrecy
    names = iter(_names(random, sum(count for _, count in SIZES.values())))
    found: dict[str, Lawyer] = {}
    for division, (_, count) in SIZES.items():
        here = [firm.id for firm in firms.values() if firm.division == division]
        for firm in _memberships(random, here, count):
            id = f"L{len(found) + 1:04d}"
            found[id] = _lawyer(random, id, next(names), firms[firm], categories)
    return found


def _lawyer(random: Random, id: str, name: str, firm: Firm, categories: Sequence[str]) -> Lawyer:
    topics = random.sample([code for code in categories if code != GENERAL], random.randint(2, 5))
    online = random.random() < 0.45
    return Lawyer(
        id=id,
        name=name,
        firm=firm.id,
        division=firm.division,
        licensed_on=_licensed_on(random),
        skills=frozenset([*topics, GENERAL, *([ONLINE] if online else [])]),
        languages=frozenset(
            ["zh", *(code for code, part in (("wuu", 0.6), ("en", 0.1)) if random.random() < part)]
        ),
        licence=_licence(random),
        sanctioned_until=date(2027, random.randint(1, 12), 15) if random.random() < 0.015 else None,
        weight=random.choices((100, 50, 150), (86, 9, 5))[0],
        capacity=10 if random.random() < 0.05 else None,
        per_week=1 if random.random() < 0.06 else None,
        phone=f"1000573{id[1:]}",
    )


def _licensed_on(random: Random) -> date:
    """Most have practised for years; one in twenty since 2025 or 2026."""
    if random.random() < 0.05:
        return date(2025, 2, 1) + timedelta(days=random.randint(0, 600))
    return date(1996, 1, 1) + timedelta(days=random.randint(0, 28 * 365))


def _licence(random: Random) -> Licence:
    return random.choices(("active", "suspended", "revoked"), (97.5, 1.7, 0.8))[0]


def _memberships(random: Random, firms: list[str], count: int) -> list[str]:
    """A firm for each of `count` lawyers: two at least in each, the rest unevenly."""
    weights = [random.uniform(1, 6) for _ in firms]
    rest = random.choices(firms, weights, k=count - 2 * len(firms))
    return sorted([*firms, *firms, *rest])


def _names(random: Random, count: int) -> list[str]:
    """Different names of two or three characters."""
    found: dict[str, None] = {}
    while len(found) < count:
        given = "".join(random.sample(_GIVEN, random.choice((1, 2, 2))))
        found[random.choice(_SURNAMES) + given] = None
    return list(found)
