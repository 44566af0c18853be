"""The API's library: reviewed entries alone, found by words, and categories for a text."""

from __future__ import annotations

import pytest

from zhiban.data.database import writing
from zhiban.queue import library_desk
from zhiban.queue.library_entry import Texts

LIBRARY = "/api/v1/library"
WAGES = Texts("拖欠工资怎么办", "拖欠工资三个月。", "可以申请仲裁。", "labour")
DRAFT = Texts("加班费", "拖欠加班费。", "百分之一百五十。", "labour")


@pytest.fixture
def filled(service):
    """The service with one reviewed entry and one draft."""
    with writing(service.app.state.wiring.engine) as connection:
        library_desk.fill(connection, [WAGES], "staff:s", service.clock.now())
        library_desk.propose(connection, DRAFT, "lawyer:L1", service.clock.now())
    return service


def test_anyone_finds_reviewed_entries_and_no_drafts(filled) -> None:
    client = filled.stranger()
    given = client.get(LIBRARY, params={"q": "拖欠"}).json()
    assert (given["total"], given["page"], given["more"]) == (1, 1, False)
    (entry,) = given["entries"]
    assert entry["title"] == WAGES.title
    assert entry["category_name"] == "劳动"
    assert entry["reviewed"].endswith("+08:00")
    assert client.get(LIBRARY).json()["total"] == 1
    assert client.get(LIBRARY, params={"q": "加班费"}).json()["entries"] == []
    assert client.get(LIBRARY, params={"q": "拖欠", "category": "labour"}).json()["total"] == 1


@pytest.mark.parametrize("wrong", [{"category": "art"}, {"page": "0"}, {"page": "x"}])
def test_what_is_no_category_or_page_is_refused_by_its_field(filled, wrong) -> None:
    given = filled.stranger().get(LIBRARY, params=wrong)
    assert given.status_code == 422
    assert [one["field"] for one in given.json()["errors"]] == list(wrong)


def test_a_text_is_given_categories_of_the_register(filled) -> None:
    given = filled.stranger().post(f"{LIBRARY}/suggestions", json={"text": "老板拖欠工资"})
    first = given.json()["suggestions"][0]
    assert (first["category"], first["name"]) == ("labour", "劳动")
    assert 0 < first["confidence"] <= 1
    assert filled.stranger().post(f"{LIBRARY}/suggestions", json={}).status_code == 422
