"""One's own duties, calendar, ledger, entry and wishes; rounds of corrections; firms' places."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar
from sqlalchemy import select

from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.records import OutboxRecord, table
from zhiban.data.store import load_register, put_setting
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.roster import service, store
from zhiban.roster.correcting import remind_members
from zhiban.roster.entry_store import newest_round
from zhiban.roster.request_policy import RequestPolicy
from zhiban.roster.request_store import save_policy
from zhiban.roster.roster import Duty
from zhiban.roster.slots import SETTING as FIRM_SLOTS
from zhiban.roster.swapping import make_swap
from zhiban.roster.swaps import give_away

WEEK = Week(2026, 48)
NEXT = Duty(shift="seat-x@2026-11-25T0830", lawyer="L2")


def swap(site: Any, duty: Duty, to: str) -> None:
    with writing(site.engine) as connection:
        make_swap(connection, site.keyring, WEEK, give_away(duty, to), "chen", site.clock.now())


def test_the_week_tells_who_stands_by_where_it_is_and_what_changed(site: Any) -> None:
    page = site.browser("l3").get("/lawyer/week").text
    assert "备班律师：许敏" in page
    assert "uri.amap.com" in page
    assert "您的班次有变动" not in page
    assert "您为钱建国备班" in site.browser("l4").get("/lawyer/week").text
    swap(site, NEXT, "L5")
    browser = site.browser("l5")
    page = browser.get("/lawyer/week").text
    assert "您的班次有变动" in page
    assert 'class="new-mark"' in page
    assert "取消" in site.browser("l2").get("/lawyer/week").text
    page = browser.send("/lawyer/week/seen", {"week": str(WEEK), "number": "2"}).text
    assert "您的班次有变动" not in page
    # An older page takes nothing back.
    page = browser.send("/lawyer/week/seen", {"week": str(WEEK), "number": "1"}).text
    assert "您的班次有变动" not in page


def test_the_month_shows_every_duty_in_its_week(site: Any) -> None:
    page = site.browser("l2").get("/lawyer/month?month=2026-11").text
    # Five days of two halves each.
    assert "这个月您有10个班次" in page
    assert page.count('class="bit"') == 10 + 2  # and two in the legend
    for wrong in ("2026-13", "x", "1890-01"):
        assert site.browser("l2").get(f"/lawyer/month?month={wrong}").status_code == 404


def feed(site: Any, login: str = "l2") -> str:
    page = site.browser(login).send("/lawyer/calendar", {"act": "renew"}).text
    found = re.search(r'value="http://testserver(/feeds/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_calendar_has_stable_names_follows_the_roster_and_is_not_sent_twice(site: Any) -> None:
    address, stranger = feed(site), site.browser()
    answer = stranger.get(address)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    assert len(events) == 10
    first = {str(one["UID"]): int(str(one["SEQUENCE"])) for one in events}
    assert set(first.values()) == {1}
    assert events[0]["DTSTART"].params["TZID"] == "Asia/Shanghai"
    same = stranger.client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304
    swap(site, NEXT, "L5")
    after = stranger.client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert after.status_code == 200
    left = {str(one["UID"]) for one in Calendar.from_ical(after.content).walk("VEVENT")}
    # What was given away is gone; all else keeps its name.
    assert first.keys() - left == {"seat-x@2026-11-25T0830.primary.L2@zhiban"}
    assert left < first.keys()
    taken = Calendar.from_ical(stranger.get(feed(site, "l5")).content).walk("VEVENT")
    assert [int(str(one["SEQUENCE"])) for one in taken] == [2]


def test_a_renewed_or_revoked_address_is_dead_and_a_guess_finds_nothing(site: Any) -> None:
    old = feed(site)
    new = feed(site)
    stranger = site.browser()
    assert stranger.get(old).status_code == 404
    assert stranger.get(new).status_code == 200
    site.browser("l2").send("/lawyer/calendar", {"act": "revoke"})
    assert stranger.get(new).status_code == 404
    assert stranger.get("/feeds/guess.ics").status_code == 404


def test_a_post_has_a_calendar_that_schedulers_make(site: Any) -> None:
    desk = site.browser("scheduler")
    page = desk.send("/scheduler/feeds", {"act": "renew", "post": "station-t"}).text
    address = re.findall(r'value="http://testserver(/feeds/[^"]+)"', page)[0]
    events = Calendar.from_ical(site.browser().get(address).content).walk("VEVENT")
    assert {str(one["SUMMARY"])[:3] for one in events} == {"钱建国", "许敏 "}
    assert desk.send("/scheduler/feeds", {"act": "renew", "post": "nope"}).status_code == 404
    assert site.browser("supervisor").send("/scheduler/feeds", {"post": "x"}).status_code == 403


def test_the_ledger_says_what_was_served_and_how_the_share_came_about(site: Any) -> None:
    site.clock.at = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)  # the week after
    page = site.browser("l2").get("/lawyer/ledger").text
    # Ten half-days at one point each.
    assert "<b>10</b><span>值了的点数" in page
    assert '<svg class="ledger-plot"' in page
    assert "秀洲区在线坐席" in page
    page = site.browser("l2").get(f"/lawyer/ledger?week={WEEK}").text
    assert "应分担是怎么算的" in page
    assert "您的权重是100" in page
    # Each week's share adds up to the ledger by which rosters are made.
    with reading(site.engine) as connection:
        mine = service.ledger_for(connection, Week(2026, 49))["L2"]
    assert f"<b>{mine.target:.2f}</b>" in page
    assert "没有留下计算依据" in site.browser("l2").get("/lawyer/ledger?week=2026-W40").text


def correct(site: Any, login: str, **form: object) -> Any:
    sent = {"phone": "13805730000", "skill": ["online", "labour"], "languages": "", **form}
    return site.browser(login).send("/lawyer/entry", sent)


def test_a_correction_is_decided_by_the_scheduler_and_then_stands_in_the_register(
    site: Any,
) -> None:
    page = correct(site, "l2", away=["2-am"], note="律所改名了").text
    assert "更正已经交给排班员" in page
    desk = site.browser("scheduler")
    inbox = desk.get("/scheduler/inbox?show=entry").text
    assert "电话号码：无 → 13805730000" in inbox
    assert "每周不值的半天：无 → 周三上午" in inbox
    assert "律所改名了" in inbox
    desk.send("/scheduler/inbox/entry/1/approve", {})
    with reading(site.engine) as connection:
        register = load_register(connection, site.keyring)
        problem = service.assemble(connection, site.keyring, Week(2026, 50))
    assert register.lawyers["L2"].phone == "13805730000"
    # The log says what was, with the number's middle hidden; so does the supervisor's search.
    told = site.changed("L2")
    assert told["phone"] == ("", "138****0000")
    assert told["away"] == ("", "周三上午")
    found = site.browser("supervisor").get("/supervisor/audit?kind=register").text
    assert "138****0000" in found
    assert "13805730000" not in found
    assert [(one.lawyer, one.weekday, one.half) for one in problem.away] == [("L2", 2, "am")]
    assert "已由scheduler采纳" in desk.send("/scheduler/inbox/entry/1/refuse", {}).text


def test_a_second_correction_takes_the_place_of_the_first(site: Any) -> None:
    correct(site, "l2")
    correct(site, "l2", phone="13805730001")
    page = site.browser("scheduler").get("/scheduler/inbox?show=entry").text
    assert "13805730001" in page
    assert "13805730000" not in page


def test_what_is_wrong_in_a_correction_stands_at_its_field(site: Any) -> None:
    assert 'href="#phone"' in correct(site, "l2", phone="12").text
    nothing = {"phone": "", "skill": ["online", "labour"], "languages": ""}
    same = site.browser("l2").send("/lawyer/entry", nothing)
    assert same.status_code == 422
    assert "没有改动任何内容" in same.text
    assert correct(site, "l2", skill=["magic"]).status_code == 422


def test_wishes_count_from_the_next_roster_and_wrong_ones_are_named(site: Any) -> None:
    browser = site.browser("l2")
    form = {
        "post": ["seat-x", ""],
        "weekday": ["", "4"],
        "half": ["am", "pm"],
        "value": ["2", "-3"],
    }
    assert "已经保存" in browser.send("/lawyer/wishes", form).text
    with reading(site.engine) as connection:
        problem = service.assemble(connection, site.keyring, Week(2026, 50))
    wishes = {(one.post, one.weekday, one.half, one.value) for one in problem.wishes}
    assert wishes == {("seat-x", None, "am", 2), (None, 4, "pm", -3)}
    wrong = {**form, "value": ["2", "-9"]}
    assert browser.send("/lawyer/wishes", wrong).status_code == 422
    empty = {name: ["", ""] for name in form}
    browser.send("/lawyer/wishes", empty)
    with reading(site.engine) as connection:
        assert load_register(connection, site.keyring).preferences == ()


def told(site: Any, keyring: Keyring) -> list[str]:
    with reading(site.engine) as connection:
        rows = connection.execute(select(table(OutboxRecord)).order_by("id")).all()
    return [row.recipient for row in rows if "核对" in keyring.decrypt(row.payload)]


def test_a_round_shows_who_has_not_looked_and_reminds_them_once(site: Any) -> None:
    desk = site.browser("scheduler")
    assert desk.send("/scheduler/members", {"act": "open", "title": ""}).status_code == 422
    form = {"act": "open", "title": "明年一季度排班前核对", "deadline": "2026-11-30"}
    assert "每位律师都会收到消息" in desk.send("/scheduler/members", form).text
    assert len(told(site, site.keyring)) == 6
    assert desk.send("/scheduler/members", form).status_code == 422  # one at a time
    assert "请在" in site.browser("l1").get("/lawyer/me").text
    site.browser("l1").send("/lawyer/entry/confirm", {})
    correct(site, "l2")
    page = desk.get("/scheduler/members").text
    assert "2 / 6位已核对" in page
    assert "1位提出更正" in page
    assert "陆佳怡" not in page
    assert "朱国强" in page
    site.clock.at = datetime(2026, 11, 29, 18, tzinfo=SHANGHAI)  # the deadline is the 30th, 17:00
    with writing(site.engine) as connection:
        assert remind_members(connection, site.keyring, site.clock.now()) == 4
        assert remind_members(connection, site.keyring, site.clock.now()) == 0
        found = newest_round(connection)
    assert found is not None
    assert found.open_at(site.clock.now())
    assert not found.open_at(site.clock.now() + timedelta(days=1))


def given_to_firms(site: Any) -> None:
    """The town's station is the firms' to staff, in a week from which all is published anew."""
    with writing(site.engine) as connection:
        slots = {"posts": ["station-t"], "firms": {"F1": 10, "F2": 10}, "days": 2}
        put_setting(connection, FIRM_SLOTS, slots)
    week = WEEK.next()
    site.draft(week)
    site.publish(week)


def test_a_firm_names_who_comes_and_the_scheduler_sees_what_is_open(site: Any) -> None:
    given_to_firms(site)
    # L3 and L5 are of firm F2; F2's places are L3's as proposed.
    browser = site.browser("l5")
    page = browser.get("/lawyer/firm").text
    assert "拟派钱建国" in page
    shift = re.findall(r'name="shift" value="([^"]+)"', page)[0]
    form = {"week": str(WEEK.next()), "shift": shift, "lawyer": "L5"}
    assert "已经指定" in browser.send("/lawyer/firm", form).text
    with reading(site.engine) as connection:
        newest = store.load_published(connection, WEEK.next(), WEEK.next()).newest(WEEK.next())
    assert newest is not None
    assert {d.lawyer for d in newest.duties if d.shift == shift and d.role == "primary"} == {"L5"}
    inbox = site.browser("scheduler").get("/scheduler/inbox?show=firm").text
    assert "还没指定律师" in inbox
    assert "到期前一天自动提醒" in inbox


def test_nobody_names_for_another_firm_and_only_contacts_where_that_is_set(site: Any) -> None:
    given_to_firms(site)
    page = site.browser("l5").get("/lawyer/firm").text
    shift = re.findall(r'name="shift" value="([^"]+)"', page)[0]
    form = {"week": str(WEEK.next()), "shift": shift, "lawyer": "L5"}
    # L6 is of firm F1 ... and so may not name L5.
    assert site.browser("l6").send("/lawyer/firm", form).status_code == 409
    with writing(site.engine) as connection:
        contacts = RequestPolicy(speakers="contacts", contacts=frozenset({"L3"}))
        save_policy(connection, contacts)
    assert "您不是本所的联系人" in site.browser("l5").get("/lawyer/firm").text
    assert site.browser("l5").send("/lawyer/firm", form).status_code == 409


def test_the_rules_of_leave_and_swaps_are_set_by_schedulers(site: Any) -> None:
    desk = site.browser("scheduler")
    form = {"leave_days": "3", "swap_automatic": "yes", "speakers": "anyone"}
    assert "已经保存" in desk.send("/scheduler/requests", form).text
    told = {
        "leave_automatic": ("是", "否"),
        "leave_days": ("7", "3"),
        "swap_automatic": ("否", "是"),
    }
    assert site.changed("roster.requests") == told
    assert "已经保存" in desk.send("/scheduler/requests", form).text
    assert site.changed("roster.requests") == told  # the same again changes nothing
    assert desk.send("/scheduler/requests", {**form, "leave_days": "x"}).status_code == 422
    assert desk.send("/scheduler/requests", {**form, "speakers": "x"}).status_code == 422
    assert site.browser("supervisor").send("/scheduler/requests", form).status_code == 403
