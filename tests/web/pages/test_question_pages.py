"""The lawyer's queue and question page: every act, what is kept, and who is refused."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from zhiban.data.database import writing
from zhiban.data.timespan import SHANGHAI
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.attaching import checked_paper
from zhiban.queue.records import AID_APPLICATION, ATTACHMENT, DRAFTING, QUESTION, UNSENT, VIEWING

COUNTY = "330411"
STORY = "我在餐馆打工，老板三个月没发工资。"
PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    bytes((0, 0, 0, 0)) + name + bytes(4) for name in (b"IHDR", b"IDAT", b"IEND")
)


def ask(site: Any, text: str = STORY, **other: Any) -> service.Asked:
    """A question of the county, which L2 on its seat is given."""
    request = Ask(text=text, division=COUNTY, consent=True, **other)
    with writing(site.engine) as connection:
        made = service.ask(connection, site.keyring, request, None, site.clock.now())
    assert isinstance(made, service.Asked)
    return made


def hidden(page: str) -> dict[str, str]:
    """What the page's forms carry of the state they were made in."""
    found = {name: re.search(rf'name="{name}" value="(\d+)"', page) for name in ("version", "seen")}
    return {name: one[1] for name, one in found.items() if one is not None}


class Desk:
    """L2's browser at one question, accepted."""

    def __init__(self, site: Any, login: str = "l2", accept: bool = True, **asked: Any) -> None:
        self.site = site
        self.made = ask(site, **asked)
        self.browser = site.browser(login)
        self.at = f"/lawyer/q/{self.made.ticket}"
        if accept:
            assert self.do("accept").status_code == 200

    def page(self) -> str:
        """The page as it is now."""
        return str(self.browser.get(self.at).text)

    def do(self, act: str, **fields: Any) -> Any:
        """One act by the page's form as it is now."""
        return self.browser.send(f"{self.at}/{act}", {**hidden(self.page()), **fields})

    def citizen_writes(self, text: str) -> None:
        """The citizen adds a message."""
        site, made = self.site, self.made
        with writing(site.engine) as c:
            service.message(c, site.keyring, made.ticket, made.secret, text, site.clock.now())

    def upload(self, content: bytes, name: str = "图.png", **fields: Any) -> Any:
        """The answer's form with a file."""
        page = self.page()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        return self.browser.client.post(
            f"{self.at}/attachments",
            data={**hidden(page), **fields, "csrf_token": token[1]},
            files={"file": (name, content, "image/png")},
        )


def count(site: Any, table: Any) -> int:
    """How many rows a table has."""
    return int(site.count(select(func.count()).select_from(table)))


def test_deferring_needs_a_day_and_a_reason_and_keeps_what_was_typed(site: Any) -> None:
    desk = Desk(site)
    refused = desk.do("defer", until="", hour="15:00", reason="等鉴定结果")
    assert refused.status_code == 422
    assert "请选择约定的日期" in refused.text
    assert 'value="等鉴定结果"' in refused.text
    assert re.search(r'id="do-defer" open', refused.text)
    past = desk.do("defer", until="2026-11-23", hour="15:00", reason="等")
    assert past.status_code == 422
    done = desk.do("defer", until="2026-11-27", hour="15:00", reason="等鉴定结果")
    assert "已约期" in done.text
    assert "到周五15:00" in done.text
    assert "暂停计时" in done.text
    listed = desk.browser.get("/lawyer?show=deferred").text
    assert desk.made.ticket in listed
    assert desk.made.ticket not in desk.browser.get("/lawyer").text


def test_referring_names_the_body_and_leaves_the_question_here(site: Any) -> None:
    desk = Desk(site)
    assert desk.do("refer", to="", reason="去公证处").status_code == 422
    done = desk.do("refer", to="notary", reason="请带身份证去公证处")
    assert "已转介" in done.text
    assert "转介到其他机构 · 公证" in done.text
    assert "请带身份证去公证处" in done.text


def test_transferring_offers_who_is_on_duty_and_takes_access_away(site: Any) -> None:
    desk = Desk(site)
    page = desk.page()
    assert "陆佳怡" in page  # L1 on the city's seat covers the county
    assert "在办0件，上限20件" in page
    assert desk.do("transfer", reason="更熟悉").status_code == 422
    done = desk.do("transfer", to="L1", reason="更熟悉")
    assert "已转给那位律师" in done.text
    assert desk.browser.get(desk.at).status_code == 404
    taken = site.browser("l1").get(desk.at).text
    assert STORY in taken
    assert "更熟悉" in taken  # with the whole history


