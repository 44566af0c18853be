"""Health, readiness and figures; logs without personal data."""

from __future__ import annotations

import json

import pytest
from prometheus_client import generate_latest
from sqlalchemy import text
from starlette.testclient import TestClient

from zhiban.data.database import newest_revision, writing
from zhiban.web.logs import configure_logs
from zhiban.web.main import create_app
from zhiban.web.metrics import Metrics
from zhiban.web.problems import report


@pytest.fixture
def behind(service):
    """The service on a database that a newer program has yet to bring up to date."""
    _at_revision(service, "0001")
    yield service
    _at_revision(service, newest_revision())


def _at_revision(service, revision: str) -> None:
    with writing(service.wiring.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": revision})


def test_a_living_process_says_so_and_a_ready_one_can_work(service) -> None:
    client = service.stranger()
    assert client.get("/healthz").text == "ok"
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"ready": True, "writer": True, "database": True, "migrations": True}


def test_a_process_whose_writer_has_died_is_not_ready(service) -> None:
    service.wiring.writer.stop()
    ready = service.stranger().get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["writer"] is False
    ask = {"text": "拖欠工资", "division": "330411", "consent": True}
    refused = service.stranger().post("/api/v1/questions", json=ask)
    assert refused.status_code == 503
    assert "retry-after" in refused.headers


def test_tables_behind_the_program_are_not_ready(behind) -> None:
    ready = behind.stranger().get("/readyz")
    assert (ready.status_code, ready.json()["migrations"]) == (503, False)


def test_times_are_told_by_how_many_took_no_longer_than_each_step() -> None:
    figures = Metrics()
    for seconds in (0.001, 0.005, 0.006, 0.2, 11.0):
        figures.requests.note("GET", "/healthz", 200, seconds)
    told = generate_latest(figures.registry).decode().splitlines()
    assert 'zhiban_requests_total{method="GET",route="/healthz",status="200"} 5.0' in told
    steps = [line.partition("} ")[2] for line in told if "_seconds_bucket" in line]
    # 5 ms and less: two; 10 ms: three; 25, 50 and 100 ms: no more; 300 ms, 1, 3 and 10 s: four.
    assert [float(one) for one in steps] == [2, 3, 3, 3, 3, 4, 4, 4, 4, 5]
    assert 'zhiban_request_seconds_sum{route="/healthz"} 11.212' in told


def test_figures_count_requests_by_route_and_never_by_path(service) -> None:
    client = service.stranger()
    client.get("/api/v1/questions/ZB-7K3M-Q9TX", headers={"X-Ticket-Secret": "x"})
    client.request("BREW", "/healthz")
    ask = {"text": "拖欠工资", "division": "330411", "consent": True}
    client.post("/api/v1/questions", json=ask)
    told = client.get("/metrics").text
    assert 'route="/api/v1/questions/{ticket}",status="404"' in told
    assert "7K3M" not in told
    assert "BREW" not in told
    assert "zhiban_writer_alive 1.0" in told
    assert 'zhiban_questions_open{state="assigned"} 1.0' in told


def test_figures_ask_for_the_token_that_the_settings_name(service, settings) -> None:
    app = create_app(settings.model_copy(update={"metrics_token": "open sesame"}), service.clock)
    with TestClient(app) as client:
        assert client.get("/metrics").status_code == 401
        wrong = {"Authorization": "Bearer sesame"}
        assert client.get("/metrics", headers=wrong).status_code == 401
        right = {"Authorization": "Bearer open sesame"}
        assert client.get("/metrics", headers=right).status_code == 200


def test_a_failure_is_logged_by_its_place_and_without_what_it_says(settings, capsys) -> None:
    configure_logs(settings.model_copy(update={"log_format": "json"}))
    report({"type": "http"}, 500, RuntimeError("13800000000"))
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "request_failed"
    assert line["error"] == "RuntimeError"
    assert "13800000000" not in str(line)
