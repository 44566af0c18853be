"""Leave and swaps on the lawyer's pages and in the scheduler's to-do list, down to the queue."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from typing import Any

import pytest
from httpx2 import Response

from zhiban.data.database import reading, writing
from zhiban.data.store import load_register
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.queue import service as queue
from zhiban.queue.asking import Ask
from zhiban.roster import store
from zhiban.roster.offers import to_json
from zhiban.roster.request_policy import RequestPolicy
from zhiban.roster.request_store import save_policy
from zhiban.roster.roster import Duty
from zhiban.roster.swaps import Moves, exchange, give_away

WEEK = Week(2026, 48)
COUNTY = "330411"
# L2 holds the county's seat all week, L1 the city's; L5 and L6 hold nothing.
SEAT = Duty(shift="seat-x@2026-11-24T0830", lawyer="L2")
NEXT = Duty(shift="seat-x@2026-11-25T0830", lawyer="L2")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def holder(site: Any, shift: str) -> set[str]:
    with reading(site.engine) as connection:
        newest = store.load_published(connection, WEEK, WEEK).newest(WEEK)
    assert newest is not None
    return {one.lawyer for one in newest.duties if one.shift == shift}


def ask_leave(site: Any, login: str, first: str, last: str = "", seen: str = "yes") -> Response:
    form = {"how": "days", "first": first, "last": last or first, "kind": "annual", "seen": seen}
    answer: Response = site.browser(login).send("/lawyer/leave/new", form)
    return answer


def value(way: Moves) -> str:
    return json.dumps(to_json(way), separators=(",", ":"))


def offer(site: Any, duty: Duty, *ways: Moves, to: str = "some") -> int:
    """The number of an offer made through the page."""
    sent = {"week": str(WEEK), "shift": duty.shift, "role": duty.role, "to": to}
    form = {**sent, "way": [value(way) for way in ways]}
    page = site.browser(duty.lawyer.lower()).send("/lawyer/swaps/new", form)
    assert page.status_code == 200, page.text
    return int(re.findall(r"/lawyer/swaps/(\d+)", str(page.url))[0])


def test_leave_over_published_duties_shows_them_before_it_is_asked_for(site: Any) -> None:
    page = ask_leave(site, "l2", "2026-11-25", seen="").text
    assert "碰到您已公布的2个班次" in page
    assert "要由排班员决定" in page
    assert "秀洲区在线坐席" in page
    # Nothing was written yet.
    assert "没有请假" in site.browser("l2").get("/lawyer/leave").text


def test_leave_far_ahead_is_approved_at_once_and_binds_the_next_roster(site: Any) -> None:
    assert "提交后立即批准" in ask_leave(site, "l2", "2026-12-07", seen="").text
    page = ask_leave(site, "l2", "2026-12-07").text
    assert "请假已批准" in page
    assert "已自动批准" in page
    with reading(site.engine) as connection:
        leaves = load_register(connection, site.keyring).leaves
    assert [(one.lawyer, one.span.start) for one in leaves] == [
        ("L2", at(1, 0).replace(month=12, day=7))
    ]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"how": "days", "first": "", "kind": "annual"}, "first"),
        ({"how": "days", "first": "2026-12-09", "last": "2026-12-08", "kind": "annual"}, "last"),
        ({"how": "days", "first": "2026-12-09", "kind": ""}, "kind"),
        ({"how": "hours", "day": "2026-12-09", "from_time": "x", "kind": "court"}, "from_time"),
        (
            {
                "how": "hours",
                "day": "2026-12-09",
                "from_time": "10:00",
                "to_time": "09:00",
                "kind": "court",
            },
            "to_time",
        ),
        ({"how": "halves", "day": "31.12.", "half": "am", "kind": "court"}, "half-day"),
        ({"how": "days", "first": "2026-11-01", "kind": "annual"}, "first"),
    ],
)
def test_errors_stand_at_the_field_and_what_was_written_stays(
    site: Any, form: dict[str, str], field: str
) -> None:
    answer = site.browser("l2").send("/lawyer/leave/new", {**form, "reason": "家里有事"})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert "家里有事" in answer.text


def test_half_a_day_and_some_hours_are_asked_for_as_such(site: Any) -> None:
    browser = site.browser("l5")
    half = {"how": "halves", "day": "2026-12-09", "half": "pm", "kind": "court", "seen": "yes"}
    hours = {"how": "hours", "day": "2026-12-10", "from_time": "09:00", "to_time": "10:30"}
    browser.send("/lawyer/leave/new", half)
    page = browser.send("/lawyer/leave/new", {**hours, "kind": "court", "seen": "yes"}).text
    assert "12月9日12:00–24:00" in page
    assert "12月10日9:00–10:30" in page


def test_the_scheduler_approves_and_finds_a_stand_in_in_two_clicks(site: Any) -> None:
    ask_leave(site, "l2", "2026-11-25")
    desk = site.browser("scheduler")
    page = desk.get("/scheduler/inbox").text
    assert "沈志远请假（年休假）" in page
    assert "碰到2个已公布的班次" in page
    assert "没有影响" not in page  # it is not harmless
    page = desk.send("/scheduler/inbox/leave/1/approve", {}).text
    assert "已批准" in page
    assert page.count("请了假，这一班要找人") == 2
    link = html.unescape(re.findall(r'href="(/scheduler/inbox/absence[^"]+)"', page)[0])
    page = desk.get(link).text
    edits = html.unescape(re.findall(r'name="edits" value="([^"]+)"', page)[0])
    (_, _, lawyer, _) = json.loads(edits)[1]
    done = desk.send(link, {"week": str(WEEK), "number": "1", "edits": edits})
    assert "值班表出了第2版" in done.text
    assert holder(site, NEXT.shift) == {lawyer}
    assert done.text.count("请了假，这一班要找人") == 1
    # The same button in a window left open: nothing is changed twice.
    again = desk.send(link, {"week": str(WEEK), "number": "1", "edits": edits})
    assert again.status_code == 409


def test_the_repair_is_shown_with_who_is_told_and_becomes_one_version(site: Any) -> None:
    ask_leave(site, "l2", "2026-11-25")
    desk = site.browser("scheduler")
    page = desk.send("/scheduler/inbox/leave/1/approve", {}).text
    link = html.unescape(re.findall(r'href="(/scheduler/inbox/absence[^"]+)"', page)[0])
    page = desk.get(f"{link}&repair=1").text
    assert "撤下2班，新排2班" in page
    assert "已证明改动最少" in page
    assert "会通知：" in page
    edits = html.unescape(re.findall(r'name="edits" value="([^"]+)"', page)[-1])
    done = desk.send(link, {"week": str(WEEK), "number": "1", "edits": edits})
    assert "值班表出了第2版" in done.text
    assert "没有要办的事" in done.text
    assert holder(site, NEXT.shift).isdisjoint({"L2"})


def test_a_decided_request_is_answered_with_who_decided_it(site: Any) -> None:
    ask_leave(site, "l2", "2026-11-25")
    first, second = site.browser("scheduler"), site.browser("administrator")
    refused = {"remark": "当天人手不够"}
    assert first.send("/scheduler/inbox/leave/1/refuse", refused).status_code == 200
    late = second.send("/scheduler/inbox/leave/1/approve", {})
    assert late.status_code == 409
    assert "已由scheduler退回" in late.text
    assert "当天人手不够" in site.browser("l2").get("/lawyer/leave").text


def test_harmless_requests_are_approved_together_and_others_are_left(site: Any) -> None:
    ask_leave(site, "l2", "2026-11-25")  # hits duties
    ask_leave(site, "l5", "2026-11-26")  # hits none, but is too near to be approved by itself
    ask_leave(site, "l6", "2026-11-26")
    desk = site.browser("scheduler")
    page = desk.get("/scheduler/inbox").text
    assert "2件没有影响" in page
    picked = re.findall(r'name="pick" value="([^"]+)"', page)
    assert len(picked) == 2
    done = desk.send("/scheduler/inbox/bulk", {"pick": [*picked, "leave-1"]}).text
    assert "批准了2件" in done
    assert "沈志远请假" in done
    assert desk.send("/scheduler/inbox/bulk", {}).status_code == 422
    assert desk.send("/scheduler/inbox/bulk", {"pick": picked}).status_code == 409


def test_nobody_withdraws_somebody_elses_leave_and_supervisors_decide_nothing(site: Any) -> None:
    ask_leave(site, "l2", "2026-11-25")
    assert site.browser("l5").send("/lawyer/leave/1/withdraw", {}).status_code == 404
    supervisor = site.browser("supervisor")
    assert "沈志远请假" in supervisor.get("/scheduler/inbox").text
    assert supervisor.send("/scheduler/inbox/leave/1/approve", {}).status_code == 403
    assert "已撤回" in site.browser("l2").send("/lawyer/leave/1/withdraw", {}).text


def test_only_partners_who_break_nothing_are_offered(site: Any) -> None:
    page = (
        site.browser("l2")
        .get(f"/lawyer/swaps/new?week={WEEK}&shift={NEXT.shift}&role=primary")
        .text
    )
    # L5 and L6 are free; L1, L3, L4 have duties at that time and could not take it over.
    assert value(give_away(NEXT, "L5")) in html.unescape(page)
    assert value(give_away(NEXT, "L6")) in html.unescape(page)
    assert value(give_away(NEXT, "L1")) not in html.unescape(page)


def test_a_swap_goes_from_offer_to_version_and_back(site: Any) -> None:
    number = offer(site, NEXT, give_away(NEXT, "L5"))
    partner = site.browser("l5")
    assert "沈志远想和您换班" in partner.get("/lawyer/leave").text
    agreed = partner.send(
        f"/lawyer/swaps/{number}/accept", {"way": value(give_away(NEXT, "L5"))}
    ).text
    assert "等排班员批准" in agreed
    desk = site.browser("scheduler")
    assert "批准后出新的一版，只通知" in desk.get("/scheduler/inbox?show=swap").text
    desk.send(f"/scheduler/inbox/swap/{number}/approve", {})
    assert holder(site, NEXT.shift) == {"L5"}
    page = partner.get(f"/lawyer/swaps/{number}").text
    assert "已换好" in page
    back = partner.send(f"/lawyer/swaps/{number}/undo", {}).text
    assert "换班已撤销" in back
    assert holder(site, NEXT.shift) == {"L2"}
    assert partner.send(f"/lawyer/swaps/{number}/undo", {}).status_code == 200  # a double tap


def test_a_swap_is_seen_by_those_in_it_only(site: Any) -> None:
    number = offer(site, NEXT, give_away(NEXT, "L5"))
    stranger = site.browser("l6")
    assert stranger.get(f"/lawyer/swaps/{number}").status_code == 404
    for act in ("accept", "decline", "withdraw", "undo"):
        form = {"way": value(give_away(NEXT, "L6"))}
        assert stranger.send(f"/lawyer/swaps/{number}/{act}", form).status_code == 404
    assert holder(site, NEXT.shift) == {"L2"}


def test_an_open_offer_shows_each_colleague_only_their_own_ways(site: Any) -> None:
    number = offer(site, NEXT, to="all")
    page = html.unescape(site.browser("l5").get(f"/lawyer/swaps/{number}").text)
    assert value(give_away(NEXT, "L5")) in page
    busy = site.browser("l1").get(f"/lawyer/swaps/{number}").text
    assert value(give_away(NEXT, "L1")) not in html.unescape(busy)
    declined = site.browser("l5").send(f"/lawyer/swaps/{number}/decline", {})
    assert "已经谢绝" in declined.text


def test_what_a_form_should_not_hold_is_refused_in_words(site: Any) -> None:
    number = offer(site, NEXT, give_away(NEXT, "L5"))
    partner = site.browser("l5")
    for way in ("", "[", '[["a"]]', "null", "5"):
        assert partner.send(f"/lawyer/swaps/{number}/accept", {"way": way}).status_code == 422
    sent = {"week": str(WEEK), "shift": NEXT.shift, "role": "primary", "to": "some"}
    none = site.browser("l6")
    assert none.send("/lawyer/swaps/new", {**sent, "way": ["[]"]}).status_code in (404, 422)
    owner = site.browser("l2")
    empty = owner.send("/lawyer/swaps/new", {**sent, "shift": SEAT.shift})
    assert empty.status_code == 422
    assert "请至少选一种换法" in empty.text


def test_a_swap_approved_at_two_past_ten_routes_the_question_asked_at_three_past(site: Any) -> None:
    # L2 is on the county's seat; the rest of the morning goes to L5.
    site.clock.at = at(24, 9, 50)
    number = offer(site, SEAT, give_away(SEAT, "L5"))
    site.browser("l5").send(f"/lawyer/swaps/{number}/accept", {"way": value(give_away(SEAT, "L5"))})

    def asked() -> str | None:
        request = Ask(text="老板三个月没发工资。", division=COUNTY, consent=True)
        with writing(site.engine) as connection:
            made = queue.ask(connection, site.keyring, request, None, site.clock.now())
        assert isinstance(made, queue.Asked)
        return made.lawyer_name

    site.clock.at = at(24, 10, 1)
    assert asked() == "沈志远"
    site.clock.at = at(24, 10, 2)
    site.browser("scheduler").send(f"/scheduler/inbox/swap/{number}/approve", {})
    site.clock.at = at(24, 10, 3)
    assert asked() == "顾晓燕"


def test_a_swap_that_all_agree_to_is_made_at_once_where_the_policy_says_so(site: Any) -> None:
    with writing(site.engine) as connection:
        save_policy(connection, RequestPolicy(swap_automatic=True))
    number = offer(site, NEXT, give_away(NEXT, "L5"))
    page = site.browser("l5").send(
        f"/lawyer/swaps/{number}/accept", {"way": value(give_away(NEXT, "L5"))}
    )
    assert "换班已经生效" in page.text
    assert holder(site, NEXT.shift) == {"L5"}


def test_a_publication_that_takes_the_duty_away_is_told_on_the_offers_page(site: Any) -> None:
    number = offer(site, NEXT, give_away(NEXT, "L5"))
    site.draft(seat_x="L6")
    site.publish()
    page = site.browser("l2").get(f"/lawyer/swaps/{number}").text
    assert "已失效" in page
    assert "这一班已不由申请人值班" in page
    late = site.browser("l5").get(f"/lawyer/swaps/{number}")
    assert late.status_code == 200
    assert "同意这样换" not in late.text


def test_exchanges_name_what_one_gets_instead(site: Any) -> None:
    # L5 gets Friday's seat, so that something can be exchanged.
    other = Duty(shift="seat-x@2026-11-27T1330", lawyer="L5")
    number = offer(
        site,
        Duty(shift=other.shift, lawyer="L2"),
        give_away(Duty(shift=other.shift, lawyer="L2"), "L5"),
    )
    form = {"way": value(give_away(Duty(shift=other.shift, lawyer="L2"), "L5"))}
    site.browser("l5").send(f"/lawyer/swaps/{number}/accept", form)
    site.browser("scheduler").send(f"/scheduler/inbox/swap/{number}/approve", {})
    page = (
        site.browser("l2")
        .get(f"/lawyer/swaps/new?week={WEEK}&shift={NEXT.shift}&role=primary")
        .text
    )
    assert value(exchange(NEXT, other)) in html.unescape(page)
    assert "您改值" in page


def test_a_rule_that_stands_in_the_way_is_told_with_names(site: Any) -> None:
    # L1 is on the city's seat at that time, and so cannot have the county's too.
    sent = {"week": str(WEEK), "shift": NEXT.shift, "role": "primary", "to": "some"}
    answer = site.browser("l2").send(
        "/lawyer/swaps/new", {**sent, "way": [value(give_away(NEXT, "L1"))]}
    )
    assert answer.status_code == 409
    text = html.unescape(answer.text)
    told = re.findall(r'<p class="why">([^<]+)</p>', text)[0]
    assert "陆佳怡" in told
    assert "嘉兴市在线坐席" in told
    assert "L1" not in told
    assert "@" not in told


@pytest.mark.parametrize("key", ["1", "\x00", "k" * 400, "钥匙"])
def test_the_key_of_another_or_a_broken_one_stands_in_nobodys_way(site: Any, key: str) -> None:
    days = {"how": "days", "first": "2026-12-07", "last": "2026-12-07", "kind": "annual"}
    for login in ("l2", "l3"):
        asked = site.browser(login).send("/lawyer/leave/new", {**days, "seen": "yes", "key": key})
        assert asked.status_code == 200, asked.text
        assert "没有请假" not in site.browser(login).get("/lawyer/leave").text
        sent = {"phone": "13805731234", "note": "换了号码", "key": key}
        assert site.browser(login).send("/lawyer/entry", sent).status_code < 500
    swap = {"week": str(WEEK), "role": "primary", "to": "all", "key": key}
    for duty in (NEXT, SEAT):
        login = duty.lawyer.lower()
        offered = site.browser(login).send("/lawyer/swaps/new", {**swap, "shift": duty.shift})
        assert offered.status_code < 500
