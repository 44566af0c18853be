"""`zhiban calendar import`: the yearly notice taken in, or every bad line named."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from zhiban.web.cli import app

NOTICE = """国务院办公厅关于2031年部分节假日安排的通知
一、元旦：1月1日（周三）放假1天。
二、国庆节：10月1日（周三）至3日（周五）放假，共3天。10月4日（周六）上班。"""


def test_a_notice_is_shown_then_taken_in_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("ZHIBAN_DATABASE_URL", "sqlite:///zhiban.db")
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, "gb18030")
    assert app(["database", "upgrade"]) == 0
    capsys.readouterr()
    # Four days off on weekdays, and one Saturday worked.
    for arguments, last in (
        (["--dry-run"], "5 days and the due times of 0 running clocks change; nothing written"),
        ([], "5 days and the due times of 0 running clocks change; written"),
        ([], "0 days and the due times of 0 running clocks change; nothing written"),
    ):
        assert app(["calendar", "import", str(file), *arguments]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == last
    monkeypatch.setattr(
        "sys.stdin",
        io.TextIOWrapper(io.BytesIO(NOTICE.replace("1月1日（周三）", "1月1日（周二）").encode())),
    )
    assert app(["calendar", "import", "-"]) == 2
    assert "line 2" in capsys.readouterr().err
