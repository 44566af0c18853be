"""Attachments over the API: streamed in with limits, handed out as downloads only."""

from __future__ import annotations

import pytest

from zhiban.web.backup import back_up, restore
from zhiban.web.body import UPLOADS

JPEG = b"\xff\xd8\xff\xda\x00\x02" + bytes(range(256)) * 2000 + b"\xff\xd9"  # half a megabyte
ASK = {"text": "老板拖欠三个月工资", "division": "330411", "consent": True}


@pytest.fixture
def asked(service) -> tuple[str, dict[str, str]]:
    """A question's ticket and the header that opens it; L1 holds it."""
    given = service.stranger().post("/api/v1/questions", json=ASK).json()
    return given["ticket"], {"X-Ticket-Secret": given["secret"]}


def send(client, place: str, content: bytes = JPEG, name: str = "合同.jpg", **more):
    """Sends a file as a form."""
    files = {"file": (name, content, "text/html")}
    return client.post(f"/api/v1{place}/attachments", files=files, **more)


def test_a_picture_goes_in_and_comes_out_as_a_download(service, asked) -> None:
    ticket, secret = asked
    place, citizen, lawyer = f"/questions/{ticket}", service.stranger(), service.log_in("lawyer")
    sent = send(citizen, place, headers=secret, data={"text": "合同在这里"})
    assert sent.status_code == 200, sent.text
    seen = citizen.get(f"/api/v1{place}", headers=secret).json()
    (one,) = seen["attachments"]
    assert (one["name"], one["media_type"], one["size"]) == ("合同.jpg", "image/jpeg", len(JPEG))
    assert "合同在这里" in [step.get("text") for step in seen["steps"]]
    for client, address, headers in (
        (citizen, f"/api/v1{place}/attachments/{one['id']}", secret),
        (lawyer, f"/api/v1/me{place}/attachments/{one['id']}", {}),
        (service.log_in("supervisor"), f"/api/v1/me{place}/attachments/{one['id']}", {}),
    ):
        got = client.get(address, headers=headers)
        assert got.content == JPEG
        assert got.headers["content-type"] == "image/jpeg"
        assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E5%90")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert "no-store" in got.headers["cache-control"]


def test_the_lawyer_sends_a_paper_back(service, asked) -> None:
    ticket, secret = asked
    sent = send(service.log_in("lawyer"), f"/me/questions/{ticket}", b"%PDF-1.7 x", "状.pdf")
    assert sent.status_code == 200, sent.text
    seen = service.stranger().get(f"/api/v1/questions/{ticket}", headers=secret).json()
    assert [(one["name"], one["who"]) for one in seen["attachments"]] == [("状.pdf", "lawyer")]


def test_strangers_and_other_lawyers_neither_send_nor_fetch(service, asked) -> None:
    ticket, secret = asked
    send(service.stranger(), f"/questions/{ticket}", headers=secret)
    seen = service.stranger().get(f"/api/v1/questions/{ticket}", headers=secret).json()
    id = seen["attachments"][0]["id"]
    other = service.log_in("lawyer-2")
    assert send(service.stranger(), f"/questions/{ticket}").status_code == 404
    assert send(other, f"/me/questions/{ticket}").status_code == 404
    assert send(service.log_in("scheduler"), f"/me/questions/{ticket}").status_code == 403
    for address in (f"/api/v1/questions/{ticket}", f"/api/v1/me/questions/{ticket}"):
        assert other.get(f"{address}/attachments/{id}").status_code == 404


@pytest.mark.parametrize(
    ("content", "name"), [(b"<html>", "a.html"), (b"", "a.jpg"), (b"MZ", "a.jpg")]
)
def test_what_is_no_picture_or_paper_is_refused_by_its_content(
    service, asked, content: bytes, name: str
) -> None:
    ticket, secret = asked
    refused = send(service.stranger(), f"/questions/{ticket}", content, name, headers=secret)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "file"


def test_a_file_over_the_limit_and_a_form_over_its_own_are_refused(service, asked) -> None:
    ticket, secret = asked
    settings, place = service.app.state.settings, f"/questions/{ticket}"
    over = JPEG[:4] + bytes(settings.attachment_limit)
    assert send(service.stranger(), place, over, headers=secret).status_code == 422
    far_over = bytes(settings.upload_limit)
    assert send(service.stranger(), place, far_over, headers=secret).status_code == 413

    def pieces():
        for _ in range(far_over.__len__() // 100_000 + 1):
            yield bytes(100_000)

    form = {"Content-Type": "multipart/form-data; boundary=x"} | secret
    address = f"/api/v1{place}/attachments"
    assert service.stranger().post(address, content=pieces(), headers=form).status_code == 413


def test_other_bodies_and_other_addresses_keep_the_small_limit(service, asked) -> None:
    ticket, secret = asked
    address = f"/api/v1/questions/{ticket}/attachments"
    as_json = service.stranger().post(address, json={"file": "x"}, headers=secret)
    assert as_json.status_code == 415
    broken = {"Content-Type": "multipart/form-data; boundary=x"} | secret
    assert service.stranger().post(address, content=b"nothing", headers=broken).status_code in (
        400,
        422,
    )
    big = {"file": ("a.jpg", JPEG + bytes(300_000), "image/jpeg")}
    elsewhere = service.stranger().post("/api/v1/questions", files=big)
    assert elsewhere.status_code == 413
    assert UPLOADS.fullmatch("/api/v1/questions/ZB-0000-0000/attachments/x") is None


def test_a_form_without_a_file_says_so(service, asked) -> None:
    ticket, secret = asked
    address = f"/api/v1/questions/{ticket}/attachments"
    empty = service.stranger().post(address, files={"other": ("a.jpg", JPEG)}, headers=secret)
    assert (empty.status_code, empty.json()["errors"][0]["field"]) == (422, "file")


def test_a_closed_question_takes_no_file(service, asked) -> None:
    ticket, secret = asked
    service.stranger().post(f"/api/v1/questions/{ticket}/withdraw", json={}, headers=secret)
    late = send(service.stranger(), f"/questions/{ticket}", headers=secret)
    assert (late.status_code, late.json()["current"]["status"]) == (409, "withdrawn")


def test_a_copy_of_the_database_brings_files_back_as_they_were(service, asked, tmp_path) -> None:
    ticket, secret = asked
    place = f"/questions/{ticket}"
    send(service.stranger(), place, headers=secret)
    copy, engine = tmp_path / "copy.zip", service.wiring.engine
    back_up(engine, copy)
    restore(engine, copy, overwrite=True)
    seen = service.stranger().get(f"/api/v1{place}", headers=secret).json()
    address = f"/api/v1{place}/attachments/{seen['attachments'][0]['id']}"
    assert service.stranger().get(address, headers=secret).content == JPEG
