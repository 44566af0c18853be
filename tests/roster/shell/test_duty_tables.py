"""The printed shape of a week, and its workbook read back without loss."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from icalendar import Calendar
from sqlalchemy import Engine

from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.people import Lawyer
from zhiban.data.register import Register
from zhiban.data.store import save_register
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.data.workbooks import FORMULA
from zhiban.roster import alternatives, exporting, service, store
from zhiban.roster.duty_names import duties_in
from zhiban.roster.duty_sheet import read_roster_sheet
from zhiban.roster.duty_table import DutyTable, duty_table
from zhiban.roster.duty_text import HEADERS, as_csv, as_ics, as_json, duty_rows, harmless
from zhiban.roster.duty_words import Bureau
from zhiban.roster.duty_xlsx import FIRST, HIDDEN, duty_workbook
from zhiban.roster.exporting import Exported
from zhiban.roster.problem import RosterProblem
from zhiban.roster.roster import Duty

BUREAU = Bureau("嘉善县司法局", "12348")
Rostered = Callable[..., object]
# The seat is the first column, the station the second; Monday's morning is the first line.
SEAT, STATION = "C", "D"


@pytest.fixture
def draft(
    database: Engine, keyring: Keyring, bureau: Register, week: Week, now: datetime, rostered
) -> int:
    """The small bureau with phones, and a draft of it; its revision. L1 holds a Monday alone."""
    lawyers = {
        id: replace(one, phone=f"1380573{1000 + number}")
        for number, (id, one) in enumerate(bureau.lawyers.items())
    }
    lawyers["L9"] = Lawyer(
        *("L9", "律师1", "F2", "330421", lawyers["L1"].licensed_on, frozenset({"online"}))
    )
    with writing(database) as connection:
        save_register(connection, replace(bureau, lawyers=lawyers), keyring)
        problem = service.assemble(connection, keyring, week)
        file = rostered(problem, without=("L9",))
        # Both halves of Monday at the seat are L1's: one merged cell.
        first = [s.id for s in problem.shifts if s.post == "seat"][:2]
        duties = [d for d in file.duties if d.shift not in first]
        duties += [Duty(shift=id, lawyer="L1") for id in first]
        revision = store.save_draft(
            connection,
            week,
            problem,
            file.model_copy(update={"duties": tuple(duties)}),
            job=None,
            by="chen",
            now=now,
        )
    assert revision == 1
    return revision


@pytest.fixture
def exported(database: Engine, keyring: Keyring, week: Week, draft: int) -> Exported:
    with reading(database) as connection:
        found = exporting.export_week(connection, keyring, week, "draft", phones="full")
    assert found is not None
    return found


def edit(content: bytes, **cells: str) -> bytes:
    """The workbook with other texts in cells of its first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for cell, text in cells.items():
        book.worksheets[0][cell] = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_table_is_days_by_halves_against_posts_with_one_cell_for_a_whole_day(
    exported: Exported,
) -> None:
    (section,) = exported.table.sections
    assert [column.heading for column in section.columns] == ["嘉善坐席", "嘉善站"]
    assert len(section.lines) == 10  # five days, two halves
    assert section.lines[0].boxes[0].rows == 2
    assert section.lines[1].boxes[0].rows == 0
    assert section.lines[0].boxes[1].rows == 1
    assert section.hours == {"am": "8:30–11:30", "pm": "13:30–17:00"}


def test_the_workbook_has_title_dates_merged_cells_and_a_footnote(exported: Exported) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(duty_workbook(exported.table, BUREAU, identities=True))
    )
    sheet = book["嘉善县"]
    assert sheet["A1"].value == "嘉善县公共法律服务律师值班表"
    assert "2026年11月23日—11月29日（第48周）" in sheet["A2"].value
    assert sheet[f"{SEAT}{FIRST}"].value == "律师1\nF1所\n13805731000"
    assert f"{SEAT}{FIRST}:{SEAT}{FIRST + 1}" in [str(one) for one in sheet.merged_cells.ranges]
    assert "服务热线 12348" in sheet[f"A{FIRST + 10}"].value
    assert "草稿第1稿（未公布）" in sheet[f"A{FIRST + 10}"].value
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert book[HIDDEN].sheet_state == "veryHidden"


