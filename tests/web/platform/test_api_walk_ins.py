"""Walk-ins and telephone calls over the API."""

from __future__ import annotations

BODY = {"text": "拖欠工资怎么办", "division": "330411", "consent": True}
PLACE = "/api/v1/walk-ins"


def test_staff_enter_a_question_and_hand_over_its_slip(service) -> None:
    sent = service.log_in("scheduler").post(PLACE, json=BODY | {"channel": "phone"})
    assert sent.status_code == 201, sent.text
    given = sent.json()
    assert given["status"] == "assigned"
    secret = {"X-Ticket-Secret": given["secret"]}
    seen = service.stranger().get(f"/api/v1/questions/{given['ticket']}", headers=secret).json()
    assert (seen["channel"], seen["steps"][0]["who"]) == ("电话", "staff")


def test_a_lawyer_on_shift_records_a_talk_in_one_call(service) -> None:
    lawyer = service.log_in("lawyer")
    key = {"Idempotency-Key": "k" * 32}
    body = BODY | {"answer": "可以申请劳动仲裁"}
    first = lawyer.post(PLACE, json=body, headers=key)
    assert (first.status_code, first.json()["status"]) == (201, "closed")
    again = lawyer.post(PLACE, json=body, headers=key)
    assert again.json()["ticket"] == first.json()["ticket"]
    assert again.headers["idempotent-replayed"] == "true"
    assert lawyer.post(PLACE, json=body | {"closes": False}, headers=key).status_code == 409
    open_ = lawyer.post(PLACE, json=body | {"closes": False})
    assert open_.json()["status"] == "answered"


def test_who_is_off_shift_or_no_lawyer_records_nothing(service) -> None:
    body = BODY | {"answer": "可以"}
    assert service.log_in("lawyer-2").post(PLACE, json=body).status_code == 409
    assert service.log_in("scheduler").post(PLACE, json=body).status_code == 403


def test_a_stranger_cannot_pretend_to_be_at_a_counter(service) -> None:
    for channel in ("walk_in", "phone"):
        refused = service.stranger().post("/api/v1/questions", json=BODY | {"channel": channel})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "channel")
    assert service.stranger().post(PLACE, json=BODY).status_code == 401
    wrong = service.log_in("scheduler").post(PLACE, json=BODY | {"channel": "message"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "channel")
