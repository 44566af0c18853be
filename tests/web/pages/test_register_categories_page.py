"""The categories' page: renamed, ordered, added, retired; old questions keep theirs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from zhiban.data.category_edits import load_categories
from zhiban.data.database import reading, writing
from zhiban.data.wording import Refused
from zhiban.queue import intake
from zhiban.queue.asking import Ask
from zhiban.web.pages.register_categories import CATEGORIES as PAGE

FAMILY = {"new.code": "family", "new.name": "婚姻家庭", "new.name_en": "Family"}


def listed(site: Any) -> list[tuple[str, str, bool]]:
    with reading(site.engine) as connection:
        return [(one.code, one.name, one.retired) for one in load_categories(connection)]


def send(browser: Any, act: str, **form: str) -> Any:
    found = re.search(r'name="version" value="([^"]*)"', browser.get(PAGE).text)
    assert found
    return browser.send(f"{PAGE}/{act}", {"version": found[1], **form})


def test_a_category_is_added_renamed_and_moved_to_the_front(site: Any) -> None:
    browser = site.browser("scheduler")
    assert "已加入" in send(browser, "add", **FAMILY).text
    assert listed(site) == [("labour", "劳动", False), ("family", "婚姻家庭", False)]
    moved = send(browser, "save", **{"family.position": "1", "family.name": "家事"})
    assert "名称和次序已保存" in moved.text
    assert listed(site) == [("family", "家事", False), ("labour", "劳动", False)]
    assert "家事" in site.browser().get("/ask").text
    log = browser.get("/scheduler/register/changes?kind=category").text
    assert "<del>婚姻家庭</del>" in log
    bad = send(browser, "add", **{**FAMILY, "new.code": "Not Good", "new.name": "劳动"})
    assert bad.status_code == 422
    assert 'id="new.code-why"' in bad.text
    assert 'value="Not Good"' in bad.text
    same = send(browser, "save", **{"labour.name": "家事"})
    assert same.status_code == 422
    assert "已有同名的类别" in same.text


def test_a_retired_one_is_asked_no_more_and_old_questions_still_name_it(site: Any) -> None:
    ask = Ask("老板拖欠三个月工资怎么办？", "330411", True, "labour")
    with writing(site.engine) as connection:
        intake.ask(connection, site.keyring, ask, None, site.clock.now())
    browser = site.browser("scheduler")
    send(browser, "add", **FAMILY)
    assert "已停用" in send(browser, "retire", code="labour").text
    assert listed(site)[0] == ("labour", "劳动", True)
    form = site.browser().get("/ask").text
    assert "婚姻家庭" in form
    assert 'value="labour"' not in form
    with writing(site.engine) as connection, pytest.raises(Refused, match="labour"):
        intake.ask(connection, site.keyring, ask, None, site.clock.now())
    assert "劳动" in site.browser("l2").get("/lawyer").text
    last = send(browser, "retire", code="family")
    assert last.status_code == 422
    assert "至少要留一个类别" in last.text
    assert "已恢复" in send(browser, "restore", code="labour").text
    assert 'value="labour"' in site.browser().get("/ask").text


def test_who_comes_second_is_told_and_others_only_look(site: Any) -> None:
    one, other = site.browser("scheduler"), site.browser("administrator")
    stale = re.search(r'name="version" value="([^"]*)"', one.get(PAGE).text)
    assert stale
    send(other, "add", **FAMILY)
    late = one.send(f"{PAGE}/save", {"version": stale[1], "labour.name": "劳动人事"})
    assert late.status_code == 409
    assert 'value="劳动人事"' in late.text
    assert one.send(f"{PAGE}/else", {"version": "x"}).status_code in (404, 409)
    assert send(site.browser("supervisor"), "retire", code="labour").status_code == 403
