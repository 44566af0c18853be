"""The register in a real browser: an import from choosing the file, and pages all can use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook

from zhiban.data.database import reading
from zhiban.data.excel import register_workbook
from zhiban.data.store import load_register

REGISTER = "/scheduler/register"


def test_a_scheduler_brings_a_workbook_in(
    site: Any, window: Any, fits: Any, accessible: Any, tmp_path: Path
) -> None:
    file = tmp_path / "register.xlsx"
    with reading(site.engine) as connection:
        register = load_register(connection, site.keyring)
    file.write_bytes(register_workbook(register, filled=True))
    page = window(1280, login="scheduler")
    page.goto(f"{REGISTER}/import")
    fits(page)
    accessible(page)
    page.set_input_files("#file", file)
    page.click("main form button")
    page.wait_for_selector("#preview")
    assert "没有要写入的变化" in page.inner_text("main")
    fits(page)
    accessible(page)


def test_a_table_with_good_and_bad_rows_is_looked_at_by_keyboard(
    site: Any, window: Any, fits: Any, accessible: Any, tmp_path: Path
) -> None:
    with reading(site.engine) as connection:
        firm = next(iter(load_register(connection, site.keyring).firms.values()))
    made = Workbook()
    made.active.title = "律师"
    made.active.append(["姓 名", "律所", "区划", "执业日期", "手机"])
    made.active.append(["唐　兰", firm.name, firm.division, "２０１５年３月１日", "1"])
    made.active.append(["王明", firm.name, firm.division, "12月1日", "2"])
    made.save(tmp_path / "lawyers.xlsx")
    page = window(1920, login="scheduler", lang="en")
    page.goto(f"{REGISTER}/import")
    page.set_input_files("#file", tmp_path / "lawyers.xlsx")
    page.get_by_role("button", name="Upload and preview").press("Enter")
    page.wait_for_selector("#preview")
    told = page.inner_text("main")
    assert "the year is missing" in told
    assert "Lawyers 手机" in told
    fits(page)
    accessible(page)
    page.get_by_role("button", name="Take the good rows only").press("Enter")
    page.locator(".notice[role=status]").wait_for()
    with reading(site.engine) as connection:
        names = {one.name for one in load_register(connection, site.keyring).lawyers.values()}
    assert "唐兰" in names
    assert "王明" not in names


def test_the_registers_pages_fit_and_are_accessible(
    site: Any, window: Any, fits: Any, accessible: Any
) -> None:
    page = window(1280, login="scheduler", lang="en")
    for where in ("", "/lawyer/L1", "/post/station-t", "/rules", "/changes"):
        page.goto(f"{REGISTER}{where}")
        fits(page)
        accessible(page)
