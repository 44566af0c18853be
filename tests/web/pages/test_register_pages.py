"""The register's pages: Excel seen before it is taken, edits that lose nobody's change, the log."""

from __future__ import annotations

import io
import random
import re
import zipfile
from typing import Any

from openpyxl import load_workbook

from zhiban.data.database import reading
from zhiban.data.excel import register_workbook
from zhiban.data.store import load_register
from zhiban.data.workbooks import put

REGISTER = "/scheduler/register"


def register_of(site: Any) -> Any:
    with reading(site.engine) as connection:
        return load_register(connection, site.keyring)


def workbook(site: Any, *changes: tuple[str, int, int, str]) -> bytes:
    """The register as a workbook with some cells (sheet, row, column) changed."""
    book = load_workbook(io.BytesIO(register_workbook(register_of(site), filled=True)))
    for sheet, row, column, said in changes:
        put(book[sheet], row, column, said)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(browser: Any, content: bytes) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/about").text)
    assert token
    files = {"file": ("名册.xlsx", content)}
    return browser.client.post(f"{REGISTER}/import", data={"csrf_token": token[1]}, files=files)


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found[1]


# Rows 4 on hold the entries; in the sheet of firms column 3 is the name, 4 the division.
RENAMED = ("律所", 4, 3, "浙江改名律师事务所")
NOWHERE = ("律所", 5, 4, "火星")


def test_a_workbook_is_seen_then_its_good_rows_are_taken(site: Any) -> None:
    browser = site.browser("scheduler")
    seen = upload(browser, workbook(site, RENAMED, NOWHERE))
    assert seen.status_code == 200
    for said in ("浙江正大律师事务所", "浙江改名律师事务所", "火星", "只导入没有错的行"):
        assert said in seen.text
    form = {name: hidden(seen.text, name) for name in ("file", "digest")}
    refused = browser.send(f"{REGISTER}/import/take", form)
    assert refused.status_code == 422
    assert register_of(site).firms["F1"].name == "浙江正大律师事务所"
    taken = browser.send(f"{REGISTER}/import/take", {**form, "rows": "valid"})
    assert "已写入名册：新增0，变更1。" in taken.text
    assert "1行有误" in taken.text
    assert register_of(site).firms["F1"].name == "浙江改名律师事务所"
    log = browser.get(f"{REGISTER}/changes?q=改名")
    assert "<del>浙江正大律师事务所</del>" in log.text
    assert browser.send(f"{REGISTER}/import/take", form).status_code == 404


def test_a_workbook_larger_than_an_ordinary_form_is_read(site: Any) -> None:
    # Above the 256 KB of a form, below the 5 MB of a workbook: a picture that nobody packs smaller.
    out = io.BytesIO(workbook(site, RENAMED))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/media/seal.png", random.Random(1).randbytes(300 << 10))
    seen = upload(site.browser("scheduler"), out.getvalue())
    assert seen.status_code == 200
    assert "浙江改名律师事务所" in seen.text


def test_a_preview_that_is_out_of_date_writes_nothing(site: Any) -> None:
    browser, other = site.browser("scheduler"), site.browser("administrator")
    seen = upload(browser, workbook(site, RENAMED))
    form = {name: hidden(seen.text, name) for name in ("file", "digest")}
    edit(other, "firm/F1", credit_code="31330000MD12345678")
    stale = browser.send(f"{REGISTER}/import/take", form)
    assert stale.status_code == 409
    assert "什么都没有写入" in stale.text
    assert register_of(site).firms["F1"].name == "浙江正大律师事务所"
    assert other.get(f"{REGISTER}/import?file={form['file']}").status_code == 404


def test_what_is_no_workbook_is_told_and_the_template_reads_as_nothing(site: Any) -> None:
    browser = site.browser("scheduler")
    assert upload(browser, b"nothing").status_code == 422
    template = browser.get(f"{REGISTER}/files/template.xlsx")
    seen = upload(browser, template.content)
    assert "没有要写入的变化" in seen.text
    assert browser.get(f"{REGISTER}/files/other.xlsx").status_code == 404


