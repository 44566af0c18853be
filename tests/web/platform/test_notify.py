"""Notices by the channels people chose: which addresses, which kinds, and the quiet hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import event, func, select

from zhiban.data import outbox
from zhiban.data.outbox import Notice
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused, Text
from zhiban.web.notify.addresses import Address, Allowed, masked, read_address, url_of
from zhiban.web.notify.channels import Apprise, Kept
from zhiban.web.notify.choices import (
    MOST,
    add_channel,
    channels_of,
    choice_of,
    drop_channel,
    save_choice,
)
from zhiban.web.notify.delivery import RETRIES, deliver
from zhiban.web.notify.quiet import GROUPS, Choice, group_of, sent_at
from zhiban.web.records import NOTICE_CHANNEL, NOTICE_SENDING

KEY = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
ALL = Allowed(
    frozenset({"wecom", "dingtalk", "feishu"}),
    frozenset({"hooks.bureau.cn"}),
    "mailtos://zhiban:secret@smtp.bureau.cn?from=zhiban@bureau.cn",
)
NIGHT = Choice(quiet=(time(22), time(7, 30)))


def at(text: str) -> datetime:
    """A moment of 2026 on the bureau's wall clock."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "service", "value"),
    [
        (WECOM, "wecom", f"wecombot://{KEY}/"),
        (f" wecombot://{KEY} ", "wecom", f"wecombot://{KEY}"),
        (
            "https://oapi.dingtalk.com/robot/send?access_token=" + "a1" * 32,
            "dingtalk",
            "dingtalk://" + "a1" * 32 + "/",
        ),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}", "feishu", f"feishu://{KEY}/"),
        ("lu.jiayi@bureau.cn", "mail", "lu.jiayi@bureau.cn"),
        ("https://hooks.bureau.cn/zhiban", "hook", "jsons://hooks.bureau.cn/zhiban"),
        ("https://hooks.bureau.cn:8443/a/b", "hook", "jsons://hooks.bureau.cn:8443/a/b"),
    ],
)
def test_an_address_is_known_by_what_the_chat_program_gives(
    text: str, service: str, value: str
) -> None:
    assert read_address(text, ALL) == Address(service, value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://hooks.bureau.cn/zhiban",  # in the open
        "https://127.0.0.1/hook",
        "https://hooks.bureau.cn.evil.example/x",
        "https://user:pass@hooks.bureau.cn/x",
        "https://hooks.bureau.cn@evil.example/x",
        "https://hooks.bureau.cn/x?method=put",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=short",
        "https://qyapi.weixin.qq.com/other?key=" + KEY,
        "json://127.0.0.1",
        "jsons://hooks.bureau.cn/",
        "mailtos://me:pass@smtp.evil.example",
        "file:///etc/passwd",
        f"wecombot://{KEY}/?verify=no",
        "https://[::1",
        "x" * 600,
    ],
)
def test_no_other_address_is_taken(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_address(text, ALL)
    assert [error.field for error in refused.value.errors] == ["address"]


def test_what_an_operator_has_not_opened_is_refused_and_no_longer_sent_to() -> None:
    closed = Allowed(frozenset({"feishu"}))
    for text in (WECOM, "lu@bureau.cn", "https://hooks.bureau.cn/x"):
        with pytest.raises(Refused):
            read_address(text, closed)
        if text != "https://hooks.bureau.cn/x":
            assert url_of(read_address(text, ALL), closed) is None
    assert url_of(read_address("https://hooks.bureau.cn/x", ALL), closed) is None
    assert url_of(Address("given", "json://one"), closed) == "json://one"


def test_mail_goes_by_the_bureaus_own_server() -> None:
    assert url_of(Address("mail", "lu@bureau.cn"), ALL) == f"{ALL.mail_url}&to=lu@bureau.cn"


# Apprise imports a module that Python 3.13 has left out; only while it is imported here.
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
@pytest.mark.parametrize("text", [WECOM, "lu@bureau.cn", "https://hooks.bureau.cn/secret-path"])
def test_apprise_understands_every_address_and_little_of_it_is_shown(text: str) -> None:
    import apprise

    address = read_address(text, ALL)
    url = url_of(address, ALL)
    assert url is not None
    assert apprise.Apprise.instantiate(url) is not None
    shown = masked(address)
    assert KEY not in shown
    assert "secret" not in shown
    assert not Apprise().send([], Notice("", "trial", Text("a", "a"), Text("b", "b")))


@pytest.mark.parametrize(
    ("now", "kind", "on_duty", "sent"),
    [
        ("11-24T21:59", "assigned", False, "11-24T21:59"),
        ("11-24T22:00", "assigned", False, "11-25T07:30"),
        ("11-25T03:00", "assigned", False, "11-25T07:30"),
        ("11-25T07:30", "assigned", False, "11-25T07:30"),
        ("11-24T23:00", "warned", True, "11-24T23:00"),  # on duty, an alarm breaks the quiet
        ("11-24T23:00", "warned", False, "11-25T07:30"),
        ("11-24T23:00", "assigned", True, "11-25T07:30"),
    ],
)
def test_the_quiet_hours_hold_notices_until_their_end(
    now: str, kind: str, on_duty: bool, sent: str
) -> None:
    assert sent_at(NIGHT, kind, at(now), on_duty) == at(sent)


def test_quiet_hours_within_a_day_end_on_that_day() -> None:
    noon = Choice(quiet=(time(11, 30), time(13, 30)), alarms=False)
    assert sent_at(noon, "warned", at("11-24T12:00"), True) == at("11-24T13:30")
    assert sent_at(noon, "warned", at("11-24T14:00"), True) == at("11-24T14:00")


def test_what_is_muted_is_never_sent_and_unknown_kinds_belong_to_the_rest() -> None:
    muted = Choice(muted=frozenset({"talk"}))
    assert sent_at(muted, "followed_up", at("11-24T12:00"), True) is None
    assert sent_at(muted, "assigned", at("11-24T12:00"), True) is not None
    assert group_of("swap_offered") == "other"
    assert len(GROUPS) == 6


def tell(service, recipient: str, kind: str = "assigned") -> None:
    """Leaves a notice in the outbox."""
    wiring = service.wiring
    notice = Notice(recipient, kind, Text("有新咨询", "New"), Text("请受理", "Please"), "/lawyer")
    wiring.write_now(lambda c: outbox.put(c, wiring.keyring, notice, wiring.clock.now()))


@pytest.fixture
def told(service):
    """The lawyer's account with one bot."""
    wiring, account = service.wiring, service.accounts["lawyer"]
    now = service.clock.now()
    wiring.write_now(lambda c: add_channel(c, wiring.keyring, account.id, WECOM, ALL, now))
    return account


def test_a_notice_goes_to_the_address_its_reader_chose_and_only_there(service, told) -> None:
    tell(service, "lawyer:L1")
    tell(service, "role:scheduler")
    channels = Kept()
    assert deliver(service.wiring, channels, service.clock.now()).sent == 2
    assert [url for url, _ in channels.sent] == [f"wecombot://{KEY}/"]
    deliver(service.wiring, channels, service.clock.now() + timedelta(days=1))
    assert len(channels.sent) == 1


def test_many_notices_ask_the_database_no_more_often_than_few(service, told) -> None:
    # Whoever lays them out holds the board meanwhile, and everybody who asks a question waits.
    channels, asked = Kept(), []
    event.listen(service.wiring.engine, "before_cursor_execute", lambda *one: asked.append(one[2]))

    def statements(notices: int) -> int:
        for number in range(notices):
            tell(service, "lawyer:L1" if number % 2 else "role:scheduler")
        asked.clear()
        assert deliver(service.wiring, channels, service.clock.now()).sent == notices
        return len(asked)

    few, many = statements(4), statements(40)  # the first time the rosters are read, too
    assert many <= few
    assert len(channels.sent) == 2 + 20  # every second one has an address


def test_a_notice_of_the_night_waits_for_the_morning_and_lies_in_the_inbox_at_once(
    service, told
) -> None:
    service.wiring.write_now(lambda c: save_choice(c, told.id, NIGHT))
    service.clock.at = at("11-24T23:00")
    tell(service, "lawyer:L1")
    channels = Kept()
    assert deliver(service.wiring, channels, service.clock.now()).sent == 1
    assert channels.sent == []
    deliver(service.wiring, channels, at("11-25T07:29"))
    assert channels.sent == []
    deliver(service.wiring, channels, at("11-25T07:30"))
    assert len(channels.sent) == 1


def test_one_address_that_refuses_is_tried_again_without_the_others(service, told) -> None:
    wiring, now = service.wiring, service.clock.now()
    wiring.settings = wiring.settings.model_copy(update={"mail_url": ALL.mail_url})
    wiring.write_now(lambda c: add_channel(c, wiring.keyring, told.id, "lu@bureau.cn", ALL, now))
    tell(service, "lawyer:L1")
    bot = f"wecombot://{KEY}/"
    channels = Kept(refuses=frozenset({bot}))
    assert deliver(wiring, channels, now).failed == 1
    for wait in RETRIES:
        now += wait
        assert deliver(wiring, channels, now).failed == 1
    assert deliver(wiring, channels, now + timedelta(days=1)).failed == 0
    assert [url for url, _ in channels.sent] == [f"{ALL.mail_url}&to=lu@bureau.cn"]
    left = wiring.read_now(lambda c: c.execute(select(NOTICE_SENDING)).all())
    assert left == []


def test_a_channel_removed_gets_nothing_that_was_on_its_way(service, told) -> None:
    wiring = service.wiring
    wiring.write_now(lambda c: save_choice(c, told.id, NIGHT))
    service.clock.at = at("11-24T23:00")
    tell(service, "lawyer:L1")
    deliver(wiring, Kept(), service.clock.now())
    (channel,) = wiring.read_now(lambda c: channels_of(c, wiring.keyring, told.id))
    assert not wiring.write_now(lambda c: drop_channel(c, told.id + 1, channel.id))
    assert wiring.write_now(lambda c: drop_channel(c, told.id, channel.id))
    channels = Kept()
    deliver(wiring, channels, at("11-25T08:00"))
    assert channels.sent == []


def test_addresses_are_encrypted_kept_once_and_not_without_end(service, told) -> None:
    wiring, now = service.wiring, service.clock.now()
    ring = wiring.keyring

    def add(text: str) -> object:
        return wiring.write_now(lambda c: add_channel(c, ring, told.id, text, ALL, now))

    add(WECOM)
    count = select(func.count()).select_from(NOTICE_CHANNEL)
    assert wiring.read_now(lambda c: c.execute(count).scalar_one()) == 1
    assert KEY not in str(wiring.read_now(lambda c: c.execute(select(NOTICE_CHANNEL)).all()))
    for number in range(MOST - 1):
        add(f"a{number}@bureau.cn")
    with pytest.raises(Refused):
        add("one.more@bureau.cn")


def test_a_choice_is_kept_as_it_was_made(service, told) -> None:
    wiring = service.wiring
    chosen = Choice(frozenset({"talk", "moved"}), (time(0), time(6)), alarms=False)
    wiring.write_now(lambda c: save_choice(c, told.id, chosen))
    assert wiring.read_now(lambda c: choice_of(c, told.id)) == chosen
    wiring.write_now(lambda c: save_choice(c, told.id, Choice()))
    assert wiring.read_now(lambda c: choice_of(c, told.id)) == Choice()
