"""What may have been asked twice, at the supervisor's desk: in pairs, without a word of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.queue import service as queue
from zhiban.queue.asking import Ask
from zhiban.queue.records import VIEWING

PATH = "/supervisor/duplicates"
STORY = "老板拖欠我三个月工资，工地停工了，没有合同，只有转账记录"


def asked(site: Any, text: str, contact: str | None = None, division: str = "330411") -> Any:
    """A question asked now."""
    ask = Ask(text, division, consent=True, category="labour", contact=contact)
    with writing(site.engine) as connection:
        made = queue.ask(connection, site.keyring, ask, None, site.clock.now())
    assert isinstance(made, queue.Asked)
    return made


def test_a_pair_is_listed_without_its_words_and_leads_to_joining_with_the_other_filled_in(
    site: Any,
) -> None:
    browser = site.browser("supervisor")
    assert "没有可能问了两次的" in browser.get(PATH).text
    first = asked(site, STORY, "13812345678").ticket
    other = asked(site, "想立遗嘱", "13900000000").ticket
    second = asked(site, STORY + "怎么要回来？").ticket
    page = browser.get(PATH).text
    link = f"/supervisor/q/{second}?into={first}"
    assert f'href="{link}#do-merge"' in page
    assert "说的话几乎一样" in page
    assert other not in page
    for private in ("工地", "13812345678", "5678"):
        assert private not in page, private
    # Comparing is no reading, opening is.
    views = select(func.count()).select_from(VIEWING)
    assert site.count(views) == 0
    opened = browser.get(link).text
    assert site.count(views) == 1
    assert '<details class="fold" id="do-merge" open>' in opened
    assert f'name="into" list="others" maxlength="40" autocomplete="off" value="{first}"' in opened
    assert "可能是同一件的" in opened
    # Without the address' hint the fold stays shut, and tells of the other all the same.
    plain = browser.get(f"/supervisor/q/{first}").text
    assert '<details class="fold" id="do-merge">' in plain
    assert f'href="/supervisor/q/{first}?into={second}#do-merge"' in plain
    assert "可能是同一件的" not in browser.get(f"/supervisor/q/{other}").text


def test_one_contact_in_two_places_is_told_as_that_and_a_closed_one_pairs_no_longer(
    site: Any,
) -> None:
    first = asked(site, STORY, "13812345678")
    second = asked(site, "想立遗嘱", "13812345678", "330411104")
    browser = site.browser("supervisor")
    page = browser.get(PATH).text
    assert "留的联系方式相同" in page
    assert page.index(second.ticket) < page.index(first.ticket)
    with writing(site.engine) as connection:
        now = site.clock.now()
        queue.withdraw(connection, site.keyring, first.ticket, first.secret, "", now)
    assert "没有可能问了两次的" in browser.get(PATH).text


def test_a_hint_in_the_address_that_is_no_code_is_left_out(site: Any) -> None:
    ticket = asked(site, STORY).ticket
    page = site.browser("supervisor").get(f"/supervisor/q/{ticket}?into=%22%3E%3Cb%3E").text
    assert '<details class="fold" id="do-merge">' in page
    assert "<b>&gt;" not in page


@pytest.mark.parametrize("login", ["scheduler", "l2"])
def test_nobody_else_sees_the_pairs(site: Any, login: str) -> None:
    assert site.browser(login).get(PATH).status_code == 403
