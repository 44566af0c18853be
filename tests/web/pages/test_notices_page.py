"""The page on which staff choose how they are told."""

from __future__ import annotations

import re
from typing import Any

import pytest

from zhiban.web.notify.channels import Kept

KEY = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
PAGE = "/inbox/notices"


def add(browser: Any) -> str:
    """Adds the bot; the number of its channel."""
    page = browser.send(f"{PAGE}/channels", {"address": WECOM}).text
    found = re.search(r"/channels/(\d+)/try", page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("login", ["l2", "scheduler", "supervisor", "administrator"])
def test_everybody_of_the_staff_has_the_page_and_a_way_to_it(site: Any, login: str) -> None:
    browser = site.browser(login)
    assert PAGE in browser.get("/inbox").text
    page = browser.get(PAGE).text
    assert "只有站内消息" in page
    assert "企业微信群机器人" in page
    assert "邮件" not in page  # no mail server is set


def test_a_channel_is_added_shown_by_its_end_tried_and_removed(site: Any) -> None:
    browser = site.browser("l2")
    wrong = browser.send(f"{PAGE}/channels", {"address": "json://127.0.0.1"})
    assert wrong.status_code == 422
    assert "认不出这个地址" in wrong.text
    assert 'value="json://127.0.0.1"' in wrong.text
    id = add(browser)
    page = browser.get(PAGE).text
    assert "…e1f0" in page
    assert KEY not in page
    wiring = site.app.state.wiring
    wiring.channels = Kept()
    assert "测试通知已送出" in browser.send(f"{PAGE}/channels/{id}/try", {}).text
    assert [url for url, _ in wiring.channels.sent] == [f"wecombot://{KEY}/"]
    wiring.channels = Kept(refuses=frozenset({f"wecombot://{KEY}/"}))
    assert "没有送到" in browser.send(f"{PAGE}/channels/{id}/try", {}).text
    assert "渠道已删除" in browser.send(f"{PAGE}/channels/{id}/delete", {}).text
    assert "只有站内消息" in browser.get(PAGE).text


def test_nobody_tries_or_removes_what_is_not_theirs(site: Any) -> None:
    mine = site.browser("l2")
    id = add(mine)
    wiring = site.app.state.wiring
    wiring.channels = Kept()
    for login in ("l1", "scheduler", "administrator"):
        other = site.browser(login)
        assert other.send(f"{PAGE}/channels/{id}/try", {}).status_code == 404
        other.send(f"{PAGE}/channels/{id}/delete", {})
    assert wiring.channels.sent == []
    assert "…e1f0" in mine.get(PAGE).text


def test_kinds_and_quiet_hours_are_kept_and_what_is_wrong_is_said(site: Any) -> None:
    browser = site.browser("l2")
    form = {"kind": ["assigned", "alarm"], "quiet": "1", "from": "21:00", "to": "06:30"}
    wrong = browser.send(PAGE, {**form, "to": "21:00"})
    assert wrong.status_code == 422
    assert "开始和结束不能相同" in wrong.text
    assert "请写成" in browser.send(PAGE, {**form, "from": "later"}).text
    page = browser.send(PAGE, form).text
    assert "已保存" in page
    checked = re.findall(r'name="kind" value="(\w+)" checked', page)
    assert checked == ["assigned", "alarm"]
    assert 'value="21:00"' in page
    assert re.search(r'name="alarms" value="1">', page)  # not ticked, so not checked
