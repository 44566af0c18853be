"""The boards: figures of a time by any grouping, as page and as file; for whom."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from zhiban.data.database import writing
from zhiban.queue import service as queue
from zhiban.queue.asking import Ask
from zhiban.queue.casebook import CaseBook
from zhiban.web.pages.reports import length, share
from zhiban.web.pages.reports_kept import ReportsKept

REPORTS = "/scheduler/reports"


def asked(site: Any, count: int = 1) -> list[str]:
    """Questions asked now in the county, whose seat is L2's; their codes."""
    with writing(site.engine) as connection:
        return [
            queue.ask(
                connection,
                site.keyring,
                Ask(f"老板拖欠工资第{n}", "330411", consent=True, category="labour"),
                None,
                site.clock.now(),
            ).ticket
            for n in range(count)
        ]


def answered(site: Any, ticket: str, after: timedelta) -> None:
    """The holder's answer, some time after now."""
    with writing(site.engine) as connection:
        move = queue.Move(ticket, "L2", site.clock.now() + after, "可以申请仲裁。")
        queue.answer(connection, site.keyring, move)


def test_the_board_tells_what_was_asked_kept_and_is_open(site: Any) -> None:
    first, _ = asked(site, 2)
    answered(site, first, timedelta(minutes=40))
    site.clock.at += timedelta(hours=1)
    page = site.browser("scheduler").get(REPORTS).text
    assert "2026年11月" in page
    # One answered of two, in time: 100 of 100 decided; neither is closed.
    assert "<b>100%</b><span>按时首次答复</span>" in page
    assert "<b>40分钟</b><span>一半在此之内答复</span>" in page
    assert '<td class="n">2</td><td class="n">·</td>' in page  # answered, but not closed
    assert page.count('<figure class="plot">') == 2
    # 40 minutes are 0.7 hours; the share of this week, the only one, stands once.
    marks = re.findall(r'class="name-\w+ mark"[^>]*>([^<]+)<', page)
    assert marks == ["0.7", "100%"]


@pytest.mark.parametrize("path", [REPORTS, f"{REPORTS}/load", f"{REPORTS}/month"])
def test_while_all_is_read_for_the_first_time_the_page_says_how_far_that_is(
    site: Any, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(ReportsKept, "cases", lambda *_: None)
    monkeypatch.setattr(CaseBook, "progress", (1200, 5000))
    told = site.browser("supervisor").get(path).text
    assert "已读1\u202f200个，共5\u202f000个" in told
    assert '<progress max="5000" value="1200"' in told


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ("county", "秀洲区"),
        ("post", "秀洲区在线坐席"),
        ("lawyer", "沈志远"),
        ("category", "劳动"),
        ("channel", "网上留言"),
        ("nonsense", "秀洲区"),
    ],
)
def test_each_grouping_names_its_rows(site: Any, by: str, name: str) -> None:
    answered(site, asked(site)[0], timedelta(minutes=5))
    site.clock.at += timedelta(hours=1)
    page = site.browser("supervisor").get(f"{REPORTS}?by={by}&period=week").text
    assert name in page.split('id="table"')[1]


def test_one_row_of_the_table_is_looked_at_alone_with_its_own_trend(site: Any) -> None:
    answered(site, asked(site, 3)[0], timedelta(minutes=5))
    site.clock.at += timedelta(hours=1)
    browser = site.browser("scheduler")
    page = browser.get(f"{REPORTS}?by=lawyer").text
    # Of three questions one is L2's answer; the others are not answered by anybody yet.
    assert "<b>3</b><span>提出的问题" in page
    link = re.search(r'href="(\?[^"]*only=L2[^"]*)"', page)
    assert link is not None
    alone = browser.get(REPORTS + link[1].replace("&amp;", "&")).text
    assert "<b>1</b><span>提出的问题" in alone
    assert "只看沈志远" in alone
    assert "/scheduler/reports/fairness/L2" in alone
    assert '<td class="n">2</td>' in alone.split('id="table"')[1]  # all rows stay to choose from
    assert "<b>0</b><span>提出的问题" in browser.get(f"{REPORTS}?by=lawyer&only=nobody").text


