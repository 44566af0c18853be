"""我要办: times that follow the published roster, and one's own booking; two never get one time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Connection, func, select

from zhiban.data import outbox, trail
from zhiban.data.bodies import Body
from zhiban.data.bodies_store import save_bodies
from zhiban.data.database import reading, writing
from zhiban.data.places import Opening
from zhiban.data.store import put_setting
from zhiban.data.timespan import SHANGHAI
from zhiban.data.writer import Writer
from zhiban.queue import booking_desk, booking_following, bookings
from zhiban.queue.booking import Person, nearest
from zhiban.queue.booking_records import BOOKING, BOOKING_SLOT
from zhiban.queue.bookings import Booked, SlotTaken, Wish

AT = "2026-11-25T09:00"  # Wednesday; L3 is on duty at the station
NINE = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)
FORM = {
    "at": AT,
    "name": "王小明",
    "phone": "138 0573 1234",
    "topic": "工伤赔偿",
    "consent": "yes",
    "key": "b" * 32,
}


def booked(site: Any, **other: object) -> tuple[Any, str, str]:
    """A browser that booked, with the booking's code and secret."""
    browser = site.browser()
    page = browser.send("/book/at/station-t", {**FORM, **other})
    assert page.status_code == 200, page.text
    code = re.search(r"YY-\w{4}-\w{4}", str(page.url))
    secret = re.search(r'class="secret">((?:\w{4} ){3}\w{4})<', page.text)
    assert code is not None
    assert secret is not None
    return browser, code[0], secret[1]


def total(site: Any) -> int:
    return int(site.count(select(func.count()).select_from(BOOKING)))


def follow(site: Any) -> booking_following.Followed:
    with writing(site.engine) as connection:
        return booking_following.follow_roster(connection, site.keyring, site.clock.now())


def told(site: Any) -> list[tuple[str, str]]:
    """Recipient and kind of every notice about bookings that waits in the outbox."""
    with writing(site.engine) as connection:
        found = outbox.claim(connection, site.keyring, site.clock.now(), 500)
    notices = [(one.notice.recipient, one.notice.kind) for one in found]
    return [pair for pair in notices if pair[1].startswith("booking")]


def test_a_citizen_goes_from_what_to_where_to_when_and_has_a_booking(site: Any) -> None:
    browser = site.browser()
    assert "律师当面咨询" in browser.get("/book").text
    where = browser.get("/book?what=station&area=330411").text
    # An hour's notice at 9:00 makes 10:00 the first time.
    assert "最早今天10:00" in where
    times = browser.get("/book/at/station-t?day=2026-11-25").text
    assert f"details?at={AT}" in times
    assert "钱建国" in times
    assert "今天9:00" not in times
    details = browser.get(f"/book/at/station-t/details?at={AT}").text
    assert "明天9:00" in details
    _, code, _ = booked(site)
    with reading(site.engine) as connection:
        (mark,) = trail.trail_of(connection, code)
    assert (mark.actor, mark.act, mark.detail["holder"]) == ("citizen", "booked", "L3")


def test_the_booking_says_when_where_and_with_whom_and_hides_the_number(site: Any) -> None:
    browser, code, _ = booked(site)
    page = browser.get(f"/book/b/{code}").text
    for said in ("明天9:00–9:30", "新塍镇公共法律服务站", "钱建国律师", "138****1234", "工伤赔偿"):
        assert said in page, said
    assert "13805731234" not in page
    assert ("lawyer:L3", "booking_made") in told(site)


def test_two_people_at_one_time_the_second_is_offered_the_nearest_and_keeps_what_they_typed(
    site: Any,
) -> None:
    booked(site)
    other = {**FORM, "key": "c" * 32, "name": "李四", "phone": "13905730000"}
    answer = site.browser().send("/book/at/station-t", other)
    assert answer.status_code == 409
    assert "这个时间刚被约走" in answer.text
    assert 'value="李四"' in answer.text
    assert 'value="2026-11-25T09:30"' in answer.text  # the next half hour
    assert 'value="2026-11-25T09:00"' not in answer.text
    assert total(site) == 1


def test_a_claim_is_lost_where_the_row_is_there_already(site: Any) -> None:
    def wish(phone: str) -> Wish:
        return Wish("station-t", NINE, Person("某人", phone), consent=True)

    with writing(site.engine) as connection:
        first = bookings.book(
            connection, site.keyring, wish("13805730001"), "1" * 32, site.clock.now()
        )
        second = bookings.book(
            connection, site.keyring, wish("13805730002"), "2" * 32, site.clock.now()
        )
    assert isinstance(first, Booked)
    assert isinstance(second, SlotTaken)
    assert site.count(select(func.count()).select_from(BOOKING_SLOT)) == 1 == total(site)


