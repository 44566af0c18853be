"""The queue's settings in words, and what differs between two of them, line by line; pure."""

from __future__ import annotations

from collections.abc import Mapping

from zhiban.data.deadline import Scale
from zhiban.data.register_diff import Field
from zhiban.data.wording import Text
from zhiban.queue.asking import CHANNELS
from zhiban.queue.knowledge import Rules, rules_json
from zhiban.queue.overflow import Overflow
from zhiban.queue.policy import CLOCK_NAMES, Act, Hours, PolicyRow

ACTS: Mapping[Act, Text] = {
    "remind": Text("提醒律师", "remind the lawyer"),
    "hand_on": Text("转给下一位律师", "hand on to another lawyer"),
    "supervisor": Text("报督办员", "tell the supervisor"),
}
SCALES: Mapping[Scale, Text] = {
    "m": Text("分钟", "minutes"),
    "h": Text("小时", "hours"),
    "d": Text("工作日", "working days"),
}
UNITS = {"wall": Text("自然时间", "by the wall"), "working": Text("工作时间", "working time")}
HOURS: Mapping[Hours, Text] = {
    "bureau": Text("本单位的工作时间", "the bureau's hours"),
    "post": Text("答复坐席的开放时间", "the seat's hours"),
}
LANES = {"green": Text("绿色通道", "green lane"), "normal": Text("普通", "ordinary")}
BEYOND = {"city": Text("市级坐席", "the city's seat"), "neighbours": Text("邻县坐席", "neighbours")}
NUMBERS = {
    "city_after": Text("转市级坐席", "on to the city's seat"),
    "neighbours_after": Text("转邻县坐席", "on to neighbours"),
    "capacity": Text("每位律师的接待上限", "a lawyer's capacity"),
    "green_lead_hours": Text("绿色通道提前（小时）", "lead of the green lane (hours)"),
    "close_answered_hours": Text("已答复后办结（小时）", "closed after an answer (hours)"),
    "close_asked_back_hours": Text("待补充后办结（小时）", "closed after asking back (hours)"),
}
_BY_POST = {
    "capacity_by_post": Text("岗位上每位律师的上限", "capacity of a lawyer at"),
    "capacity_by_shift": Text("整班的上限", "capacity of a whole shift at"),
}
NEVER = 1.0
Names = Mapping[str, str]


def share_text(share: float) -> str:
    """A share of a clock as people write it; above the whole it is never."""
    return f"{share * 100:g}%" if share <= NEVER else "从不"


def row_text(row: PolicyRow) -> str:
    """What is promised, in Chinese."""
    unit = UNITS[row.unit].zh if row.target.scale != "d" else ""
    hours = HOURS[row.hours].zh if row.hours == "post" else ""
    steps = [f"{share_text(rung.share)}{ACTS[rung.act].zh}" for rung in row.ladder]
    said = f"{row.target.number}{SCALES[row.target.scale].zh}"
    return " ".join(one for one in (said, unit, hours, "、".join(steps)) if one)


def differences(before: Rules, after: Rules, categories: Names, posts: Names) -> list[Field]:
    """What of the settings differs: each promise, each overflow, each number."""
    found: list[Field] = []
    old, new = _lines(before, categories, posts), _lines(after, categories, posts)
    for code in dict.fromkeys((*old, *new)):
        title = (new.get(code) or old[code])[0]
        said = tuple(one[code][1] if code in one else "" for one in (old, new))
        if said[0] != said[1]:
            found.append(Field(code[:80], title, *said))
    return found


def _lines(rules: Rules, categories: Names, posts: Names) -> dict[str, tuple[Text, str]]:
    """Each line of the settings by its code: what it is about, and what it says."""
    found: dict[str, tuple[Text, str]] = {}
    for row in rules.policy.rows:
        about = _about(row, categories)
        title = _joined(about, CLOCK_NAMES[row.clock])
        found.setdefault(f"{row.clock} {title.zh}", (title, row_text(row)))
    for flow in rules.overflow:
        title = _joined(_about(flow, categories), _flow(flow))
        found.setdefault(f"{flow.to} {title.zh}", (title, share_text(flow.after)))
    value = rules_json(rules)
    for name, title in NUMBERS.items():
        said = share_text(value[name]) if name.endswith("_after") else f"{value[name]:g}"
        found[name] = (title, said)
    for name, title in _BY_POST.items():
        for post, number in value[name].items():
            here = posts.get(post, post)
            found[f"{name} {post}"] = (
                Text(f"{title.zh} {here}", f"{title.en} {here}"),
                f"{number}",
            )
    return found


def _flow(row: Overflow) -> Text:
    name = BEYOND[row.to]
    return Text(f"溢出到{name.zh}", f"overflow to {name.en}")


def _about(row: PolicyRow | Overflow, categories: Names) -> Text:
    """Of which questions a row speaks."""
    parts = [CHANNELS[row.channel] if row.channel else Text("所有渠道", "any channel")]
    if row.category:
        name = categories.get(row.category, row.category)
        parts.append(Text(name, name))
    if row.lane:
        parts.append(LANES[row.lane])
    return Text("·".join(one.zh for one in parts), " · ".join(one.en for one in parts))


def _joined(one: Text, other: Text) -> Text:
    return Text(f"{one.zh} {other.zh}", f"{one.en} {other.en}")
