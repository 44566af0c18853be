"""Rosters over the API: jobs, drafts, publishing; a locked database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from zhiban.data.database import writing
from zhiban.data.places import Post
from zhiban.data.store import save_register
from zhiban.roster import job_store
from zhiban.roster.drafts import JobProgress
from zhiban.roster.worker import run_job


@pytest.fixture
def scheduler(service):
    """A client of the scheduler's."""
    return service.log_in("scheduler")


def make_draft(service, week: str = "2026-W49") -> None:
    """Runs the job that waits for a week, as the timer does."""
    wiring = service.wiring
    answer = service.log_in("scheduler").post("/api/v1/rosters", json={"week": week, "seconds": 5})
    assert run_job(wiring.engine, wiring.keyring, answer.json()["job"], wiring.clock.now, workers=1)


def test_a_roster_is_asked_for_made_published_and_compared(service, scheduler) -> None:
    asked = scheduler.post("/api/v1/rosters", json={"week": "2026-W49", "seconds": 5})
    assert asked.status_code == 202
    job = asked.json()["job"]
    assert asked.headers["location"] == f"/api/v1/jobs/{job}"
    assert scheduler.get(f"/api/v1/jobs/{job}").json()["state"] == "queued"

    wiring = service.wiring
    assert run_job(wiring.engine, wiring.keyring, job, wiring.clock.now, workers=1)
    assert scheduler.get(f"/api/v1/jobs/{job}").json()["state"] == "done"

    week = scheduler.get("/api/v1/rosters/2026-W49").json()
    draft = week["draft"]
    assert "published" not in week
    assert (draft["gap"], draft["duties"]) == (0, [])  # no posts, so nothing to fill
    place = "/api/v1/rosters/2026-W49/publish"
    stale = scheduler.post(place, json={"revision": draft["revision"] + 1})
    assert stale.status_code == 409
    unsigned = scheduler.post(place, json={"revision": draft["revision"], "ack": []})
    assert [one["field"] for one in unsigned.json()["errors"]] == ["ack-empty"]  # no shifts
    done = scheduler.post(place, json={"revision": draft["revision"], "ack": ["empty"]})
    assert done.status_code == 201, done.text
    assert done.json()["number"] == 1
    assert [one["code"] for one in done.json()["warnings"]] == ["empty"]
    twice = scheduler.post(place, json={"revision": draft["revision"]})
    assert twice.status_code == 409
    changes = scheduler.get("/api/v1/rosters/2026-W49/changes").json()
    assert changes == {"week": "2026-W49", "number": 1, "changes": []}


def test_a_program_publishes_without_a_sign_off_and_is_told_the_warnings(
    service, scheduler
) -> None:
    make_draft(service, "2026-W50")
    draft = scheduler.get("/api/v1/rosters/2026-W50").json()["draft"]
    place = "/api/v1/rosters/2026-W50/publish"
    done = scheduler.post(place, json={"revision": draft["revision"]})
    assert done.status_code == 201, done.text
    assert [one["code"] for one in done.json()["warnings"]] == ["empty"]


def test_an_unknown_week_or_job_is_refused_in_words(scheduler) -> None:
    for week in ("2026-W60", "week", "2026-48", "2026-W00"):
        for call in (
            scheduler.get(f"/api/v1/rosters/{week}"),
            scheduler.post(f"/api/v1/rosters/{week}/publish", json={"revision": 1}),
            scheduler.post("/api/v1/rosters", json={"week": week}),
        ):
            assert call.status_code == 422, call.text
            assert call.json()["errors"][0]["field"] == "week"
    for job in ("99", "x", "-1", "9" * 30):
        assert scheduler.get(f"/api/v1/jobs/{job}").status_code == 404
    unpublished = scheduler.post("/api/v1/rosters/2026-W50/publish", json={"revision": 1})
    assert unpublished.status_code == 404
    assert scheduler.get("/api/v1/rosters/2026-W50/changes").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"week": "2026-W49", "weeks": 0},
        {"week": "2026-W49", "weeks": 99},
        {"week": "2026-W49", "seconds": -1},
        {"week": "2026-W49", "seconds": 100_000},
        {"week": "2026-W49", "seconds": 601},
        {"week": "2026-W49", "emphasis": "speed"},
        {"week": "2026-W49", "posts": []},
        {"week": "2026-W49", "posts": ["seat-330411", "nowhere"]},
        {"week": "2026-W49", "counties": ["330481"]},
        {"week": "2026-W49", "alternative": "长" * 31},
        {"week": 5},
        {},
    ],
)
def test_a_request_out_of_bounds_is_refused_and_queues_nothing(service, scheduler, body) -> None:
    assert scheduler.post("/api/v1/rosters", json=body).status_code == 422
    assert service.wiring.read_now(lambda c: job_store.load_jobs(c)) == ()


