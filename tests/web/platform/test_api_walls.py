"""Every call as every role and as a stranger; every call described; nothing ends in a trace."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Route

from zhiban.web.accounts import ACTS_AS, ROLES
from zhiban.web.api import CALLS, routes
from zhiban.web.api.call import PREFIX
from zhiban.web.api.openapi import described

BODIES = {
    "RosterIn": {"week": "2026-W49"},
    "PublishIn": {"revision": 1},
    "ChooseIn": {"revision": 1},
    "ActIn": {"text": "好"},
    "TransferIn": {"text": "好", "to": "L2"},
    "ClientsIn": {"clients": []},
    "OwnClientIn": {"name": "宏达公司"},
    "LawyersAidIn": {
        "applicant": "张三",
        "contact": "1",
        "matter": "欠薪",
        "grounds": "三个月",
        "means": "无",
        "agreed": True,
    },
    "DecideIn": {"version": 1, "accepted": True, "reason": "好"},
    "LawyersDraftIn": {"document": "will", "wanted": "遗嘱"},
    "DraftStepIn": {"version": 1, "text": "好"},
    "WalkInIn": {"text": "欠薪", "division": "330411", "consent": True},
    "SignInIn": {"code": "000000"},
    "RulesIn": {"queue": {}},
    "ChangeRulesIn": {"queue": {}, "version": "x"},
    "ChangePaperTimesIn": {"papers": {}, "version": "x"},
    "DeferIn": {"text": "好", "until": "2026-11-25"},
    "ReferIn": {"text": "好", "to": "aid"},
    "ReassignIn": {"questions": [{"ticket": "ZB-0000-0000", "version": 1}], "text": "好"},
    "MergeIn": {"text": "好", "into": "ZB-0000-0001"},
    "LeaveIn": {"start": "2026-12-01T08:30", "end": "2026-12-01T17:00", "kind": "personal"},
    "SwapIn": {"week": "2026-W48", "shift": "x"},
    "AcceptIn": {"way": [{"lawyer": "L1", "shift": "x", "to": "L2"}]},
    "RefuseIn": {"reason": "好"},
    "LoginIn": {"login": "scheduler", "password": "wrong password"},
    "EditsIn": {"revision": 1, "edits": [{"act": "add", "shift": "x", "lawyer": "L1"}]},
}
STAFF_CALLS = [call for call in CALLS if call.roles]


def send(client, call):
    """Sends a call with a plausible body to an address where nothing is."""
    path = call.path.replace("{week}", "2026-W50").replace("{job}", "99")
    path = path.replace("{ticket}", "ZB-0000-0000")
    path = path.replace("{attachment}", "none").replace("{client}", "99")
    for name in ("application", "draft", "alternative", "swap"):
        path = path.replace(f"{{{name}}}", "99")
    if call.upload:
        files = {"file": ("a.jpg", b"\xff\xd8\xff\xda\x00\x02....\xff\xd9", "image/jpeg")}
        return client.request(call.method, PREFIX + path, files=files)
    body = BODIES[call.body.__name__] if call.body else None
    return client.request(call.method, PREFIX + path, json=body)


def test_a_stranger_is_asked_to_log_in_at_every_staff_call(service) -> None:
    for call in STAFF_CALLS:
        answer = send(service.stranger(), call)
        assert answer.status_code == 401, (call.method, call.path)
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_its_own_calls_and_no_others(service, role: str) -> None:
    for call in STAFF_CALLS:
        client = service.log_in(role)
        status = send(client, call).status_code
        if ACTS_AS[role].isdisjoint(call.roles):
            assert status == 403, (role, call.method, call.path)
        else:
            assert status not in (401, 403, 405, 500), (role, call.method, call.path)


def test_every_route_of_the_api_is_described_and_every_description_is_a_route() -> None:
    document = described()
    described_calls = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    served = {
        (method, route.path)
        for route in routes
        if isinstance(route, Route) and route.path.startswith(PREFIX)
        for method in route.methods - {"HEAD"}
    }
    assert described_calls == served


def test_the_description_is_whole() -> None:
    document = described()
    names = [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    ]
    assert len(names) == len(set(names))
    text = str(document)
    for name in re.findall(r"#/components/schemas/(\w+)", text):
        assert name in document["components"]["schemas"], name
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert len(operation["responses"]) > 1


def test_the_description_and_its_page_are_served_without_outside_assets(service) -> None:
    client = service.stranger()
    assert client.get("/api/openapi.json").json()["openapi"] == "3.1.0"
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "/api/v1/questions/{ticket}" in page.text


def test_unknown_addresses_and_wrong_methods_are_said_in_both_languages(service) -> None:
    client = service.stranger()
    for method, path, status in (
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/v1/questions", 405),
        ("DELETE", "/api/v1/duty", 405),
        ("GET", "/api/v1/sessions", 405),
    ):
        seen = {}
        for language in ("zh", "en"):
            answer = client.request(method, path, headers={"Accept-Language": language})
            assert answer.status_code == status, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["content-language"] == language
            seen[language] = answer.json()["title"]
        assert seen["zh"] != seen["en"]
    assert "GET" in client.delete("/api/v1/duty").headers["allow"]


def test_a_failure_of_ours_is_said_in_plain_words_and_shows_no_trace(service, monkeypatch) -> None:
    def breaks(connection: object) -> object:
        raise RuntimeError("the citizen's phone is 13800000000")

    monkeypatch.setattr(service.wiring, "published", breaks)
    for path, kind in (("/api/v1/duty", "application/problem+json"), ("/", "text/html")):
        answer = service.stranger().get(path)
        if kind == "application/problem+json":
            assert answer.status_code == 500
        assert "13800000000" not in answer.text
        assert "Traceback" not in answer.text
        assert "RuntimeError" not in answer.text


UNUSABLE = ["soon", "2026-13-01", "9999999", "2026-11-24T09:00+99:00", "0001-01-01", "9999-12-31"]


@pytest.mark.parametrize("at", UNUSABLE)
def test_a_moment_that_is_none_is_refused(service, at: str) -> None:
    answer = service.stranger().get("/api/v1/duty", params={"at": at})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "at"


def test_who_is_on_duty_is_told_without_phones_or_ids_of_people(service) -> None:
    found = service.stranger().get("/api/v1/duty").json()
    assert found["at"] == "2026-11-24T09:00:00+08:00"
    (duty,) = found["duties"]
    assert (duty["lawyer"], duty["firm"]) == ("律师1", "诚信律师事务所")
    assert "L1" not in str(found)
    at_noon = {"at": "2026-11-24T12:00"}
    assert service.stranger().get("/api/v1/duty", params=at_noon).json()["duties"] == []


def test_an_offset_with_a_plus_sign_is_understood_escaped_or_not(service) -> None:
    for query in ("at=2026-11-24T09:00%2B08:00", "at=2026-11-24T09:00+08:00"):
        assert len(service.stranger().get(f"/api/v1/duty?{query}").json()["duties"]) == 1


def test_a_lawyer_sees_their_own_shifts_and_ledger(service) -> None:
    client = service.log_in("lawyer")
    (shift,) = client.get("/api/v1/me/shifts").json()["shifts"]
    assert (shift["week"], shift["version"], shift["role"]) == ("2026-W48", 1, "primary")
    ledger = client.get("/api/v1/me/ledger").json()
    assert (ledger["lawyer"], ledger["until"]) == ("L1", "2026-W47")
    assert service.log_in("lawyer-2").get("/api/v1/me/shifts").json()["shifts"] == []
