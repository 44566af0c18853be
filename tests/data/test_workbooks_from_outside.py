"""Workbooks as clerks really send them: what is understood, and what is refused in which words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from zhiban.data import excel_times as times
from zhiban.data.excel import register_workbook
from zhiban.data.excel_cells import Unclear
from zhiban.data.excel_reading import MOST_ROWS, Read, read_workbook
from zhiban.data.people import Lawyer, Leave
from zhiban.data.register import Register
from zhiban.data.wording import Refused
from zhiban.data.workbook_process import MOST_CELLS
from zhiban.data.workbooks import LARGEST, opened

HEADINGS = ["姓名*", "律所*", "区划*", "执业日期*", "电话"]
FIRM, DIVISION = "浙江润言律师事务所", "嘉兴市"


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def book(
    rows: Iterable[list[Any]], *, sheet: str = "律师", merged: Iterable[str] = (), **far: Any
) -> bytes:
    made = Workbook()
    page = made.active
    page.title = sheet
    for row in rows:
        page.append(row)
    for one in merged:
        page.merge_cells(one)
    for cell, said in far.items():
        page[cell] = said
    return saved(made)


def lawyer(name: str, *, firm: Any = FIRM, day: Any = "2015-03-01", phone: Any = "") -> list[Any]:
    return [name, firm, DIVISION, day, phone]


def repacked(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with its first sheet changed as it is stored."""
    packed, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in packed.namelist():
            said = packed.read(name)
            made.writestr(name, change(said) if name.endswith("sheet1.xml") else said)
    return out.getvalue()


def told(read: Read) -> list[str]:
    return [one.line.zh for one in read.faults]


def refused(content: bytes, register: Register) -> str:
    with pytest.raises(Refused) as caught:
        read_workbook(content, register)
    (only,) = caught.value.errors
    assert only.field == "file"
    return only.text.zh


@pytest.mark.parametrize(
    "said",
    [
        "2015年3月1日",
        "2015/3/1",
        "2015.3.1",
        "20150301",
        "２０１５－０３－０１",
        "２０１５年３月１日",
        " 2015-03-01　",
        datetime(2015, 3, 1),  # noqa: DTZ001 - Excel knows no zones
        42064,  # days since 1899-12-30, in a cell that was never formatted as a day
        "42064",
    ],
)
def test_a_day_is_understood_however_it_is_written(said: Any, jiaxing: Register) -> None:
    read = read_workbook(book([HEADINGS, lawyer("唐若兰", day=said)]), jiaxing)
    assert told(read) == []
    (after,) = (one.after for one in read.changes)
    assert isinstance(after, Lawyer)
    assert after.licensed_on == date(2015, 3, 1)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("12月1日", "没有写年份，请写成 2026-02-10"),
        ("2015-02-30", "没有这一天"),
        ("去年", "不是日期，请写成 2026-02-10"),
        ("3/1/2015", "不是日期，请写成 2026-02-10"),
    ],
)
def test_a_day_that_is_none_is_named_with_sheet_row_and_heading(
    said: str, why: str, jiaxing: Register
) -> None:
    read = read_workbook(book([HEADINGS, lawyer("唐若兰", day=said)]), jiaxing)
    assert told(read) == [f"律师 第2行 执业日期“{said}”：{why}"]


def test_a_day_of_leave_alone_is_the_whole_day_and_half_days_end_at_noon(jiaxing: Register) -> None:
    rows = [
        ["律师", "开始", "结束"],
        ["L0001", "2026-12-01", "2026-12-03"],
        ["L0002", "2026-12-01 上午", "2026-12-01 上午"],
        ["L0003", "2026年12月1日 下午2:30", "2026/12/1 17：00"],
        ["L0004", "2026-12-01T08:00:00+08:00", "2026-12-01 24:00"],
        ["L0005", "2026-12-02", "2026-12-01"],
        ["L0006", "12月1日 8:00", "2026-12-01 25:00"],
    ]
    read = read_workbook(book(rows, sheet="请假"), jiaxing)
    spans = [one.after.span for one in read.changes if isinstance(one.after, Leave)]
    # Shanghai is eight hours ahead: its midnight of the 1st is 16:00 of 30 November.
    assert [(one.start.astimezone(UTC), one.end.astimezone(UTC)) for one in spans] == [
        (datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 3, 16, tzinfo=UTC)),
        (datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 1, 4, tzinfo=UTC)),
        (datetime(2026, 12, 1, 6, 30, tzinfo=UTC), datetime(2026, 12, 1, 9, tzinfo=UTC)),
        (datetime(2026, 12, 1, 0, tzinfo=UTC), datetime(2026, 12, 1, 16, tzinfo=UTC)),
    ]
    assert told(read) == [
        "请假 第6行 结束：须晚于开始",
        "请假 第7行 开始“12月1日 8:00”：没有写年份，请写成 2026-02-10",
        "请假 第7行 结束“2026-12-01 25:00”：钟点须在 0:00 至 24:00 之间",
    ]


