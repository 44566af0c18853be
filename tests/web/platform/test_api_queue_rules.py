"""The settings of the queue over the API: looked at, tried, changed by one at a time."""

from __future__ import annotations

import pytest

PLACE = "/api/v1/settings/queue"


@pytest.fixture
def administrator(service):
    """An administrator's client."""
    return service.log_in("administrator")


def ask(service) -> tuple[str, dict[str, str]]:
    """Asks now; address and header."""
    body = {"text": "拖欠工资", "division": "330411", "consent": True}
    given = service.stranger().post("/api/v1/questions", json=body).json()
    return f"/api/v1/questions/{given['ticket']}", {"X-Ticket-Secret": given["secret"]}


def test_a_shorter_promise_is_previewed_then_in_force_for_open_questions_too(
    service, administrator
) -> None:
    place, secret = ask(service)
    found = administrator.get(PLACE).json()
    queue = found["queue"]
    queue["policy"] = [{"clock": "first_answer", "target": "4h", "unit": "wall"}]
    seen = administrator.post(f"{PLACE}/preview", json={"queue": queue}).json()
    (clock,) = seen["clocks"]
    assert (seen["count"], clock["clock"]) == (1, "first_answer")
    assert clock["before"] == "2026-11-25T09:00:00+08:00"
    assert clock["after"] == "2026-11-24T13:00:00+08:00"
    # Nothing has changed yet.
    due = service.stranger().get(place, headers=secret).json()["due"]["due"]
    assert due == "2026-11-25T09:00:00+08:00"
    done = administrator.put(PLACE, json={"queue": queue, "version": found["version"]})
    assert done.status_code == 200, done.text
    due = service.stranger().get(place, headers=secret).json()["due"]["due"]
    assert due == "2026-11-24T13:00:00+08:00"


def test_whoever_comes_second_is_told_and_changes_nothing(service, administrator) -> None:
    found = administrator.get(PLACE).json()
    queue = found["queue"] | {"capacity": 7}
    first = administrator.put(PLACE, json={"queue": queue, "version": found["version"]})
    assert first.json()["queue"]["capacity"] == 7
    late = {"queue": queue | {"capacity": 9}, "version": found["version"]}
    assert administrator.put(PLACE, json=late).status_code == 409
    assert administrator.get(PLACE).json()["queue"]["capacity"] == 7


def test_a_setting_that_cannot_be_used_is_named(service, administrator) -> None:
    version = administrator.get(PLACE).json()["version"]
    for queue, field in (
        ({"capacity": "many"}, "capacity"),
        ({"overflow": [{"to": "moon", "after": 1}]}, "overflow.to"),
        ({"capacity_by_shift": {"seat": -1}}, "seat"),
        ({"color": "red"}, "queue"),
    ):
        refused = administrator.put(PLACE, json={"queue": queue, "version": version})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert administrator.get(PLACE).json()["version"] == version


def test_schedulers_look_and_only_administrators_change(service) -> None:
    scheduler = service.log_in("scheduler")
    found = scheduler.get(PLACE).json()
    assert scheduler.put(PLACE, json={"queue": {}, "version": found["version"]}).status_code == 403
    assert service.log_in("lawyer").get(PLACE).status_code == 403