def test_a_double_tap_makes_one_booking(site: Any) -> None:
    browser = site.browser()
    first, again = (browser.send("/book/at/station-t", FORM) for _ in range(2))
    assert first.url == again.url
    assert total(site) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "请填写姓名"),
        ({"phone": "123"}, "请填写手机号"),
        ({"consent": ""}, "请先勾选同意"),
    ],
)
def test_errors_stand_at_the_field_and_on_top(site: Any, wrong: dict[str, str], said: str) -> None:
    answer = site.browser().send("/book/at/station-t", {**FORM, **wrong})
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert total(site) == 0


def test_one_number_may_book_so_often_a_day_and_not_twice_at_one_time(site: Any) -> None:
    with writing(site.engine) as connection:
        put_setting(connection, "booking", {"per_day": 2, "minutes": 60})
    browser = site.browser()
    for at, key in (("09:30", "1"), ("10:30", "2")):
        # Hours of 60 minutes from 8:30: 8:30, 9:30, 10:30.
        form = {**FORM, "at": f"2026-11-25T{at}", "key": key * 32}
        assert browser.send("/book/at/station-t", form).status_code == 200
    third = browser.send("/book/at/station-t", {**FORM, "at": "2026-11-26T09:30", "key": "3" * 32})
    assert third.status_code == 409
    assert "一天最多预约2次" in third.text
    site.clock.at += timedelta(hours=16)  # Wednesday 1:00: another day
    tomorrow = {**FORM, "at": "2026-11-26T09:30", "key": "4" * 32}
    assert browser.send("/book/at/station-t", tomorrow).status_code == 200


def test_strangers_without_the_secret_see_and_do_nothing(site: Any) -> None:
    _, code, secret = booked(site)
    stranger = site.browser()
    for path in (f"/book/b/{code}", f"/book/b/{code}/cancel", f"/book/b/{code}/change"):
        assert str(stranger.get(path).url).endswith("/book/find"), path
    assert str(stranger.get(f"/book/b/{code}/calendar.ics").url).endswith("/book/find")
    stranger.send(f"/book/b/{code}/cancel", {})
    stranger.send(f"/book/b/{code}/change", {"at": "2026-11-25T10:00"})
    _, other, _ = booked(site, at="2026-11-25T10:00", key="z" * 32, phone="13905730000")
    with reading(site.engine) as connection:
        found = bookings.opened(connection, site.keyring, code, secret)
        assert found is not None
        assert found.state == "booked"
        assert bookings.opened(connection, site.keyring, other, secret) is None


def test_another_browser_finds_it_by_secret_or_by_the_whole_number(site: Any) -> None:
    _, code, secret = booked(site)
    typed = {"code": code.lower().replace("-", " "), "secret": secret.lower()}
    page = site.browser().send("/book/find", typed)
    assert "钱建国律师" in page.text
    wrong = site.browser().send("/book/find", {"code": code, "phone": "13805731235"})
    assert wrong.status_code == 422
    found = site.browser().send("/book/find", {"code": code, "phone": "138-0573-1234"})
    assert "原来的密码已失效" in found.text
    again = site.browser().send("/book/find", {"code": code, "secret": secret})
    assert again.status_code == 422


def test_cancelling_asks_first_and_frees_the_time(site: Any) -> None:
    browser, code, _ = booked(site)
    told(site)
    asked = browser.get(f"/book/b/{code}/cancel").text
    assert "不取消" in asked
    assert "已取消" in browser.send(f"/book/b/{code}/cancel", {}).text
    assert ("lawyer:L3", "booking_cancelled") in told(site)
    again = browser.send(f"/book/b/{code}/cancel", {})
    assert again.status_code == 409
    booked(site, key="d" * 32, phone="13905730000")


def test_another_time_keeps_the_code_and_frees_the_old_one(site: Any) -> None:
    browser, code, _ = booked(site)
    assert "改到什么时间" in browser.get(f"/book/b/{code}/change").text
    page = browser.send(f"/book/b/{code}/change", {"at": "2026-11-26T14:00"})
    assert "后天14:00–14:30" in page.text
    booked(site, key="d" * 32, phone="13905730000")
    lost = browser.send(f"/book/b/{code}/change", {"at": AT})
    assert lost.status_code == 409
    assert "后天14:00–14:30" in lost.text