def fields_of(text: str) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    main = text[text.index('class="reg-form"') :]
    form: dict[str, Any] = dict(
        re.findall(
            r'<input (?:class="[^"]*" )?type="(?:text|hidden|time|date)"[^>]*? name="([\w.]+)"'
            r' value="([^"]*)"',
            main,
        )
    )
    form |= dict(re.findall(r'<textarea id="(\w+)"[^>]*>([^<]*)</textarea>', text))
    for name, options in re.findall(r'<select id="(\w+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        form[name] = chosen[1] if chosen else ""
    form["skills"] = re.findall(r'name="skills" value="(\w+)" checked', text)
    form["version"] = hidden(text, "version")
    return form


def edit(browser: Any, where: str, **changes: Any) -> Any:
    form = fields_of(browser.get(f"{REGISTER}/{where}").text)
    return browser.send(f"{REGISTER}/{where}", {**form, **changes})


def test_a_form_sent_as_it_stands_changes_nothing(site: Any) -> None:
    browser, before = site.browser("scheduler"), register_of(site)
    for where in ("lawyer/L1", "firm/F1", "post/station-t"):
        assert edit(browser, where).status_code == 200
    assert register_of(site) == before
    assert "还没有变更" in browser.get(f"{REGISTER}/changes").text


def test_a_lawyer_is_edited_with_errors_at_the_field_and_the_change_recorded(site: Any) -> None:
    browser = site.browser("scheduler")
    bad = edit(browser, "lawyer/L1", weight="0", phone="138", name="")
    assert bad.status_code == 422
    for code in ("weight", "phone", "name"):
        assert f'id="{code}-why"' in bad.text
    done = edit(browser, "lawyer/L1", weight="50", phone="138 0573 1234")
    assert "已保存" in done.text
    lawyer = register_of(site).lawyers["L1"]
    assert (lawyer.weight, lawyer.phone) == (50, "13805731234")
    page = browser.get(f"{REGISTER}/lawyer/L1").text
    assert "138****1234" in page
    assert "13805731234" not in page
    assert "<del>100</del>" in page


def test_two_who_edit_one_are_told_and_nobody_is_overwritten(site: Any) -> None:
    one, other = site.browser("scheduler"), site.browser("administrator")
    form = fields_of(one.get(f"{REGISTER}/lawyer/L1").text)
    edit(other, "lawyer/L1", weight="70")
    late = one.send(f"{REGISTER}/lawyer/L1", {**form, "per_week": "3"})
    assert late.status_code == 409
    assert "administrator" in late.text
    assert "<ins>70</ins>" in late.text
    assert 'name="per_week" value="3"' in late.text
    found = register_of(site).lawyers["L1"]
    assert (found.weight, found.per_week) == (70, 10)


def test_a_phone_is_shown_on_request_and_that_is_recorded(site: Any) -> None:
    browser = site.browser("scheduler")
    edit(browser, "lawyer/L1", phone="13805731234")
    shown = browser.send(f"{REGISTER}/lawyer/L1/phone", {})
    assert "13805731234" in shown.text
    assert "查看电话" in browser.get(f"{REGISTER}/changes").text
    assert site.browser("supervisor").send(f"{REGISTER}/lawyer/L1/phone", {}).status_code == 403


def test_whoever_is_ended_stays_with_their_history(site: Any) -> None:
    browser = site.browser("scheduler")
    page = browser.get(f"{REGISTER}/lawyer/L1").text
    assert "已公布的" in page  # L1 answers for the city all week
    ended = browser.send(f"{REGISTER}/lawyer/L1/end", {"day": "2026-12-01"})
    assert "2026-12-01起终止" in ended.text
    assert register_of(site).lawyers["L1"].name == "陆佳怡"
    browser.send(f"{REGISTER}/post/station-t/end", {"day": "2026-12-01"})
    assert [str(one.first) for one in register_of(site).posts["station-t"].closures] == [
        "2026-12-01"
    ]
    browser.send(f"{REGISTER}/firm/F1/end", {"day": "2026-12-01"})
    assert not register_of(site).firms["F1"].consents
    assert browser.send(f"{REGISTER}/firm/F1/end", {"day": "soon"}).status_code == 422
    assert "陆佳怡" in browser.get(f"{REGISTER}?state=ended").text


def test_who_was_ended_is_put_back_on_the_same_page(site: Any) -> None:
    browser, before = site.browser("scheduler"), register_of(site)
    for where in ("lawyer/L1", "post/station-t", "firm/F1"):
        browser.send(f"{REGISTER}/{where}/end", {"day": "2026-12-01"})
    assert register_of(site) != before
    for where in ("lawyer/L1", "post/station-t", "firm/F1"):
        if where != "firm/F1":
            assert "恢复，撤销终止" in browser.get(f"{REGISTER}/{where}").text
        done = browser.send(f"{REGISTER}/{where}/reinstate", {})
        assert "已恢复" in done.text
        assert browser.send(f"{REGISTER}/{where}/reinstate", {}).status_code == 404
    assert register_of(site) == before
    assert "恢复" in browser.get(f"{REGISTER}/changes?kind=lawyer").text


def test_weekly_hours_are_a_grid_with_seasons_and_days_apart(site: Any) -> None:
    browser, where = site.browser("scheduler"), "post/station-t"
    week = {
        f"h0.{day}.{n}.{end}": "" for day in range(7) for n in (0, 1) for end in ("start", "end")
    }
    morning = {"h0.0.0.start": "09:00", "h0.0.0.end": "11:00", "h0.alike": "1"}
    summer = {"h1.first": "6-1", "h1.last": "08-31", "h1.5.0.start": "08:00", "h1.5.0.end": "10:00"}
    days = {
        "x0.first": "2026-11-26",
        "x0.reason": "装修；清洁",
        "e0.day": "2026-11-28",
        "e0.start": "09:00",
        "e0.end": "11:30",
    }
    done = edit(browser, where, **{**week, **morning, **summer, **days})
    assert "已保存" in done.text
    post = register_of(site).posts["station-t"]
    assert {(one.weekday, one.start.hour) for one in post.openings if not one.season} == {
        (day, 9) for day in range(5)
    }
    assert [one.season for one in post.openings if one.season] == [((6, 1), (8, 31))]
    assert [one.reason for one in post.closures] == ["装修，清洁"]
    assert [str(one.day) for one in post.extra_days] == ["2026-11-28"]
    # L3 and L4 hold the eight half-days from Tuesday on; the four afternoons, and the morning of
    # the closed Thursday, are outside the hours now.
    assert "已公布的10个班次落在不开放的时间里" in done.text
    assert edit(browser, where).status_code == 200
    assert register_of(site).posts["station-t"] == post
    bad = edit(browser, where, **{"h0.0.0.end": "", "h1.first": "夏天", "x0.first": "2026-02-30"})
    assert "周一第1段没有写结束时间" in bad.text
    assert bad.status_code == 422
    assert 'value="夏天"' in bad.text
    assert "看不懂" in bad.text
    assert edit(browser, where, **{"x0.drop": "1"}).status_code == 200
    assert register_of(site).posts["station-t"].closures == ()


def test_a_new_firm_gets_the_next_number(site: Any) -> None:
    browser = site.browser("scheduler")
    form = {"version": hidden(browser.get(f"{REGISTER}/firm/new").text, "version")}
    made = browser.send(
        f"{REGISTER}/firm/new",
        {**form, "name": "浙江新设律师事务所", "division": "秀洲区", "consents": "是"},
    )
    assert str(made.url).endswith("/firm/F3?done=added")
    assert register_of(site).firms["F3"].division == "330411"
    empty = browser.send(f"{REGISTER}/firm/new", form)
    assert empty.status_code == 422


def test_lists_are_found_filtered_and_sorted(site: Any) -> None:
    browser = site.browser("supervisor")
    assert "陆佳怡" in browser.get(f"{REGISTER}?q=陆").text
    assert "沈志远" not in browser.get(f"{REGISTER}?q=陆").text
    assert "没有找到" in browser.get(f"{REGISTER}?q=无此人").text
    posts = browser.get(f"{REGISTER}?kind=post&county=330411&sort=name").text
    assert "新塍镇公共法律服务站" in posts
    assert "嘉兴市在线坐席" not in posts
    assert "/lawyer/new" not in browser.get(REGISTER).text
    assert edit(browser, "lawyer/L1", weight="50").status_code == 403
    assert browser.get(f"{REGISTER}/lawyer/nobody").status_code == 404
    assert browser.get(f"{REGISTER}/leave/x").status_code == 404


def test_a_character_that_no_database_keeps_is_left_out(site: Any) -> None:
    browser = site.browser("scheduler")
    for address in ("?q=%00", "/changes?q=%00&kind=%00", "/import?file=%00", "/lawyer/%00"):
        assert browser.get(f"{REGISTER}{address}").status_code < 500, address
    assert edit(browser, "firm/F1", name="浙江\x00正大律师事务所").status_code == 200
