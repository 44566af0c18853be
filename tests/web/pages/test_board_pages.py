"""The week board worked on: by hand, by two at once, undone, explained, remedied, mended."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import insert

from zhiban.data.database import reading, writing
from zhiban.data.week import Week
from zhiban.roster import hand_edits, service
from zhiban.roster.checker import check
from zhiban.roster.intents import Intent
from zhiban.roster.job_store import load_jobs
from zhiban.roster.roster import Duty
from zhiban.roster.worker import run_job
from zhiban.web.records import ACCOUNT

BOARD = "/scheduler/week/2026-W48"


def draft_of(site: Any) -> Any:
    """The week's draft as it is stored."""
    with reading(site.engine) as connection:
        return service.draft(connection, Week.parse("2026-W48"))


def shift(site: Any, post: str = "seat-x", number: int = 0) -> str:
    """The id of one of the week's shifts of a post, the first of Monday unless told otherwise."""
    found = sorted((one.start, one.id) for one in draft_of(site).problem.shifts if one.post == post)
    return str(found[number][1])


def act(browser: Any, **fields: Any) -> dict[str, Any]:
    """One act as the page's script sends it, and its answer."""
    page = browser.client.get("/about").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    path = fields.pop("path", "edit")
    headers = {"X-Part": "1", "X-CSRF-Token": token[1]}
    answer = browser.client.post(f"{BOARD}/{path}", data=fields, headers=headers)
    assert answer.status_code in (200, 409), answer.text
    told: dict[str, Any] = answer.json()
    return told


def holders(site: Any, where: str) -> list[tuple[str, str]]:
    """Who holds a shift of the draft, with roles."""
    return [(d.lawyer, d.role) for d in draft_of(site).file.duties if d.shift == where]


@pytest.fixture
def second(site: Any, password_hash: str) -> Any:
    """Another scheduler, logged in."""
    with writing(site.engine) as connection:
        row = {"login": "lisi", "name": "李四", "role": "scheduler", "lawyer": None}
        more = {"password_hash": password_hash, "disabled": False, "created_at": site.clock.now()}
        connection.execute(insert(ACCOUNT), [row | more])
    return site.browser("lisi")


def test_an_assignment_is_answered_with_price_rows_and_who_goes(site: Any) -> None:
    revision = site.draft()
    where, browser = shift(site), site.browser("scheduler")
    browser.get(f"{BOARD}?show=draft")
    saw = f"{where}=L2.primary"
    told = act(browser, act="assign", shift=where, lawyer="L5", saw=saw, revision=revision)
    assert told["kind"] == "done"
    assert list(told["rows"]) == ["seat-x"]  # only what differs is drawn anew
    assert "顾晓燕" in told["rows"]["seat-x"]
    assert "秀洲区在线坐席 周一上午撤下沈志远" in told["bar"]
    assert "总代价" in told["bar"]
    assert holders(site, where) == [("L5", "primary")]
    draft = draft_of(site)
    assert check(draft.problem, draft.file).objective == draft.file.objective


def test_a_broken_rule_is_said_at_once_in_words_and_marked(site: Any) -> None:
    site.draft()
    where, browser = shift(site), site.browser("scheduler")
    # L1 holds the city's seat at the same hours.
    told = act(browser, act="assign", shift=where, lawyer="L1", saw=f"{where}=L2.primary")
    assert told["kind"] == "done"
    assert "陆佳怡 同时在" in told["bar"]
    assert "嘉兴市在线坐席" in told["bar"]
    assert "L1" not in re.sub(r"<[^>]+>", "", told["bar"])
    assert "bad" in told["rows"]["seat-x"] + told["rows"].get("seat-c", "")
    english = site.browser("scheduler", "en").get(f"{BOARD}?show=draft").text
    assert "at once" in english
    assert "broken rule" in english