def test_the_calendar_file_names_time_and_place_and_the_change_replaces_it(site: Any) -> None:
    browser, code, _ = booked(site)
    answer = browser.get(f"/book/b/{code}/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtstart").astimezone(UTC) == NINE.astimezone(UTC)
    assert "新塍镇公共法律服务站" in str(event["summary"])
    assert "13805731234" not in answer.text
    browser.send(f"/book/b/{code}/change", {"at": "2026-11-26T14:00"})
    later = browser.get(f"/book/b/{code}/calendar.ics")
    (newer,) = Calendar.from_ical(later.content).walk("VEVENT")
    assert newer["uid"] == event["uid"]
    assert int(newer["sequence"]) > int(event["sequence"])


def test_a_roster_change_moves_the_booking_to_whoever_holds_the_shift_now(site: Any) -> None:
    browser, code, _ = booked(site)
    told(site)
    assert follow(site) == booking_following.Followed()
    site.draft(station_t="L5")
    site.publish()
    assert follow(site) == booking_following.Followed(moved=1)
    assert follow(site) == booking_following.Followed()  # once only
    # The lawyer who gave the shift away has that time back.
    assert site.count(select(func.count()).select_from(BOOKING_SLOT)) == 1
    page = browser.get(f"/book/b/{code}").text
    assert "这一班改由顾晓燕律师接待" in page
    assert "明天9:00–9:30" in page
    assert set(told(site)) >= {
        ("lawyer:L5", "booking_made"),
        ("lawyer:L3", "booking_passed_on"),
        (f"booking:{code}", "booking_moved"),
    }
    day = NINE.date()
    with reading(site.engine) as connection:
        assert booking_desk.bookings_for(connection, site.keyring, "L3", day) == ()
        (line,) = booking_desk.bookings_for(connection, site.keyring, "L5", day)
    assert (line.name, line.phone, line.topic) == ("王小明", "138****1234", "工伤赔偿")


def test_where_the_shift_is_gone_other_times_are_offered_under_the_same_code(site: Any) -> None:
    browser, code, _ = booked(site)
    told(site)
    site.draft(empty=("station-t",))
    site.publish()
    assert follow(site) == booking_following.Followed(displaced=1)
    assert follow(site) == booking_following.Followed()
    assert set(told(site)) >= {
        (f"booking:{code}", "booking_displaced"),
        ("role:scheduler", "booking_displaced"),
    }
    assert "请另选一个时间" in browser.get(f"/book/b/{code}").text
    # Nobody is on duty there this week any more; the next version has the week again.
    assert "这里近期没有空的时间" in browser.get(f"/book/b/{code}").text
    site.draft()
    site.publish()
    offered = browser.get(f"/book/b/{code}").text
    # Of two days' times those around the lost one, Wednesday 9:00, and not the soonest.
    hours = ("08:30", "09:00", "09:30", "10:00", "10:30", "11:00")
    wednesday = [f"2026-11-25T{hour}" for hour in hours]
    assert re.findall(r'name="at" value="([^"]+)"', offered) == wednesday
    done = browser.send(f"/book/b/{code}/change", {"at": AT})
    assert "明天9:00–9:30" in done.text
    assert follow(site) == booking_following.Followed()


def test_the_times_offered_are_the_nearest_to_the_lost_one_the_earlier_of_two_as_near() -> None:
    def day(number: int, hour: int) -> datetime:
        return datetime(2026, 11, number, hour, tzinfo=SHANGHAI)

    free = [day(24, 9), day(25, 9), day(25, 11), day(25, 15), day(26, 10)]
    # From the 25th at 10:00: an hour to 9:00 and to 11:00, five to 15:00, 24 to the 26th, 25 back.
    assert nearest(free, day(25, 10), 1) == [day(25, 9)]
    assert nearest(free, day(25, 10), 3) == [day(25, 9), day(25, 11), day(25, 15)]
    assert nearest(free, day(25, 10), 4) == [day(25, 9), day(25, 11), day(25, 15), day(26, 10)]
    assert nearest([], day(25, 10), 6) == []


def test_appointments_with_a_body_keep_its_hours_and_its_desks(site: Any) -> None:
    hours = (Opening(2, time(9), time(10)),)
    body = Body("aid-x", "aid", "援助中心", "Legal Aid", "330411", desks=2, openings=hours)
    with writing(site.engine) as connection:
        save_bodies(connection, (body,))
    assert "最早明天9:00" in site.browser().get("/book?what=aid").text
    for n, status in enumerate((200, 200, 409)):  # two desks
        form = {**FORM, "key": f"{n}" * 32, "phone": f"1380573000{n}"}
        assert site.browser().send("/book/at/aid-x", form).status_code == status
    closed = Body("aid-x", "aid", "援助中心", "Legal Aid", "330411", desks=2)
    with writing(site.engine) as connection:
        save_bodies(connection, (closed,))
    assert follow(site) == booking_following.Followed(displaced=2)


