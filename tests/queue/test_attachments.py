"""Attachments: told by content, kept under the question's key, seen by its parties alone."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import func, select, update

from zhiban.data.database import writing
from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.attaching import JPEG as JPEG_MEDIA
from zhiban.queue.attaching import LARGEST, MOST, Paper, checked_paper, media_of, safe_name
from zhiban.queue.outcomes import Moved, NoSuchTicket, NotYours, Stale
from zhiban.queue.question import State
from zhiban.queue.records import ATTACHMENT, VIEWING

JPEG = b"\xff\xd8\xff\xda\x00\x02" + bytes(range(256)) + b"\xff\xd9"


def archive(*names: str) -> bytes:
    """A ZIP with empty files of these names."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as out:
        for name in names:
            out.writestr(name, "")
    return held.getvalue()


WORD = ("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (
            archive(*WORD),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"<html><script>alert(1)</script>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"GIF89a", None),
        (b"MZ\x90\x00", None),
        (b" %PDF-1.7", None),  # the mark stands at the very beginning or nowhere
        (archive("a.txt"), None),
        (archive(*WORD, "word/vbaProject.bin"), None),  # macros
        (b"PK\x03\x04 and no archive at all", None),
        (b"RIFF\x10\x00\x00\x00WAVE", None),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, type: str | None) -> None:
    found = media_of(content)
    assert (found.type if found else None) == type


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("合同.jpg", "合同.jpg"),
        ("C:\\Users\\a\\合同.exe", "合同.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ('a"\r\nSet-Cookie: x=1;.png', "aSet-Cookie x=1.jpg"),
        ("", "附件.jpg"),
        ("...", "附件.jpg"),
        ("x" * 300 + ".jpg", "x" * 80 + ".jpg"),
    ],
)
def test_a_name_holds_no_folder_and_ends_as_its_kind(sent: str, kept: str) -> None:
    assert safe_name(sent, JPEG_MEDIA) == kept


def test_what_is_too_large_empty_or_of_no_kind_is_refused_naming_the_field() -> None:
    for content in (b"", b"plain text", JPEG[:4] + bytes(LARGEST)):
        with pytest.raises(Refused) as refused:
            checked_paper("a.jpg", content)
        assert [error.field for error in refused.value.errors] == ["file"]
    assert checked_paper("a.txt", JPEG).media.type == "image/jpeg"


def paper(name: str = "合同.jpg", content: bytes = JPEG) -> Paper:
    """A picture to attach."""
    return checked_paper(name, content)


@pytest.fixture
def nine(bureau):
    """Nine o'clock, with L1 on duty."""
    bureau.on((1, "11-24", bureau.morning))
    return bureau.at("11-24 09:00")


def test_both_parties_attach_and_fetch_and_nobody_else_can(bureau, nine):
    ticket = bureau.ask(nine).ticket
    assert isinstance(bureau.citizen(service.attach, ticket, paper(), "", nine), Moved)
    answer = paper("答复.pdf", b"%PDF-1.7 ...")
    assert isinstance(bureau.do(service.attach_as_lawyer, ticket, "L1", nine, paper=answer), Moved)
    view = bureau.citizen(service.ticket_view, ticket, nine)
    assert [(one.name, one.who, one.size) for one in view.attachments] == [
        ("合同.jpg", "citizen", len(JPEG)),
        ("答复.pdf", "lawyer", 12),
    ]
    first, second = (one.id for one in view.attachments)
    assert bureau.citizen(service.attachment, ticket, second).content == b"%PDF-1.7 ..."
    with writing(bureau.engine) as connection:
        k = bureau.keyring
        seen = service.attachment_for(connection, k, ticket, "lawyer:L1", first, nine)
        assert (seen.name, seen.media_type, seen.content) == ("合同.jpg", "image/jpeg", JPEG)
        for viewer in ("lawyer:L2", "lawyer:"):
            other = service.attachment_for(connection, k, ticket, viewer, first, nine)
            assert isinstance(other, NotYours)
        wrong = service.attachment(connection, k, ticket, "0" * 16, first)
        assert isinstance(wrong, NoSuchTicket)
        looks = connection.execute(select(VIEWING.c.viewer, VIEWING.c.what)).all()
    assert looks == [("lawyer:L1", "attachment")]
    assert isinstance(
        bureau.do(service.attach_as_lawyer, ticket, "L2", nine, paper=answer), NotYours
    )
    assert bureau.faults() == []


