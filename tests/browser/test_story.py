"""The whole story in a real browser: rostered, published, asked, answered, read and rated."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhiban.web.demo.seeding import PASSWORD

pytestmark = pytest.mark.browser
PHONE = 360
STORY = "老板三个月没有发工资，没有签合同，只有微信聊天记录和考勤照片，怎样才能要回来？"
ANSWER = "没有签合同不影响要工资。请先带上聊天记录和考勤照片，到劳动监察大队投诉。"
HOLDER = "SELECT lawyer FROM question WHERE code = :code"


def log_in(page: Page, login: str) -> None:
    page.goto("/login")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()


def generate_and_publish(page: Page) -> None:
    page.goto("/scheduler/week/2026-W48")
    page.get_by_role("button", name="生成值班表").click()
    draft = page.get_by_role("link", name="的草稿")
    draft.wait_for(timeout=120_000)
    draft.click()
    expect(page.locator("[data-panel-week]")).to_contain_text("已证明")
    page.get_by_role("link", name="公布本周值班表").click()
    for box in page.locator("input[name=ack]").all():
        box.check()
    page.get_by_label("签发人").fill("周调度")
    page.get_by_role("button", name="公布本周值班表").click()
    page.wait_for_url("**/scheduler/week/2026-W48?**")


def ask(page: Page) -> str:
    """Asks in Nanhu district; the ticket's code."""
    page.goto("/ask")
    page.fill("#text", STORY)
    page.select_option("#division", "330402")
    page.check("#consent")
    page.locator("main .btn-main", has_text="下一步").click()
    page.get_by_role("button", name="提交问题").click()
    page.wait_for_url("**/receipt")
    return page.url.split("/")[-2]


def on_duty_now(page: Page) -> list[dict[str, Any]]:
    answer = page.request.get("/api/v1/duty")
    found: list[dict[str, Any]] = json.loads(answer.text())["duties"]
    return found


def scrolls_sideways(page: Page) -> bool:
    script = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(page.evaluate(script))


def test_a_question_asked_on_the_web_reaches_the_lawyer_on_duty_and_comes_back_answered(
    person: Callable[..., Page], service: Any
) -> None:
    scheduler = person(1280)
    log_in(scheduler, "scheduler")
    generate_and_publish(scheduler)

    citizen = person(PHONE)
    code = ask(citizen)
    named = citizen.locator(".lede .who").inner_text()
    assert not scrolls_sideways(citizen)

    # The named lawyer holds a seat at that minute, by the same published roster.
    holder = service.one(HOLDER, code=code)
    seated = [duty for duty in on_duty_now(citizen) if duty["kind"] == "seat"]
    assert any(duty["lawyer"] in named and duty["firm"] in named for duty in seated)

    lawyer = person(PHONE)
    log_in(lawyer, holder.lower())
    lawyer.wait_for_url("**/lawyer")
    lawyer.locator(f"a[href='/lawyer/q/{code}']").first.click()
    expect(lawyer.locator(".story")).to_have_text(STORY)
    lawyer.get_by_role("button", name="接收").click()
    lawyer.fill("#text", ANSWER)
    assert not scrolls_sideways(lawyer)
    lawyer.get_by_role("button", name="发送答复").click()
    lawyer.wait_for_url("**done=answer**")

    citizen.goto(f"/t/{code}")
    expect(citizen.locator(".talk")).to_contain_text(ANSWER)
    citizen.locator("input[name=stars][value='5']").check(force=True)
    citizen.get_by_role("button", name="提交评价").click()
    expect(citizen.locator("#rate")).to_contain_text("您的评价")
    assert service.one("SELECT count(*) FROM question_event WHERE kind = 'rated'") == "1"


def test_the_citizens_way_works_without_scripts(person: Callable[..., Page]) -> None:
    citizen = person(PHONE, scripts=False)

    code = ask(citizen)
    secret = citizen.locator(".secret").nth(1).inner_text()

    stranger = person(PHONE, scripts=False)
    stranger.goto("/find")
    stranger.fill("[name=code]", code)
    stranger.fill("[name=secret]", secret)
    stranger.locator("form[action='/find'] button").click()
    stranger.wait_for_url(f"**/t/{code}")
    expect(stranger.locator(".talk")).to_contain_text(STORY)
    stranger.fill("#text", "补充：我还有两位工友可以作证。")
    stranger.get_by_role("button", name="发送").click()
    expect(stranger.locator(".talk")).to_contain_text("两位工友")