def test_a_lawyer_sees_their_own_bookings_only_and_a_number_on_request_which_is_recorded(
    site: Any,
) -> None:
    _, code, _ = booked(site)
    mine = site.browser("l3")
    page = mine.get("/lawyer/bookings?day=2026-11-25").text
    assert "王小明" in page
    assert "13805731234" not in page
    shown = mine.send("/lawyer/bookings/number", {"code": code, "day": "2026-11-25"}).text
    assert "13805731234" in shown
    with reading(site.engine) as connection:
        last = trail.trail_of(connection, code)[-1]
    assert (last.actor, last.act) == ("account:l3", "number_seen")
    other = site.browser("l4")
    assert "王小明" not in other.get("/lawyer/bookings?day=2026-11-25").text
    assert other.send("/lawyer/bookings/number", {"code": code}).status_code == 404
    bureau, sent = site.browser("scheduler"), {"code": code, "day": "2026-11-25"}
    assert "钱建国" in bureau.get("/scheduler/bookings?day=2026-11-25").text
    assert "13805731234" in bureau.send("/scheduler/bookings/number", sent).text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30", "W", "%00"])
def test_a_day_nobody_could_book_shows_today(site: Any, day: str) -> None:
    mine = site.browser("l3").get(f"/lawyer/bookings?day={day}")
    bureau = site.browser("scheduler").get(f"/scheduler/bookings?day={day}")

    assert (mine.status_code, bureau.status_code) == (200, 200)
    assert 'value="2026-11-24"' in mine.text  # the day of the site's clock


def test_seats_and_what_is_not_there_take_no_bookings(site: Any) -> None:
    for id in ("seat-c", "nowhere"):
        assert site.browser().get(f"/book/at/{id}").status_code == 404
        assert site.browser().send(f"/book/at/{id}", FORM).status_code in (404, 422)


def test_who_came_is_destroyed_after_ninety_days_and_stored_encrypted_until_then(
    site: Any,
) -> None:
    browser, code, _ = booked(site)
    with reading(site.engine) as connection:
        raw = str(connection.exec_driver_sql("SELECT * FROM booking").all())
    assert "王小明" not in raw
    assert "13805731234" not in raw
    later = NINE + timedelta(days=91)
    with writing(site.engine) as connection:
        assert booking_following.destroy_old(connection, NINE + timedelta(days=89)) == 0
        assert booking_following.destroy_old(connection, later) == 1
        assert booking_following.destroy_old(connection, later) == 0
    assert "王小明" not in browser.get(f"/book/b/{code}").text


def test_the_administrator_changes_the_rules_and_faults_are_named(site: Any) -> None:
    desk, rules = site.browser("administrator"), {"minutes": "60", "days": "7", "lead": "0"}
    bad = desk.send("/scheduler/bookings/rules", {**rules, "per_day": "many"})
    assert bad.status_code == 422
    assert 'href="#per_day"' in bad.text
    assert "规则已改" in desk.send("/scheduler/bookings/rules", {**rules, "per_day": "2"}).text
    assert site.changed("booking") == {
        "minutes": ("30", "60"),
        "days": ("14", "7"),
        "lead": ("60", "0"),
        "per_day": ("3", "2"),
    }
    times = site.browser().get("/book/at/station-t?day=2026-11-25").text
    assert "at=2026-11-25T09:30" in times  # hours of 60 minutes from 8:30
    assert "at=2026-11-25T09:00" not in times
    assert site.browser("scheduler").send("/scheduler/bookings/rules", rules).status_code == 403


def test_of_many_at_once_through_two_processes_writers_one_gets_the_time(site: Any) -> None:
    keyring, now = site.keyring, site.clock.now()
    other = Writer(site.engine)  # as another process has its own
    other.start()
    writers = (site.app.state.wiring.writer, other)

    def command(number: int) -> Callable[[Connection], object]:
        wish = Wish("station-t", NINE, Person("某人", f"1380573{number:04d}"), consent=True)
        return lambda c: bookings.book(c, keyring, wish, f"{number:032d}", now)

    try:
        waiting = [writers[n % 2].submit(command(n)) for n in range(12)]
        results = [type(one.result()) for one in waiting]
    finally:
        other.stop()
    assert results.count(Booked) == 1
    assert results.count(SlotTaken) == 11
    assert total(site) == 1
