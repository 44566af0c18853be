"""A week played through over the API, before and after it is published."""

from __future__ import annotations

import pytest

PLACE = "/api/v1/rosters/2026-W48/outlook"


@pytest.fixture
def scheduler(service):
    """A client of the scheduler's."""
    return service.log_in("scheduler")


def test_a_published_week_says_who_waits_and_which_posts_are_too_few(service, scheduler) -> None:
    found = scheduler.get(PLACE, params={"a_day": 20, "seed": 3}).json()
    assert (found["roster"], found["number"], found["arrivals"]) == ("published", 1, "usual")
    assert abs(found["asked"] - 140) < 71  # Poisson with mean 140, six standard deviations
    # One lawyer sits for one morning of the week: nobody else answers, and every county is short.
    assert [(one["lawyer"], one["name"]) for one in found["load"]] == [("L1", "律师1")]
    assert found["load"][0]["answered"] == found["answered"]
    short = {one["division"]: list(one["posts"]) for one in found["short"]}
    assert short["330411"] == ["seat-330411"]
    assert short["330481"] == []
    assert found["counties"][0]["waiting"]["count"] <= found["asked"]
    again = scheduler.get(PLACE, params={"a_day": 20, "seed": 3}).json()
    assert again == found
    assert scheduler.get(PLACE, params={"a_day": 20, "seed": 4}).json() != found


def test_a_draft_is_asked_for_alone_and_nothing_is_said_where_there_is_none(
    service, scheduler
) -> None:
    assert scheduler.get(PLACE, params={"roster": "draft"}).status_code == 404
    assert scheduler.get("/api/v1/rosters/2026-W50/outlook").status_code == 404
    for wrong, field in (
        ({"roster": "other"}, "roster"),
        ({"seed": "-1"}, "seed"),
        ({"a_day": "many"}, "a_day"),
        ({"a_day": "nan"}, "a_day"),
        ({"a_day": "5001"}, "a_day"),
    ):
        refused = scheduler.get(PLACE, params=wrong)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
