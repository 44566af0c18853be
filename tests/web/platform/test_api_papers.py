"""Legal aid and documents over the API, from the ticket to the bureau's decision."""

from __future__ import annotations

import pytest

ASK = {"text": "老板拖欠三个月工资", "division": "330411", "consent": True}
FORM = {
    "applicant": "张三",
    "contact": "13800000000",
    "matter": "追索劳动报酬",
    "grounds": "被拖欠三个月工资",
    "exempt": "migrant_wage",
    "agreed": True,
}


@pytest.fixture
def asked(service) -> tuple[str, dict[str, str]]:
    """A question's address and the header that opens it; L1 holds it."""
    given = service.stranger().post("/api/v1/questions", json=ASK).json()
    return f"/questions/{given['ticket']}", {"X-Ticket-Secret": given["secret"]}


def test_an_application_goes_from_the_ticket_to_a_decision(service, asked) -> None:
    place, secret = asked
    citizen, supervisor = service.stranger(), service.log_in("supervisor")
    sent = citizen.post(f"/api/v1{place}/aid", json=FORM, headers=secret)
    assert sent.status_code == 200, sent.text
    id = sent.json()["id"]
    assert sent.json()["due"] == "2026-12-01T09:00:00+08:00"
    (listed,) = supervisor.get("/api/v1/aid", params={"status": "submitted"}).json()["applications"]
    assert "form" not in listed
    assert supervisor.get("/api/v1/aid", params={"status": "new"}).status_code == 422
    full = supervisor.get(f"/api/v1/aid/{id}").json()
    assert full["form"]["applicant"] == "张三"
    body = {"version": full["version"], "accepted": False, "reason": "超出收入标准"}
    assert supervisor.post(f"/api/v1/aid/{id}/decide", json=body).status_code == 200
    assert supervisor.post(f"/api/v1/aid/{id}/decide", json=body).status_code == 409
    (mine,) = citizen.get(f"/api/v1{place}/aid", headers=secret).json()["applications"]
    assert (mine["status"], mine["reason"]) == ("refused", "超出收入标准")
    assert citizen.post(f"/api/v1{place}/aid/{id}/withdraw", headers=secret).status_code == 409


def test_a_lawyer_applies_for_the_citizen_and_others_cannot(service, asked) -> None:
    place, secret = asked
    made = service.log_in("lawyer").post(f"/api/v1/me{place}/aid", json=FORM)
    assert made.status_code == 200, made.text
    assert service.log_in("lawyer-2").post(f"/api/v1/me{place}/aid", json=FORM).status_code == 404
    id = made.json()["id"]
    assert service.log_in("lawyer").get(f"/api/v1/aid/{id}").status_code == 403
    wrong = service.stranger().post(f"/api/v1{place}/aid", json=FORM)
    assert wrong.status_code == 404
    back = service.stranger().post(f"/api/v1{place}/aid/{id}/withdraw", headers=secret)
    assert back.status_code == 200


def test_every_field_of_a_form_at_fault_is_named(service, asked) -> None:
    place, secret = asked
    bad = FORM | {"applicant": "", "agreed": False, "exempt": None}
    refused = service.stranger().post(f"/api/v1{place}/aid", json=bad, headers=secret)
    assert refused.status_code == 422
    assert [e["field"] for e in refused.json()["errors"]] == ["applicant", "means", "agreed"]


def test_a_document_is_asked_for_taken_and_delivered(service, asked) -> None:
    place, secret = asked
    citizen, lawyer = service.stranger(), service.log_in("lawyer")
    body = {"document": "complaint", "wanted": "告老板欠薪"}
    made = citizen.post(f"/api/v1{place}/drafts", json=body, headers=secret)
    assert made.status_code == 200, made.text
    (one,) = lawyer.get("/api/v1/me/drafts").json()["drafts"]
    assert (one["document_name"], one["wanted"]) == ("起诉状", "告老板欠薪")
    (open_,) = service.log_in("supervisor").get("/api/v1/drafts").json()["drafts"]
    assert "wanted" not in open_
    step = f"/api/v1/me/drafts/{one['id']}"
    other = service.log_in("lawyer-2")
    assert other.post(f"{step}/take", json={"version": 1}).status_code == 404
    assert lawyer.post(f"{step}/take", json={"version": 1}).status_code == 200
    assert lawyer.post(f"{step}/take", json={"version": 1}).status_code == 409
    sent = lawyer.post(f"{step}/deliver", json={"version": 2, "text": "民事起诉状"})
    assert sent.status_code == 200, sent.text
    (mine,) = citizen.get(f"/api/v1{place}/drafts", headers=secret).json()["drafts"]
    assert (mine["status"], mine["delivered"], mine["late"]) == ("delivered", "民事起诉状", False)
    noted = lawyer.post(f"/api/v1/me{place}/drafts", json=body | {"document": "novel"})
    assert (noted.status_code, noted.json()["errors"][0]["field"]) == (422, "document")
