"""What only a browser can show of the lawyer's desk: drafts, inserting, news, thumbs and widths."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from zhiban.data.database import writing
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.attaching import checked_paper
from zhiban.queue.phrases import save_phrase

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
STORY = "我在餐馆打工，老板三个月没发工资。"
IN_SIGHT = """() => { const b = document.querySelector('.dock').getBoundingClientRect();
  return b.top >= 0 && Math.round(b.bottom) <= innerHeight; }"""


def given(site: Any, number: int = 1) -> service.Asked:
    """Questions that L2 holds, the first accepted with a picture of the citizen's."""
    with writing(site.engine) as c:
        ring, now = site.keyring, site.clock.now()
        made = []
        for at in range(number):
            request = Ask(f"{STORY}{at or ''}", "330411", consent=True, contact="13805731234")
            made.append(service.ask(c, ring, request, None, now))
        first = made[0]
        assert isinstance(first, service.Asked)
        service.accept(c, ring, service.Move(first.ticket, "L2", now))
        paper = checked_paper("欠条.pdf", b"%PDF-1.7\n")
        service.attach(c, ring, first.ticket, first.secret, paper, "这是欠条", now)
        save_phrase(c, "L2", "欠薪三条路", "一、投诉。", "l2", now)
    return first


def test_a_draft_typed_on_the_phone_is_on_the_desktop_and_gone_when_sent(
    site: Any, window: Any
) -> None:
    made = given(site)
    phone, desktop = window(360, "l2"), window(1280, "l2")
    phone.goto(f"/lawyer/q/{made.ticket}")
    phone.fill("#text", "写到一半")
    expect(phone.locator("[data-saved]")).to_have_text("草稿已保存 9:00")
    phone.fill("#text", "写到一半，加我13805731234")
    expect(phone.locator("[data-numbers]")).to_contain_text("13805731234")
    phone.fill("#text", "写到一半")
    expect(phone.locator("[data-numbers]")).to_be_hidden()
    desktop.goto(f"/lawyer/q/{made.ticket}")
    expect(desktop.locator("#text")).to_have_value("写到一半")
    phone.click("button[value=answer]")
    phone.wait_for_url("**done=answer**")
    expect(phone.locator("#text")).to_have_value("")
    desktop.reload()
    expect(desktop.locator("#text")).to_have_value("")


def test_templates_and_articles_go_in_where_the_cursor_is(site: Any, window: Any) -> None:
    made = given(site)
    page = window(360, "l2")
    page.goto(f"/lawyer/q/{made.ticket}")
    page.fill("#text", "您好。依据可以要求。")
    page.evaluate("document.getElementById('text').setSelectionRange(5, 5)")
    page.click("summary:has-text('法条')")
    page.fill("[data-article]", "1079")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value("您好。依据《民法典》第一千零七十九条可以要求。")
    page.evaluate("document.getElementById('text').setSelectionRange(3, 3)")
    page.click("summary:has-text('模板')")
    page.click("button:has-text('欠薪三条路')")
    expect(page.locator("#text")).to_have_value(
        "您好。一、投诉。依据《民法典》第一千零七十九条可以要求。"
    )


def test_news_comes_while_one_writes_and_what_is_typed_can_then_be_sent(
    site: Any, window: Any
) -> None:
    made = given(site)
    page = window(360, "l2")
    page.goto(f"/lawyer/q/{made.ticket}")
    page.fill("#text", "先去投诉。")
    with writing(site.engine) as c:
        now = site.clock.now()
        service.message(c, site.keyring, made.ticket, made.secret, "我找到合同了", now)
    expect(page.locator(".talk")).to_contain_text("我找到合同了", timeout=20_000)
    expect(page.locator("[data-news-line]")).to_be_visible()
    expect(page.locator("#text")).to_have_value("先去投诉。")
    page.click("button[value=answer]")
    page.wait_for_url("**done=answer**")
    expect(page.locator(".talk")).to_contain_text("先去投诉。")


def test_a_question_handed_on_leaves_the_screen_and_the_words_stay(site: Any, window: Any) -> None:
    made = given(site)
    page = window(360, "l2")
    page.goto(f"/lawyer/q/{made.ticket}")
    page.fill("#text", "我写的")
    with writing(site.engine) as c:
        move = service.Move(made.ticket, "L2", site.clock.now(), "有利害关系")
        service.recuse(c, site.keyring, move)
    expect(page.locator("[data-gone]")).to_be_visible(timeout=20_000)
    expect(page.locator(".talk")).to_have_count(0)
    expect(page.locator("#text")).to_have_value("我写的")


def test_new_work_appears_by_itself_and_is_announced(site: Any, window: Any) -> None:
    page = window(360, "l2")
    page.goto("/lawyer")
    page.fill("#q", "正在打字")
    given(site)
    expect(page.locator(".rows")).to_contain_text(STORY, timeout=20_000)
    expect(page.locator("[data-live] + [role=status]")).to_have_text("待办有变化")
    expect(page.locator("#q")).to_have_value("正在打字")


def test_without_scripts_everything_is_a_plain_form(site: Any, window: Any) -> None:
    made = given(site)
    page = window(360, "l2", java_script_enabled=False)
    page.goto(f"/lawyer/q/{made.ticket}")
    expect(page.locator("[data-cite]")).to_be_hidden()
    page.fill("#text", "您好。")
    page.click("summary:has-text('模板')")
    page.click("button:has-text('欠薪三条路')")
    expect(page.locator("#text")).to_have_value("您好。\n一、投诉。")
    page.click("summary:has-text('约期答复')")
    page.fill("#defer-until", "2026-11-27")
    page.fill("#defer-reason", "等开庭")
    page.click("#do-defer button")
    expect(page.locator("[role=status]").first).to_contain_text("已约期")


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_lawyers_pages_fit_and_the_box_is_at_hand(
    site: Any, window: Any, fits: Any, accessible: Any, width: int, lang: str
) -> None:
    made = given(site, 20)
    page = window(width, "l2", lang)
    page.goto(f"/lawyer/q/{made.ticket}")
    assert page.evaluate(IN_SIGHT)
    for fold in page.locator(".more details").all():
        fold.evaluate("fold => { fold.open = true }")
    fits(page)
    if width == 768:
        accessible(page)
    for path in ("/lawyer", "/lawyer/templates", "/lawyer/drafts", "/inbox/notices"):
        page.goto(path)
        fits(page)
        if width == 768:
            accessible(page)


def test_every_control_of_the_box_is_reached_and_seen_by_keyboard(site: Any, window: Any) -> None:
    made = given(site)
    page = window(360, "l2")
    page.goto(f"/lawyer/q/{made.ticket}")
    page.focus("#text")
    reached = []
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "() => { const e = document.activeElement, b = e.getBoundingClientRect();"
                " return b.bottom <= innerHeight + 1 ? e.innerText.trim() : 'hidden'; }"
            )
        )
    assert reached[:6] == ["模板", "法条", "附件", "更多", "发送答复", "请对方补充"]