def test_somebody_off_duty_cannot_be_given_it_and_the_reason_typed_is_kept(site: Any) -> None:
    desk = Desk(site)
    refused = desk.do("transfer", to="L5", reason="请他办")
    assert refused.status_code == 409
    assert "不在能接这件咨询的坐席上" in refused.text
    assert 'value="请他办"' in refused.text


def test_recusing_ends_access_to_everything_at_once(site: Any) -> None:
    desk = Desk(site)
    desk.upload(PNG, text="见图", act="answer")
    id = site.count(select(ATTACHMENT.c.id))
    sent = hidden(desk.page())
    desk.browser.send(f"{desk.at}/draft", {"text": "写到一半"})
    done = desk.do("recuse", reason="对方是本所客户")
    assert "已回避" in done.text
    # L6 of the same firm steps back too, and L1 of the other firm has it.
    assert site.browser("l1").get(desk.at).status_code == 200
    for path in ("", "/reveal", f"/papers/{id}"):
        answer = (
            desk.browser.send(desk.at + path, {})
            if path == "/reveal"
            else desk.browser.get(desk.at + path)
        )
        assert answer.status_code == 404, path
        assert STORY not in answer.text
    assert desk.browser.send(f"{desk.at}/draft", {"text": "还写"}).status_code == 409
    gone = desk.browser.get(f"{desk.at}/live?mark=1-1")
    assert "已不在您名下" in gone.text
    assert STORY not in gone.text
    assert desk.browser.get(f"{desk.at}/live?mark=gone").status_code == 204
    late = desk.browser.send(f"{desk.at}/answer", {**sent, "text": "我的答复"})
    assert late.status_code == 409
    assert "我的答复" in late.text  # to be copied