def test_without_scripts_the_same_form_leads_back_to_the_cell_with_what_was_done(site: Any) -> None:
    site.draft()
    where, browser = shift(site), site.browser("scheduler")
    form = {"act": "remove", "shift": where, "lawyer": "L2", "saw": f"{where}=L2.primary"}
    page = browser.send(f"{BOARD}/edit", form)
    assert page.status_code == 200
    assert "秀洲区在线坐席 周一上午撤下沈志远" in page.text
    assert "缺1人" in page.text
    assert holders(site, where) == []
    page = browser.send(f"{BOARD}/undo", {})
    assert "撤销：" in page.text
    assert holders(site, where) == [("L2", "primary")]


def test_undo_and_redo_go_back_and_forth_and_survive_a_new_log_in(site: Any) -> None:
    site.draft()
    first, then = shift(site), shift(site, number=1)
    browser = site.browser("scheduler")
    act(browser, act="remove", shift=first, lawyer="L2")
    act(browser, act="assign", shift=then, lawyer="L5")
    before = draft_of(site).file
    browser = site.browser("scheduler")
    assert act(browser, path="undo")["kind"] == "done"
    assert act(browser, path="undo")["kind"] == "done"
    assert (holders(site, first), holders(site, then)) == ([("L2", "primary")],) * 2
    assert act(browser, path="undo")["kind"] == "nothing"
    act(browser, path="redo")
    act(browser, path="redo")
    assert draft_of(site).file.duties == before.duties
    assert draft_of(site).file.objective == before.objective
    assert act(browser, path="redo")["kind"] == "nothing"
    # Who goes on otherwise cannot do again what was taken back before.
    act(browser, path="undo")
    act(browser, act="lock", shift=first + "", lawyer="L2")
    act(browser, act="assign", shift=then, lawyer="L6")
    assert act(browser, path="redo")["kind"] == "nothing"


def test_undo_takes_back_ones_own_and_leaves_what_others_did(site: Any, second: Any) -> None:
    site.draft()
    mine, theirs = shift(site), shift(site, number=1)
    browser = site.browser("scheduler")
    act(browser, act="remove", shift=mine, lawyer="L2")
    act(second, act="remove", shift=theirs, lawyer="L2")
    act(browser, path="undo")
    assert holders(site, mine) == [("L2", "primary")]
    assert holders(site, theirs) == []


def test_changes_of_other_places_are_merged_and_told(site: Any, second: Any) -> None:
    revision = site.draft()
    mine, theirs = shift(site), shift(site, number=4)
    act(second, act="assign", shift=theirs, lawyer="L5", saw=f"{theirs}=L2.primary")
    told = act(
        site.browser("scheduler"),
        act="assign",
        shift=mine,
        lawyer="L6",
        saw=f"{mine}=L2.primary",
        revision=revision,
    )
    assert told["kind"] == "done"
    assert "李四：秀洲区在线坐席 周三上午撤下沈志远" in told["news"][0]
    assert holders(site, mine) == [("L6", "primary")]
    assert holders(site, theirs) == [("L5", "primary")]


def test_the_later_of_two_on_one_place_is_told_exactly_and_keeps_the_intent(
    site: Any, second: Any
) -> None:
    revision = site.draft()
    where, browser = shift(site), site.browser("scheduler")
    act(second, act="assign", shift=where, lawyer="L5", saw=f"{where}=L2.primary")
    told = act(
        browser,
        act="assign",
        shift=where,
        lawyer="L6",
        saw=f"{where}=L2.primary",
        revision=revision,
    )
    assert told["kind"] == "clash"
    assert holders(site, where) == [("L5", "primary")]  # nobody's change is lost
    assert "李四：秀洲区在线坐席 周一上午撤下沈志远" in told["bar"]
    assert "您要把朱国强排到秀洲区在线坐席 周一上午。" in told["panel"]
    notice = told["panel"].split("仍然这样改")[0]
    pending = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', notice))
    pending.pop("csrf_token", None)
    assert act(browser, **pending)["kind"] == "done"
    assert holders(site, where) == [("L6", "primary")]