def test_a_job_is_watched_as_it_goes_and_taken_up_again_where_one_left_off(
    service, scheduler
) -> None:
    job = scheduler.post("/api/v1/rosters", json={"week": "2026-W49"}).json()["job"]
    now = service.clock.now()
    rows = [
        JobProgress("2026-W49", 0.5, 120, 90, "first"),
        JobProgress("2026-W49", 1.0, 100, 100, "proof"),
    ]
    with writing(service.wiring.engine) as connection:
        job_store.start_job(connection, job, now)
        job_store.touch_job(connection, job, rows, now)
        job_store.finish_job(connection, job, "done", None, now + timedelta(seconds=1))
    events = told(scheduler.get(f"/api/v1/jobs/{job}/events"))
    assert [name for name, _ in events] == ["progress", "progress", "end"]
    # The gap after 0.5 s: (120 - 90) / 120.
    assert events[0][1]["gap"] == 0.25
    assert events[2][1]["state"] == "done"
    rest = scheduler.get(f"/api/v1/jobs/{job}/events", headers={"Last-Event-ID": "0"})
    assert [name for name, _ in told(rest)] == ["progress", "end"]


def told(answer) -> list[tuple[str, dict]]:
    """The events of a stream."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = []
    for block in answer.text.replace("\r\n", "\n").strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if "event" in fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


def test_a_waiting_job_is_stopped_at_once_and_not_twice(scheduler) -> None:
    job = scheduler.post("/api/v1/rosters", json={"week": "2026-W49"}).json()["job"]
    assert scheduler.post(f"/api/v1/jobs/{job}/stop").json()["state"] == "stopped"
    assert scheduler.post(f"/api/v1/jobs/{job}/stop").status_code == 409
    assert scheduler.post("/api/v1/jobs/99/stop").status_code == 404


def test_the_sla_report_counts_open_questions_by_county(service) -> None:
    ask = {"text": "拖欠工资", "division": "330411", "consent": True}
    assert service.stranger().post("/api/v1/questions", json=ask).status_code == 201
    report = service.log_in("supervisor").get("/api/v1/reports/sla").json()
    assert report["total"] == 1
    counts = {line["division"]: (line["on_duty"], line["open"]) for line in report["lines"]}
    assert counts["330411"] == (1, 1)


def test_a_locked_database_is_said_to_be_busy_and_nothing_is_written(service, settings) -> None:
    from starlette.testclient import TestClient

    from zhiban.data import board
    from zhiban.data.database import make_engine
    from zhiban.web.main import create_app

    app = create_app(settings, service.clock)
    ask = {"text": "拖欠工资", "division": "330411", "consent": True}
    with TestClient(app, raise_server_exceptions=False) as client:
        impatient = make_engine(settings.database_url, busy_seconds=0.2)
        app.state.wiring.writer._engine = impatient
        with writing(service.wiring.engine) as connection:
            board.lock(connection)
            answer = client.post("/api/v1/questions", json=ask)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["content-type"] == "application/problem+json"
        assert client.post("/api/v1/questions", json=ask).status_code == 201
        impatient.dispose()
    assert len(service.log_in("lawyer").get("/api/v1/me/queue").json()["questions"]) == 1


def test_a_hand_edit_needs_a_draft_and_its_revision(service, scheduler) -> None:
    place = "/api/v1/rosters/2026-W49/duties"
    edits = {"revision": 1, "edits": [{"act": "add", "shift": "x", "lawyer": "L1"}]}
    assert scheduler.patch(place, json=edits).status_code == 404
    make_draft(service)
    refused = scheduler.patch(place, json=edits)
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {"edits[0].shift"}
    for wrong in ({"act": "swap"}, {"shift": 5}, {"role": "boss"}):
        body = {"revision": 1, "edits": [edits["edits"][0] | wrong]}
        assert scheduler.patch(place, json=body).status_code == 422
    assert scheduler.patch(place, json={"revision": 1, "edits": []}).status_code == 422


@pytest.fixture
def with_posts(service, register) -> None:
    """A seat and a station in the first county; the other one has no posts."""
    posts = {id: Post(id, id, id, kind, "county", "330411") for id, kind in POSTS.items()}
    with writing(service.wiring.engine) as connection:
        save_register(connection, replace(register, posts=posts), service.wiring.keyring)


POSTS = {"seat-330411": "seat", "station-330411": "station"}


def test_chosen_posts_emphasis_and_a_name_are_taken_and_shown(scheduler, with_posts) -> None:
    whole = scheduler.post("/api/v1/rosters", json={"week": "2026-W49"}).json()
    assert "posts" not in whole
    assert "alternative" not in whole
    assert (whole["emphasis"], whole["keep_locks"], whole["mend"]) == ("usual", True, False)
    beside = {
        "week": "2026-W49",
        "posts": ["station-330411"],
        "emphasis": "near",
        "keep_locks": False,
        "alternative": " 少跑路 ",
    }
    asked = scheduler.post("/api/v1/rosters", json=beside)
    assert asked.status_code == 202, asked.text
    shown = scheduler.get(f"/api/v1/jobs/{asked.json()['job']}").json()
    kept = {key: shown[key] for key in ("posts", "emphasis", "keep_locks", "alternative")}
    assert kept == {key: beside[key] for key in kept} | {"alternative": "少跑路"}
    county = {"week": "2026-W49", "counties": ["330411"]}
    assert scheduler.post("/api/v1/rosters", json=county).json()["posts"] == sorted(POSTS)


def test_what_cannot_be_rostered_is_named_by_its_field(scheduler, with_posts) -> None:
    for wrong, field, said in (
        ({"posts": ["nowhere"]}, "posts", "没有编号为“nowhere”的岗位"),
        ({"counties": ["330481"]}, "counties", "没有编号为“330481”的有岗位的县"),
        ({"posts": []}, "posts", "至少选一个岗位"),
        ({"alternative": "长" * 31}, "alternative", "1至30个字"),
        ({"alternative": " "}, "alternative", "1至30个字"),
    ):
        answer = scheduler.post("/api/v1/rosters", json={"week": "2026-W49"} | wrong)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert said in answer.json()["errors"][0]["message"]


def test_alternatives_are_listed_chosen_against_a_revision_and_let_go(service, scheduler) -> None:
    wiring, place = service.wiring, "/api/v1/rosters/2026-W49"
    for name, emphasis in (("公平", "fair"), ("少跑路", "near")):
        body = {"week": "2026-W49", "seconds": 5, "alternative": name, "emphasis": emphasis}
        job = scheduler.post("/api/v1/rosters", json=body).json()["job"]
        assert run_job(wiring.engine, wiring.keyring, job, wiring.clock.now, workers=1)
    week = scheduler.get(place).json()
    assert "draft" not in week
    fair, near = week["alternatives"]
    assert (fair["name"], near["name"], near["vacancies"]) == ("公平", "少跑路", 0)
    stale = scheduler.post(f"{place}/alternatives/{fair['id']}/choose", json={"revision": 7})
    assert stale.status_code == 409
    chosen = scheduler.post(f"{place}/alternatives/{fair['id']}/choose", json={"revision": 0})
    assert chosen.json() == {"week": "2026-W49", "revision": 1}
    gone = scheduler.post(f"{place}/alternatives/{fair['id']}/choose", json={"revision": 1})
    assert gone.status_code == 404
    assert scheduler.delete(f"{place}/alternatives/{near['id']}").status_code == 204
    assert scheduler.delete(f"{place}/alternatives/{near['id']}").status_code == 404
    assert scheduler.get(place).json()["alternatives"] == []
