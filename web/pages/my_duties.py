"""A lawyer's own duties in published versions; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from zhiban.roster.published import OnDuty, Version
from zhiban.web import words
from zhiban.web.i18n import Lang


@dataclass(frozen=True, slots=True)
class MyDuty:
    """One of the lawyer's duties; `backed_by` stand by for it, or the lawyer for `backs`."""

    post: str
    kind: str
    start: datetime
    end: datetime
    role: str
    now: bool
    others: tuple[str, ...] = ()
    shift: str = ""
    week: str = ""
    post_id: str = ""
    backed_by: tuple[str, ...] = ()
    backs: tuple[str, ...] = ()
    address: str = ""
    maps: tuple[tuple[str, str], ...] = ()
    changed: bool = False
    unpopular: bool = False

    @property
    def anchor(self) -> str:
        """The query by which other pages name this duty."""
        return urlencode({"week": self.week, "shift": self.shift, "role": self.role})


def my_duties(
    versions: Iterable[Version],
    lawyer: str,
    now: datetime,
    said: Mapping[str, str],
    lang: Lang,
    addresses: Mapping[str, str] | None = None,
) -> list[MyDuty]:
    """The lawyer's duties in these versions, by their start."""
    found = [
        _my_duty(duty, version, now, said, lang, addresses or {})
        for version in versions
        for duty in version.duties
        if duty.lawyer == lawyer
    ]
    return sorted(found, key=lambda duty: (duty.start, duty.post))


def _my_duty(
    duty: OnDuty,
    version: Version,
    now: datetime,
    said: Mapping[str, str],
    lang: Lang,
    addresses: Mapping[str, str],
) -> MyDuty:
    others = [
        other
        for other in version.duties
        if other.shift == duty.shift and other.lawyer != duty.lawyer
    ]
    primary = duty.role == "primary"
    address = addresses.get(duty.post, "") if duty.kind == "station" else ""
    return MyDuty(
        post=said.get(duty.post, duty.post_name),
        kind=words.name("kind", duty.kind, lang),
        start=duty.span.start,
        end=duty.span.end,
        role=duty.role,
        now=duty.span.contains(now),
        others=tuple(one.lawyer_name for one in others if one.role == duty.role),
        shift=duty.shift,
        week=str(version.week),
        post_id=duty.post,
        backed_by=tuple(one.lawyer_name for one in others if primary and one.role == "standby"),
        backs=tuple(one.lawyer_name for one in others if not primary and one.role == "primary"),
        address=address,
        maps=map_links(duty.post_name, address) if duty.kind == "station" else (),
        unpopular=duty.unpopular,
    )


def map_links(name: str, address: str) -> tuple[tuple[str, str], ...]:
    """Where 高德 and 百度 look a place up by its name and address."""
    wanted = quote(name if not address or name in address else f"{name} {address}")
    more = f"region={quote('全国')}&output=html&src=zhiban"
    return (
        ("高德", f"https://uri.amap.com/search?keyword={wanted}&src=zhiban&callnative=1"),
        ("百度", f"https://api.map.baidu.com/place/search?query={wanted}&{more}"),
    )
