"""A station's day on pages: links, numbers, the hall, signing in, the quick record, entering."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from zhiban.data.database import reading, writing
from zhiban.data.records import PostRecord, table
from zhiban.data.timespan import SHANGHAI
from zhiban.queue.number_records import NUMBER
from zhiban.queue.records import QUESTION
from zhiban.roster import sign_ins, station_keys
from zhiban.roster.presence_records import SIGN_IN

POST = "station-t"
PLACE = (30.8123, 120.6123)


@pytest.fixture
def links(site: Any) -> dict[str, str]:
    """The station's two links, given by the scheduler."""
    with writing(site.engine) as connection:
        return {
            purpose: station_keys.renew(
                connection, site.keyring, POST, purpose, "scheduler", site.clock.now()
            ).token
            for purpose in station_keys.PURPOSES
        }


def take(browser: Any, links: dict[str, str], **more: str) -> Any:
    """Takes a number at the touch screen, as its two taps do."""
    path = f"/s/{links['door']}/kiosk"
    page = browser.get(f"{path}?category=labour").text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    return browser.send(path, {"key": key[1], "category": "labour", **more}, page=path)


def at_the_counter(site: Any) -> Any:
    """The station's lawyer, logged in."""
    return site.browser("l3")


def test_two_taps_give_a_number_with_its_place_and_a_code_to_scan(
    site: Any, links: dict[str, str]
) -> None:
    browser = site.browser()
    first = browser.get(f"/s/{links['door']}/kiosk").text
    assert "您想问哪方面的事" in first
    assert "新塍镇公共法律服务站" in first
    assert "?category=labour" in first
    page = take(browser, links).text
    assert 'class="st-number">001' in page
    assert "马上就到您" in page
    assert "data:image/svg+xml" in page
    second = take(browser, links, first="yes").text
    assert 'class="st-number">002' in second
    assert "优先" in second


def test_the_same_tap_twice_is_one_number(site: Any, links: dict[str, str]) -> None:
    browser = site.browser()
    path = f"/s/{links['door']}/kiosk"
    for _ in range(2):
        browser.send(path, {"key": "k" * 24, "category": "unsure"}, page=path)
    assert site.count(select(func.count()).select_from(NUMBER)) == 1


def test_on_a_phone_the_number_is_followed_and_given_back(site: Any, links: dict[str, str]) -> None:
    other, browser = site.browser(), site.browser()
    take(other, links)
    page = take(browser, links, own="1")
    assert "/n/" in str(page.url)
    assert "前面还有1人" in page.text
    again = browser.get(f"/s/{links['door']}/kiosk?own=1").text
    assert "您已经取过号" in again
    found = re.search(r'data-live="([^"]+)"', page.text)
    assert found is not None
    live = found[1].replace("&amp;", "&")
    assert browser.get(live).status_code == 204
    at_the_counter(site).send("/lawyer/station/next", {})
    assert "下一个就是您" in browser.get(live).text
    code = str(page.url).rsplit("/", 1)[1]
    assert "号已退回" in browser.send(f"/n/{code}/leave", {}, page=f"/n/{code}").text
    assert browser.get("/n/nobodys").status_code == 404


def test_a_closed_station_gives_no_number_and_says_when_it_opens(
    site: Any, links: dict[str, str]
) -> None:
    site.clock.at = datetime(2026, 11, 24, 17, 0, tzinfo=SHANGHAI)
    page = site.browser().get(f"/s/{links['door']}/kiosk").text
    assert "现在不取号" in page
    assert "明天8:30" in page
    take_anyway = site.browser().send(
        f"/s/{links['door']}/kiosk", {"key": "k" * 24}, page=f"/s/{links['door']}/kiosk"
    )
    assert "现在不取号" in take_anyway.text
    assert site.count(select(func.count()).select_from(NUMBER)) == 0


def test_numbers_end_with_the_day_by_the_timer(site: Any, links: dict[str, str]) -> None:
    from zhiban.web.jobs import end_numbers
    from zhiban.web.notify.channels import Kept

    page = take(site.browser(), links, own="1")
    wiring, closing = site.app.state.wiring, datetime(2026, 11, 24, 17, 0, tzinfo=SHANGHAI)
    assert end_numbers(wiring, Kept(), closing - timedelta(minutes=1)) == 0
    assert end_numbers(wiring, Kept(), closing) == 1
    assert end_numbers(wiring, Kept(), closing) == 0
    site.clock.at = closing
    assert "号已作废" in site.browser().get(str(page.url)).text