def test_others_changes_come_as_news_once(site: Any, second: Any) -> None:
    revision = site.draft()
    where, browser = shift(site, number=4), site.browser("scheduler")
    assert browser.get(f"{BOARD}/news?since={revision}").status_code == 204
    act(second, act="remove", shift=where, lawyer="L2")
    news = browser.get(f"{BOARD}/news?since={revision}").json()
    assert "李四：秀洲区在线坐席 周三上午撤下沈志远" in news["news"][0]
    assert news["revision"] == revision + 1
    assert "缺" in news["rows"]["seat-x"]
    assert browser.get(f"{BOARD}/news?since={news['revision']}").status_code == 204
    site.draft(seat_x="L6")
    assert "重新生成" in browser.get(f"{BOARD}/news?since={revision + 1}").json()["news"][0]


def test_a_locked_place_is_changed_only_after_unlocking(site: Any) -> None:
    site.draft()
    where, browser = shift(site), site.browser("scheduler")
    assert "lk" in act(browser, act="lock", shift=where, lawyer="L2")["rows"]["seat-x"]
    told = act(browser, act="remove", shift=where, lawyer="L2")
    assert told["kind"] == "impossible"
    assert "已锁定，先解锁再改" in told["bar"]
    assert act(browser, act="assign", shift=where, lawyer="L5")["kind"] == "impossible"
    act(browser, act="unlock", shift=where, lawyer="L2")
    assert act(browser, act="remove", shift=where, lawyer="L2")["kind"] == "done"


def test_a_duty_moved_onto_another_exchanges_the_two(site: Any) -> None:
    site.draft()
    seat, station = shift(site), shift(site, "station-t")
    told = act(
        site.browser("scheduler"),
        act="move",
        shift=station,
        lawyer="L2",
        role="standby",
        from_shift=seat,
        from_role="primary",
    )
    assert told["kind"] == "done"
    # told as one exchange, not as two people taken off and two put on
    assert re.search(
        r"沈志远与\w+对调：沈志远到\S+ 周一上午，\w+到秀洲区在线坐席 周一上午", told["bar"]
    )
    assert holders(site, seat) == [("L4", "primary")]
    assert ("L2", "standby") in holders(site, station)


def test_an_exchange_that_breaks_nothing_is_offered_with_its_price_and_made(site: Any) -> None:
    site.draft()
    where, browser = shift(site), site.browser("scheduler")
    # L2 holds the county's seat then and L1 the city's: they may exchange these two.
    panel = browser.get(f"{BOARD}/cell?shift={where}&swap=L2").text
    offered = panel.split('class="swaps"')[1].split("</div>\n")[0]
    assert "与陆佳怡对换" in panel
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', offered))
    form.pop("csrf_token")
    other = form["shift"]
    before = holders(site, other)
    assert act(browser, **form)["kind"] == "done"
    assert holders(site, where) == before
    assert holders(site, other) == [("L2", "primary")]
    draft = draft_of(site)
    assert check(draft.problem, draft.file).violations == ()


def test_the_panel_ranks_who_could_and_says_why_not_her(site: Any) -> None:
    site.draft()
    where, browser = shift(site), site.browser("scheduler")
    panel = browser.get(f"{BOARD}/cell?shift={where}").text
    assert "为什么是沈志远？" in panel
    assert "换谁接替沈志远" in panel
    assert panel.index("顾晓燕") > 0
    assert 'value="L1"' not in panel  # on duty elsewhere at that hour
    panel = browser.get(f"{BOARD}/cell?shift={where}&who=陆佳怡").text
    assert "陆佳怡 不能值：" in panel
    assert "仍然排上" in panel
    supervisor = site.browser("supervisor").get(f"{BOARD}/cell?shift={where}").text
    assert "为什么是沈志远？" in supervisor
    assert '<button class="btn" name="act"' not in supervisor


