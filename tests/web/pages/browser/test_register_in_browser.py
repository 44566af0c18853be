"""The register in a real browser: an import from choosing the file, and pages all can use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


def test_the_registers_pages_fit_and_are_accessible(
    site: Any, window: Any, fits: Any, accessible: Any
) -> None:
    page = window(1280, login="scheduler", lang="en")
    for where in ("", "/lawyer/L1", "/post/station-t", "/rules", "/changes"):
        page.goto(f"{REGISTER}{where}")
        fits(page)
        accessible(page)