def test_spaces_and_width_tell_nobody_apart(jiaxing: Register) -> None:
    firm = "　".join(FIRM)  # set wide, as printed tables are
    read = read_workbook(
        book(
            [
                ["姓 名", "律\n所", "区划（县市区）", "执业日期＊", "电话"],
                lawyer("唐　兰 ", firm=firm, phone="+86 138-0573-1234"),
                lawyer("王\u200b明\u202e", phone="１３８０５７３１２３４"),
            ]
        ),
        jiaxing,
    )
    assert told(read) == []
    people = [one.after for one in read.changes if isinstance(one.after, Lawyer)]
    assert [(one.name, one.phone) for one in people] == [
        ("唐兰", "13805731234"),
        ("王明", "13805731234"),
    ]
    assert {jiaxing.firms[one.firm].name for one in people} == {FIRM}


def test_a_cell_merged_over_rows_stands_in_each_of_them(jiaxing: Register) -> None:
    rows = [
        ["律师名册"],
        HEADINGS,
        lawyer("甲一"),
        lawyer("甲二", firm=None),
        lawyer("甲三", firm=None),
    ]
    read = read_workbook(book(rows, merged=["A1:E1", "B3:B5"]), jiaxing)
    assert told(read) == []
    assert [one.name for one in read.changes] == ["甲一", "甲二", "甲三"]


def test_who_stands_there_twice_without_an_id_is_named(jiaxing: Register) -> None:
    read = read_workbook(book([HEADINGS, lawyer("唐若兰"), lawyer("唐 若 兰")]), jiaxing)
    assert told(read) == ["律师 第3行 编号：和第2行同名；若不是同一个，请各写一个编号"]
    assert [one.id for one in read.changes] == ["L0601"]


def test_of_two_namesakes_in_the_register_the_id_is_asked_for(jiaxing: Register) -> None:
    one, firm = jiaxing.lawyers["L0001"], jiaxing.firms[jiaxing.lawyers["L0001"].firm]
    twins = {
        **jiaxing.lawyers,
        "L0777": Lawyer("L0777", one.name, one.firm, "3304", one.licensed_on),
    }
    register = Register(
        **{**{f: getattr(jiaxing, f) for f in jiaxing.__dataclass_fields__}, "lawyers": twins}
    )
    read = read_workbook(book([HEADINGS, lawyer(one.name, firm=firm.name)]), register)
    assert told(read) == ["律师 第2行 编号：名册里有2个同名的，请写编号：L0001、L0777"]


@pytest.mark.parametrize("id", ["=1+1", "甲 乙", "a/b", "L" * 41, "-1"])
def test_an_id_that_no_address_could_hold_is_refused(id: str, jiaxing: Register) -> None:
    rows = [["编号", *HEADINGS], ["", *lawyer("唐若兰")]]
    made = Workbook()
    made.active.title = "律师"
    for row in rows:
        made.active.append(row)
    made.active["A2"].value = id
    made.active["A2"].data_type = "s"
    (line,) = told(read_workbook(saved(made), jiaxing))
    assert line.startswith("律师 第2行 编号“")
    assert line.endswith("编号只能用字母、数字、汉字和 . _ -，最多40个")


def test_a_name_too_long_for_any_table_is_refused(jiaxing: Register) -> None:
    (line,) = told(read_workbook(book([HEADINGS, lawyer("长" * 41)]), jiaxing))
    assert line.endswith("：最多40个字，现有41个")


def test_headings_that_are_missing_or_unknown_are_named(jiaxing: Register) -> None:
    missing = read_workbook(book([["姓名", "律所", "区划"], ["甲", FIRM, DIVISION]]), jiaxing)
    assert told(missing) == [
        "律师 第1行 律师：表头里没有这些列：执业日期（表头须在前十行里，写成一行）"
    ]
    other = read_workbook(book([[*HEADINGS[:4], "手机"], lawyer("唐若兰")]), jiaxing)
    assert [(sheet.zh, heading) for sheet, heading in other.unused] == [("律师", "手机")]
    assert [one.name for one in other.changes] == ["唐若兰"]


