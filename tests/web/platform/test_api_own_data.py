"""A citizen's own data over the API."""

from __future__ import annotations

from starlette.testclient import TestClient

from zhiban.web.main import create_app

ASK = {"text": "拖欠工资", "division": "330411", "consent": True, "contact": "13805731234"}


def ask(client) -> tuple[str, dict[str, str]]:
    """Asks; the ticket, and the header that opens it."""
    given = client.post("/api/v1/questions", json=ASK).json()
    return given["ticket"], {"X-Ticket-Secret": given["secret"]}


def test_everything_is_exported_then_destroyed(service) -> None:
    client = service.stranger()
    ticket, secret = ask(client)
    place = f"/api/v1/questions/{ticket}"
    found = client.get(f"{place}/export", headers=secret).json()
    assert (found["text"], found["contact"]) == ("拖欠工资", "13805731234")
    assert client.delete(place).status_code == 404  # not without the secret
    gone = client.delete(place, headers=secret)
    assert gone.json()["status"] == "withdrawn", gone.text
    after = client.get(f"{place}/export", headers=secret)
    assert "13805731234" not in after.text
    assert "拖欠工资" not in after.text
    assert client.delete(place, headers=secret).status_code == 409


def test_a_lost_secret_is_replaced_by_code_and_number(service) -> None:
    client = service.stranger()
    ticket, old = ask(client)
    wrong = client.post("/api/v1/recoveries", json={"ticket": ticket, "phone": "13800000000"})
    assert wrong.status_code == 404
    given = client.post("/api/v1/recoveries", json={"ticket": ticket, "phone": "13805731234"})
    assert given.status_code == 200, given.text
    place = f"/api/v1/questions/{ticket}"
    assert client.get(place, headers=old).status_code == 404
    fresh = {"X-Ticket-Secret": given.json()["secret"]}
    assert client.get(place, headers=fresh).status_code == 200


def test_numbers_cannot_be_tried_one_after_the_other(service, settings) -> None:
    app = create_app(settings.model_copy(update={"ticket_limit": "3/minute"}), service.clock)
    with TestClient(app) as client:
        tries = [
            client.post(
                "/api/v1/recoveries", json={"ticket": "ZB-0000-0000", "phone": f"1380000{n}"}
            )
            for n in range(4)
        ]
    assert [one.status_code for one in tries] == [404, 404, 404, 429]