def test_the_staffs_workbook_comes_back_without_loss(exported: Exported) -> None:
    read = read_roster_sheet(duty_workbook(exported.table, BUREAU, identities=True))
    assert (str(read.week), read.kind, read.number) == ("2026-W48", "draft", 1)
    back = duties_in(read, exported.problem)
    people = {
        (one.shift, person.lawyer, person.role)
        for line in exported.table.sections[0].lines
        for box in line.boxes
        for one in box.entries
        for person in one.people
    }
    assert {(d.shift, d.lawyer, d.role) for d in back} == people
    assert len(back) == 20


def test_edited_cells_are_read_as_written_and_moved_rows_are_found(exported: Exported) -> None:
    content = duty_workbook(exported.table, BUREAU, identities=True)
    # 律师1 is two people: F2's is L9. A comma, a stand-by and an emptied cell are understood.
    changed = edit(
        content,
        **{
            f"{STATION}{FIRST}": "律师1\nF2所",
            f"{STATION}{FIRST + 1}": "律师5 13800000000\n备班：律师6",
            f"{STATION}{FIRST + 2}": "（空缺）",
        },
    )
    duties = duties_in(read_roster_sheet(changed), exported.problem)
    at = "station@2026-11-23T"
    assert Duty(shift=f"{at}0830", lawyer="L9") in duties
    assert Duty(shift=f"{at}1330", lawyer="L5") in duties
    assert Duty(shift=f"{at}1330", lawyer="L6", role="standby") in duties
    assert not [duty for duty in duties if duty.shift == "station@2026-11-24T0830"]
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.worksheets[0].insert_cols(3)
    out = io.BytesIO()
    book.save(out)
    assert len(read_roster_sheet(out.getvalue()).shifts) == 20


def test_bad_cells_are_each_named_with_what_is_wrong(exported: Exported) -> None:
    content = duty_workbook(exported.table, BUREAU, identities=True)
    bad = edit(
        content,
        **{
            f"{STATION}{FIRST}": "张三三",
            f"{STATION}{FIRST + 1}": "律师1",
            f"{STATION}{FIRST + 2}": "律师5、律师5",
        },
    )
    with pytest.raises(Refused) as refused:
        duties_in(read_roster_sheet(bad), exported.problem)
    said = {error.field: error.text.zh for error in refused.value.errors}
    assert "名册里没有律师“张三三”" in said[f"嘉善县!{STATION}{FIRST}"]
    assert "有2位律师叫“律师1”" in said[f"嘉善县!{STATION}{FIRST + 1}"]
    assert "“律师5”写了两次" in said[f"嘉善县!{STATION}{FIRST + 2}"]
    with pytest.raises(Refused, match="第3行的表头不要改"):
        read_roster_sheet(edit(content, **{f"{STATION}3": "别的站"}))


def test_the_public_workbook_masks_phones_and_does_not_pretend_to_come_back(
    database: Engine, keyring: Keyring, week: Week, draft: int
) -> None:
    with reading(database) as connection:
        found = exporting.export_week(connection, keyring, week, "draft", phones="masked")
    assert found is not None
    content = duty_workbook(found.table, BUREAU, identities=False)
    book = openpyxl.load_workbook(io.BytesIO(content))
    texts = str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])
    assert "138****1000" in texts
    assert "13805731000" not in texts
    assert book.sheetnames == ["嘉善县"]
    with pytest.raises(Refused, match="公开版"):
        read_roster_sheet(content)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Refused, match="Excel"):
        read_roster_sheet(content)


