"""The register by Excel: what is read, which cells are named as bad, and what is written back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine

from zhiban.data import excel_cells as cells
from zhiban.data import excel_times as times
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.excel import register_workbook
from zhiban.data.excel_reading import read_workbook
from zhiban.data.excel_sheets import SHEETS
from zhiban.data.people import Firm, Lawyer
from zhiban.data.register import Register
from zhiban.data.register_diff import digest_of, version_of
from zhiban.data.register_records import CHANGE
from zhiban.data.register_service import Stale, drop_upload, keep_upload, log, take, uploaded
from zhiban.data.store import load_register, save_register
from zhiban.data.wording import Refused
from zhiban.data.workbooks import opened, put

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed_book(content: bytes, change: Any) -> bytes:
    made = load_workbook(io.BytesIO(content))
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_the_register_written_and_read_again_changes_nothing(jiaxing: Register) -> None:
    read = read_workbook(register_workbook(jiaxing, filled=True), jiaxing)
    assert [one.line.zh for one in read.faults] == []
    assert [(one.id, [f.code for f in one.fields]) for one in read.changes] == []
    assert read.same == len(jiaxing.firms) + len(jiaxing.lawyers) + len(jiaxing.posts) + len(
        jiaxing.leaves
    )


def test_the_example_of_the_template_is_no_row(jiaxing: Register) -> None:
    read = read_workbook(register_workbook(jiaxing, filled=False), jiaxing)
    assert (read.rows, read.faults, read.changes) == (0, [], [])


def test_of_six_hundred_lawyers_the_five_bad_rows_are_named(jiaxing: Register) -> None:
    columns = {column.code: place for place, column in enumerate(SHEETS["lawyer"][1], start=2)}
    bad = {
        "name": "",
        "firm": "没有这家律师事务所",
        "licensed_on": "去年",
        "weight": "0",
        "phone": "1380573",
    }

    def change(made: Any) -> None:
        sheet = made["律师"]
        for row, (code, said) in enumerate(bad.items(), start=10):
            put(sheet, row, columns[code], said)
        for row in range(20, 24):  # four others move to another weight
            put(sheet, row, columns["weight"], "80")

    content = changed_book(register_workbook(jiaxing, filled=True), change)
    read = read_workbook(content, jiaxing)
    assert len(jiaxing.lawyers) == 600
    told = [(one.row, one.column.zh) for one in read.faults]
    assert told == [(10, "姓名"), (11, "律所"), (12, "执业日期"), (13, "分担权重"), (14, "电话")]
    assert read.faults[3].line.zh == "律师 第13行 分担权重“0”：须在1至1000之间"
    assert read.bad_rows == 5
    assert [[(f.code, f.after) for f in one.fields] for one in read.changes] == [
        [("weight", "80")]
    ] * 4


def test_a_new_firm_and_its_lawyer_come_together_without_ids(jiaxing: Register) -> None:
    firms = [["名称*", "区划*"], ["浙江新设律师事务所", "南湖区"]]
    lawyers = [
        ["姓名*", "律所*", "区划*", "执业日期*", "专长", "电话"],
        ["唐若兰", "浙江新设律师事务所", "南湖区", datetime(2015, 3, 1), "在线坐席", 13805731234],  # noqa: DTZ001 - Excel knows no zones
    ]
    read = read_workbook(book(律师=lawyers, 律所=firms), jiaxing)
    assert [one.line.zh for one in read.faults] == []
    firm, lawyer = (one.after for one in read.changes)
    assert isinstance(firm, Firm)
    assert isinstance(lawyer, Lawyer)
    assert lawyer.firm == firm.id
    assert lawyer.id == "L0601"
    assert lawyer.licensed_on == date(2015, 3, 1)
    phone = next(f for f in read.changes[1].fields if f.code == "phone")
    assert phone.after == "138****1234"


def test_a_file_that_is_none_of_ours_is_refused(jiaxing: Register) -> None:
    for content in (b"PK nothing", book(其他=[["a"]])):
        with pytest.raises(Refused) as refused:
            read_workbook(content, jiaxing)
        assert refused.value.errors[0].field == "file"
    headless = read_workbook(book(律师=[["甲", "乙"]]), jiaxing)
    assert "姓名" in headless.faults[0].line.zh


def test_what_begins_like_a_formula_is_written_as_text(jiaxing: Register) -> None:
    id, firm = next(iter(jiaxing.firms.items()))
    odd = replace(jiaxing, firms={**jiaxing.firms, id: replace(firm, name='=HYPERLINK("x")')})
    content = register_workbook(odd, filled=True)
    cell = load_workbook(io.BytesIO(content))["律所"].cell(4, 3)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("x")', "s", True)


def test_two_rows_for_one_are_told(jiaxing: Register) -> None:
    lawyer = next(iter(jiaxing.lawyers.values()))
    row = [lawyer.id, lawyer.name, lawyer.firm, lawyer.division, lawyer.licensed_on.isoformat()]
    head = ["编号", "姓名", "律所", "区划", "执业日期"]
    read = read_workbook(book(律师=[head, row, row]), jiaxing)
    assert [one.line.zh for one in read.faults] == [f"律师 第3行 编号“{lawyer.id}”：和第2行重复"]


@pytest.mark.parametrize(
    "said",
    [
        "周一至周五 8:30-11:30、13:30-17:00",
        "周六 9:00-11:30（06-01/08-31）",
        "周一 8:00-12:00；周三至周日 9:30-16:00",
    ],
)
def test_weekly_hours_are_written_as_they_are_read(said: str) -> None:
    assert times.openings_text(times.openings(said)) == said


def test_hours_that_are_unclear_say_what_is_meant() -> None:
    for said in ("每天", "周一", "周一 25:00-26:00"):
        with pytest.raises(cells.Unclear):
            times.openings(said)


def test_good_rows_are_taken_at_once_and_recorded(
    database: Engine, keyring: Keyring, jiaxing: Register
) -> None:
    with writing(database) as connection:
        save_register(connection, jiaxing, keyring)
    firm = next(iter(jiaxing.firms.values()))
    content = book(
        律所=[
            ["编号", "名称", "区划", "同意排班"],
            [firm.id, firm.name, firm.division, "否"],
            ["", "浙江新设律师事务所", "火星", "是"],
        ]
    )
    with reading(database) as connection:
        read = read_workbook(content, load_register(connection, keyring))
    assert (read.number(new=True), read.number(new=False), read.bad_rows) == (0, 1, 1)
    digest = digest_of(read.changes)
    with writing(database) as connection:
        take(connection, keyring, opened(content), digest, "scheduler", NOW)
    with writing(database) as connection:
        # The same preview once more would now change nothing: it is out of date.
        assert isinstance(
            take(connection, keyring, opened(content), digest, "scheduler", NOW), Stale
        )
    with reading(database) as connection:
        after = load_register(connection, keyring)
        lines, total = log(connection, keyring, words=firm.name)
        stored = connection.execute(CHANGE.select()).mappings().all()
    assert after.firms == {**jiaxing.firms, firm.id: replace(firm, consents=False)}
    assert (after.lawyers, after.posts) == (jiaxing.lawyers, jiaxing.posts)
    assert sorted(one.id for one in after.leaves) == sorted(one.id for one in jiaxing.leaves)
    assert total == 1
    assert [(f.code, f.before, f.after) for f in lines[0].fields] == [("consents", "是", "否")]
    assert (lines[0].act, lines[0].actor, lines[0].at) == ("imported", "scheduler", NOW)
    assert "consents" not in stored[0]["fields"]


def test_a_kept_workbook_is_its_senders_alone(database: Engine, keyring: Keyring) -> None:
    with writing(database) as connection:
        token = keep_upload(connection, keyring, "a.xlsx", b"content", "one", NOW)
        assert uploaded(connection, keyring, token, "one", NOW) == ("a.xlsx", b"content")
        assert uploaded(connection, keyring, token, "other", NOW) is None
        drop_upload(connection, token)
        assert uploaded(connection, keyring, token, "one", NOW) is None


def test_a_version_names_what_an_entry_says(jiaxing: Register) -> None:
    lawyer = next(iter(jiaxing.lawyers.values()))
    assert version_of(lawyer) == version_of(replace(lawyer, skills=frozenset(lawyer.skills)))
    assert version_of(lawyer) != version_of(replace(lawyer, weight=lawyer.weight + 1))
