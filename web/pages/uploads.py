"""A form with files: what was written, the files that are taken, and why others are not."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request

from zhiban.data.wording import Refused, Text
from zhiban.queue.attaching import Paper, checked_paper
from zhiban.web.pages.form import Form
from zhiban.web.wiring import wiring_of

ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf,.docx,image/jpeg,image/png,image/webp,application/pdf"
"""What a browser offers to choose; what counts is the content."""
FIELD = "file"


@dataclass(frozen=True, slots=True)
class Sent:
    """A form's values, the files among them that are taken, and what is wrong with the others."""

    form: Form
    papers: tuple[Paper, ...] = ()
    faults: tuple[Text, ...] = ()


async def sent_of(request: Request) -> Sent:
    """The request's form with its files; line ends as everywhere else."""
    largest = wiring_of(request).settings.attachment_limit
    values: dict[str, list[str]] = {}
    papers: list[Paper] = []
    faults: list[Text] = []
    async with request.form(max_files=20, max_fields=200) as sent:
        for field, value in sent.multi_items():
            if isinstance(value, str):
                values.setdefault(field, []).append(value.replace("\r\n", "\n"))
            elif field == FIELD and value.filename:  # an empty chooser sends a file with no name
                taken = await _paper(value, largest)
                (papers if isinstance(taken, Paper) else faults).append(taken)  # type: ignore[arg-type]  # each to its own list
    return Sent(Form(values), tuple(papers), tuple(faults))


async def _paper(file: UploadFile, largest: int) -> Paper | Text:
    content = await file.read(largest + 1)
    try:
        return checked_paper(file.filename or "", content, largest)
    except Refused as refused:
        why = refused.errors[0].text
        name = (file.filename or "")[:60]
        return Text(f"{name}：{why.zh}", f"{name}: {why.en}")
