"""The rules of rosters as a form: usual values, what is out of range, two who change them."""

from __future__ import annotations

import re
from typing import Any

from zhiban.data.database import reading
from zhiban.data.store import get_setting
from zhiban.roster.rules import RULES

PAGE = "/scheduler/register/rules"


def form_of(text: str) -> dict[str, Any]:
    """What a browser would send of the page as it stands."""
    form: dict[str, Any] = dict(
        re.findall(r'<input type="(?:text|hidden)"[^>]*name="([\w.]+)" value="([^"]*)"', text)
    )
    ticked = re.findall(r'name="([\w.]+)" value="yes" checked', text)
    return {**form, **dict.fromkeys(ticked, "yes")}


def stored(site: Any) -> Any:
    with reading(site.engine) as connection:
        return get_setting(connection, "roster.rules", {})


def test_rules_are_explained_and_only_what_is_not_usual_is_kept(site: Any) -> None:
    browser = site.browser("scheduler")
    page = browser.get(PAGE).text
    assert all(rule.says.zh in page for rule in RULES)
    form = form_of(page)
    assert browser.send(PAGE, form).status_code == 200
    assert stored(site) == {}
    done = browser.send(PAGE, {**form, "rest.hours": "12", "wishes.enabled": ""})
    assert "已保存" in done.text
    assert stored(site) == {"rest": {"hours": 12}, "wishes": {"enabled": False}}
    log = browser.get("/scheduler/register/changes?kind=rule").text
    assert "<del>11</del>" in log


def test_what_is_out_of_range_is_told_at_the_field(site: Any) -> None:
    browser = site.browser("scheduler")
    form = form_of(browser.get(PAGE).text)
    bad = browser.send(PAGE, {**form, "rest.hours": "100", "per_day.cap": "many"})
    assert bad.status_code == 422
    assert 'id="rest.hours-why"' in bad.text
    assert 'id="per_day.cap-why"' in bad.text
    assert 'value="100"' in bad.text
    assert stored(site) == {}


def test_whoever_comes_second_is_told(site: Any) -> None:
    one, other = site.browser("scheduler"), site.browser("administrator")
    form = form_of(one.get(PAGE).text)
    assert other.send(PAGE, {**form, "rest.hours": "12"}).status_code == 200
    late = one.send(PAGE, {**form, "rest.hours": "13"})
    assert late.status_code == 409
    assert 'value="13"' in late.text
    assert stored(site) == {"rest": {"hours": 12}}
    assert site.browser("supervisor").send(PAGE, form).status_code == 403
