"""The scheduler's today: who is there, what needs a hand, and a stand-in in two clicks."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from zhiban.data import outbox
from zhiban.data.database import reading, writing
from zhiban.data.timespan import SHANGHAI
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.roster import store
from zhiban.web.jobs import call_missing
from zhiban.web.notify.channels import Kept
from zhiban.web.notify.delivery import deliver

STATION = "station-t@2026-11-24T0830"
SEAT = "seat-x@2026-11-24T0830"


def alarm(site: Any) -> int:
    """One run of the timer; how many alarms it raised."""
    found: Any = call_missing(site.app.state.wiring, Kept(), site.clock.now())
    return len(found)


def holders(site: Any, shift: str) -> set[tuple[str, str]]:
    """Who holds a shift in the newest version of all."""
    from zhiban.data.week import Week

    with reading(site.engine) as connection:
        newest = store.load_published(connection).newest(Week(2026, 48))
    assert newest is not None
    return {(one.lawyer, one.role) for one in newest.duties if one.shift == shift}


def told(site: Any) -> set[tuple[str, str]]:
    """Whom the waiting notices are for, and of what kind."""
    with writing(site.engine) as connection:
        claimed = outbox.claim(connection, site.keyring, site.clock.now(), 100)
    return {(one.notice.recipient, one.notice.kind) for one in claimed}


def link(page: str, part: str) -> str:
    """The first link of a page that holds this."""
    found = re.search(rf'href="([^"]*{part}[^"]*)"', page)
    assert found is not None, part
    return unescape(found[1])


def test_everybody_of_the_day_is_listed_by_county_with_how_it_stands(site: Any) -> None:
    site.browser("l2").send("/lawyer/station/sign-in", {})
    page = site.browser("scheduler").get("/scheduler/today").text
    assert "2026年11月24日" in page
    assert "秀洲区" in page
    assert "迟到签到" in page
    # Three hold a morning, one of them has come; at nine the other two are missed.
    assert page.count("没有到岗") == 2
    assert page.index("没到岗30分钟") < page.index("各区县")


def test_before_the_first_shift_nothing_is_to_do_and_that_is_said(site: Any) -> None:
    site.clock.at = datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI)
    page = site.browser("scheduler").get("/scheduler/today").text
    assert "现在没有要处理的" in page


def test_the_alarm_sounds_once_and_its_notices_lead_to_the_right_pages(site: Any) -> None:
    told(site)
    assert alarm(site) == 3
    assert alarm(site) == 0
    deliver(site.app.state.wiring, Kept(), site.clock.now())
    inbox = site.browser("l4").get("/inbox").text
    assert "请您顶班" in inbox
    page = site.browser("l4").get(link(inbox, "/lawyer/step-in"))
    assert page.status_code == 200
    assert "我来" in page.text
    assert "没有到岗" in site.browser("scheduler").get("/inbox").text


def test_a_standby_says_i_will_and_has_the_duty_at_once(site: Any) -> None:
    alarm(site)
    told(site)
    site.clock.at += timedelta(minutes=2)
    told(site)
    done = site.browser("l4").send("/lawyer/step-in", {"shift": STATION, "absent": "L3"})
    assert str(done.url).endswith("/lawyer/station")
    assert "正在值班" in done.text
    assert holders(site, STATION) == {("L4", "primary")}
    assert {who for who, kind in told(site) if kind == "roster"} == {"L3", "L4"}
    again = site.browser("l4").send("/lawyer/step-in", {"shift": STATION, "absent": "L3"})
    assert again.status_code == 409


def test_nobody_but_the_standby_who_is_called_may_say_so(site: Any) -> None:
    form = {"shift": STATION, "absent": "L3"}
    assert site.browser("l4").send("/lawyer/step-in", form).status_code == 409  # no alarm yet
    alarm(site)
    for login in ("l1", "l3", "l6"):
        assert site.browser(login).send("/lawyer/step-in", form).status_code == 409
        query = f"/lawyer/step-in?shift={STATION}&absent=L3"
        assert site.browser(login).get(query).status_code == 404
    assert holders(site, STATION) == {("L3", "primary"), ("L4", "standby")}


def test_two_clicks_from_a_no_show_to_a_stand_in(site: Any) -> None:
    alarm(site)
    browser = site.browser("scheduler")
    page = browser.get(link(browser.get("/scheduler/today").text, 'stand-in[^"]*station-t')).text
    assert "钱建国没有到岗，谁来替？" in page
    assert page.index("许敏") < page.index("顾晓燕")  # the standby first
    assert "总价" in page
    form = {"shift": STATION, "lawyer": "L3", "to": "L5", "why": "no_show"}
    done = browser.send("/scheduler/today/stand-in", form)
    assert "成为第2版" in done.text
    assert holders(site, STATION) == {("L5", "primary"), ("L4", "standby")}
    stale = browser.send("/scheduler/today/stand-in", form)
    assert stale.status_code == 404


def test_a_stand_in_who_said_yes_is_found_by_name_or_firm(site: Any) -> None:
    alarm(site)
    browser = site.browser("scheduler")
    path = link(browser.get("/scheduler/today").text, 'stand-in[^"]*station-t')
    able = re.findall(r'<li class="do">.*?<b>([^< ]+)', browser.get(path).text, re.DOTALL)
    assert len(able) > 1
    found = browser.get(f"{path}&who={able[-1]}").text
    assert re.findall(r'<li class="do">.*?<b>([^< ]+)', found, re.DOTALL) == [able[-1]]
    assert "看全部" in found
    nobody = browser.get(f"{path}&who=欧阳").text
    assert "能接这一班的律师里，没有“欧阳”。" in nobody
    assert "没有人能替这一班" not in nobody


def test_an_absence_by_telephone_and_the_next_question_goes_to_the_stand_in(site: Any) -> None:
    site.clock.at = datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI)
    browser = site.browser("scheduler")
    page = browser.get(link(browser.get("/scheduler/today").text, 'stand-in[^"]*seat-x')).text
    assert "沈志远来不了，谁来替？" in page
    told(site)
    form = {"shift": SEAT, "lawyer": "L2", "to": "L6", "why": "absence"}
    assert "成为第2版" in browser.send("/scheduler/today/stand-in", form).text
    assert {who for who, kind in told(site) if kind == "roster"} >= {"L2", "L6"}
    site.clock.at = datetime(2026, 11, 24, 8, 35, tzinfo=SHANGHAI)
    with writing(site.engine) as connection:
        request = Ask(text="老板欠薪", division="330411", consent=True)
        made = service.ask(connection, site.keyring, request, None, site.clock.now())
    assert isinstance(made, service.Asked)
    assert made.lawyer_name == "朱国强"


def test_who_cannot_take_it_is_refused_and_what_has_moved_on_changes_nothing(site: Any) -> None:
    alarm(site)
    browser = site.browser("scheduler")
    form = {"shift": STATION, "lawyer": "L3", "why": "no_show"}
    barred = browser.send("/scheduler/today/stand-in", form | {"to": "L2"})  # on the seat
    assert barred.status_code == 409
    assert "现在不能接这个班次" in barred.text
    assert browser.send("/scheduler/today/stand-in", form | {"to": "nobody"}).status_code == 409
    assert holders(site, STATION) == {("L3", "primary"), ("L4", "standby")}
    assert (
        site.browser("supervisor")
        .send("/scheduler/today/stand-in", form | {"to": "L5"})
        .status_code
        == 403
    )


def test_the_scheduler_may_say_that_somebody_is_there_after_all(site: Any) -> None:
    alarm(site)
    browser = site.browser("scheduler")
    before = browser.get("/scheduler/today").text.count("其实到了")
    page = browser.send("/scheduler/today/excuse", {"shift": STATION, "lawyer": "L3"}).text
    assert "已记为到岗" in page
    assert page.count("其实到了") == before - 1


def test_what_is_late_and_what_is_empty_next_stands_in_the_order_of_time(site: Any) -> None:
    with writing(site.engine) as connection:
        for text in ("一", "二"):
            request = Ask(text=text, division="330411", consent=True)
            service.ask(connection, site.keyring, request, None, site.clock.now())
    site.draft(empty=("station-t",))
    site.publish()
    site.clock.at = datetime(2026, 11, 25, 9, 30, tzinfo=SHANGHAI)
    page = site.browser("scheduler").get("/scheduler/today").text
    assert "没有排人" in page  # the station on Wednesday afternoon
    assert page.index("没到岗1小时") < page.index("超时30分钟") < page.index("没有排人")


def test_the_live_part_comes_only_when_something_changed(site: Any) -> None:
    browser = site.browser("scheduler")
    live = unescape(link_of_live(browser.get("/scheduler/today").text))
    assert browser.get(live).status_code == 204
    site.browser("l2").send("/lawyer/station/sign-in", {})
    newer = browser.get(live)
    assert newer.status_code == 200
    assert "<html" not in newer.text


def link_of_live(page: str) -> str:
    """Where the page's live part is fetched."""
    found = re.search(r'data-live="([^"]+)"', page)
    assert found is not None
    return found[1]
