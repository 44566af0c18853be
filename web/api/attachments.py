"""Calls for the pictures and papers of a question: added and fetched by its parties."""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from zhiban.data.wording import Refused, Text
from zhiban.queue import service
from zhiban.queue.attaching import Paper, checked_paper
from zhiban.queue.outcomes import NoSuchTicket, NotYours
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.outcomes import moved_or_problem
from zhiban.web.api.questions import held_secret
from zhiban.web.api.questions_model import MovedOut
from zhiban.web.api.queue import lawyer_of, viewer_name
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of

_NO_FORM = Text(
    "请以 multipart/form-data 发送，文件放在 file 栏。",
    "Send it as multipart/form-data with the file in the field `file`.",
)
_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


async def read_upload(request: Request) -> tuple[Paper, str]:
    """The one file of a form, checked by its content, and what is written beside it.

    Raises Problem 400 or 415, and Refused.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise Problem(415, _NO_FORM)
    largest = wiring_of(request).settings.attachment_limit
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            file, text = form.get("file"), form.get("text")
            if not isinstance(file, UploadFile):
                raise Refused.one("file", "请选择文件", "choose a file")
            content = await file.read(largest + 1)
            paper = checked_paper(file.filename or "", content, largest)
    except (MultiPartException, HTTPException) as error:
        raise Problem(400, _NO_FORM) from error
    return paper, text if isinstance(text, str) else ""


def download(found: service.Attachment) -> Response:
    """A file as a download: never run, never shown as a page of ours."""
    name = quote(found.name, safe="")
    headers = _HEADERS | {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(found.content, media_type=found.media_type, headers=headers)


async def add_attachment(request: Request) -> Answer:
    """The citizen adds a file, with a message perhaps."""
    wiring = wiring_of(request)
    ticket, secret = held_secret(request)
    paper, text = await read_upload(request)
    now = wiring.clock.now()
    done = await wiring.write(
        lambda c: service.attach(c, wiring.keyring, ticket, secret, paper, text, now)
    )
    return moved_or_problem(ticket, done)


async def fetch_attachment(request: Request) -> Response:
    """A file, for the citizen."""
    wiring = wiring_of(request)
    ticket, secret = held_secret(request)
    id = request.path_params["attachment"][:40]
    found = await wiring.read(lambda c: service.attachment(c, wiring.keyring, ticket, secret, id))
    if isinstance(found, NoSuchTicket | NotYours):
        raise Problem(404, found.why)
    return download(found)


async def add_as_lawyer(request: Request) -> Answer:
    """The lawyer who holds a question adds a file."""
    wiring = wiring_of(request)
    lawyer, ticket = lawyer_of(staff(request)), request.path_params["ticket"][:40]
    paper, _ = await read_upload(request)
    move = service.Move(ticket, lawyer, wiring.clock.now())
    done = await wiring.write(lambda c: service.attach_as_lawyer(c, wiring.keyring, move, paper))
    return moved_or_problem(ticket, done)


async def fetch_for_staff(request: Request) -> Response:
    """A file, for who holds the question or a supervisor; that it was fetched is recorded."""
    wiring = wiring_of(request)
    viewer, now = viewer_name(staff(request)), wiring.clock.now()
    ticket, id = request.path_params["ticket"][:40], request.path_params["attachment"][:40]
    found = await wiring.write(
        lambda c: service.attachment_for(c, wiring.keyring, ticket, viewer, id, now)
    )
    if isinstance(found, NotYours):
        raise Problem(404, found.why)
    return download(found)


CALLS = (
    Call(
        "POST",
        "/questions/{ticket}/attachments",
        add_attachment,
        "Add a file (`file`: JPEG, PNG, WebP, PDF, docx), with a message (`text`) perhaps.",
        answer=MovedOut,
        secret=True,
        upload=True,
        problems=(409,),
    ),
    Call(
        "GET",
        "/questions/{ticket}/attachments/{attachment}",
        fetch_attachment,
        "Fetch a file.",
        secret=True,
        media_type="application/octet-stream",
    ),
    Call(
        "POST",
        "/me/questions/{ticket}/attachments",
        add_as_lawyer,
        "Add a file to a question I hold.",
        answer=MovedOut,
        roles=("lawyer",),
        upload=True,
        problems=(404, 409),
    ),
    Call(
        "GET",
        "/me/questions/{ticket}/attachments/{attachment}",
        fetch_for_staff,
        "Fetch a file of a question I hold, or of any as a supervisor; the look is recorded.",
        roles=("lawyer", "supervisor"),
        problems=(404,),
        media_type="application/octet-stream",
    ),
)
