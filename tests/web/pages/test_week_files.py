"""A week's files and its pages to print: what each role gets, and an edited workbook's way back."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from zhiban.roster.records import ALTERNATIVE, DRAFT

WEEK = "/scheduler/week/2026-W48"


def send_file(browser: Any, content: bytes) -> Any:
    """Sends a workbook with the page's token."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/about").text)
    assert token is not None
    files = {"file": ("w.xlsx", content, "application/octet-stream")}
    return browser.client.post(f"{WEEK}/files", data={"csrf_token": token[1]}, files=files)


def test_the_page_offers_every_format_of_the_newest_version_and_of_the_draft(site: Any) -> None:
    site.draft(seat_x="L5")
    page = site.browser("scheduler").get(f"{WEEK}/files").text
    assert "第1版" in page
    assert "草稿第2稿" in page
    for kind in ("staff.xlsx", "public.xlsx", "csv", "ics", "json"):
        assert f'href="{WEEK}/files/{kind}?show=v1"' in page
    assert "导入为草稿" in page
    assert "导入为草稿" not in site.browser("supervisor").get(f"{WEEK}/files").text


def test_a_week_without_a_roster_says_what_will_be_here(site: Any) -> None:
    page = site.browser("scheduler").get("/scheduler/week/2026-W50/files").text
    assert "这一周还没有值班表" in page


@pytest.mark.parametrize(
    ("kind", "media"),
    [
        ("staff.xlsx", "application/vnd.openxml"),
        ("public.xlsx", "application/vnd.openxml"),
        ("csv", "text/csv"),
        ("ics", "text/calendar"),
        ("json", "application/json"),
    ],
)
def test_each_file_comes_as_a_download_that_nobody_keeps(site: Any, kind: str, media: str) -> None:
    answer = site.browser("scheduler").get(f"{WEEK}/files/{kind}?show=v1")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"


def test_an_unknown_file_or_version_is_not_found(site: Any) -> None:
    browser = site.browser("scheduler")
    assert browser.get(f"{WEEK}/files/pdf").status_code == 404
    assert browser.get(f"{WEEK}/files/csv?show=v9").status_code == 404


def test_the_printed_page_has_a_sheet_a_county_with_title_version_and_hotline(site: Any) -> None:
    page = site.browser("scheduler").get(f"{WEEK}/print").text
    assert page.count('<section class="duty-sheet') == 2
    assert "秀洲区公共法律服务律师值班表" in page
    assert "第1版" in page
    assert "服务热线 12348" in page
    # The county's seat is L2's from morning to evening: one cell over both halves, on five days.
    assert page.count('<td rowspan="2">') == 5 * 3


def test_an_edited_workbook_becomes_the_draft_and_a_stale_one_is_kept_beside(site: Any) -> None:
    browser = site.browser("scheduler")
    content = browser.get(f"{WEEK}/files/staff.xlsx?show=v1").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["秀洲区"]["C4"] = "顾晓燕"
    out = io.BytesIO()
    book.save(out)
    answer = send_file(browser, out.getvalue())
    assert str(answer.url).endswith(f"{WEEK}?show=draft")
    assert site.count(select(DRAFT.c.revision)) == 2
    same = send_file(browser, browser.get(f"{WEEK}/files/staff.xlsx?show=draft").content)
    assert "没有差别" in same.text
    assert site.count(select(DRAFT.c.revision)) == 2
    book["秀洲区"]["C4"] = "许敏"
    out = io.BytesIO()
    book.save(out)
    assert send_file(browser, out.getvalue()).status_code in (200, 404)
    assert site.count(select(DRAFT.c.revision)) == 2
    assert site.count(select(func.count()).select_from(ALTERNATIVE)) == 1


def test_what_is_wrong_in_a_workbook_is_said_cell_by_cell_and_nothing_changes(site: Any) -> None:
    browser = site.browser("scheduler")
    content = browser.get(f"{WEEK}/files/staff.xlsx?show=v1").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["秀洲区"]["C4"] = "无名氏"
    book["秀洲区"]["D4"] = "某某"
    out = io.BytesIO()
    book.save(out)
    answer = send_file(browser, out.getvalue())
    assert answer.status_code == 422
    assert "秀洲区!C4" in answer.text
    assert "名册里没有律师“某某”" in answer.text
    assert site.count(select(DRAFT.c.revision)) == 1
    public = browser.get(f"{WEEK}/files/public.xlsx?show=v1").content
    assert "公开版" in send_file(browser, public).text
    assert send_file(browser, b"").status_code == 422


def test_only_a_scheduler_takes_a_workbook_in(site: Any) -> None:
    content = site.browser("scheduler").get(f"{WEEK}/files/staff.xlsx").content
    assert send_file(site.browser("supervisor"), content).status_code == 403
    assert send_file(site.browser("l1"), content).status_code == 403


def test_a_workbook_larger_than_an_ordinary_form_is_taken_in_and_read(site: Any) -> None:
    # 300 KB: above the 256 KB of a form, below the 5 MB of a workbook; it is read, and no Excel.
    answer = send_file(site.browser("scheduler"), b"x" * 300 * 1024)
    assert answer.status_code == 422
    assert "这份文件没有导入，草稿没有变" in answer.text
