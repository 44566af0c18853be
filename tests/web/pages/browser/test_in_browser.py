"""What only a browser can show: widths, targets, live changes, drafts, the keyboard, no scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from zhiban.data.database import writing
from zhiban.data.week import Week
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.records import QUESTION
from zhiban.roster import job_store
from zhiban.roster.drafts import JobProgress

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
STORY = "我在餐馆打工，老板三个月没发工资。"
BOARD = "/scheduler/week/2026-W48"


def ask(page: Page) -> str:
    """Asks in the county; the ticket's code."""
    page.goto("/ask?all")  # on one page in large type, too
    page.fill("#text", STORY)
    page.select_option("#division", "330411")
    page.check("#consent")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/review")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/receipt")
    return page.url.split("/")[-2]


def lawyer_does(site: Any, act: str, code: str, text: str = "") -> None:
    """The lawyer who holds the question does something with it."""
    with writing(site.engine) as connection:
        row = connection.execute(select(QUESTION.c.lawyer).where(QUESTION.c.code == code)).one()
        move = service.Move(code, row.lawyer, site.clock.now(), text)
        assert isinstance(getattr(service, act)(connection, site.keyring, move), service.Moved)


def given(site: Any) -> str:
    """A question that L2 holds; its code."""
    request = Ask(STORY, "330411", consent=True, contact="13805731234", other_party="某餐馆")
    with writing(site.engine) as connection:
        made = service.ask(connection, site.keyring, request, None, site.clock.now())
    assert isinstance(made, service.Asked)
    return made.ticket


@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_scrolls_sideways_at_320_and_every_target_is_large_enough(
    site: Any, base: str, window: Any, fits: Any, lang: str, large: bool
) -> None:
    code = given(site)
    site.draft(empty=("seat-x",))
    tour = {
        "": ["/", "/ask", "/find", "/about", "/login", "/nothing-here"],
        "l2": ["/lawyer", "/lawyer/week", "/lawyer/leave/new", f"/lawyer/q/{code}", "/inbox"],
        "scheduler": [BOARD, "/scheduler/week/2026-W52", f"{BOARD}/publish", "/scheduler/clocks"],
    }
    for login, paths in tour.items():
        page = window(320, login, lang)
        if large:
            page.context.add_cookies([{"name": "large", "value": "1", "url": base}])
        if not login:
            ticket = ask(page)
            paths = [*paths, f"/t/{ticket}", f"/t/{ticket}/receipt"]
        for path in paths:
            page.goto(path)
            fits(page)


def test_the_ticket_shows_the_answer_by_itself(site: Any, window: Any) -> None:
    citizen = window()
    code = ask(citizen)
    citizen.goto(f"/t/{code}")
    citizen.fill("#text", "我正在写")
    lawyer_does(site, "answer", code, "先去投诉。")
    expect(citizen.locator(".talk")).to_contain_text("先去投诉。", timeout=20_000)
    expect(citizen.locator("[role=status]")).to_have_text("有新的进展")
    expect(citizen.locator("#text")).to_have_value("我正在写")


def test_an_answer_being_written_survives_a_reload_and_goes_when_it_is_sent(
    site: Any, window: Any
) -> None:
    code = given(site)
    lawyer_does(site, "accept", code)
    lawyer = window(360, "l2")
    lawyer.goto(f"/lawyer/q/{code}")
    lawyer.fill("#text", "写到一半")
    lawyer.reload()
    expect(lawyer.locator("#text")).to_have_value("写到一半")
    lawyer.click("#answer-form button[value=answer]")
    lawyer.wait_for_url("**done=answer**")
    expect(lawyer.locator("#text")).to_have_value("")


def test_the_citizens_draft_is_gone_once_it_is_sent(window: Any) -> None:
    citizen = window()
    citizen.goto("/ask")
    citizen.fill("#text", "写到一半")
    citizen.reload()
    expect(citizen.locator("#text")).to_have_value("写到一半")
    ask(citizen)
    citizen.goto("/ask")
    expect(citizen.locator("#text")).to_have_value("")


