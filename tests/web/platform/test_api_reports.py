"""The report on clocks over a time: what counts into it, and which times are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

SLA = "/api/v1/reports/sla"


@pytest.fixture
def supervisor(service):
    """A supervisor's client."""
    return service.log_in("supervisor")


def ask(service, category: str | None = None) -> str:
    """Asks a question now; its ticket."""
    body = {"text": "拖欠工资", "division": "330411", "consent": True, "category": category}
    given = service.stranger().post("/api/v1/questions", json=body)
    assert given.status_code == 201, given.text
    return given.json()["ticket"]


def first_answers(part: dict) -> tuple[int, int]:
    """How many first answers were kept and late."""
    (clock,) = (one for one in part["clocks"] if one["clock"] == "first_answer")
    return clock["kept"], clock["late"]


def test_what_was_kept_is_told_by_every_grouping(service, supervisor) -> None:
    ticket = ask(service, "labour")
    lawyer = service.log_in("lawyer")
    service.clock.at += timedelta(minutes=30)
    answer = {"version": 2, "text": "可以申请劳动仲裁"}
    version = lawyer.get("/api/v1/me/queue").json()["questions"][0]["version"]
    given = lawyer.post(f"/api/v1/questions/{ticket}/answer", json=answer | {"version": version})
    assert given.status_code == 200, given.text
    ask(service)  # nobody has answered this one yet
    found = supervisor.get(SLA, params={"from": "2026-11-24", "to": "2026-11-25"}).json()
    period = found["period"]
    assert (period["since"], period["until"]) == (
        "2026-11-24T00:00:00+08:00",
        "2026-11-25T00:00:00+08:00",
    )
    # Two asked; the one answer came after 30 minutes, within its 24 hours.
    assert (period["whole"]["questions"], first_answers(period["whole"])) == (2, (1, 0))
    assert period["whole"]["answering"]["p50"] == 1800
    keys = {
        group: [(part["key"], part.get("name"), part["questions"]) for part in parts]
        for group, parts in period["by"].items()
    }
    assert keys == {
        "division": [("330411", "秀洲区", 2)],
        "post": [("", None, 1), ("seat-330411", None, 1)],
        "lawyer": [("", None, 1), ("L1", "律师1", 1)],
        "category": [("", None, 1), ("labour", "劳动", 1)],
        "channel": [("message", "网上留言", 2)],
        "day": [("2026-11-24", None, 2)],
    }
    # What the call answered without a period, it answers still.
    assert found["total"] == 2
    english = supervisor.get(
        SLA, params={"from": "2026-11-24"}, headers={"Accept-Language": "en"}
    ).json()
    assert english["period"]["by"]["division"][0]["name"] == "Xiuzhou"


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        ("2026-11-24T09:00", "2026-11-24T09:01", 1),  # asked at 9:00 sharp: from counts,
        ("2026-11-24T08:00", "2026-11-24T09:00", 0),  # to does not
        ("2026-11-24T01:00Z", "2026-11-24T01:01Z", 1),
        ("2026-11-24T09:00+08:00", "2026-11-24T09:01 08:00", 1),  # a plus sign come as a space
        ("2026-11-23", "2026-11-24", 0),
        ("2026-11-24", None, 0),  # up to now, which is when it was asked
    ],
)
def test_the_time_runs_from_its_start_to_before_its_end(
    service, supervisor, since, until, count
) -> None:
    ask(service)
    params = {"from": since} | ({"to": until} if until else {})
    found = supervisor.get(SLA, params=params)
    assert found.status_code == 200, found.text
    assert found.json()["period"]["whole"]["questions"] == count


def test_without_a_time_only_the_present_is_told(service, supervisor) -> None:
    assert "period" not in supervisor.get(SLA).json()


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"from": "soon"}, "from"),
        ({"from": ""}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "0001-01-01"}, "from"),
        ({"from": "2026-11-24", "to": "later"}, "to"),
        ({"from": "2026-11-25", "to": "2026-11-24"}, "to"),
        ({"from": "2026-11-24", "to": "2026-11-24"}, "to"),
        ({"from": "2024-01-01", "to": "2026-01-01"}, "to"),
        ({"from": "2026-12-24"}, "to"),  # reversed: without it, to is now
        ({"to": "2026-11-24"}, "from"),
    ],
)
def test_a_time_that_cannot_be_used_is_refused_by_field(supervisor, params, field) -> None:
    refused = supervisor.get(SLA, params=params)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


def test_lawyers_do_not_see_the_report(service) -> None:
    assert service.log_in("lawyer").get(SLA, params={"from": "2026-11-24"}).status_code == 403


def test_satisfaction_stands_beside_the_share_who_rated(service, supervisor) -> None:
    lawyer = service.log_in("lawyer")
    for score in (5, 2, None):
        body = {"text": "拖欠工资", "division": "330411", "consent": True}
        given = service.stranger().post("/api/v1/questions", json=body).json()
        place = f"/api/v1/questions/{given['ticket']}"
        lawyer.post(f"{place}/answer", json={"text": "可以仲裁"})
        if score is not None:
            secret = {"X-Ticket-Secret": given["secret"]}
            service.stranger().post(f"{place}/rating", json={"score": score}, headers=secret)
    service.clock.at += timedelta(minutes=1)
    whole = supervisor.get(SLA, params={"from": "2026-11-24"}).json()["period"]["whole"]
    # Two of three rated, with 5 and 2.
    assert (whole["rated"], whole["rated_share"], whole["satisfaction"]) == (2, 2 / 3, 3.5)


def test_only_the_questions_of_one_key_are_counted_where_one_is_named(service, supervisor) -> None:
    ask(service, "labour")
    ask(service)
    service.clock.at += timedelta(minutes=1)
    for filters, count in (
        ({}, 2),
        ({"category": "labour"}, 1),
        ({"category": ""}, 1),
        ({"category": "labour", "channel": "live"}, 0),
        ({"division": "330411"}, 2),
        ({"lawyer": "L9"}, 0),
    ):
        found = supervisor.get(SLA, params={"from": "2026-11-24"} | filters).json()
        assert found["period"]["whole"]["questions"] == count, filters


def test_the_load_names_lawyers_and_half_days(service, supervisor) -> None:
    ask(service)
    service.clock.at += timedelta(minutes=1)
    found = supervisor.get("/api/v1/reports/load", params={"from": "2026-11-24"}).json()
    (lawyer,) = found["lawyers"]
    assert (lawyer["lawyer"], lawyer["name"], lawyer["given"]) == ("L1", "律师1", 1)
    (half,) = found["halves"]
    assert half == {
        "day": "2026-11-24",
        "half": "am",
        "division": "330411",
        "name": "秀洲区",
        "asked": 1,
        "seats": 1,
    }
    assert supervisor.get("/api/v1/reports/load").json()["errors"][0]["field"] == "from"
    assert service.log_in("lawyer").get("/api/v1/reports/load").status_code == 403
