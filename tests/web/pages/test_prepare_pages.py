"""Before and during a generation: the summary, what is asked for, a retry and honest words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster import job_store
from zhiban.roster.records import JOB

WEEK = Week(2026, 49)
PAGE = f"/scheduler/week/{WEEK}/prepare"
USUAL = {"weeks": "1", "seconds": "20", "which": "all", "emphasis": "usual"}


def test_the_summary_tells_demand_and_supply_by_county_and_day(site: Any) -> None:
    page = site.browser("scheduler").get(PAGE).text
    assert "30个班次" in page  # three posts, five days, two halves
    assert "名册里6位律师" in page
    # The county's seat and station: 2 + 4 places a day (station with a stand-by) against 6
    # lawyers, 2 duties each; in the week 30 places against 6 x 10.
    assert "<b>6</b> / 12" in page
    assert "<b>30</b> / 60" in page
    assert '<svg class="bars"' in page
    assert "这段时间没有任何请假记录" in page


def test_a_year_without_holidays_is_warned_of(site: Any) -> None:
    page = site.browser("scheduler").get("/scheduler/week/2031-W10/prepare").text
    assert "2031年的节假日安排还没有导入" in page


def test_a_draft_that_would_be_replaced_is_told_of(site: Any) -> None:
    site.draft(seat_x="L5")
    page = site.browser("scheduler").get("/scheduler/week/2026-W48/prepare").text
    assert "这一周已有草稿第2稿" in page
    assert "自动存为备选" in page


def test_beginning_queues_what_was_asked_for(site: Any) -> None:
    browser = site.browser("scheduler")
    form = {**USUAL, "which": "counties", "county": "330411", "emphasis": "near", "name": "少跑路"}
    page = browser.send(PAGE, form)
    assert "/scheduler/jobs/" in str(page.url)
    assert "存为备选“少跑路”" in page.text
    assert "更看重少奔波" in page.text
    assert "只排2个岗位" in page.text
    assert "马上开始" in page.text


def test_what_is_wrong_is_said_at_its_field_and_what_was_written_is_kept(site: Any) -> None:
    browser = site.browser("scheduler")
    for wrong, said in (
        ({"weeks": "x"}, "须为1以上的整数"),
        ({"weeks": "14"}, "1至13周"),
        ({"seconds": "9999"}, "1至600秒"),
        ({"which": "posts"}, "至少选一个岗位"),
        ({"emphasis": "speed"}, "侧重只能是"),
        ({"name": "长" * 31}, "1至30个字"),
    ):
        page = browser.send(PAGE, {**USUAL, "name": "我的", **wrong})
        assert page.status_code == 422, wrong
        assert said in page.text
    assert 'value="我的"' in browser.send(PAGE, {**USUAL, "name": "我的", "weeks": "x"}).text
    assert site.count(select(func.count()).select_from(JOB)) == 0


def test_only_schedulers_begin_or_try_again(site: Any) -> None:
    browser = site.browser("supervisor")
    assert browser.send(PAGE, USUAL).status_code == 403
    assert browser.send("/scheduler/jobs/1/retry", {}).status_code == 403
    assert "开始生成" not in browser.get(PAGE).text


def test_a_dead_worker_is_reported_with_a_button_to_try_again(site: Any) -> None:
    now = site.clock.now()
    killed = Text("求解进程被系统终止（SIGKILL）", "the solver was killed (SIGKILL)")
    with writing(site.engine) as connection:
        job = job_store.insert_job(connection, WEEK, 2, 20, 1, "scheduler", now)
        job_store.start_job(connection, job, now)
        job_store.finish_job(connection, job, "failed", killed, now)
    browser = site.browser("scheduler")
    page = browser.get(f"/scheduler/jobs/{job}").text
    assert "SIGKILL" in page
    assert f'action="/scheduler/jobs/{job}/retry"' in page
    again = browser.send(f"/scheduler/jobs/{job}/retry", {})
    assert str(again.url).endswith(f"/scheduler/jobs/{job + 1}")
    assert site.count(select(func.count()).select_from(JOB)) == 2


def test_a_silent_job_and_one_begun_again_say_so(site: Any) -> None:
    now = site.clock.now()
    with writing(site.engine) as connection:
        job = job_store.insert_job(connection, WEEK, 2, 20, 1, "scheduler", now)
        job_store.start_job(connection, job, now)
        waiting = job_store.insert_job(connection, WEEK, 1, 30, 1, "scheduler", now)
    browser = site.browser("scheduler")
    begun = browser.get(f"/scheduler/jobs/{job}").text
    assert "正在汇总名册、请假和规则" in begun  # before its first figures
    assert "没有动静" not in begun
    site.clock.at += timedelta(seconds=12)
    assert "12.0秒没有动静" in browser.get(f"/scheduler/jobs/{job}").text
    assert "正在算1个排班" in browser.get(f"/scheduler/jobs/{waiting}").text
    with writing(site.engine) as connection:
        job_store.requeue_job(connection, job, None)
        job_store.start_job(connection, job, site.clock.now())
    assert "已从中断的那一周接着做" in browser.get(f"/scheduler/jobs/{job}").text
