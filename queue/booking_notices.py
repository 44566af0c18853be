"""What lawyers, the bureau and the citizen are told of bookings; no names, no numbers; pure."""

from __future__ import annotations

from datetime import datetime

from zhiban.data.notice import Notice
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Text
from zhiban.queue.booking import KINDS

_WEEKDAYS_ZH = "一二三四五六日"
DESK, OFFICE = "/lawyer/bookings", "/scheduler/bookings"


def moment(at: datetime) -> Text:
    """A time as it is told: 11月25日（周三）9:00."""
    local = at.astimezone(SHANGHAI)
    return Text(
        f"{local.month}月{local.day}日（周{_WEEKDAYS_ZH[local.weekday()]}）"
        f"{local.hour}:{local.minute:02d}",
        f"{local:%a} {local.day} {local:%b} {local.hour}:{local.minute:02d}",
    )


def booked(lawyer: str | None, kind: str, place: Text, start: datetime) -> Notice:
    """Somebody booked a time: told to the lawyer, or for a body to the schedulers."""
    when, what = moment(start), KINDS[kind]
    title = Text(f"新的预约：{when.zh}", f"New booking: {when.en}")
    body = Text(
        f"{when.zh}，{place.zh}，{what.zh}。来访人和事项见预约名单。",
        f"{when.en}, {place.en}, {what.en}. Who comes, and what about, is in the list of bookings.",
    )
    return _to(lawyer, "booking_made", title, body)


def cancelled(lawyer: str | None, kind: str, place: Text, start: datetime) -> Notice:
    """The citizen does not come."""
    when, what = moment(start), KINDS[kind]
    title = Text(f"预约已取消：{when.zh}", f"Booking cancelled: {when.en}")
    body = Text(
        f"{when.zh}，{place.zh}，{what.zh}：来访人取消了，这个时段重新开放预约。",
        f"{when.en}, {place.en}, {what.en}: the citizen cancelled; the time may be booked again.",
    )
    return _to(lawyer, "booking_cancelled", title, body)


def passed_on(lawyer: str, place: Text, start: datetime) -> Notice:
    """Somebody else holds the shift now, and has the booking with it."""
    when = moment(start)
    title = Text(f"预约已随班次转出：{when.zh}", f"Booking passed on: {when.en}")
    body = Text(
        f"{when.zh}，{place.zh}的预约已随班次转给接班的律师，您不用再接待。",
        f"The booking of {when.en}, {place.en} went with the shift to the lawyer who took it over.",
    )
    return _to(lawyer, "booking_passed_on", title, body)


def moved(code: str, lawyer_name: str, firm_name: str, place: Text, start: datetime) -> Notice:
    """Told to the citizen: the time stays, the lawyer is another."""
    when = moment(start)
    title = Text("您的预约换了律师", "Another lawyer will see you")
    body = Text(
        f"{when.zh}，{place.zh}：改由{lawyer_name}律师（{firm_name}）接待，时间地点不变。",
        f"{when.en}, {place.en}: {lawyer_name} ({firm_name}) will see you; time and place stay.",
    )
    return Notice(f"booking:{code}", "booking_moved", title, body, f"/book/b/{code}")


def displaced(code: str, place: Text, start: datetime) -> Notice:
    """Told to the citizen: the time is gone, others are offered."""
    when = moment(start)
    title = Text("您的预约要改时间", "Your booking needs another time")
    body = Text(
        f"{when.zh}，{place.zh}的值班有变动，这个时间不再接待。请打开预约选一个新的时间。",
        f"Duty at {place.en} has changed and {when.en} is gone. Please open it and choose again.",
    )
    return Notice(f"booking:{code}", "booking_displaced", title, body, f"/book/b/{code}")


def to_call(code: str, place: Text, start: datetime) -> Notice:
    """Told to the schedulers: somebody should be told by telephone."""
    when = moment(start)
    title = Text(f"预约{code}失去时段", f"Booking {code} has lost its time")
    body = Text(
        f"{when.zh}，{place.zh}的预约因值班变动失去时段。来访人打开预约时会看到新的时间，"
        "请打电话告知。",
        f"The booking of {when.en}, {place.en} has lost its time. The citizen is offered others "
        "on its page; please telephone.",
    )
    return _to(None, "booking_displaced", title, body)


def _to(lawyer: str | None, kind: str, title: Text, body: Text) -> Notice:
    recipient = "role:scheduler" if lawyer is None else f"lawyer:{lawyer}"
    return Notice(recipient, kind, title, body, OFFICE if lawyer is None else DESK)