def test_the_table_is_sorted_by_a_column_and_back(site: Any) -> None:
    browser = site.browser("scheduler")
    page = browser.get(f"{REPORTS}?sort=p90").text
    assert "这段时间没有人提问" in page
    asked(site)
    assert 'aria-sort="descending"' in browser.get(f"{REPORTS}?sort=p90").text
    assert 'aria-sort="ascending"' in browser.get(f"{REPORTS}?sort=-p90").text


def test_days_of_ones_own_are_taken_and_wrong_ones_named(site: Any) -> None:
    asked(site)
    browser = site.browser("scheduler")
    own = f"{REPORTS}?period=own&from=2026-11-24&to="
    assert "<b>1</b><span>提出的问题" in browser.get(f"{own}2026-11-24").text
    assert "结束的日期要在开始的日期之后" in browser.get(f"{own}2026-11-01").text
    assert "请填写开始和结束的日期" in browser.get(f"{own}x").text
    assert "<b>0</b><span>提出的问题" in browser.get(f"{REPORTS}?period=week&day=2026-11-10").text


def test_the_file_holds_the_same_rows_in_seconds(site: Any) -> None:
    answered(site, asked(site)[0], timedelta(minutes=5))
    site.clock.at += timedelta(hours=1)
    answer = site.browser("scheduler").get(f"{REPORTS}/sla.csv?by=lawyer")
    row = next(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert (row["key"], row["name"], row["answer50"], row["kept"]) == ("L2", "沈志远", "300.0", "1")


@pytest.mark.parametrize("path", [REPORTS, f"{REPORTS}/sla.csv"])
def test_lawyers_and_strangers_see_no_reports(site: Any, path: str) -> None:
    assert site.browser("l2").get(path).status_code == 403
    assert "/login" in str(site.browser().get(path).url)


def test_fairness_shows_everybody_beside_their_share_and_explains_one(site: Any) -> None:
    site.clock.at += timedelta(weeks=1)
    browser = site.browser("scheduler")
    page = browser.get(f"{REPORTS}/fairness").text
    # L2 held the county's seat for ten half-days of a point each, with the firm's dot drawn.
    assert '/fairness/L2">沈志远</a></th><td>浙江正大律师事务所</td><td class="n">10</td>' in page
    assert page.count('<circle class="who') == 6
    assert "不受欢迎的班次" in page
    one = browser.get(f"{REPORTS}/fairness/L2?week=2026-W48").text
    assert "沈志远的台账" in one
    assert "那一周的应分担是怎么算的" in one
    assert browser.get(f"{REPORTS}/fairness/nobody").status_code == 404


def test_the_map_sets_questions_against_seats_and_the_week_is_played_through(site: Any) -> None:
    asked(site, 8)  # on a Tuesday morning of week 48
    site.clock.at += timedelta(weeks=1)
    browser = site.browser("scheduler")
    page = browser.get(f"{REPORTS}/load").text
    # Eight in one week of eight: one a week; two seats on in one week of eight.
    assert '<th scope="row">周二上午</th><td class="n">1.0</td><td class="n">0.2</td>' in page
    assert "最吃紧的半天：周二上午。" in page
    assert "秀洲区在线坐席" in page
    assert "这两周还没有值班表" in page
    assert browser.get(f"{REPORTS}/load?county=330411").status_code == 200
    assert browser.get(f"{REPORTS}/load?county=nowhere").status_code == 200


def test_a_published_week_is_played_off_the_request(site: Any) -> None:
    browser = site.browser("supervisor")
    assert "正在推演" in browser.get(f"{REPORTS}/load").text
    site.app.state.reports.forecasts._pool.submit(int).result()  # behind what was asked for
    page = browser.get(f"{REPORTS}/load").text
    assert "正在推演，稍后刷新" not in page
    assert "已公布第1版" in page
    # Two seats for two hundred questions a day: it is told which are short, by how much and when.
    assert "：人手不够的坐席</h3>" in page
    # Counties without a seat of their own go to those that have one, pair by pair.
    flows = page.split("哪里的问题由哪里接办</summary>")[1].split("</table>")[0]
    pairs = re.findall(r'row">(.+?)</th><td>(.+?)</td><td class="n">([\d.]+)<', flows)
    assert pairs
    assert all(asked != taken for asked, taken, _ in pairs)
    numbers = [float(number) for *_, number in pairs]
    assert numbers == sorted(numbers, reverse=True)
    told = page.split("<b>秀洲区在线坐席</b>")[1].split("</li>")[0]
    assert re.search(r"预计\d+件里有\d+件不能按时答复，按时的只有\d", told)
    assert re.search(r"来不及的多是周..午（\d+件）", told)
    assert "每班多排1位够不够，正在推演。" in told


def test_the_month_is_told_beside_the_one_before_and_comes_as_a_workbook(site: Any) -> None:
    answered(site, asked(site, 2)[0], timedelta(minutes=40))
    site.clock.at += timedelta(days=10)  # 4 December
    browser = site.browser("supervisor")
    now = browser.get(f"{REPORTS}/month").text
    assert "<b>0</b><span>提出的问题 · 上月2</span>" in now
    assert "这个月还没有过完" in now
    page = browser.get(f"{REPORTS}/month?month=2026-11").text
    assert "<b>2</b><span>提出的问题 · 上月没有</span>" in page
    assert "2026年11月" in browser.get(f"{REPORTS}/month?month=2026-11").text
    assert browser.get(f"{REPORTS}/month?month=9999-99").status_code == 200
    content = browser.get(f"{REPORTS}/month.xlsx?month=2026-11").content
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["月报", "每周", "区县", "站点", "律师", "类别", "渠道", "公平"]
    assert [cell.value for cell in book["月报"][2]][1:] == ["2026年11月", "2026年10月"]
    assert book["月报"]["B3"].value == 2
    # One answered after 40 minutes; for messages no time to accept is promised.
    assert [cell.value for cell in book["律师"][2]][:6] == ["沈志远", 1, 1, None, 40, 40]


def test_the_months_page_and_its_workbook_tell_the_same_numbers(site: Any) -> None:
    tickets = asked(site, 3)
    answered(site, tickets[0], timedelta(minutes=40))
    answered(site, tickets[1], timedelta(minutes=130))
    site.clock.at += timedelta(days=10)
    browser = site.browser("supervisor")
    page = browser.get(f"{REPORTS}/month?month=2026-11").text
    content = browser.get(f"{REPORTS}/month.xlsx?month=2026-11").content
    book = load_workbook(BytesIO(content))
    rows = {row[0].value: row[1] for row in book["月报"].iter_rows(min_row=3)}
    whole = {name: cell.value for name, cell in rows.items()}
    # Two of three answered, after 40 and 130 minutes; by nearest rank the middle is the first.
    assert (whole["提出的问题"], whole["答复"]) == (3, 2)
    assert "<b>3</b><span>提出的问题" in page
    assert (whole["一半（分钟）"], whole["九成（分钟）"]) == (40, 130)
    assert "<b>40分钟</b><span>一半在此之内答复" in page
    assert f"<b>{length(130 * 60, 'zh')}</b><span>九成在此之内答复" in page
    assert rows["按时首次答复"].number_format == "0.0%"
    assert f"<b>{share(whole['按时首次答复'])}</b><span>按时首次答复" in page
    assert rows["评分"].number_format == "General"  # a mark of 1 is no hundred per cent
    assert whole["评分的人数"] == 0
    assert "平均评分（0人评）" in page
    points = f"共{whole['值班点数']:g}点"
    assert f"<b>{whole['值过班的律师']}</b><span>值过班的律师，{points}" in page
    for sheet, id in (("区县", "by-county"), ("站点", "by-post"), ("类别", "by-category")):
        table = page.split(f'id="{id}"')[1].split("</table>")[0]
        for name, questions, kept, *_ in book[sheet].iter_rows(min_row=2, values_only=True):
            line = f'<th scope="row">{name}</th><td class="n">{questions}</td>'
            assert f'{line}<td class="n">{share(kept)}</td>' in table
    weeks = list(book["每周"].iter_rows(min_row=2, values_only=True))
    assert sum(row[1] for row in weeks) == 3
