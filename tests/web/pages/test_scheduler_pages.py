"""The scheduler's desk: board, generating, publishing, clocks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.data.week import Week
from zhiban.queue import service as queue
from zhiban.queue.asking import Ask
from zhiban.roster import job_store
from zhiban.roster.drafts import JobProgress
from zhiban.roster.records import JOB, VERSION

BOARD = "/scheduler/week/2026-W48"
NEXT_WEEK = Week(2026, 49)


def test_the_desk_opens_on_the_present_week(site: Any) -> None:
    page = site.browser("scheduler").get("/scheduler")
    assert str(page.url).endswith(BOARD)
    assert "2026年第48周" in page.text


def test_the_board_shows_every_post_and_who_holds_it(site: Any) -> None:
    page = site.browser("scheduler").get(BOARD).text
    assert page.count("<tbody data-county") == 2  # the city's own seat, and the county
    # L2 holds the county's seat on five days, two halves each; a name stands once a cell.
    assert page.count(">沈志远<small>") == 10
    assert page.count('class="sb"') == 11  # ten stand-bys at the station, one in the key
    assert "已公布第1版" in page
    assert "新塍镇站" in page


def test_an_empty_week_says_what_will_appear_and_how(site: Any) -> None:
    page = site.browser("scheduler").get("/scheduler/week/2026-W50").text
    assert "这一周还没有值班表" in page
    assert "生成值班表" in page


@pytest.mark.parametrize("week", ["2026-W54", "2026-48", "x", "9999-W52", "0001-W01", "2026-W5"])
def test_an_unknown_week_is_not_found_in_words(site: Any, week: str) -> None:
    page = site.browser("scheduler").get(f"/scheduler/week/{week}")
    assert page.status_code == 404
    assert "周写成 2026-W48 的样子" in page.text


def test_a_vacancy_is_hatched_counted_and_explained(site: Any) -> None:
    site.draft(empty=("seat-x",))
    page = site.browser("scheduler").get(f"{BOARD}?show=draft").text
    assert page.count("<em>缺</em></a></td>") == 10
    assert "10处空缺" in page
    assert "这一班需要1人，没有人可值。" in page
    assert "请假3人" in page
    assert "可以这样补上：从嘉兴市借一位律师（代价20）" in page
    assert "0.5%" in page


def test_a_draft_marks_what_it_changes_against_the_published_version(site: Any) -> None:
    site.draft(seat_x="L5")
    page = site.browser("scheduler").get(BOARD).text
    # Ten half-days of the seat changed hands; the key shows the mark once more.
    assert len(re.findall(r'class="d[^"]* ch', page)) == 11
    assert "比已公布的版本改了10个班次" in page
    assert f'href="{BOARD}/publish"' in page


def test_publishing_is_confirmed_with_differences_and_names(site: Any) -> None:
    site.draft(seat_x="L5")
    browser = site.browser("scheduler")
    page = browser.get(f"{BOARD}/publish").text
    assert "第2版" in page
    assert "秀洲区在线坐席 周一上午" in page
    assert "2位律师，各收到自己的班次" in page  # who loses the seat and who gains it
    assert "沈志远" in page
    assert "顾晓燕" in page
    assert "陆佳怡" not in page


def _signed(revision: int) -> dict[str, object]:
    """What the form of publishing sends on a Tuesday, when some shifts have begun."""
    return {"revision": revision, "name": "李主任", "ack": "begun"}


def test_publishing_makes_the_version_that_counts_from_then_on(site: Any) -> None:
    revision = site.draft(seat_x="L5")
    browser = site.browser("scheduler")
    page = browser.send(f"{BOARD}/publish", _signed(revision))
    assert "第2版已公布" in page.text
    assert f'href="{BOARD}/versions/2/withdraw"' in page.text  # for an hour, one step away
    assert "顾晓燕" in site.browser().get("/").text
    assert "沈志远" not in site.browser().get("/").text
    assert f"{BOARD}/publish" not in page.text


def test_publishing_a_draft_that_has_moved_on_publishes_nothing(site: Any) -> None:
    revision = site.draft(seat_x="L5")
    site.draft(seat_x="L6")
    page = site.browser("scheduler").send(f"{BOARD}/publish", _signed(revision))
    assert page.status_code == 409
    assert "已被他人修改" in page.text
    assert site.count(select(func.count()).select_from(VERSION)) == 1


def test_a_draft_that_breaks_a_hard_rule_is_not_published(site: Any) -> None:
    # L1 is on the city's seat at the same hours.
    revision = site.draft(seat_x="L1")
    page = site.browser("scheduler").send(f"{BOARD}/publish", _signed(revision))
    assert page.status_code == 409
    assert "硬性规则" in page.text
    # Who and where by name, with a way to the place; no ids.
    (first, *_) = re.findall(r"<li>(.*?)</li>", page.text)
    assert "陆佳怡" in first
    assert f'href="{BOARD}?show=draft&amp;cell=seat-' in first
    assert "seat-" not in re.sub(r"<[^>]+>", "", first)
    assert site.count(select(func.count()).select_from(VERSION)) == 1


def test_what_keeps_a_draft_from_being_published_is_told_before_anybody_signs(site: Any) -> None:
    site.draft(seat_x="L1")  # on the city's seat at the same hours
    browser = site.browser("scheduler")
    page = browser.get(f"{BOARD}/publish").text
    assert "还不能公布：先改好这几处" in page
    (first, *_) = re.findall(r"<li>(.*?)</li>", page)
    assert "陆佳怡" in first
    assert f'href="{BOARD}?show=draft&amp;cell=seat-' in first
    assert 'name="name"' not in page
    site.draft(seat_x="L5")
    page = browser.get(f"{BOARD}/publish").text
    assert "还不能公布" not in page
    assert 'name="name"' in page


def test_generating_queues_one_job_for_a_double_tap_and_shows_its_page(site: Any) -> None:
    browser = site.browser("scheduler")
    page = browser.send(f"/scheduler/week/{NEXT_WEEK}/generate", {"weeks": "2"})
    assert "/scheduler/jobs/" in str(page.url)
    assert "第49周至第50周" in page.text
    assert "排队中" in page.text
    again = browser.send(f"/scheduler/week/{NEXT_WEEK}/generate", {"weeks": "2"})
    assert again.url == page.url
    assert site.count(select(func.count()).select_from(JOB)) == 1
    assert "看计算进度" in browser.get("/scheduler/week/2026-W50").text


def test_a_number_of_weeks_that_is_none_starts_no_search(site: Any) -> None:
    page = site.browser("scheduler").send(f"/scheduler/week/{NEXT_WEEK}/generate", {"weeks": "x"})
    assert page.status_code == 422
    assert "须为周数" in page.text


def test_generating_too_many_weeks_is_refused_in_words(site: Any) -> None:
    page = site.browser("scheduler").send(f"/scheduler/week/{NEXT_WEEK}/generate", {"weeks": "50"})
    assert page.status_code == 422
    assert "1至13周" in page.text


def _running_job(site: Any) -> int:
    now = site.clock.now()
    rows = [
        JobProgress(str(NEXT_WEEK), 0.5, 1300, None, "first"),
        JobProgress(str(NEXT_WEEK), 2.0, 1250, 1000, "pricing"),
        JobProgress(str(NEXT_WEEK), 4.0, 1200, 1194, "exact"),
    ]
    with writing(site.engine) as connection:
        job = job_store.insert_job(connection, NEXT_WEEK, 1, 60, 1, "scheduler", now)
        job_store.start_job(connection, job, now)
        job_store.touch_job(connection, job, rows, now)
    site.clock.at += timedelta(seconds=4.5)
    return job


def test_a_running_job_shows_cost_bound_gap_and_time(site: Any) -> None:
    job = _running_job(site)
    page = site.browser("scheduler").get(f"/scheduler/jobs/{job}").text
    assert "1\u202f200" in page
    assert "1\u202f194" in page
    assert "0.5%" in page  # (1200 - 1194) / 1200
    assert "4.5秒" in page
    assert "<polyline" in page
    assert '<meta http-equiv="refresh"' in page  # for browsers without scripts
    assert f'action="/scheduler/jobs/{job}/stop"' in page


def test_the_events_end_with_the_job_and_a_way_to_its_draft(site: Any) -> None:
    job = _running_job(site)
    with writing(site.engine) as connection:
        job_store.finish_job(connection, job, "done", None, site.clock.now())
    answer = site.browser("scheduler").get(f"/scheduler/jobs/{job}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: end" in answer.text
    assert f"/scheduler/week/{NEXT_WEEK}?show=draft" in answer.text


def test_of_several_weeks_each_says_how_far_it_is_and_only_made_ones_are_linked(site: Any) -> None:
    weeks = [NEXT_WEEK, NEXT_WEEK.next(), NEXT_WEEK.next(2)]
    rows = [
        JobProgress(str(weeks[0]), 4.0, 1200, 1200, "exact"),
        JobProgress(str(weeks[1]), 2.0, 1500, 1200, "pricing"),
    ]
    now, browser = site.clock.now(), site.browser("scheduler")
    with writing(site.engine) as connection:
        job = job_store.insert_job(connection, weeks[0], 3, 60, 1, "scheduler", now)
        job_store.start_job(connection, job, now)
    page = browser.get(f"/scheduler/jobs/{job}").text  # nothing known yet of the first
    assert re.findall(r"<td>(正在算|等着)</td>", page) == ["正在算", "等着", "等着"]
    with writing(site.engine) as connection:
        job_store.touch_job(connection, job, rows, now, weeks_done=1)
    page = browser.get(f"/scheduler/jobs/{job}").text
    told = re.findall(r"<td>(已排好|正在算|等着|没有排)</td>", page)
    assert told == ["已排好", "正在算", "等着"]
    assert "第50周 ·" in page.replace("\u202f", "")  # what the figures above are of
    assert "20%" in page  # (1500 - 1200) / 1500
    with writing(site.engine) as connection:
        job_store.finish_job(connection, job, "stopped", None, now)
    page = browser.get(f"/scheduler/jobs/{job}").text
    assert re.findall(r"<td>(已排好|正在算|等着|没有排)</td>", page) == [
        "已排好",
        "没有排",
        "没有排",
    ]
    linked = [str(week) for week in weeks if f"/scheduler/week/{week}?show=draft" in page]
    assert linked == [str(weeks[0])]


def test_a_job_can_be_stopped_and_says_that_it_is_stopping(site: Any) -> None:
    job = _running_job(site)
    page = site.browser("scheduler").send(f"/scheduler/jobs/{job}/stop", {}).text
    assert "正在停止" in page
    assert f'action="/scheduler/jobs/{job}/stop"' not in page


@pytest.mark.parametrize("job", ["7", "99999999999999999999"])
def test_an_unknown_job_is_not_found(site: Any, job: str) -> None:
    assert site.browser("scheduler").get(f"/scheduler/jobs/{job}").status_code == 404


def _ask(site: Any, division: str = "330411") -> str:
    request = Ask(text="老板不发工资。", division=division, consent=True, category="labour")
    with writing(site.engine) as connection:
        made = queue.ask(connection, site.keyring, request, None, site.clock.now())
    assert isinstance(made, queue.Asked)
    return made.ticket


def test_the_clock_board_counts_by_county_and_lists_by_urgency(site: Any) -> None:
    older = _ask(site)
    site.clock.at += timedelta(hours=26)  # 2 hours late by then
    newer = _ask(site, "3304")
    page = site.browser("supervisor").get("/scheduler/clocks").text
    assert page.index(older) < page.index(newer)
    assert "超时2小时" in page
    assert "全部 2" in page
    assert "超时 1" in page
    assert "老板不发工资" not in page


def test_the_clock_board_filters_by_county_and_by_state(site: Any) -> None:
    county, city = _ask(site), _ask(site, "3304")
    browser = site.browser("scheduler")
    page = browser.get("/scheduler/clocks?county=330411").text
    assert county in page
    assert city not in page
    page = browser.get("/scheduler/clocks?state=late").text
    assert "没有这样的问题" in page
    live = browser.get("/scheduler/clocks/live?county=330411")
    assert county in live.text
    assert "<html" not in live.text


def test_an_empty_clock_board_says_what_will_appear(site: Any) -> None:
    page = site.browser("scheduler").get("/scheduler/clocks").text
    assert "未办结的问题会按剩余时间排在这里" in page