def test_a_name_that_looks_like_a_formula_stays_text(exported: Exported) -> None:
    evil = '=HYPERLINK("http://x","点")'
    lawyers = tuple(
        one.model_copy(update={"name": evil}) if one.id == "L1" else one
        for one in exported.problem.lawyers
    )
    problem = exported.problem.model_copy(update={"lawyers": lawyers})
    duties = [Duty(shift=problem.shifts[0].id, lawyer="L1")]
    made = duty_table(problem, duties, Week(2026, 48), "version", 3, exported.table.at)
    book = openpyxl.load_workbook(io.BytesIO(duty_workbook(made, BUREAU, identities=True)))
    cell = next(c for row in book.worksheets[0].iter_rows() for c in row if evil in str(c.value))
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert harmless(evil).startswith("'=")
    assert f"\"'{evil[:10]}" in as_csv(duty_rows(made, problem), HEADERS).replace('""', '"')


def test_rows_go_to_csv_json_and_a_calendar(exported: Exported) -> None:
    rows = duty_rows(exported.table, exported.problem)
    assert len(rows) == 20
    assert as_csv(rows, HEADERS).startswith("\ufeff周次,版本")
    assert '"lawyer_name": "律师1"' in as_json(exported.table, rows)
    calendar = as_ics(exported.table, rows, BUREAU).decode()
    assert calendar.count("BEGIN:VEVENT") == 20
    assert "TZID=Asia/Shanghai" in calendar


def taken_in(
    database: Engine, keyring: Keyring, week: Week, content: bytes, now: datetime
) -> exporting.Imported:
    read = read_roster_sheet(content)
    with reading(database) as connection:
        made = exporting.prepared(connection, keyring, week, read)
    with writing(database) as connection:
        return exporting.take_in(connection, read, made, "li", now)


def test_a_workbook_becomes_the_draft_and_what_others_changed_meanwhile_is_not_lost(
    database: Engine, keyring: Keyring, week: Week, now: datetime, exported: Exported
) -> None:
    content = duty_workbook(exported.table, BUREAU, identities=True)
    same = taken_in(database, keyring, week, content, now)
    assert (same.revision, same.alternative, same.changed) == (2, "", 0)
    with reading(database) as connection:
        after = store.load_draft(connection, week)
    assert after is not None
    assert set(after.file.duties) == set(duties_in(read_roster_sheet(content), after.problem))
    # The file was written of revision 1; the draft is at 2 by now: kept beside.
    changed = edit(content, **{f"{STATION}{FIRST}": "律师8"})
    late = taken_in(database, keyring, week, changed, now)
    assert (late.revision, late.changed) == (2, 2)  # one gone, one come
    with reading(database) as connection:
        assert store.draft_revision(connection, week) == 2
        (kept,) = alternatives.of_week(connection, week)
    assert kept.name == late.alternative


def test_a_workbook_of_another_week_is_refused(
    database: Engine, keyring: Keyring, week: Week, now: datetime, exported: Exported
) -> None:
    content = duty_workbook(exported.table, BUREAU, identities=True)
    with pytest.raises(Refused, match="2026-W48"):
        taken_in(database, keyring, week.next(), content, now)


ODD = [
    "=1+1",
    '=HYPERLINK("http://x","点")',
    "+甲",
    "-乙",
    "@丙",
    "＝全角",
    "引\"号'",
    "王😀明",
    "欧阳，明、李四；赵六",
    "John Q. Public",
    "张华中心",  # ends like a firm
    "13800000000",  # looks like a phone
    "备班：王五",  # begins like a standby
    "（空缺）",
    "很长" * 60,
    "甲\x01乙",
]
"""Names that a table, a formula or a reader might take for something else."""


