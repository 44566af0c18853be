"""Declared clients over the API: by the bureau for all, by a lawyer for oneself."""

from __future__ import annotations

NAME = "嘉兴市宏达纺织有限公司"
ALL, MINE = "/api/v1/clients", "/api/v1/me/clients"


def ask(service, other_party: str = NAME) -> dict:
    """Asks about the party; L1 is the one on duty."""
    body = {"text": "拖欠货款", "division": "330411", "consent": True, "other_party": other_party}
    return service.stranger().post("/api/v1/questions", json=body).json()


def test_a_lawyers_declaration_takes_the_open_question_away_and_bars_the_next(service) -> None:
    lawyer = service.log_in("lawyer")
    first = ask(service)
    assert first["status"] == "assigned"
    done = lawyer.post(MINE, json={"name": "嘉兴宏达纺织", "since": "2026-01-01"})
    assert done.json() == {"added": 1, "known": 0, "faults": [], "stepped_back": 1}
    assert lawyer.get(f"/api/v1/me/questions/{first['ticket']}").status_code == 404
    second = ask(service)
    assert second["status"] == "waiting"
    assert "等候其他律师" in second["waiting"]["reason"]
    assert ask(service, "另一家公司")["status"] == "assigned"


def test_each_lawyer_sees_and_removes_their_own_clients_only(service) -> None:
    lawyer, other = service.log_in("lawyer"), service.log_in("lawyer-2")
    lawyer.post(MINE, json={"name": NAME})
    (mine,) = lawyer.get(MINE).json()["clients"]
    assert (mine["owner"], mine["name"], mine["added_by"]) == ("L1", NAME, "lawyer:L1")
    assert other.get(MINE).json()["clients"] == []
    assert other.delete(f"{MINE}/{mine['id']}").status_code == 404
    assert lawyer.delete(f"{MINE}/{mine['id']}").status_code == 204
    assert lawyer.get(MINE).json()["clients"] == []


def test_a_wrong_field_is_named_and_nothing_is_declared(service) -> None:
    lawyer = service.log_in("lawyer")
    for body, field in (
        ({"name": NAME, "code": "91350100M000100Y44"}, "code"),
        ({"name": "。"}, "name"),
        ({"name": NAME, "since": "tomorrow"}, "since"),
    ):
        refused = lawyer.post(MINE, json=body)
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert lawyer.get(MINE).json()["clients"] == []


def test_the_bureau_imports_lists_and_removes_with_bad_rows_named(service) -> None:
    scheduler = service.log_in("scheduler")
    rows = [
        {"owner_kind": "firm", "owner": "F1", "name": NAME, "code": "91350100M000100Y43"},
        {"owner_kind": "firm", "owner": "F9", "name": "别的公司"},
        {"owner_kind": "lawyer", "owner": "L2", "name": "张三"},
    ]
    refused = scheduler.post(ALL, json={"clients": rows})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["clients[2].owner"]
    assert scheduler.get(ALL).json()["clients"] == []
    taken = scheduler.post(ALL, json={"clients": rows, "accept_valid_rows": True}).json()
    assert (taken["added"], [fault["row"] for fault in taken["faults"]]) == (2, [2])
    found = scheduler.get(ALL, params={"owner": "firm:F1"}).json()["clients"]
    assert [(one["name"], one["code"]) for one in found] == [(NAME, "91350100M000100Y43")]
    assert scheduler.delete(f"{ALL}/{found[0]['id']}").status_code == 204
    assert scheduler.delete(f"{ALL}/{found[0]['id']}").status_code == 404
    assert scheduler.get(ALL, params={"owner": "court:1"}).status_code == 422
    assert service.log_in("lawyer").get(ALL).status_code == 403