def test_a_file_of_one_question_is_not_found_by_another_ticket(bureau, nine):
    mine, other = bureau.ask(nine).ticket, bureau.ask(nine).ticket
    bureau.citizen(service.attach, mine, paper(), "", nine)
    (one,) = bureau.citizen(service.ticket_view, mine, nine).attachments
    assert isinstance(bureau.citizen(service.attachment, other, one.id), NotYours)


def test_a_recused_lawyer_reads_no_file_any_more(bureau, nine):
    ticket = bureau.ask(nine).ticket
    bureau.citizen(service.attach, ticket, paper(), "", nine)
    (one,) = bureau.citizen(service.ticket_view, ticket, nine).attachments
    bureau.do(service.recuse, ticket, "L1", nine, "对方是本所客户")
    with writing(bureau.engine) as connection:
        seen = service.attachment_for(connection, bureau.keyring, ticket, "lawyer:L1", one.id, nine)
    assert isinstance(seen, NotYours)


def test_a_file_alone_answers_what_the_lawyer_asked_back(bureau, nine):
    ticket = bureau.ask(nine).ticket
    bureau.do(service.ask_back, ticket, "L1", nine, "请发合同照片")
    bureau.citizen(service.attach, ticket, paper(), "", nine)
    assert bureau.state(ticket).state is State.ACCEPTED
    assert bureau.events(ticket)[-1].body == "附件：合同.jpg"
    # With nothing asked back, a file alone owes no answer and stops no clock.
    version = bureau.state(ticket).version
    bureau.citizen(service.attach, ticket, paper(), "", nine)
    assert bureau.state(ticket).version == version
    assert bureau.kinds(ticket)[-1] == "attached"
    assert bureau.faults() == []


def test_content_and_name_are_unreadable_at_rest_and_gone_when_erased(bureau, nine):
    ticket = bureau.ask(nine).ticket
    bureau.citizen(service.attach, ticket, paper(), "这是合同", nine)
    with writing(bureau.engine) as connection:
        row = connection.execute(select(ATTACHMENT)).one()
    assert JPEG[4:40] not in row.content
    assert "合同" not in row.name
    bureau.citizen(service.withdraw, ticket, "", nine)
    bureau.do(service.erase, ticket, "anna", nine)
    with writing(bureau.engine) as connection:
        assert connection.execute(select(func.count()).select_from(ATTACHMENT)).scalar_one() == 0
    assert bureau.citizen(service.ticket_view, ticket, nine).attachments == ()
    assert bureau.faults() == []
    assert isinstance(bureau.citizen(service.attach, ticket, paper(), "", nine), Stale)


def test_the_proof_finds_a_file_that_was_changed_or_lost(bureau, nine):
    ticket = bureau.ask(nine).ticket
    bureau.citizen(service.attach, ticket, paper(), "", nine)
    with writing(bureau.engine) as connection:
        sealed = connection.execute(select(ATTACHMENT.c.content)).scalar_one()
        connection.execute(update(ATTACHMENT).values(content=sealed[:-1] + b"x"))
    assert ["cannot be opened" in fault.what for fault in bureau.faults()] == [True]
    with writing(bureau.engine) as connection:
        connection.execute(ATTACHMENT.delete())
    assert ["missing" in fault.what for fault in bureau.faults()] == [True]


def test_a_question_takes_so_many_files_and_no_more(bureau, nine):
    ticket = bureau.ask(nine).ticket
    for _ in range(MOST):
        bureau.citizen(service.attach, ticket, paper(), "", nine)
    with pytest.raises(Refused) as refused:
        bureau.citizen(service.attach, ticket, paper(), "", nine)
    assert refused.value.errors[0].field == "file"
    assert len(bureau.citizen(service.ticket_view, ticket, nine).attachments) == MOST