def odd_table(
    exported: Exported, name: str, kind: str = "draft"
) -> tuple[DutyTable, RosterProblem]:
    """The table with a lawyer, a firm, a post and the county of that name."""
    problem = exported.problem.model_copy(
        update={
            "lawyers": tuple(
                one.model_copy(update={"name": name}) if one.id in ("L1", "L9") else one
                for one in exported.problem.lawyers
            ),
            "firms": tuple(
                one.model_copy(update={"name": name}) if one.id == "F1" else one
                for one in exported.problem.firms
            ),
            "posts": tuple(
                one.model_copy(update={"name": name}) if one.id == "seat" else one
                for one in exported.problem.posts
            ),
            "divisions": tuple(
                one.model_copy(update={"name": name}) if one.level == "county" else one
                for one in exported.problem.divisions
            ),
        }
    )
    held = [s.id for s in problem.shifts if s.post == "seat"]
    duties = [Duty(shift=one, lawyer="L1") for one in held[:3]]
    duties += [Duty(shift=held[3], lawyer="L9"), Duty(shift=held[3], lawyer="L1", role="standby")]
    phones = {"L1": "13805731000"}
    week, at = exported.table.week, exported.table.at
    assert kind in ("draft", "version")
    return duty_table(problem, duties, week, kind, 3, at, phones=phones), problem


@pytest.mark.parametrize("kind", ["draft", "version"])
@pytest.mark.parametrize("name", ODD)
def test_whatever_people_are_called_the_staffs_workbook_comes_back_without_loss(
    exported: Exported, name: str, kind: str
) -> None:
    table, problem = odd_table(exported, name, kind)
    content = duty_workbook(table, BUREAU, identities=True)
    back = duties_in(read_roster_sheet(content), problem)
    wanted = {("L1", "primary"): 3, ("L9", "primary"): 1, ("L1", "standby"): 1}
    assert Counter((duty.lawyer, duty.role) for duty in back) == wanted
    saved_again = edit(content)  # as a spreadsheet program writes it out anew
    assert duties_in(read_roster_sheet(saved_again), problem) == back


@pytest.mark.parametrize("identities", [True, False])
@pytest.mark.parametrize("name", ODD)
def test_no_name_becomes_a_formula_in_any_file(
    exported: Exported, name: str, identities: bool
) -> None:
    table, problem = odd_table(exported, name)
    book = openpyxl.load_workbook(io.BytesIO(duty_workbook(table, BUREAU, identities=identities)))
    for sheet in book:
        assert not set("[]:*?/\\'") & set(sheet.title)
        assert len(sheet.title) <= 31
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "inlineStr"), (sheet.title, cell.coordinate)
                formula = str(cell.value or "").startswith(FORMULA)
                assert not formula or cell.quotePrefix, (sheet.title, cell.coordinate)
    rows = duty_rows(table, problem)
    told = list(csv.reader(io.StringIO(as_csv(rows, HEADERS).removeprefix("\ufeff"))))
    assert len(told) == len(rows) + 1
    assert not [cell for row in told for cell in row if cell.startswith(FORMULA)]
    assert {row["lawyer_name"] for row in json.loads(as_json(table, rows))["duties"]} == {name}
    events = Calendar.from_ical(as_ics(table, rows, BUREAU).decode()).walk("VEVENT")
    assert len(events) == len(rows)
    if name.isprintable():
        assert {str(one["LOCATION"]) for one in events} == {name}


def test_a_week_without_a_shift_is_a_file_that_says_so(exported: Exported) -> None:
    empty = replace(exported.table, sections=())
    for identities in (True, False):
        content = duty_workbook(empty, BUREAU, identities=identities)
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert "没有班次" in book.worksheets[0]["A1"].value
    assert read_roster_sheet(duty_workbook(empty, BUREAU, identities=True)).shifts == ()
    assert as_csv([], HEADERS).count("\n") == 1
    assert json.loads(as_json(empty, []))["duties"] == []
    assert Calendar.from_ical(as_ics(empty, [], BUREAU).decode()).walk("VEVENT") == []


def test_a_workbook_whose_hidden_sheet_was_changed_is_refused(exported: Exported) -> None:
    content = duty_workbook(exported.table, BUREAU, identities=True)
    for cell, said in (("H2", "no list"), ("H2", "[1]"), ("D1", "9" * 30), ("C1", "else")):
        book = openpyxl.load_workbook(io.BytesIO(content))
        book[HIDDEN][cell] = said
        out = io.BytesIO()
        book.save(out)
        with pytest.raises(Refused, match="标识表被改过"):
            read_roster_sheet(out.getvalue())