def test_the_hall_shows_calls_and_next_ones_and_no_name_of_a_visitor(
    site: Any, links: dict[str, str]
) -> None:
    browser, lawyer = site.browser(), at_the_counter(site)
    for _ in range(3):
        take(browser, links)
    path = f"/s/{links['screen']}/hall"
    before = browser.get(path).text
    assert "还没有叫号" in before
    assert "共3人在等" in before
    lawyer.send("/lawyer/station/next", {})
    found = re.search(r'data-screen="([^"]+)"', before)
    assert found is not None
    after = browser.get(found[1])
    assert 'data-say="请1号到1号窗口"' in after.text
    assert browser.get(after.headers["x-next"]).status_code == 204
    # What the door shows to everybody opens neither the screen nor the lawyers' code.
    for page in ("hall", "code"):
        assert browser.get(f"/s/{links['door']}/{page}").status_code == 404
        assert browser.get(f"/s/nonsense/{page}").status_code == 404
    code = sign_ins.code_at(links["screen"], site.clock.now())
    assert f"{code[:3]} {code[3:]}" in browser.get(f"/s/{links['screen']}/code").text


def test_the_screens_code_signs_the_lawyer_in_and_a_wrong_one_is_kept_at_its_field(
    site: Any, links: dict[str, str]
) -> None:
    site.clock.at = datetime(2026, 11, 24, 8, 25, tzinfo=SHANGHAI)
    lawyer = at_the_counter(site)
    page = lawyer.get("/lawyer/station").text
    assert "新塍镇公共法律服务站" in page
    assert "还没到时间" in page
    wrong = lawyer.send("/lawyer/station/sign-in", {"way": "code", "code": "12"})
    assert wrong.status_code == 422
    assert 'id="code-why"' in wrong.text
    code = sign_ins.code_at(links["screen"], site.clock.now())
    done = lawyer.send("/lawyer/station/sign-in", {"way": "code", "code": code})
    assert "已签到。" in done.text
    assert "签退" in done.text
    assert (
        "已签退"
        in lawyer.send("/lawyer/station/sign-out", {"shift": "station-t@2026-11-24T0830"}).text
    )


def test_a_position_near_by_signs_in_and_is_not_kept(site: Any, links: dict[str, str]) -> None:
    post = table(PostRecord)
    with writing(site.engine) as connection:
        connection.execute(
            post.update()
            .where(post.c.id == POST)
            .values(lat=PLACE[0], lon=PLACE[1], approximate=False)
        )
    lawyer = at_the_counter(site)
    assert "用位置签到" in lawyer.get("/lawyer/station").text
    far = lawyer.send("/lawyer/station/sign-in", {"lat": "30.9", "lon": "120.6"})
    assert far.status_code == 422
    assert "米以内" in far.text
    near = lawyer.send("/lawyer/station/sign-in", {"lat": str(PLACE[0]), "lon": str(PLACE[1])})
    assert "记为迟到" in near.text  # at nine o'clock
    with reading(site.engine) as connection:
        row = connection.execute(select(SIGN_IN)).one()
    assert (row.metres, row.way) == (0, "position")


def test_a_seat_is_signed_in_by_a_button_and_whoever_has_no_shift_by_nothing(site: Any) -> None:
    lawyer = site.browser("l2")
    assert "签到，开始在线值班" in lawyer.get("/lawyer/station").text
    assert "已签到" in lawyer.send("/lawyer/station/sign-in", {}).text
    assert "今天没有您的班次" in site.browser("l6").get("/lawyer/station").text
    assert site.browser("l6").send("/lawyer/station/sign-in", {}).status_code == 422


