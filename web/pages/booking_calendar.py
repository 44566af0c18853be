"""A booking as a calendar file for the phone; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from zhiban.data.timespan import SHANGHAI
from zhiban.queue.booking_store import Booking


def calendar_file(
    one: Booking, title: str, place: str, address: str, about: str, now: datetime
) -> bytes:
    """One event, reminded of an hour before; a new version of it takes the old one's place."""
    calendar = Calendar()
    calendar.add("prodid", "-//Zhiban//Booking//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{one.code}@zhiban")
    event.add("sequence", one.version)
    event.add("dtstamp", now)
    event.add("dtstart", one.start.astimezone(SHANGHAI))
    event.add("dtend", one.end.astimezone(SHANGHAI))
    event.add("summary", title)
    event.add("location", f"{place} {address}".strip() if address != place else place)
    event.add("description", about)
    event.add("status", "CONFIRMED" if one.state == "booked" else "CANCELLED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(hours=-1))
    event.add_component(alarm)
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