def test_a_sheet_of_another_name_is_told_with_the_names_that_are_read(jiaxing: Register) -> None:
    said = refused(book([HEADINGS], sheet="Sheet1"), jiaxing)
    assert "律所、律师、岗位、请假" in said
    assert "这份文件里是：Sheet1" in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("姓名,律所\n张三,甲所".encode("gbk"), "这是文本（如 CSV、网页），不是 Excel 文件"),
        ("\ufeff姓名,律所\n张三,甲所".encode(), "这是文本（如 CSV、网页），不是 Excel 文件"),
        (b"<html><table><tr><td>1</table></html>", "这是文本（如 CSV、网页），不是 Excel 文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "旧格式（.xls）"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + "EncryptedPackage".encode("utf-16-le")
            + bytes(4096),
            "密码",
        ),
        (b"PK\x03\x04" + bytes(100), "打不开"),
        (b"", "打不开"),
        (bytes(LARGEST + 1), "不能超过5MB"),
    ],
)
def test_a_file_that_is_no_workbook_is_told_apart(
    content: bytes, why: str, jiaxing: Register
) -> None:
    assert why in refused(content, jiaxing)


def test_one_cell_far_outside_neither_ends_the_service_nor_passes_unnoticed(
    jiaxing: Register,
) -> None:
    # Read plainly, the last cell that a sheet has makes a reader reserve 512 GiB and abort.
    assert "工作表“律师”太大" in refused(book([HEADINGS], XFD1048576="x"), jiaxing)
    rows = MOST_CELLS // len(HEADINGS) + 1
    said = refused(book([HEADINGS, lawyer("唐若兰")], **{f"A{rows}": "x"}), jiaxing)
    assert f"（最远到 E{rows}）" in said


@pytest.mark.parametrize("honest", [True, False])
def test_a_file_that_unpacks_without_end_is_refused(honest: bool, jiaxing: Register) -> None:
    begun, endless = b"<sheetData>", b"<sheetData>" + b" " * (101 << 20)
    plain = book([HEADINGS, lawyer("唐若兰")])
    content = bytearray(repacked(plain, lambda said: said.replace(begun, endless)))
    if honest:
        assert "展开后超过100MB" in refused(bytes(content), jiaxing)
        return
    for head, size, name in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        at = content.find(b"xl/worksheets/sheet1.xml", content.find(head)) - name
        while not content.startswith(head, at):
            at = content.find(b"xl/worksheets/sheet1.xml", at + name + 1) - name
        content[at + size : at + size + 4] = (1000).to_bytes(4, "little")
    # What is said to be small is read no further: nothing of it comes into the register.
    assert read_workbook(bytes(content), jiaxing).changes == []


def test_more_rows_than_are_taken_at_once_are_counted(jiaxing: Register) -> None:
    rows = [lawyer(f"甲{number}") for number in range(MOST_ROWS + 1)]
    said = refused(book([HEADINGS, *rows]), jiaxing)
    assert said == "一次最多导入20000行；到“律师”为止有20001行，请分成几个文件"


def test_a_merged_range_is_followed_no_further_than_the_table(jiaxing: Register) -> None:
    content = book([HEADINGS, lawyer("唐若兰")], merged=["B2:C3"])
    wide = repacked(content, lambda said: said.replace(b"B2:C3", b"B2:XFD1048576"))
    (only,) = opened(wide)["律师"].merged
    assert only == ((1, 1), (1, 4))


@pytest.mark.parametrize(
    "said",
    [
        "周五至周一 9:00-11:30",
        "星期一至星期五 ８：３０－１１：３０",
        "周六 9:00—11:30；礼拜天 9:00-11:30",
    ],
)
def test_weekly_hours_are_understood_as_people_write_them(said: str) -> None:
    # From Friday to Monday are four days, Monday to Friday five, and then two.
    days = {one.weekday for one in times.openings(said)}
    assert len(days) == {"周五": 4, "星期": 5, "周六": 2}[said[:2]]


def test_an_hour_that_is_none_is_named() -> None:
    with pytest.raises(Unclear, match="钟点"):
        times.moment()("2026-12-01 8:75")


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+甲", "-乙", "@丙", '"引号"', "王😀明", "a\x01b", "甲  乙", "长" * 200, "嘉善 站"],
)
def test_whatever_name_the_register_holds_comes_back_unchanged(
    name: str, jiaxing: Register
) -> None:
    id, firm = next(iter(jiaxing.firms.items()))
    odd = replace(jiaxing, firms={**jiaxing.firms, id: replace(firm, name=name)})
    read = read_workbook(register_workbook(odd, filled=True), odd)
    assert told(read) == []
    changed = [(one.id, field.before, field.after) for one in read.changes for field in one.fields]
    assert changed == ([(id, "a\x01b", "ab")] if "\x01" in name else [])