def test_the_call_signs_in_once_and_names_the_field_at_fault(
    site: Any, links: dict[str, str]
) -> None:
    client = site.browser().client
    log_in = {"login": "l3", "password": "a long password"}

    def sign_in(**body: Any) -> Any:
        token = client.post("/api/v1/sessions", json=log_in).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        return client.post("/api/v1/sign-ins", json=body, headers=headers)

    wrong = sign_in(code="000000")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "code")
    assert sign_in(position={"lat": 91, "lon": 0}).status_code == 422
    code = sign_ins.code_at(links["screen"], site.clock.now())
    made = sign_in(code=code)
    assert made.status_code == 201, made.text
    assert (made.json()["late"], made.json()["way"]) == (True, "code")
    assert sign_in(code=code).status_code == 200
    site.clock.at = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
    assert sign_in(code=code).status_code == 409
    assert site.browser().client.post("/api/v1/sign-ins", json={}).status_code == 401


def test_many_wrong_codes_are_refused_for_a_while(site: Any, links: dict[str, str]) -> None:
    from limits import parse

    from zhiban.web.limits import Window

    site.app.state.wiring.limiter._windows["login"] = Window(parse("3/minute"))
    lawyer = at_the_counter(site)
    for _ in range(3):
        lawyer.send("/lawyer/station/sign-in", {"way": "code", "code": "000000"})
    assert lawyer.send("/lawyer/station/sign-in", {"way": "code", "code": "1"}).status_code == 429


def test_a_routine_talk_is_recorded_in_three_taps_as_a_question_of_its_own(
    site: Any, links: dict[str, str]
) -> None:
    take(site.browser(), links)
    lawyer = at_the_counter(site)
    assert "001" in lawyer.get("/lawyer/station").text
    page = lawyer.send("/lawyer/station/next", {}).text
    assert "人到了，开始接谈" in page
    form = lawyer.send("/lawyer/station/number/start", {"number": "1"}).text
    assert "001号：登记接谈" in form
    assert 'value="labour" checked' in form  # what the visitor chose
    done = lawyer.send(
        "/lawyer/station/talk",
        {"key": "t" * 24, "number": "1", "category": "labour", "outcome": "aid", "text": "欠薪"},
        page="/lawyer/station/talk",
    )
    assert done.status_code == 201
    assert "接谈已登记" in done.text
    with reading(site.engine) as connection:
        number = connection.execute(select(NUMBER)).one()
        question = connection.execute(select(QUESTION)).one()
    assert (number.state, number.ticket) == ("done", question.code)
    assert (question.channel, question.state) == ("walk_in", "closed")
    again = lawyer.send(
        "/lawyer/station/talk",
        {"key": "t" * 24, "number": "1", "category": "labour", "outcome": "aid", "text": "欠薪"},
        page="/lawyer/station/talk",
    )
    assert number.ticket in again.text
    assert site.count(select(func.count()).select_from(QUESTION)) == 1


def test_a_talk_that_needs_more_stays_open_and_off_shift_none_is_recorded(site: Any) -> None:
    lawyer = at_the_counter(site)
    lawyer.send("/lawyer/station/talk", {"key": "u" * 24, "outcome": "open"})
    with reading(site.engine) as connection:
        assert connection.execute(select(QUESTION.c.state)).scalar_one() == "answered"
    refused = site.browser("l6").send("/lawyer/station/talk", {"key": "v" * 24, "text": "写了很久"})
    assert refused.status_code == 409
    assert "写了很久" in refused.text


def test_nobody_calls_at_a_station_that_is_not_theirs(site: Any, links: dict[str, str]) -> None:
    take(site.browser(), links)
    page = site.browser("l2").send("/lawyer/station/next", {})
    assert "不在这个站点的班上" in page.text
    site.browser("l6").send("/lawyer/station/number/missed", {"number": "1"})
    with reading(site.engine) as connection:
        assert connection.execute(select(NUMBER.c.state)).scalar_one() == "waiting"


