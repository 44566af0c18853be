"""The queue's settings as a form: seen before they hold, nobody's change lost, put back again."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from sqlalchemy import select

from zhiban.data.database import reading, writing
from zhiban.queue import intake
from zhiban.queue.asking import Ask
from zhiban.queue.records import QUESTION_CLOCK
from zhiban.queue.rule_edits import stored_rules
from zhiban.web.pages.register_promises import PROMISES as PAGE


def fields_of(text: str) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    form: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", text):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and value and 'type="checkbox"' not in tag:
            form[name[1]] = unescape(value[1])
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        first = re.search(r'<option value="([^"]*)"', options)
        one = chosen or first
        assert one, f"{name} has no options"
        form[name] = one[1]
    return form


def rules(site: Any) -> Any:
    with reading(site.engine) as connection:
        return stored_rules(connection).value


def ask(site: Any) -> None:
    request = Ask("老板拖欠三个月工资怎么办？", "330411", True, "labour")
    with writing(site.engine) as connection:
        intake.ask(connection, site.keyring, request, None, site.clock.now())


def test_a_form_sent_as_it_stands_would_change_nothing(site: Any) -> None:
    browser = site.browser("administrator")
    before = rules(site)
    seen = browser.send(PAGE, {**fields_of(browser.get(PAGE).text), "act": "preview"})
    assert seen.status_code == 200
    assert "和现在的设置没有差别" in seen.text
    assert rules(site) == before


def test_a_change_is_seen_then_holds_for_open_questions_and_can_be_put_back(site: Any) -> None:
    ask(site)
    browser, before = site.browser("administrator"), rules(site)
    form = fields_of(browser.get(PAGE).text) | {"p0.number": "48", "capacity": "7"}
    seen = browser.send(PAGE, {**form, "act": "preview"})
    assert seen.status_code == 200, seen.text
    assert "<del>24小时 自然时间 75%提醒律师</del>" in seen.text
    assert "<ins>48小时 自然时间 75%提醒律师</ins>" in seen.text
    # Asked on Tuesday at 9, so due on Wednesday at 9, and then on Thursday.
    assert re.search(r"在办咨询的时限变化</dt><dd>1</dd>", seen.text)
    assert rules(site) == before
    other = {**fields_of(seen.text), "capacity": "8", "act": "save"}
    assert "看过预览后您又改了" in browser.send(PAGE, other).text
    assert rules(site) == before
    done = browser.send(PAGE, {**fields_of(seen.text), "act": "save"})
    assert "已生效" in done.text
    assert rules(site)["policy"][0]["target"] == "48h"
    with reading(site.engine) as connection:
        due = connection.execute(
            select(QUESTION_CLOCK.c.due).where(QUESTION_CLOCK.c.clock == "first_answer")
        ).scalar_one()
    assert (due - site.clock.now()).total_seconds() == 48 * 3600
    log = browser.get("/scheduler/register/changes?kind=queue").text
    assert "<ins>48小时 自然时间 75%提醒律师</ins>" in log
    assert "administrator" in log
    first = re.findall(r'href="\?edition=(\d+)"', done.text)[-1]
    old = browser.get(f"{PAGE}?edition={first}")
    assert "现在没有生效" in old.text
    seen = browser.send(PAGE, {**fields_of(old.text), "act": "preview"})
    assert browser.send(PAGE, {**fields_of(seen.text), "act": "save"}).status_code == 200
    assert rules(site) == before


def test_rows_are_added_and_dropped(site: Any) -> None:
    browser = site.browser("administrator")
    form = fields_of(browser.get(PAGE).text)
    new = max(int(name[1:-4]) for name in form if re.fullmatch(r"p\d+\.new", name)) - 1
    form |= {
        f"p{new}.clock": "first_answer",
        f"p{new}.category": "labour",
        f"p{new}.lane": "green",
        f"p{new}.number": "2",
        f"p{new}.scale": "h",
        f"p{new}.unit": "working",
        f"p{new}.hours": "post",
        f"p{new}.share1": "50",
        f"p{new}.act1": "hand_on",
        "p1.drop": "1",
        "o0.to": "neighbours",
        "o0.after": "10",
        "c0.post": "新塍镇公共法律服务站",
        "c0.shift": "12",
    }
    seen = browser.send(PAGE, {**form, "act": "preview"})
    assert browser.send(PAGE, {**form, **fields_of(seen.text), "act": "save"}).status_code == 200
    value = rules(site)
    assert len(value["policy"]) == 11
    assert value["policy"][-1] == {
        "clock": "first_answer",
        "target": "2h",
        "unit": "working",
        "channel": None,
        "category": "labour",
        "lane": "green",
        "ladder": [{"share": 0.5, "act": "hand_on"}],
        "hours": "post",
    }
    assert value["overflow"][0]["after"] == 0.1
    assert value["capacity_by_shift"] == {"station-t": 12}


def test_what_is_wrong_is_told_at_its_row_and_kept(site: Any) -> None:
    browser = site.browser("administrator")
    form = fields_of(browser.get(PAGE).text)
    wrong = {
        "p0.number": "",
        "p1.share1": "200",
        "p2.scale": "d",
        "p3.channel": "live",
        "p3.clock": "accept",
        "c0.post": "没有的岗位",
        "capacity": "many",
        "city_after": "-1",
    }
    bad = browser.send(PAGE, {**form, **wrong, "act": "preview"})
    assert bad.status_code == 422
    for row in ("p0", "p1", "p3", "c0"):
        assert f'id="{row}-why"' in bad.text, row
    for field in ("capacity", "city_after"):
        assert f'id="{field}-why"' in bad.text
    assert 'value="没有的岗位"' in bad.text


def test_the_second_of_two_editors_keeps_what_they_wrote(site: Any) -> None:
    one, other = site.browser("administrator"), site.browser("administrator")
    mine = fields_of(one.get(PAGE).text) | {"p0.number": "30"}
    seen = one.send(PAGE, {**mine, "act": "preview"})
    theirs = fields_of(other.get(PAGE).text) | {"capacity": "9"}
    shown = other.send(PAGE, {**theirs, "act": "preview"})
    assert other.send(PAGE, {**fields_of(shown.text), "act": "save"}).status_code == 200
    late = one.send(PAGE, {**fields_of(seen.text), "act": "save"})
    assert late.status_code == 409
    assert "别人改过这些设置" in late.text
    assert 'name="p0.number" value="30"' in late.text
    assert "<ins>9</ins>" in late.text
    assert rules(site)["policy"][0]["target"] == "24h"
    # Knowing it, they may still save theirs, on top of what the other did.
    assert one.send(PAGE, {**fields_of(late.text), "act": "save"}).status_code == 200
    assert rules(site)["policy"][0]["target"] == "30h"


def test_only_administrators_change_them(site: Any) -> None:
    browser = site.browser("scheduler")
    assert "只有管理员可以改" in browser.get(PAGE).text
    assert browser.send(PAGE, {"act": "preview"}).status_code == 403
    assert site.browser("l1").get(PAGE).status_code == 403
    assert browser.get(f"{PAGE}?edition=7").status_code == 404
