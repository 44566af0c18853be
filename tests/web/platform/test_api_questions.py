"""The life of a question over the API: asked, held, answered, rated; and every way to go wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

ASK = {
    "text": "老板拖欠三个月工资，怎么办？",
    "division": "330411",
    "consent": True,
    "category": "labour",
    "contact": "13800000000",
}
KEY = {"Idempotency-Key": "0123456789abcdef0123456789abcdef"}


def ask(client, **changes: object):
    """Asks the usual question with some fields changed."""
    return client.post("/api/v1/questions", json=ASK | changes)


def test_a_question_goes_to_the_lawyer_on_duty_and_comes_back_answered(service) -> None:
    citizen, lawyer = service.stranger(), service.log_in("lawyer")
    asked = ask(citizen)
    assert asked.status_code == 201, asked.text
    ticket = asked.json()
    assert ticket["status"] == "assigned"
    assert ticket["lawyer"] == {"name": "律师1", "firm": "诚信律师事务所"}
    assert ticket["due"]["at"].endswith("+08:00")
    place = f"/api/v1/questions/{ticket['ticket']}"
    secret = {"X-Ticket-Secret": ticket["secret"]}

    queue = lawyer.get("/api/v1/me/queue").json()["questions"]
    assert [line["ticket"] for line in queue] == [ticket["ticket"]]
    page = lawyer.get(f"/api/v1/me/questions/{ticket['ticket']}").json()
    assert page["story"] == ASK["text"]
    assert "13800000000" not in str(page)  # masked until asked for

    taken = lawyer.post(f"{place}/accept", json={"version": page["version"]})
    assert taken.json()["status"] == "accepted"
    stale = lawyer.post(f"{place}/answer", json={"version": page["version"], "text": "可以仲裁。"})
    assert stale.status_code == 409
    answered = lawyer.post(f"{place}/answer", json={"text": "可以申请劳动仲裁。"})
    assert answered.json()["status"] == "answered"

    seen = citizen.get(place, headers=secret).json()
    assert "可以申请劳动仲裁。" in [step.get("text") for step in seen["steps"]]
    assert (
        citizen.post(f"{place}/messages", json={"text": "谢谢"}, headers=secret).status_code == 200
    )
    assert lawyer.post(f"{place}/close", json={"text": "已答复"}).status_code == 200
    rated = citizen.post(f"{place}/rating", json={"score": 5}, headers=secret)
    assert rated.status_code == 200, rated.text
    assert citizen.get(place, headers=secret).json()["rating"] == 5


def test_with_nobody_on_duty_the_question_waits_and_says_until_when(service) -> None:
    service.clock.at += timedelta(days=-1)  # Monday: nobody; Tuesday 8:30 the seat is staffed
    asked = ask(service.stranger()).json()
    assert asked["status"] == "waiting"
    assert "lawyer" not in asked
    assert asked["waiting"]["next_shift"]["start"] == "2026-11-24T08:30:00+08:00"


def test_a_repeated_request_gets_the_same_answer_and_another_under_its_key_none(service) -> None:
    client = service.stranger()
    first = client.post("/api/v1/questions", json=ASK, headers=KEY)
    again = client.post("/api/v1/questions", json=ASK, headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    other = client.post("/api/v1/questions", json=ASK | {"text": "别的问题"}, headers=KEY)
    assert other.status_code == 409
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"
    assert len(service.log_in("lawyer").get("/api/v1/me/queue").json()["questions"]) == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"text": ""}, {"text"}),
        ({"text": "  \n"}, {"text"}),
        ({"text": "a\u0000b"}, {"text"}),
        ({"text": 5}, {"text"}),
        ({"text": "x" * 30_000}, {"text"}),
        ({"division": "999999"}, {"division"}),
        ({"contact": "9" * 401}, {"contact"}),
        ({"category": "astrology"}, {"category"}),
        ({"consent": False}, {"consent"}),
        ({"consent": "yes"}, {"consent"}),
        ({"green_lane": ["kings"]}, {"green_lane"}),
        ({"green_lane": "elder"}, {"green_lane"}),
        ({"nickname": "x"}, {"nickname"}),
        ({"text": "", "division": "x"}, {"text", "division"}),
    ],
)
def test_each_bad_field_is_named_in_both_languages_and_nothing_is_kept(
    service, changes: dict[str, object], fields: set[str]
) -> None:
    client = service.stranger()
    for language in ("zh", "en"):
        headers = {"Accept-Language": language}
        answer = client.post("/api/v1/questions", json=ASK | changes, headers=headers)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert {error["field"] for error in problem["errors"]} == fields
        assert problem["title"]
        assert problem["detail"]
        assert all(error["message"] for error in problem["errors"])
    assert service.log_in("lawyer").get("/api/v1/me/queue").json()["questions"] == []


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"text": "\\ud800"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"text=hello", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
    ],
)
def test_a_body_that_is_no_json_object_is_refused_in_words(
    service, content: bytes, kind: str, status: int
) -> None:
    answer = service.stranger().post(
        "/api/v1/questions", content=content, headers={"Content-Type": kind}
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text


def test_an_unknown_ticket_and_a_wrong_secret_get_the_same_answer(service) -> None:
    client = service.stranger()
    ticket = ask(client).json()["ticket"]
    secrets = ["", "0" * 16, "秘密"]
    answers = [
        client.get(f"/api/v1/questions/{code}", headers={"X-Ticket-Secret": secret.encode()})
        for code in (ticket, "ZB-0000-0000", "nonsense", "Z" * 500)
        for secret in secrets
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def test_a_lawyer_reads_and_answers_only_what_is_with_them(service) -> None:
    ticket = ask(service.stranger()).json()["ticket"]
    other = service.log_in("lawyer-2")
    assert other.get(f"/api/v1/me/questions/{ticket}").status_code == 404
    for act in ("accept", "answer", "ask-back", "decline", "recuse", "close"):
        answer = other.post(f"/api/v1/questions/{ticket}/{act}", json={"text": "好"})
        assert answer.status_code == 404, act
    assert other.get("/api/v1/me/queue").json()["questions"] == []


def test_who_declines_says_why_and_the_question_waits_again(service) -> None:
    ticket = ask(service.stranger()).json()["ticket"]
    lawyer = service.log_in("lawyer")
    place = f"/api/v1/questions/{ticket}/decline"
    assert lawyer.post(place, json={}).status_code == 422
    declined = lawyer.post(place, json={"text": "不熟悉"})
    assert declined.json()["status"] == "waiting"


def test_a_withdrawn_question_takes_no_more_steps(service) -> None:
    citizen = service.stranger()
    asked = ask(citizen).json()
    place, secret = f"/api/v1/questions/{asked['ticket']}", {"X-Ticket-Secret": asked["secret"]}
    assert citizen.post(f"{place}/withdraw", json={}, headers=secret).status_code == 200
    again = citizen.post(f"{place}/withdraw", json={}, headers=secret)
    assert again.status_code == 409
    assert again.json()["detail"]


def test_asking_and_guessing_secrets_are_limited_by_address(service, settings) -> None:
    from starlette.testclient import TestClient

    from zhiban.web.main import create_app

    tight = settings.model_copy(update={"ask_limit": "2/minute", "ticket_limit": "2/minute"})
    with TestClient(create_app(tight, service.clock)) as client:
        assert [ask(client).status_code for _ in range(3)] == [201, 201, 429]
        place = "/api/v1/questions/ZB-0000-0000"
        tries = [client.get(place, headers={"X-Ticket-Secret": "x"}) for _ in range(3)]
        assert [one.status_code for one in tries] == [404, 404, 429]


def test_a_message_sent_again_under_its_key_is_written_once(service) -> None:
    citizen = service.stranger()
    asked = ask(citizen).json()
    place = f"/api/v1/questions/{asked['ticket']}"
    headers = {"X-Ticket-Secret": asked["secret"], "Idempotency-Key": "a-key-of-this-message-1"}

    def send(text: str):
        return citizen.post(f"{place}/messages", json={"text": text}, headers=headers)

    first, again = send("补充"), send("补充")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert send("别的").status_code == 409
    steps = citizen.get(place, headers=headers).json()["steps"]
    assert [one["kind"] for one in steps].count("message") == 1