@pytest.mark.parametrize("act", ["decline", "recuse"])
def test_a_second_tap_after_the_question_has_gone_is_no_error(site: Any, act: str) -> None:
    desk = Desk(site)
    sent = {**hidden(desk.page()), "reason": "认识对方"}
    first, second = (desk.browser.send(f"{desk.at}/{act}", sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert str(second.url).endswith(f"/lawyer?done={act}")


def test_an_aid_application_says_every_field_at_fault_and_is_made_once(site: Any) -> None:
    desk = Desk(site)
    refused = desk.do("aid", applicant="钱小明", grounds="欠薪")
    assert refused.status_code == 422
    for field in ("contact", "matter", "means", "agreed"):
        assert f'id="aid-{field}-why"' in refused.text, field
    assert 'value="钱小明"' in refused.text
    form = {
        **hidden(desk.page()),
        "applicant": "钱小明",
        "contact": "13805731234",
        "matter": "追讨工资",
        "grounds": "三个月没有发工资",
        "exempt": "migrant_wage",
        "agreed": "1",
    }
    first, second = (desk.browser.send(f"{desk.at}/aid", form) for _ in range(2))
    assert "已交给司法局审查" in first.text
    assert second.status_code == 200
    assert count(site, AID_APPLICATION) == 1


def test_a_document_is_noted_taken_and_delivered(site: Any) -> None:
    desk = Desk(site)
    assert desk.do("drafting", document="", wanted="起诉餐馆").status_code == 422
    done = desk.do("drafting", document="complaint", wanted="起诉餐馆")
    assert "代书已登记" in done.text
    assert "起诉状" in done.text
    id = site.count(select(DRAFTING.c.id))
    page = desk.browser.get("/lawyer/drafts").text
    assert "起诉餐馆" in page
    assert "起诉餐馆" not in site.browser("l1").get("/lawyer/drafts").text
    taken = desk.browser.send(f"/lawyer/drafts/{id}/take", {"version": "1"})
    assert "这份文书由您代写" in taken.text
    empty = desk.browser.send(f"/lawyer/drafts/{id}/deliver", {"version": "2", "text": " "})
    assert empty.status_code == 422
    assert f'id="text-{id}-why"' in empty.text
    stale = desk.browser.send(f"/lawyer/drafts/{id}/deliver", {"version": "1", "text": "原告"})
    assert stale.status_code == 409
    assert "原告" in stale.text
    other = site.browser("l1").send(f"/lawyer/drafts/{id}/deliver", {"version": "2", "text": "x"})
    assert other.status_code == 409
    done = desk.browser.send(f"/lawyer/drafts/{id}/deliver", {"version": "2", "text": "原告……"})
    assert "文书已交付" in done.text
    assert "没有要代写的文书" in done.text


def test_a_note_is_for_staff_and_a_double_tap_writes_it_once(site: Any) -> None:
    desk = Desk(site)
    sent = {**hidden(desk.page()), "note": "对方态度缓和"}
    for _ in range(2):
        page = desk.browser.send(f"{desk.at}/note", sent).text
    assert page.count("对方态度缓和") == 1
    assert "said-note" in page


def test_a_closed_question_can_be_opened_again(site: Any) -> None:
    desk = Desk(site)
    unanswered = desk.do("close", closing="")
    assert unanswered.status_code == 422
    assert 'id="close-closing-why"' in unanswered.text
    desk.do("answer", text="先去投诉。")
    page = desk.do("close", closing="").text
    assert "已办结" in page
    assert "重新打开" in page
    assert desk.made.ticket in desk.browser.get("/lawyer?show=answered").text
    assert "已重新打开" in desk.do("reopen", reason="有新判决").text


def test_private_numbers_are_asked_about_once_and_may_be_sent_on_purpose(site: Any) -> None:
    desk = Desk(site)
    asked = desk.do("answer", text="请打我电话13805731234")
    assert asked.status_code == 422
    assert "里面有私人号码：13805731234" in asked.text
    assert "请打我电话13805731234</textarea>" in asked.text
    # Another number than the one agreed to is asked about again.
    other = desk.do("answer", text="13805731235", sure="13805731234")
    assert other.status_code == 422
    assert "13805731235" in other.text
    done = desk.do("answer", text="请打我电话13805731234", sure="13805731234")
    assert "答复已发出" in done.text


def test_private_numbers_are_told_while_one_writes_and_where_a_draft_holds_them(site: Any) -> None:
    desk = Desk(site)
    kept = desk.browser.send(f"{desk.at}/draft", {"text": "加我微信lvshi_2026"})
    assert "lvshi_2026。" in kept.json()["numbers"]
    assert "里面有私人号码：lvshi_2026。" in desk.browser.get(desk.at).text
    # Where sending has asked about them, that stands alone.
    assert desk.do("answer", text="13805731234").text.count("里面有私人号码") == 1


def test_a_draft_is_kept_for_every_device_and_gone_once_it_is_sent(site: Any) -> None:
    desk = Desk(site)
    kept = desk.browser.send(f"{desk.at}/draft", {"text": "写到一半"})
    assert kept.json() == {"said": "草稿已保存 9:00", "numbers": ""}
    phone = site.browser("l2")
    assert "写到一半</textarea>" in phone.get(desk.at).text
    assert "草稿 9:00" in phone.get(desk.at).text
    assert "有草稿" in phone.get("/lawyer").text
    assert site.browser("l1").send(f"{desk.at}/draft", {"text": "别人的"}).status_code == 409
    desk.do("answer", text="写完了")
    assert count(site, UNSENT) == 0
    assert "写到一半" not in phone.get(desk.at).text


def test_a_draft_too_long_to_send_is_refused(site: Any) -> None:
    desk = Desk(site)
    assert desk.browser.send(f"{desk.at}/draft", {"text": "字" * 5001}).status_code == 422


def test_a_picture_goes_with_the_answer_and_comes_back_as_a_download(site: Any) -> None:
    desk = Desk(site)
    done = desk.upload(PNG, text="见图", act="answer")
    assert "答复已发出" in done.text
    address = re.search(r'href="(/lawyer/q/[^"]+/papers/[^"]+)"', done.text)
    assert address is not None
    file = desk.browser.get(address[1])
    assert file.content == PNG
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]
    seen = select(func.count()).where(VIEWING.c.what == "attachment")
    assert site.count(seen) == 1
    for login in ("l1", "scheduler"):
        assert site.browser(login).get(address[1]).status_code in (403, 404)
    assert site.browser().client.get(address[1], follow_redirects=False).status_code == 303


def test_the_citizens_papers_are_shown_in_the_talk(site: Any) -> None:
    desk = Desk(site)
    paper = checked_paper("欠条.png", PNG)
    with writing(site.engine) as c:
        made, now = desk.made, site.clock.now()
        service.attach(c, site.keyring, made.ticket, made.secret, paper, "这是欠条", now)
    page = desk.page()
    assert "欠条.png" in page
    assert 'class="picture"' in page


def test_a_file_that_is_not_taken_keeps_the_answer(site: Any) -> None:
    desk = Desk(site)
    refused = desk.upload(b"<html>", name="x.html", text="见附件", act="answer")
    assert refused.status_code == 422
    assert "只收这些类型" in refused.text
    assert "见附件</textarea>" in refused.text
    assert count(site, ATTACHMENT) == 0


def test_a_message_that_came_meanwhile_makes_the_page_old_and_keeps_every_field(site: Any) -> None:
    desk = Desk(site)
    old = hidden(desk.page())
    site.clock.at += timedelta(minutes=1)
    desk.citizen_writes("还有一件事")
    answer = desk.browser.send(
        f"{desk.at}/defer", {**old, "until": "2026-11-27", "hour": "10:00", "reason": "等开庭"}
    )
    assert answer.status_code == 409
    assert "没有发出" in answer.text
    assert "还有一件事" in answer.text
    assert 'value="等开庭"' in answer.text
    assert 'value="2026-11-27"' in answer.text


def test_what_was_typed_for_an_act_that_is_no_longer_possible_is_shown(site: Any) -> None:
    desk = Desk(site)
    old = hidden(desk.page())
    desk.do("close", closing="重复提问")
    answer = desk.browser.send(f"{desk.at}/answer", {**old, "text": "我的答复"})
    assert answer.status_code == 409
    assert 'id="kept" readonly>我的答复' in answer.text


def test_the_live_part_brings_the_message_and_the_new_state(site: Any) -> None:
    desk = Desk(site)
    found = re.search(r'data-live="([^"]+)"', desk.page())
    assert found is not None
    assert desk.browser.get(found[1]).status_code == 204
    desk.citizen_writes("我找到合同了")
    part = desk.browser.get(found[1])
    assert "我找到合同了" in part.text
    assert re.search(r'data-version="\d+" data-seq="\d+"', part.text)
    assert "<html" not in part.text
    assert desk.browser.get(part.headers["x-next"]).status_code == 204
    assert site.browser("l1").get(found[1]).text.count("我找到合同了") == 0


def test_after_the_shift_the_page_says_until_when_one_may_still_answer(site: Any) -> None:
    desk = Desk(site)
    site.clock.at = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
    desk.browser = site.browser("l2")
    page = desk.page()
    assert "您的班次今天11:30已结束" in page
    assert "今天13:30下一班开始时" in page
    assert "答复已发出" in desk.do("answer", text="先去投诉。").text


def test_templates_are_added_changed_inserted_and_deleted(site: Any) -> None:
    browser = site.browser("l2")
    empty = browser.send("/lawyer/templates", {"title": "", "body": ""})
    assert empty.status_code == 422
    assert 'id="title-why"' in empty.text
    page = browser.send("/lawyer/templates", {"title": "欠薪三条路", "body": "一、投诉。"}).text
    assert "模板已保存" in page
    found = re.search(r"edit=(\d+)", page)
    assert found is not None
    id = found[1]
    page = browser.get(f"/lawyer/templates?edit={id}").text
    assert "一、投诉。</textarea>" in page
    changed = {"id": id, "version": "1", "title": "欠薪", "body": "二、仲裁。"}
    assert "二、仲裁。" in browser.send("/lawyer/templates", changed).text
    stale = browser.send("/lawyer/templates", {**changed, "body": "三、起诉。"})
    assert stale.status_code == 409
    assert "三、起诉。" in stale.text
    foreign = site.browser("l1").send("/lawyer/templates", {**changed, "version": "2"})
    assert foreign.status_code == 409
    desk = Desk(site)
    assert "欠薪" in desk.page()
    filled = desk.do("insert", text="您好。", phrase=id).text
    assert "您好。\n二、仲裁。</textarea>" in filled
    site.browser("l1").send(f"/lawyer/templates/{id}/delete", {})
    assert "二、仲裁。" in browser.get("/lawyer/templates").text
    assert "模板已删除" in browser.send(f"/lawyer/templates/{id}/delete", {}).text
    assert "二、仲裁。" not in browser.get("/lawyer/templates").text


def test_the_bureaus_templates_are_kept_by_its_desks_and_used_by_all_lawyers(site: Any) -> None:
    desks = site.browser("scheduler")
    page = desks.send("/scheduler/templates", {"title": "结束语", "body": "祝您顺利。"}).text
    assert "结束语" in page
    lawyers = site.browser("l2").get("/lawyer/templates").text
    assert "祝您顺利。" in lawyers
    assert "?edit=" not in lawyers
    assert "结束语" in Desk(site).page()


def test_the_queue_is_filtered_and_searched_and_says_when_it_is_empty(site: Any) -> None:
    first = Desk(site)
    second = ask(site, "邻居的树压到了我家屋顶")
    first.do("ask-back", text="有合同吗？")
    browser = first.browser
    open_ones = browser.get("/lawyer").text
    assert second.ticket in open_ones
    assert first.made.ticket not in open_ones
    assert first.made.ticket in browser.get("/lawyer?show=waiting").text
    assert "没有约期的问题" in browser.get("/lawyer?show=deferred").text
    assert second.ticket in browser.get("/lawyer?q=屋顶").text
    assert first.made.ticket in browser.get("/lawyer?q=合同").text
    nothing = browser.get("/lawyer?q=没有这个词").text
    assert "没有找到" in nothing
    assert second.ticket not in site.browser("l1").get("/lawyer?q=屋顶").text


def test_a_crowded_queue_keeps_its_order_by_what_is_due(site: Any) -> None:
    with writing(site.engine) as connection:
        for number in range(15):
            request = Ask(text=f"第{number}个问题", division=COUNTY, consent=True)
            service.ask(connection, site.keyring, request, None, site.clock.now())
            site.clock.at += timedelta(minutes=1)
        connection.execute(update(QUESTION).values(has_left=False))
    page = site.browser("l2").get("/lawyer").text
    numbers = [int(one) for one in re.findall(r"第(\d+)个问题", page)]
    assert numbers == list(range(15))


@pytest.mark.parametrize("login", ["l1", "l6", "scheduler", "supervisor", "administrator", ""])
def test_nobody_but_the_holder_does_anything_to_a_question(site: Any, login: str) -> None:
    desk = Desk(site)
    sent = hidden(desk.page())
    browser = site.browser(login)
    browser.client.follow_redirects = False
    acts = ("accept", "answer", "ask-back", "defer", "refer", "aid", "drafting", "note", "transfer")
    more = ("decline", "recuse", "close", "reopen", "attachments", "insert", "draft", "reveal")
    for act in (*acts, *more):
        form = {**sent, "text": "答", "reason": "因", "note": "记", "until": "2026-11-27"}
        form |= {"to": "L1", "document": "will", "wanted": "遗嘱", "closing": "因"}
        answer = browser.send(f"{desk.at}/{act}", form)
        assert answer.status_code in (401, 403, 404, 409, 422), (act, answer.status_code)
        assert STORY not in answer.text, act
    held = select(QUESTION.c.lawyer, QUESTION.c.state)
    with writing(site.engine) as connection:
        assert connection.execute(held).one() == ("L2", "accepted")


def test_a_cited_article_is_a_link_on_both_sides_and_nothing_else_becomes_markup(site: Any) -> None:
    desk = Desk(site)
    page = desk.do("answer", text="依据《民法典》第五百七十七条。<b>x</b>").text
    link = "/learn/law?q=%E6%B0%91%E6%B3%95%E5%85%B8%E7%AC%AC577%E6%9D%A1"
    assert f'<a href="{link}">《民法典》第五百七十七条</a>。&lt;b&gt;x&lt;/b&gt;' in page
    assert "第五百七十七条" in site.browser().get(link).text


def test_an_answered_question_is_proposed_for_the_library_from_its_page(site: Any) -> None:
    desk = Desk(site)
    assert "推荐为公开问答" not in desk.page()
    desk.do("answer", text="先去投诉。")
    assert "推荐为公开问答" in desk.page()
    assert "已推荐" in desk.do("propose").text
