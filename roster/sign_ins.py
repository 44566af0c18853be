"""Signing in for a shift: who came in time, the code on a station's screen, how far off; pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any, Literal

from zhiban.data.named_setting import NamedSetting
from zhiban.data.timespan import Span
from zhiban.data.wording import Faults, Text

SETTING = "roster.sign_in"
TITLES: Mapping[str, Text] = {
    "before": Text("上班前多久可以签到", "Signing in opens before the start"),
    "grace": Text("上班后多久内不算迟到", "Not late until after the start"),
    "alarm": Text(
        "上班后多久没签到就告警、叫备班", "Alarm, and the standby is called, after the start"
    ),
    "early": Text("下班前多久以内签退不算提前", "Signing out is not early within the last"),
    "metres": Text("位置签到的最远距离", "A position counts within"),
    "seats": Text("在线坐席要签到", "Lawyers on online seats sign in"),
    "stations": Text("站点值班要签到", "Lawyers at stations sign in"),
}
Way = Literal["code", "position", "online", "stand_in"]
Presence = Literal["not_due", "awaited", "missing", "excused", "on_time", "late", "left_early"]
PRESENCE: Mapping[Presence, Text] = {
    "not_due": Text("还没到时间", "not due yet"),
    "awaited": Text("还没签到", "not signed in yet"),
    "missing": Text("没有到岗", "did not come"),
    "excused": Text("已确认到岗", "confirmed present"),
    "on_time": Text("已签到", "signed in"),
    "late": Text("迟到签到", "signed in late"),
    "left_early": Text("提前签退", "signed out early"),
}
SLOT = timedelta(minutes=5)
_EARTH = 6_371_000.0  # metres
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class SignInRules:
    """In minutes but for `metres`: how early one may sign in, until when after the start that is
    in time, when the alarm is raised, and how long before the end signing out is early.

    `seats` and `stations` say where signing in is asked for at all.
    """

    before: int = 30
    grace: int = 5
    alarm: int = 15
    early: int = 10
    metres: int = 300
    seats: bool = True
    stations: bool = True

    def asked_for(self, kind: str) -> bool:
        """Whether lawyers sign in at posts of this kind."""
        return self.seats if kind == "seat" else self.stations


NAMED = NamedSetting(SETTING, Text("签到规则", "Signing in"), TITLES, asdict(SignInRules()))


@dataclass(frozen=True, slots=True)
class SignIn:
    """One lawyer who came to one shift."""

    shift: str
    lawyer: str
    post: str
    at: datetime
    late: bool
    way: Way
    metres: int | None = None
    left_at: datetime | None = None


def rules_from(value: Mapping[str, Any]) -> SignInRules:
    """The setting as it is stored; raises Refused for what it cannot be."""
    usual, faults = SignInRules(), Faults(f"{SETTING}.")
    kinds = {one.name: type(getattr(usual, one.name)) for one in fields(SignInRules)}
    for name, given in value.items():
        if name not in kinds:
            faults.unless(False, name, "没有这一项", "is not a known field")
        elif kinds[name] is bool:
            faults.unless(isinstance(given, bool), name, "须为是或否", "must be true or false")
        else:
            whole = isinstance(given, int) and not isinstance(given, bool)
            most = 5000 if name == "metres" else 240
            good = whole and 0 <= given <= most
            faults.unless(good, name, f"须为0至{most}的整数", f"must be 0 to {most}")
    faults.refuse()
    return SignInRules(**value)


def presence(span: Span, signed: SignIn | None, rules: SignInRules, now: datetime) -> Presence:
    """How it stands with one duty of a lawyer at `now`."""
    if signed is None:
        if now < span.start:
            return "not_due"
        return "missing" if now >= span.start + _minutes(rules.alarm) else "awaited"
    if signed.left_at is not None and signed.left_at < span.end - _minutes(rules.early):
        return "left_early"
    return "late" if signed.late else "on_time"


def opens(span: Span, rules: SignInRules) -> datetime:
    """From when one may sign in for a shift."""
    return span.start - _minutes(rules.before)


def is_late(span: Span, rules: SignInRules, now: datetime) -> bool:
    """Whether signing in at `now` is late."""
    return now > span.start + _minutes(rules.grace)


def alarm_at(since: datetime, rules: SignInRules) -> datetime:
    """When somebody who has the duty since then, and has not signed in, is missed."""
    return since + _minutes(rules.alarm)


def code_at(secret: str, now: datetime) -> str:
    """The code that a station's screen shows at `now`: six digits, new every five minutes."""
    return _code(secret, _slot(now))


def code_ends(now: datetime) -> datetime:
    """When the code shown at `now` gives way to the next one."""
    seconds = SLOT.total_seconds() - now.timestamp() % SLOT.total_seconds()
    return now + timedelta(seconds=seconds)


def code_fits(secret: str, code: str, now: datetime) -> bool:
    """Whether that is the screen's code, or the one before it, which somebody may still type."""
    given = "".join(code.split())
    slot = _slot(now)
    # Both are compared, so that the time taken tells nothing.
    fits = [hmac.compare_digest(_code(secret, one), given) for one in (slot, slot - 1)]
    return given.isascii() and any(fits)


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> int:
    """The distance of two (latitude, longitude) in degrees, in whole metres."""
    (lat, lon), (to_lat, to_lon) = one, other
    half = sin(radians(to_lat - lat) / 2) ** 2
    half += cos(radians(lat)) * cos(radians(to_lat)) * sin(radians(to_lon - lon) / 2) ** 2
    return round(2 * _EARTH * asin(min(1.0, sqrt(half))))


def _slot(now: datetime) -> int:
    return int(now.timestamp() // SLOT.total_seconds())


def _code(secret: str, slot: int) -> str:
    digest = hmac.digest(secret.encode(), f"sign-in {slot}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 10**_DIGITS:0{_DIGITS}d}"


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