def test_a_vacancy_counts_who_is_blocked_by_what_and_the_counts_add_up(site: Any) -> None:
    site.draft()
    where, browser = shift(site), site.browser("scheduler")
    act(browser, act="remove", shift=where, lawyer="L2")
    panel = browser.get(f"{BOARD}/cell?shift={where}").text
    told = panel.split("<tbody>")[1].split("</table>")[0]
    *counts, total = [int(one) for one in re.findall(r">(\d+)人<", told)]
    assert sum(counts) == total == 6  # six lawyers, each at one rule


def test_a_remedy_fills_the_vacancy_in_one_click_and_can_be_undone(site: Any) -> None:
    site.draft()
    where, browser = shift(site), site.browser("scheduler")
    act(browser, act="remove", shift=where, lawyer="L2")
    offered = browser.client.get(f"{BOARD}/remedies?shift={where}&role=primary").text
    assert "重新求解验证" in offered
    key = re.search(r'name="key" value="(\w+)"', offered)
    assert key is not None
    told = act(browser, path="remedy", shift=where, role="primary", key=key[1])
    assert told["kind"] == "done"
    draft = draft_of(site)
    assert not [one for one in draft.file.vacancies if one.shift == where]
    assert check(draft.problem, draft.file).objective == draft.file.objective
    act(browser, path="undo")
    assert [one for one in draft_of(site).file.vacancies if one.shift == where]
    stale = act(browser, path="remedy", shift=where, role="primary", key="0" * 16)
    assert stale["kind"] == "impossible"


def test_mending_keeps_the_locks_changes_least_and_is_undone_in_one(site: Any) -> None:
    site.draft()
    where, browser = shift(site), site.browser("scheduler")
    # L1, who holds the city's seat then, is wanted here: somebody else must take that one.
    act(browser, act="assign", shift=where, lawyer="L1")
    act(browser, act="lock", shift=where, lawyer="L1")
    before = draft_of(site)
    page = browser.send(f"{BOARD}/mend", {})
    assert "/scheduler/jobs/" in str(page.url)
    with reading(site.engine) as connection:
        job = load_jobs(connection, 1)[0]
    assert run_job(site.engine, site.keyring, job.id, site.clock.now)
    after = draft_of(site)
    assert check(after.problem, after.file).violations == ()
    assert ("L1", "primary") in holders(site, where)
    changed = set(before.file.duties) ^ set(after.file.duties)
    assert len(changed) == 2  # one duty goes, one comes
    page = browser.get(f"{BOARD}?show=draft").text
    assert "重排：守住锁定，只改了1个班次" in page
    assert "data-just=" in page
    act(browser, path="undo")
    assert draft_of(site).file.duties == before.file.duties


@pytest.mark.parametrize("role", ["supervisor", "l2"])
def test_only_schedulers_change_a_draft(site: Any, role: str) -> None:
    site.draft()
    where, browser = shift(site), site.browser(role)
    for path in ("edit", "undo", "redo", "remedy", "mend"):
        answer = browser.send(f"{BOARD}/{path}", {"act": "remove", "shift": where, "lawyer": "L2"})
        assert answer.status_code == 403
    assert holders(site, where) == [("L2", "primary")]


def test_what_makes_no_sense_changes_nothing_and_says_so(site: Any) -> None:
    site.draft()
    browser = site.browser("scheduler")
    page = browser.send(f"{BOARD}/edit", {"act": "explode", "shift": "x", "lawyer": "L2"})
    assert page.status_code == 422
    told = act(browser, act="remove", shift="nowhere", lawyer="L2")
    assert told["kind"] == "impossible"
    assert browser.get(f"{BOARD}/cell?shift=nowhere").status_code == 404
    assert browser.get(f"{BOARD}?cell=nowhere").status_code == 200
    empty = browser.send(
        "/scheduler/week/2026-W50/edit", {"act": "remove", "shift": "x", "lawyer": "L2"}
    )
    assert empty.status_code == 404


