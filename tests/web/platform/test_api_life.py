"""What a question can live through, over the API: put off, referred, merged, reopened, erased."""

from __future__ import annotations

import pytest


@pytest.fixture
def lawyer(service):
    """The client of L1, who is on duty."""
    return service.log_in("lawyer")


@pytest.fixture
def supervisor(service):
    """A supervisor's client."""
    return service.log_in("supervisor")


def ask(service, text: str = "老板拖欠三个月工资，怎么办？") -> tuple[str, dict[str, str]]:
    """Asks now; the question's address and the header that opens it."""
    body = {"text": text, "division": "330411", "consent": True}
    asked = service.stranger().post("/api/v1/questions", json=body)
    assert asked.status_code == 201, asked.text
    given = asked.json()
    return f"/api/v1/questions/{given['ticket']}", {"X-Ticket-Secret": given["secret"]}


def test_a_question_put_off_pauses_until_the_day_agreed(service, lawyer) -> None:
    place, secret = ask(service)
    body = {"text": "等判决书", "until": "2026-11-27T09:00"}
    put_off = lawyer.post(f"{place}/defer", json=body)
    assert put_off.json()["status"] == "deferred", put_off.text
    seen = service.stranger().get(place, headers=secret).json()
    # Asked on Tuesday 9:00 with 24 hours to go; the three days until Friday 9:00 do not count.
    assert seen["due"] == {
        "kind": "first_answer",
        "due": "2026-11-28T09:00:00+08:00",
        "provisional": False,
        "status": "paused",
    }


@pytest.mark.parametrize("until", ["2026-11-24T08:00", "2027-03-01", "Friday"])
def test_a_day_that_cannot_be_agreed_on_is_refused(service, lawyer, until: str) -> None:
    place, _ = ask(service)
    refused = lawyer.post(f"{place}/defer", json={"text": "等判决书", "until": until})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "until"


def test_a_stale_page_is_told_where_the_question_stands_and_writes_nothing(service, lawyer) -> None:
    place, secret = ask(service)
    seen = lawyer.get("/api/v1/me/queue").json()["questions"][0]["version"]
    taken = lawyer.post(f"{place}/accept", json={"version": seen}).json()
    stale = lawyer.post(f"{place}/answer", json={"version": seen, "text": "写了很久的答复"})
    assert stale.status_code == 409
    assert stale.json()["current"] == {"status": "accepted", "version": taken["version"]}
    steps = service.stranger().get(place, headers=secret).json()["steps"]
    assert "answered" not in [step["kind"] for step in steps]
    # Sent again with what is now, it is taken.
    again = {"version": taken["version"], "text": "写了很久的答复"}
    assert lawyer.post(f"{place}/answer", json=again).json()["status"] == "answered"


