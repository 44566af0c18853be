"""A ticket read on the event loop is what a thread would have read, and never what was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from zhiban.data.database import writing
from zhiban.data.reader import NotNow
from zhiban.data.store import save_register
from zhiban.queue import service as queue
from zhiban.queue.acting import Move
from zhiban.web.following import Following


@pytest.fixture
def citizen(service) -> TestClient:
    """A client on the service's own event loop."""
    return service.client


@pytest.fixture
def asked(citizen):
    """The address of a question with all its parts, and the header that opens it."""
    body = {
        "text": "老板拖欠工资 🙏",
        "division": "330411",
        "consent": True,
        "category": "labour",
        "contact": "13800000000",
        "other_party": "某某公司",
        "green_lane": ["elder"],
    }
    given = citizen.post("/api/v1/questions", json=body).json()
    return f"/api/v1/questions/{given['ticket']}", {"X-Ticket-Secret": given["secret"]}


@pytest.fixture
def slow(service, monkeypatch):
    """Reads the same through a thread, as where the event loop cannot."""

    def read(place: str, headers: dict[str, str]) -> bytes:
        async def not_now(*_: object) -> None:
            raise NotNow

        with monkeypatch.context() as patch:
            patch.setattr(service.wiring.reader, "rows", not_now)
            return service.client.get(place, headers=headers).content

    return read


def test_every_step_of_a_question_reads_the_same_both_ways(service, citizen, asked, slow) -> None:
    place, secret = asked
    lawyer = service.log_in("lawyer")
    steps = (
        lambda: None,
        lambda: lawyer.post(f"{place}/accept", json={}),
        lambda: lawyer.post(f"{place}/ask-back", json={"text": "有合同吗？"}),
        lambda: citizen.post(f"{place}/messages", json={"text": "没有"}, headers=secret),
        lambda: lawyer.post(f"{place}/defer", json={"text": "等", "until": "2026-11-27T09:00"}),
        lambda: lawyer.post(f"{place}/answer", json={"text": "可以仲裁"}),
        lambda: citizen.post(f"{place}/rating", json={"score": 5}, headers=secret),
        lambda: lawyer.post(f"{place}/close", json={"text": "已答复"}),
    )
    versions = set()
    for step in steps:
        done = step()
        assert done is None or done.status_code == 200, done.text
        for lang in ("zh", "en"):
            headers = secret | {"Accept-Language": lang}
            fast = [citizen.get(place, headers=headers).content for _ in range(2)]
            assert fast == [slow(place, headers)] * 2
        versions.add(citizen.get(place, headers=secret).json()["version"])
    assert len(versions) == len(steps) - 1  # a rating makes nobody's page stale


def test_only_what_changed_is_read_again(service, citizen, asked, monkeypatch) -> None:
    place, secret = asked
    made = []
    usual = Following._view

    async def counted(self, *given):
        made.append(given)
        return await usual(self, *given)

    monkeypatch.setattr(Following, "_view", counted)
    for _ in range(3):
        citizen.get(place, headers=secret)
    assert len(made) == 1
    citizen.post(f"{place}/messages", json={"text": "还有一件事"}, headers=secret)
    assert "还有一件事" in citizen.get(place, headers=secret).text
    assert len(made) == 2


def test_a_clock_that_turns_shows_without_an_event(service, citizen, asked) -> None:
    place, secret = asked
    before = citizen.get(place, headers=secret).json()["due"]
    assert before["status"] == "running"
    shown = set()
    for _ in range(26):  # 24 hours to answer, and the last part of them warned of
        shown.add(citizen.get(place, headers=secret).json()["due"]["status"])
        service.clock.at += timedelta(hours=1)
    assert shown == {"running", "warned", "breached"}
    service.clock.at -= timedelta(hours=26)
    assert citizen.get(place, headers=secret).json()["due"] == before


def test_a_changed_register_shows_at_once(service, citizen, asked, register) -> None:
    place, secret = asked
    assert citizen.get(place, headers=secret).json()["lawyer"]["name"] == "律师1"
    lawyers = dict(register.lawyers)
    lawyers["L1"] = replace(lawyers["L1"], name="改了名")
    with writing(service.wiring.engine) as connection:
        save_register(connection, replace(register, lawyers=lawyers), service.wiring.keyring)
    assert citizen.get(place, headers=secret).json()["lawyer"]["name"] == "改了名"


def test_what_is_erased_is_shown_no_more(service, citizen, asked) -> None:
    place, secret = asked
    wiring = service.wiring
    assert "拖欠" in citizen.get(place, headers=secret).text
    code, now = place.rpartition("/")[2], service.clock.now()
    with writing(wiring.engine) as connection:
        queue.withdraw(connection, wiring.keyring, code, secret["X-Ticket-Secret"], "", now)
        queue.erase(connection, wiring.keyring, Move(code, "supervisor", now))
    assert "拖欠" not in citizen.get(place, headers=secret).text


def test_a_kept_answer_is_for_the_right_secret_only(citizen, asked) -> None:
    place, secret = asked
    assert citizen.get(place, headers=secret).status_code == 200
    wrong = {"X-Ticket-Secret": "0" * 16}
    unknown = citizen.get("/api/v1/questions/ZB-0000-0000", headers=secret)
    assert citizen.get(place, headers=wrong).status_code == unknown.status_code == 404
    assert citizen.get(place, headers=wrong).content == unknown.content
    assert citizen.get(place).status_code == 404