def test_lawyers_have_rows_with_their_load_and_a_day_has_a_page(site: Any) -> None:
    site.draft()
    browser = site.browser("scheduler")
    page = browser.get(f"{BOARD}?show=draft&view=lawyers").text
    row = page.split(">沈志远<")[1].split("</tr>")[0]
    # The county's seat on five days, two halves each, a point apiece.
    assert row.count('class="d"') == 10
    assert ">10.0<" in row
    assert "朱国强" in page
    day = browser.get(f"{BOARD}?show=draft&view=day&day=2").text
    assert day.count('data-s="') == 6  # three posts, two halves
    assert "周三" in day
    # A day that no week has is Monday, however many digits it is written with.
    assert browser.get(f"{BOARD}?show=draft&view=day&day={'9' * 5000}").status_code == 200


def test_a_version_is_read_and_explained_but_not_changed(site: Any) -> None:
    where, browser = shift(site), site.browser("scheduler")
    page = browser.get(f"{BOARD}?show=v1&cell={where}").text
    assert "为什么是沈志远？" in page
    assert f'action="{BOARD}/edit" class="btns"' not in page
    assert "board_edit.js" not in page


def test_the_rosters_api_and_the_board_share_one_draft(site: Any) -> None:
    revision = site.draft()
    where, browser = shift(site), site.browser("scheduler")
    with writing(site.engine) as connection:
        draft = service.draft(connection, Week.parse("2026-W48"))
        assert draft is not None
        kept = [one for one in draft.file.duties if one != Duty(where, "L2", "primary")]
        file = draft.file.model_copy(update={"duties": tuple(kept)})
        saved = service.replace_draft(
            connection, draft.week, file, "scheduler", site.clock.now(), revision
        )
    assert saved == revision + 1
    told = act(
        browser,
        act="remove",
        shift=where,
        lawyer="L2",
        saw=f"{where}=L2.primary",
        revision=revision,
    )
    assert told["kind"] == "clash"
    assert "重新生成" in told["bar"]


def test_of_two_who_write_at_the_same_moment_one_looks_again_and_both_changes_stand(
    site: Any,
) -> None:
    site.draft()
    week, now = Week.parse("2026-W48"), site.clock.now()
    one, other = shift(site), shift(site, number=4)
    with reading(site.engine) as connection:
        draft = hand_edits.open_draft(connection, week)
    assert draft is not None
    plans = [
        hand_edits.by_hand(draft, Intent("remove", Duty(where, "L2")), {}) for where in (one, other)
    ]
    first, late = plans
    assert isinstance(first, hand_edits.Change)
    assert isinstance(late, hand_edits.Change)
    with writing(site.engine) as connection:
        assert hand_edits.save(connection, draft, first, "scheduler", now) is not None
        assert hand_edits.save(connection, draft, late, "lisi", now) is None
        again = hand_edits.open_draft(connection, week)
        assert again is not None
        anew = hand_edits.by_hand(again, Intent("remove", Duty(other, "L2")), {})
        assert isinstance(anew, hand_edits.Change)
        assert hand_edits.save(connection, again, anew, "lisi", now) is not None
    assert (holders(site, one), holders(site, other)) == ([], [])


def test_where_a_lawyer_could_go_is_told_with_prices_and_what_stands_in_the_way(site: Any) -> None:
    site.draft(empty=("seat-x",))
    where, browser = shift(site), site.browser("scheduler")
    told = browser.client.get(f"{BOARD}/aims?lawyer=L5").json()
    assert where in told["can"]
    assert told["said"].startswith("顾晓燕可以放到标出的")
    # L1 holds the city's seat at every half: a county's seat would be a second place at a time.
    busy = browser.client.get(f"{BOARD}/aims?lawyer=L1").json()
    assert where not in busy["can"]
    assert "会违反" in busy["titles"][busy["bars"][where]]
    # Carried from there to the same half elsewhere the place is free.
    city = shift(site, "seat-c")
    moved = browser.client.get(f"{BOARD}/aims?lawyer=L1&from={city}&role=primary").json()
    assert where in moved["can"]
    assert browser.client.get(f"{BOARD}/aims?lawyer=nobody").status_code == 404
    assert site.browser("l2").get(f"{BOARD}/aims?lawyer=L5").status_code == 403