def test_a_question_referred_on_stays_open_and_says_to_whom(service, lawyer) -> None:
    place, secret = ask(service)
    sent = lawyer.post(f"{place}/refer", json={"text": "请到公证处办理", "to": "notary"})
    assert sent.json()["status"] == "accepted", sent.text
    wrong = lawyer.post(f"{place}/refer", json={"text": "去那里", "to": "court"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "to")
    steps = service.stranger().get(place, headers=secret).json()["steps"]
    assert [step["text"] for step in steps if step["kind"] == "referred"] == ["请到公证处办理"]


def test_notes_stay_among_staff_and_make_no_page_stale(service, lawyer, supervisor) -> None:
    place, secret = ask(service)
    version = lawyer.get("/api/v1/me/queue").json()["questions"][0]["version"]
    assert lawyer.post(f"{place}/note", json={"text": "先查仲裁时效"}).status_code == 200
    assert supervisor.post(f"{place}/note", json={"text": "请尽快"}).status_code == 200
    assert service.log_in("lawyer-2").post(f"{place}/note", json={"text": "看"}).status_code == 404
    assert lawyer.post(f"{place}/accept", json={"version": version}).status_code == 200
    ticket = place.rpartition("/")[2]
    seen = lawyer.get(f"/api/v1/me/questions/{ticket}").json()
    assert {"先查仲裁时效", "请尽快"} <= {step.get("text") for step in seen["steps"]}
    assert "请尽快" not in service.stranger().get(place, headers=secret).text


def test_a_closed_question_is_opened_again_by_its_lawyer_and_by_a_supervisor(
    service, lawyer, supervisor
) -> None:
    place, _ = ask(service)
    lawyer.post(f"{place}/answer", json={"text": "可以仲裁"})
    for client, left in ((lawyer, "answered"), (supervisor, "assigned")):
        assert lawyer.post(f"{place}/close", json={"text": "办结"}).json()["status"] == "closed"
        assert client.post(f"{place}/reopen", json={}).status_code == 422  # a reason is due
        opened = client.post(f"{place}/reopen", json={"text": "漏了一点"})
        assert opened.json()["status"] == left
    assert (
        service.log_in("lawyer-2").post(f"{place}/reopen", json={"text": "看"}).status_code == 404
    )


def test_the_ticket_of_a_duplicate_finds_the_answer_of_the_other(
    service, lawyer, supervisor
) -> None:
    first, own = ask(service, "工资被拖欠，我叫王五")
    second, secret = ask(service, "还是工资的事")
    ticket = first.rpartition("/")[2]
    merged = supervisor.post(f"{second}/merge", json={"text": "同一件事", "into": ticket})
    assert merged.json()["status"] == "closed", merged.text
    lawyer.post(f"{first}/answer", json={"text": "可以申请劳动仲裁"})
    seen = service.stranger().get(second, headers=secret)
    assert [s["text"] for s in seen.json()["steps"] if s["kind"] == "answered"] == [
        "可以申请劳动仲裁"
    ]
    assert "王五" not in seen.text  # what the other wrote stays theirs
    # Written from the duplicate's ticket, a message reaches the lawyer, and that ticket alone.
    again = service.stranger().post(
        f"{second}/messages", json={"text": "仲裁要钱吗"}, headers=secret
    )
    assert again.json()["status"] == "closed", again.text
    page = lawyer.get(f"/api/v1/me/questions/{ticket}").json()
    assert page["status"] == "accepted"
    assert "仲裁要钱吗" in [step.get("text") for step in page["steps"]]
    assert "仲裁要钱吗" in service.stranger().get(second, headers=secret).text
    assert "仲裁要钱吗" not in service.stranger().get(first, headers=own).text
    lost = supervisor.post(f"{first}/merge", json={"text": "同", "into": "ZB-0000-0000"})
    assert lost.status_code == 404


def test_what_is_asked_back_says_when_it_closes_by_itself(service, lawyer) -> None:
    place, secret = ask(service)
    assert "closes_at" not in service.stranger().get(place, headers=secret).json()
    lawyer.post(f"{place}/ask-back", json={"text": "合同签了吗"})
    # Tuesday 2026-11-24 9:00 and the usual fifteen days; an answered one has seven.
    seen = service.stranger().get(place, headers=secret).json()
    assert seen["closes_at"] == "2026-12-09T09:00:00+08:00"
    lawyer.post(f"{place}/answer", json={"text": "可以仲裁"})
    seen = service.stranger().get(place, headers=secret).json()
    assert seen["closes_at"] == "2026-12-01T09:00:00+08:00"


def test_an_erased_question_cannot_be_read_noted_or_opened_again(
    service, lawyer, supervisor
) -> None:
    place, secret = ask(service)
    assert supervisor.post(f"{place}/erase", json={}).status_code == 409  # not before it has ended
    service.stranger().post(f"{place}/withdraw", json={}, headers=secret)
    assert supervisor.post(f"{place}/erase", json={}).status_code == 200
    assert "拖欠" not in service.stranger().get(place, headers=secret).text
    assert supervisor.post(f"{place}/note", json={"text": "看"}).status_code == 409
    assert supervisor.post(f"{place}/reopen", json={"text": "看"}).status_code == 409


def test_a_transfer_keeps_the_whole_history_and_ends_the_first_lawyers_access(
    service, lawyer, register, publish_day
) -> None:
    place, _ = ask(service)
    ticket = place.rpartition("/")[2]
    lawyer.post(f"{place}/answer", json={"text": "先说一点"})
    away = lawyer.post(f"{place}/transfer", json={"text": "他更熟悉", "to": "L2"})
    assert away.status_code == 409  # L2 is not on duty
    publish_day(service.wiring.engine, register, "L2", service.clock.at.date(), 2)
    moved = lawyer.post(f"{place}/transfer", json={"text": "他更熟悉", "to": "L2"})
    assert moved.status_code == 200, moved.text
    assert lawyer.get(f"/api/v1/me/questions/{ticket}").status_code == 404
    seen = service.log_in("lawyer-2").get(f"/api/v1/me/questions/{ticket}").json()
    assert {"先说一点", "他更熟悉"} <= {step.get("text") for step in seen["steps"]}


def test_many_are_given_away_in_one_call_each_told_for_itself_and_tried_before(
    service, lawyer, supervisor, register, publish_day
) -> None:
    tickets = [ask(service)[0].rpartition("/")[2] for _ in range(2)]
    versions = [lawyer.get(f"/api/v1/me/questions/{one}").json()["version"] for one in tickets]
    publish_day(service.wiring.engine, register, "L2", service.clock.at.date(), 2)
    seen = [{"ticket": one, "version": v} for one, v in zip(tickets, versions, strict=True)]
    seen[1]["version"] += 1
    seen.append({"ticket": "ZB-0000-0000", "version": 1})
    body = {"questions": seen, "text": "换班", "to": "L2"}
    for trial in (True, False):
        answer = supervisor.post("/api/v1/reassignments", json=body | {"trial": trial})
        assert answer.status_code == 200, answer.text
        assert answer.json()["trial"] is trial
        given, stale, unknown = answer.json()["questions"]
        assert (given["done"], given["lawyer"]) == (True, "L2")
        assert (stale["done"], stale["version"], stale["lawyer"]) == (False, versions[1], "L1")
        assert stale["why"]
        assert (unknown["done"], "lawyer" in unknown) == (False, False)
        holder = service.log_in("lawyer" if trial else "lawyer-2")
        assert holder.get(f"/api/v1/me/questions/{tickets[0]}").status_code == 200
    for wrong in ({"questions": []}, {"text": " "}, {"questions": seen * 34}):
        assert supervisor.post("/api/v1/reassignments", json=body | wrong).status_code == 422
    assert lawyer.post("/api/v1/reassignments", json=body).status_code == 403


def test_a_question_is_not_taken_back_over_an_answer_not_yet_seen(service, lawyer) -> None:
    place, secret = ask(service)
    seen = service.stranger().get(place, headers=secret).json()["version"]
    lawyer.post(f"{place}/answer", json={"text": "可以仲裁"})
    body = {"version": seen, "text": "不问了"}
    stale = service.stranger().post(f"{place}/withdraw", json=body, headers=secret)
    assert (stale.status_code, stale.json()["current"]["status"]) == (409, "answered")
    now = body | {"version": stale.json()["current"]["version"]}
    done = service.stranger().post(f"{place}/withdraw", json=now, headers=secret)
    assert done.json()["status"] == "withdrawn"


def test_a_line_tells_until_when_to_whom_and_what(service, lawyer) -> None:
    place, secret = ask(service)
    lawyer.post(f"{place}/refer", json={"text": "请到公证处", "to": "notary"})
    lawyer.post(f"{place}/defer", json={"text": "等判决书", "until": "2026-11-27T09:00"})
    steps = service.stranger().get(place, headers=secret).json()["steps"]
    facts = {step["kind"]: step["facts"] for step in steps if "facts" in step}
    assert facts == {
        "referred": {"to": "notary"},
        "deferred": {"until": "2026-11-27T01:00:00.000000+00:00"},
    }
