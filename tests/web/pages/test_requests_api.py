"""Leave and swaps over the API: the same rules, rights and answers as on the pages."""

from __future__ import annotations

from typing import Any

SHIFT = "seat-x@2026-11-25T0830"
WAY = [{"lawyer": "L2", "shift": SHIFT, "role": "primary", "to": "L5"}]
OFFER = {"week": "2026-W48", "shift": SHIFT, "ways": [WAY]}


def test_leave_is_asked_for_once_under_its_key(site: Any) -> None:
    lawyer = site.caller("l2")
    body = {"start": "2026-11-25", "end": "2026-11-26", "kind": "annual"}
    first = lawyer.post("/api/v1/leaves", json=body, headers={"Idempotency-Key": "k" * 32})
    again = lawyer.post("/api/v1/leaves", json=body, headers={"Idempotency-Key": "k" * 32})
    assert first.status_code == 201
    assert first.json() == again.json()
    assert (first.json()["state"], len(first.json()["touches"])) == ("asked", 2)
    for wrong in (
        {**body, "end": "2026-11-24"},
        {**body, "kind": "holiday"},
        {**body, "start": "soon"},
    ):
        assert lawyer.post("/api/v1/leaves", json=wrong).status_code == 422
    assert site.caller("scheduler").post("/api/v1/leaves", json=body).status_code == 403


def test_a_swap_goes_its_way_over_the_api(site: Any) -> None:
    owner, partner, desk = (site.caller(login) for login in ("l2", "l5", "scheduler"))
    made = owner.post("/api/v1/swaps", json=OFFER)
    assert made.status_code == 201, made.text
    path = f"/api/v1/swaps/{made.json()['id']}"
    assert desk.post(f"{path}/approve").status_code == 409  # nobody has agreed yet
    stranger = site.caller("l6")
    assert stranger.post(f"{path}/accept", json={"way": WAY}).status_code == 404
    assert stranger.post(f"{path}/refuse", json={}).status_code == 404
    agreed = partner.post(f"{path}/accept", json={"way": WAY})
    assert agreed.json()["state"] == "agreed"
    assert partner.post(f"{path}/approve").status_code == 403
    done = desk.post(f"{path}/approve").json()
    assert (done["state"], done["version"]) == ("done", 2)
    assert desk.post(f"{path}/refuse", json={"reason": "no"}).status_code == 409
    shifts = partner.get("/api/v1/me/shifts").json()["shifts"]
    assert [one["shift"] for one in shifts] == [SHIFT]


def test_a_lawyer_declines_and_a_scheduler_turns_down(site: Any) -> None:
    owner, partner, desk = (site.caller(login) for login in ("l2", "l5", "scheduler"))
    first = owner.post("/api/v1/swaps", json=OFFER).json()["id"]
    declined = partner.post(f"/api/v1/swaps/{first}/refuse", json={})
    assert declined.json()["state"] == "lapsed"  # nobody else was asked
    second = owner.post("/api/v1/swaps", json=OFFER).json()["id"]
    partner.post(f"/api/v1/swaps/{second}/accept", json={"way": WAY})
    refused = desk.post(f"/api/v1/swaps/{second}/refuse", json={"reason": "当天要开会"})
    assert (refused.json()["state"], refused.json()["why"]) == ("refused", "当天要开会")
    held_by_another = {**OFFER, "shift": "seat-c@2026-11-25T0830"}
    assert owner.post("/api/v1/swaps", json=held_by_another).status_code in (404, 422)
