"""What a citizen sends in, and its validation; pure."""

from __future__ import annotations

from collections.abc import Collection
from operator import attrgetter
from typing import NamedTuple

from zhiban.data.wording import Faults, Text
from zhiban.queue.event import plain
from zhiban.queue.guardian import Guardian, checked_guardian

TEXT_LIMIT = 5000
SHORT_LIMIT = 200
REASON_LIMIT = 1000

GREEN_LANE: dict[str, Text] = {
    "minor": Text("未成年人", "minors"),
    "elder": Text("老年人", "older people"),
    "disabled": Text("残疾人", "people with disabilities"),
    "migrant_wage": Text("农民工讨薪", "migrant workers claiming wages"),
    "domestic_violence": Text("家庭暴力", "domestic violence"),
    "military": Text("军人军属", "service members and their families"),
}
"""The declared groups that go first, by code; a group may also be named in Chinese."""

CHANNELS: dict[str, Text] = {
    "message": Text("网上留言", "message left online"),
    "live": Text("在线咨询", "live online"),
    "letter": Text("来信", "letter"),
    "walk_in": Text("窗口来访", "walk-in"),
    "phone": Text("电话", "telephone"),
}

COUNTERS = ("walk_in", "phone")
"""The channels by which staff enter a question for somebody."""

_GREEN_CODES = {text.zh: code for code, text in GREEN_LANE.items()}
_LIST = "、"


class Ask(NamedTuple):
    """A question as sent in; `green_lane` holds codes of GREEN_LANE (or their Chinese names).

    `entered_by` names the account of a clerk who enters it for somebody. Who declares to be under
    14 (`under_14`) asks with a guardian's consent.
    """

    text: str
    division: str
    consent: bool
    category: str | None = None
    channel: str = "message"
    contact: str | None = None
    other_party: str | None = None
    green_lane: tuple[str, ...] = ()
    entered_by: str | None = None
    under_14: bool = False
    guardian: Guardian | None = None

    def fingerprint_text(self) -> str:
        """The one text of the whole request, to tell a repeated request from another."""
        told = list(_TOLD(self))
        if self.under_14 or self.guardian is not None:
            told += [self.under_14, None if self.guardian is None else self.guardian.told()]
        return plain(told)


_TOLD = attrgetter(*(n for n in Ask._fields if n not in ("under_14", "guardian")))


def writable(text: str) -> bool:
    """Whether both databases can store the text: no NUL, no half of a surrogate pair."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False


def checked(ask: Ask, divisions: Collection[str], categories: Collection[str]) -> Ask:
    """The question trimmed and in codes; raises Refused naming every field at fault."""
    faults = Faults()
    text = _text(faults, "text", ask.text, TEXT_LIMIT)
    if ask.division not in divisions:
        faults.note(
            "division",
            f"没有区划“{ask.division[:20]}”，请选择所在的县（市、区）或镇（街道）",
            f"no division {ask.division[:20]!r}; choose a county, town or street",
        )
    if ask.category is not None and ask.category not in categories:
        faults.note(
            "category",
            f"没有类别“{ask.category[:20]}”，可用：{_LIST.join(sorted(categories))}",
            f"no category {ask.category[:20]!r}; known: {', '.join(sorted(categories))}",
        )
    if ask.channel not in CHANNELS:
        faults.note(
            "channel",
            f"没有渠道“{ask.channel[:20]}”，可用：{_LIST.join(CHANNELS)}",
            f"no channel {ask.channel[:20]!r}; known: {', '.join(CHANNELS)}",
        )
    if ask.consent is not True:
        faults.note(
            "consent",
            "请先同意我们为答复您而使用您填写的内容",
            "please consent to our using what you write in order to answer you",
        )
    contact = _short(faults, "contact", ask.contact)
    other = _short(faults, "other_party", ask.other_party)
    green = _green(faults, ask.green_lane)
    guardian = checked_guardian(faults, ask.guardian) if ask.under_14 else None
    faults.refuse()
    return Ask(
        text,
        ask.division,
        ask.consent,
        ask.category,
        ask.channel,
        contact,
        other,
        green,
        ask.entered_by,
        ask.under_14,
        guardian,
    )


def checked_text(text: str, field: str = "text", limit: int = TEXT_LIMIT) -> str:
    """A text of 1 to `limit` characters, trimmed; raises Refused."""
    faults = Faults()
    trimmed = _text(faults, field, text, limit)
    faults.refuse()
    return trimmed


def checked_reason(text: str, field: str = "text") -> str:
    """A reason or remark, trimmed, which may be empty; raises Refused."""
    return checked_text(text, field, REASON_LIMIT) if text.strip() else ""


def _text(faults: Faults, field: str, text: str, limit: int) -> str:
    trimmed = text.strip()
    if trimmed and len(trimmed) <= limit and writable(trimmed):
        return trimmed
    faults.unless(bool(trimmed), field, "请填写内容", "please write something")
    faults.unless(
        len(trimmed) <= limit,
        field,
        f"最多{limit}个字，现有{len(trimmed)}个",
        f"at most {limit} characters, there are {len(trimmed)}",
    )
    faults.unless(
        writable(trimmed),
        field,
        "含有无法保存的字符（空字符或半个代理字符），请删去",
        "holds characters that cannot be stored (NUL or half a surrogate pair); remove them",
    )
    return trimmed


def _short(faults: Faults, field: str, text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    return _text(faults, field, text, SHORT_LIMIT)


def _green(faults: Faults, groups: tuple[str, ...]) -> tuple[str, ...]:
    if not groups:
        return ()
    codes = tuple(dict.fromkeys(_GREEN_CODES.get(group, group) for group in groups))
    unknown = [code[:20] for code in codes if code not in GREEN_LANE]
    if unknown:
        faults.note(
            "green_lane",
            f"没有绿色通道类别“{_LIST.join(unknown)}”，可用：{_LIST.join(_GREEN_CODES)}",
            f"no green lane {', '.join(unknown)}; known: {', '.join(GREEN_LANE)}",
        )
    return codes
