"""Places and bookings over the API."""

from __future__ import annotations

from datetime import time

import pytest

from zhiban.data.bodies import Body
from zhiban.data.bodies_store import save_bodies
from zhiban.data.database import writing
from zhiban.data.places import Opening

BODY = {
    "place": "aid-x",
    "start": "",
    "name": "王小明",
    "phone": "13805731234",
    "consent": True,
}
PLACE = "/api/v1/bookings"


@pytest.fixture
def offered(service, database) -> dict[str, object]:
    """A body that is open every day with two desks, as the API offers it."""
    hours = tuple(Opening(day, time(0), time(0)) for day in range(7))
    body = Body(
        "aid-x",
        "aid",
        "援助中心",
        "Legal Aid",
        "330411",
        lat=30.7,
        lon=120.7,
        desks=1,
        openings=hours,
    )
    with writing(database) as connection:
        save_bodies(connection, (body,))
    answer = service.stranger().get("/api/v1/places?kind=aid&near=30.709,120.7001")
    (found,) = answer.json()["places"]
    return dict(found)


def test_places_say_whether_they_are_open_how_far_and_what_is_free(service, offered) -> None:
    assert (offered["id"], offered["open"], offered["bookable"]) == ("aid-x", True, True)
    assert offered["metres"] == 1001  # 0.009 degrees of latitude
    assert offered["first_free"]
    every = service.stranger().get("/api/v1/places").json()["places"]
    assert {one["kind"] for one in every} == {"aid", "firm"}


def test_a_kind_or_a_position_that_cannot_be_is_named(service) -> None:
    for query, field in (("kind=bank", "kind"), ("near=here", "near")):
        refused = service.stranger().get(f"/api/v1/places?{query}")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


def test_a_booking_is_made_once_seen_and_cancelled_by_its_secret_only(service, offered) -> None:
    body, key = BODY | {"start": offered["first_free"]}, {"Idempotency-Key": "k" * 32}
    client = service.stranger()
    made = client.post(PLACE, json=body, headers=key)
    assert made.status_code == 201, made.text
    again = client.post(PLACE, json=body, headers=key)
    assert again.json() == made.json()
    assert again.headers["idempotent-replayed"] == "true"
    at, secret = f"{PLACE}/{made.json()['code']}", {"X-Ticket-Secret": made.json()["secret"]}
    seen = client.get(at, headers=secret).json()
    assert (seen["status"], seen["phone"], seen["place_name"]) == (
        "booked",
        "138****1234",
        "援助中心",
    )
    for wrong in ({}, {"X-Ticket-Secret": "0" * 16}):
        assert client.get(at, headers=wrong).status_code == 404
        assert client.delete(at, headers=wrong).status_code == 404
    assert client.delete(at, headers=secret).status_code == 204
    assert client.delete(at, headers=secret).status_code == 409
    assert client.get(at, headers=secret).json()["status"] == "cancelled"


def test_the_second_at_one_time_gets_409_and_faults_are_named(service, offered) -> None:
    body = BODY | {"start": offered["first_free"]}
    client = service.stranger()
    assert client.post(PLACE, json=body).status_code == 201
    second = client.post(PLACE, json=body | {"phone": "13905730000"})
    assert (second.status_code, second.json()["errors"][0]["field"]) == (409, "start")
    bad = client.post(PLACE, json=body | {"phone": "1", "name": "", "consent": True})
    assert {one["field"] for one in bad.json()["errors"]} == {"name", "phone"}
    assert client.post(PLACE, json=body | {"start": "soon"}).status_code == 422
    assert client.post(PLACE, json=body | {"place": "nowhere"}).status_code == 422
