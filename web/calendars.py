"""Duties as an iCalendar feed: stable names, versions as sequence, one time zone; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event, Timezone

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.feeds import Entry
from zhiban.web import words
from zhiban.web.i18n import Lang

_ZONE = """BEGIN:VTIMEZONE
TZID:Asia/Shanghai
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0800
TZOFFSETTO:+0800
TZNAME:CST
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")


def calendar(
    title: str,
    entries: Iterable[Entry],
    said: dict[str, str],
    addresses: dict[str, str],
    lang: Lang,
    *,
    of_post: bool,
) -> bytes:
    """The feed of one lawyer or one post, the same bytes for the same duties."""
    made = Calendar()
    made.add("prodid", "-//Zhiban//duty//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", title)
    made.add("x-wr-timezone", "Asia/Shanghai")
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    made.add_component(Timezone.from_ical(_ZONE))
    for entry in entries:
        made.add_component(_event(entry, said, addresses, lang, of_post=of_post))
    content: bytes = made.to_ical()
    return content


def _event(
    entry: Entry, said: dict[str, str], addresses: dict[str, str], lang: Lang, *, of_post: bool
) -> Event:
    duty = entry.duty
    post = said.get(duty.post, duty.post_name)
    role = words.name("role", duty.role, lang)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", duty.span.start.astimezone(SHANGHAI))
    event.add("dtend", duty.span.end.astimezone(SHANGHAI))
    event.add("summary", f"{duty.lawyer_name} {role}" if of_post else f"{role}：{post}")
    address = addresses.get(duty.post, "")
    event.add("location", f"{post} {address}".strip())
    if entry.others:
        beside = [
            f"{one.lawyer_name}（{words.name('role', one.role, lang)}）" for one in entry.others
        ]
        event.add("description", "、".join(beside))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event