@pytest.mark.parametrize(
    ("login", "path"), [("l6", "/lawyer/enter"), ("scheduler", "/scheduler/enter")]
)
def test_staff_enter_a_question_and_get_the_slip_once(site: Any, login: str, path: str) -> None:
    browser = site.browser(login)
    bad = browser.send(path, {"channel": "phone", "text": "老板欠薪", "key": "k" * 24}, page=path)
    assert bad.status_code == 422
    assert "老板欠薪" in bad.text
    assert "请选择事情发生在哪里" in bad.text
    assert "征得同意后勾选" in bad.text
    form = {"channel": "phone", "text": "老板欠薪", "division": "330411", "consent": "yes"}
    made = browser.send(path, form | {"key": "k" * 24}, page=path)
    assert made.status_code == 201
    assert re.search(r"ZB-[0-9A-Z]{4}-[0-9A-Z]{4}", made.text)
    assert "沈志远律师" in made.text
    assert "data:image/svg+xml" in made.text
    again = browser.send(path, form | {"key": "k" * 24}, page=path)
    assert again.status_code == 201
    assert site.count(select(func.count()).select_from(QUESTION)) == 1


def test_schedulers_give_renew_and_take_back_links_and_others_may_not(site: Any) -> None:
    browser = site.browser("scheduler")
    page = browser.get("/scheduler/stations").text
    assert "新塍镇公共法律服务站" in page
    assert "/kiosk" not in page
    page = browser.send("/scheduler/stations/renew", {"post": POST, "purpose": "door"}).text
    old = re.search(r"/s/([\w-]+)/kiosk", page)
    assert old is not None
    assert browser.get(f"/scheduler/stations/{POST}/poster").status_code == 200
    first = site.changed(POST)["door"]  # what is recorded tells when, never the link itself
    assert first[0] == ""
    site.clock.at += timedelta(minutes=5)
    page = browser.send("/scheduler/stations/renew", {"post": POST, "purpose": "door"}).text
    assert site.browser().get(f"/s/{old[1]}/kiosk").status_code == 404
    second = site.changed(POST)["door"]
    assert second[0] == first[1] != second[1]
    page = browser.send("/scheduler/stations/revoke", {"post": POST, "purpose": "door"}).text
    assert "/kiosk" not in page
    assert site.changed(POST)["door"] == (second[1], "")
    assert old[1] not in browser.get("/scheduler/register/changes?kind=station").text
    assert browser.get(f"/scheduler/stations/{POST}/poster").status_code == 404
    for wrong in ({"post": "seat-c", "purpose": "door"}, {"post": POST, "purpose": "x"}):
        assert browser.send("/scheduler/stations/renew", wrong).status_code == 422
    supervisor = site.browser("supervisor")
    assert supervisor.send("/scheduler/stations/renew", {"post": POST}).status_code == 403


def test_a_scheduler_sets_when_one_is_late_and_what_cannot_be_stays_at_its_field(
    site: Any, links: dict[str, str]
) -> None:
    browser = site.browser("scheduler")
    form = {"before": "30", "grace": "45", "alarm": "60", "early": "10", "metres": "300"}
    ticks = {"seats": "yes", "stations": "yes"}
    bad = browser.send("/scheduler/stations/rules", form | ticks | {"alarm": "soon"})
    assert bad.status_code == 422
    assert 'id="alarm-why"' in bad.text
    assert 'value="soon"' in bad.text
    assert "签到规则已保存" in browser.send("/scheduler/stations/rules", form | ticks).text
    # Until then the usual: 5 minutes of grace, the alarm after 15.
    assert site.changed("roster.sign_in") == {"grace": ("5", "45"), "alarm": ("15", "60")}
    code = sign_ins.code_at(links["screen"], site.clock.now())
    done = at_the_counter(site).send("/lawyer/station/sign-in", {"way": "code", "code": code})
    assert "已签到。" in done.text  # at nine, half an hour after the start, within 45 minutes
    assert site.browser("supervisor").send("/scheduler/stations/rules", form).status_code == 403


def test_the_demonstrations_day_is_played_once_and_again_adds_nothing(site: Any) -> None:
    from zhiban.web.demo import station_day

    at = datetime(2026, 11, 24, 10, 20, tzinfo=SHANGHAI)
    site.clock.at = at
    # One comes every eleven minutes from 8:23 on: at 8:23, 8:34 and so on until 10:13.
    assert station_day.play(site.engine, site.keyring, at) == 11
    assert station_day.play(site.engine, site.keyring, at) == 0
    page = site.browser("scheduler").get("/scheduler/today").text
    assert page.count("没有到岗") == 1  # the one station's lawyer is the one who is missing
    assert "现场等候" in page
