"""What in a text may tell who somebody is: numbers, names, addresses; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from zhiban.data.wording import Text

HIDDEN = "某某"
_KINDS: tuple[tuple[str, Text, re.Pattern[str]], ...] = (
    (
        "id",
        Text("像身份证号", "looks like an identity number"),
        re.compile(r"(?<!\d)\d{6}(?:18|19|20)\d{9}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)"),
    ),
    (
        "phone",
        Text("像手机号", "looks like a mobile number"),
        re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"),
    ),
    (
        "landline",
        Text("像固定电话", "looks like a telephone number"),
        re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)"),
    ),
    (
        "card",
        Text("像银行卡号", "looks like a bank card"),
        re.compile(r"(?<!\d)\d{16}(?:\d{3})?(?!\d)"),
    ),
    (
        "contact",
        Text("像微信、QQ或邮箱", "looks like WeChat, QQ or mail"),
        re.compile(
            r"(?:微信号?|QQ|qq|wechat|WeChat)\s*[:：]?\s*[A-Za-z0-9_-]{5,}"
            r"|[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.]+"
        ),
    ),
    (
        "plate",
        Text("像车牌号", "looks like a number plate"),
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}"
        ),
    ),
    (
        "case",
        Text("像案号", "looks like a case number"),
        re.compile(r"[(（]20\d\d[)）][^\s，。]{2,12}?\d+号"),
    ),
    (
        "company",
        Text("像单位名称", "looks like an organisation's name"),
        re.compile(r"[\u4e00-\u9fff]{4,20}(?:有限责任公司|有限公司|律师事务所|合作社)"),
    ),
    (
        "address",
        Text("像门牌地址", "looks like a street address"),
        re.compile(r"[\u4e00-\u9fff]{2,8}(?:路|街|弄|小区|村)\d+(?:号|幢|栋|室|组)"),
    ),
    (
        "name",
        Text("像人名", "looks like a person's name"),
        re.compile(r"(?:我叫|名叫|姓名[是为:：]|叫做)(?!某)([\u4e00-\u9fff]{2,4})"),
    ),
)


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that may tell who somebody is: where, what stands there, and why it is noted."""

    start: int
    end: int
    shown: str
    kind: str
    why: Text


def traces(text: str, names: Iterable[str] = ()) -> tuple[Trace, ...]:
    """Every trace in its order; `names` are those of the parties, where they are known."""
    found = [
        Trace(match.start(), match.end(), match[0], kind, why)
        for kind, why, pattern in _KINDS
        for match in pattern.finditer(text)
    ]
    party = Text("当事人的名字", "a party's name")
    for name in {name.strip() for name in names}:
        if len(name) >= 2:
            found += [
                Trace(at.start(), at.end(), name, "party", party)
                for at in re.finditer(re.escape(name), text)
            ]
    return _apart(found)


def _apart(found: list[Trace]) -> tuple[Trace, ...]:
    """Without those that lie within an earlier or longer one, or without the part that does."""
    kept: list[Trace] = []
    for one in sorted(found, key=lambda trace: (trace.start, -trace.end)):
        inside = kept[-1].end - one.start if kept else 0
        if inside <= 0:
            kept.append(one)
        elif one.end > kept[-1].end:
            kept.append(replace(one, start=kept[-1].end, shown=one.shown[inside:]))
    return tuple(kept)


def without_traces(text: str, names: Iterable[str] = ()) -> str:
    """The text with every trace left out and a word in its place."""
    said, at = [], 0
    for trace in traces(text, names):
        said += [text[at : trace.start], HIDDEN]
        at = trace.end
    return "".join((*said, text[at:]))