def test_a_scanned_slip_opens_the_ticket_without_the_secret_in_any_address(window: Any) -> None:
    citizen = window()
    code = ask(citizen)
    secret = citizen.locator(".secret").nth(1).inner_text().replace(" ", "")
    other = window()
    seen: list[str] = []
    other.on("request", lambda request: seen.append(request.url))
    other.goto(f"/find#{code}.{secret}")
    other.wait_for_url(f"**/t/{code}")
    expect(other.locator(".talk")).to_contain_text(STORY)
    assert not any(secret in url.partition("#")[0] for url in seen)


def test_the_board_filters_and_is_walked_by_keyboard(site: Any, window: Any) -> None:
    site.draft(empty=("seat-x",))
    page = window(1280, "scheduler")
    page.goto(BOARD)
    rows = page.locator("tr[data-level]:visible")
    expect(rows).to_have_count(3)
    page.check("[name=vacant]")
    expect(rows).to_have_count(1)
    page.uncheck("[name=vacant]")
    page.fill("[name=q]", "陆佳怡")
    expect(rows).to_have_count(1)
    page.fill("[name=q]", "")
    # From Monday morning at the city's seat: down to the county's empty one, and open it.
    page.focus(".board .d[tabindex='0']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    panel = page.locator("[data-panel-cell]")
    expect(panel).to_contain_text("秀洲区在线坐席")
    expect(panel).to_contain_text("周一 11月23日 8:30–11:30")
    expect(panel).to_contain_text("缺1人")
    page.keyboard.press("Escape")
    expect(page.locator("[data-panel-week]")).to_be_visible()


def test_without_scripts_the_board_shows_everything_and_no_dead_control(
    site: Any, window: Any
) -> None:
    page = window(1280, "scheduler", java_script_enabled=False)
    page.goto(BOARD)
    expect(page.locator("tr[data-level]:visible")).to_have_count(3)
    expect(page.locator("[data-filters]")).to_be_hidden()
    expect(page.locator("[data-print]")).to_be_hidden()


def test_a_search_is_followed_without_losing_the_keyboards_place(site: Any, window: Any) -> None:
    now = site.clock.now()
    rows = [JobProgress("2026-W49", 0.5, 1300, 1000, "first")]
    with writing(site.engine) as connection:
        job = job_store.insert_job(connection, Week(2026, 49), 1, 60, 1, "scheduler", now)
        job_store.start_job(connection, job, now)
        job_store.touch_job(connection, job, rows, now)
    page = window(1280, "scheduler")
    page.goto(f"/scheduler/jobs/{job}")
    page.click("summary")
    page.focus("form[action$='/stop'] button")
    rows.append(JobProgress("2026-W49", 1.5, 1200, 1194, "dive"))
    with writing(site.engine) as connection:
        job_store.touch_job(connection, job, rows, now)
    expect(page.locator(".figures")).to_contain_text("1\u202f194")
    expect(page.locator("form[action$='/stop'] button")).to_be_focused()
    expect(page.locator("details table")).to_be_visible()
    with writing(site.engine) as connection:
        job_store.finish_job(connection, job, "done", None, now)
    expect(page.get_by_role("link", name="看第49周的草稿")).to_be_visible()


def test_a_desk_left_open_past_its_session_leads_to_the_log_in(site: Any, window: Any) -> None:
    lawyer = window(360, "l2")
    lawyer.wait_for_url("**/lawyer")
    lawyer.context.clear_cookies()
    lawyer.wait_for_url("**/login?next=/lawyer", timeout=25_000)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_breaks_a_rule_of_accessibility(
    site: Any, window: Any, accessible: Any, lang: str
) -> None:
    code = given(site)
    site.draft(empty=("seat-x",))
    tour = {
        "": ["/", "/ask", "/find", "/about", "/login", "/nothing-here"],
        "l2": ["/lawyer", "/lawyer/week", "/lawyer/leave/new", f"/lawyer/q/{code}", "/inbox"],
        "scheduler": [BOARD, "/scheduler/week/2026-W52", f"{BOARD}/publish", "/scheduler/clocks"],
    }
    for login, paths in tour.items():
        page = window(768, login, lang)
        if not login:
            ticket = ask(page)
            paths = [*paths, f"/t/{ticket}", f"/t/{ticket}/receipt"]
        for path in paths:
            page.goto(path)
            accessible(page)
