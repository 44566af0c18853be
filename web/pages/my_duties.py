"""A lawyer's own duties in published versions; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from zhiban.roster.published import OnDuty, Version
from zhiban.web import words
from zhiban.web.i18n import Lang


@dataclass(frozen=True, slots=True)
class MyDuty:
    """One of the lawyer's duties."""

    post: str
    kind: str
    start: datetime
    end: datetime
    role: str
    now: bool
    others: tuple[str, ...] = ()


def my_duties(
    versions: Iterable[Version], lawyer: str, now: datetime, said: Mapping[str, str], lang: Lang
) -> list[MyDuty]:
    """The lawyer's duties in these versions, by their start."""
    found = [
        _my_duty(duty, version, now, said, lang)
        for version in versions
        for duty in version.duties
        if duty.lawyer == lawyer
    ]
    return sorted(found, key=lambda duty: (duty.start, duty.post))


def _my_duty(
    duty: OnDuty, version: Version, now: datetime, said: Mapping[str, str], lang: Lang
) -> MyDuty:
    others = tuple(
        other.lawyer_name
        for other in version.duties
        if other.shift == duty.shift and other.lawyer != duty.lawyer
    )
    return MyDuty(
        post=said.get(duty.post, duty.post_name),
        kind=words.name("kind", duty.kind, lang),
        start=duty.span.start,
        end=duty.span.end,
        role=duty.role,
        now=duty.span.contains(now),
        others=others,
    )
