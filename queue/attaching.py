"""What may be attached to a question: kinds told by content, sizes, names; pure."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from zhiban.data.wording import Refused
from zhiban.queue.picture_metadata import Malformed, bare_jpeg, bare_png, bare_webp

MOST = 20
LARGEST = 8 * 1024 * 1024
LARGEST_TOGETHER = 60 * 1024 * 1024
_NAME_LIMIT = 80
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of file that is taken; what people call it, and how its names end."""

    type: str
    name: str
    ending: str


JPEG = Media("image/jpeg", "JPEG", ".jpg")
PNG = Media("image/png", "PNG", ".png")
WEBP = Media("image/webp", "WebP", ".webp")
PDF = Media("application/pdf", "PDF", ".pdf")
DOCX = Media(_DOCX, "Word (docx)", ".docx")
TAKEN = (JPEG, PNG, WEBP, PDF, DOCX)
BY_TYPE = {media.type: media for media in TAKEN}
_BARED = {JPEG: bare_jpeg, PNG: bare_png, WEBP: bare_webp}


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that may be attached: its kind by content, a name that is safe to show, its bytes."""

    media: Media
    name: str
    content: bytes


def checked_paper(name: str, content: bytes, largest: int = LARGEST) -> Paper:
    """The file, if it is of a kind and size that is taken; raises Refused naming `file`.

    A picture loses the place and device that a camera wrote; one that is broken is refused.
    What the sender says of its type, and how its name ends, counts for nothing.
    """
    if not content:
        raise Refused.one("file", "文件是空的", "the file is empty")
    if len(content) > largest:
        limit = largest // 1024
        raise Refused.one("file", f"文件最大{limit} KB", f"a file has {limit} KB at most")
    media = media_of(content)
    if media is None:
        kinds = "、".join(one.name for one in TAKEN)
        raise Refused.one(
            "file",
            f"只收这些类型的文件：{kinds}；这个文件的内容不是其中任何一种",
            f"only these kinds are taken: {kinds.replace('、', ', ')}; this one's content is none",
        )
    return Paper(media, safe_name(name, media), _bared(media, content))


def _bared(media: Media, content: bytes) -> bytes:
    """A picture without its metadata; any other file as it is."""
    if media not in _BARED:
        return content
    try:
        return _BARED[media](content)
    except Malformed:
        raise Refused.one(
            "file",
            f"这个 {media.name} 图片不完整或已损坏，请换一张或重新导出",
            f"this {media.name} picture is cut off or broken; take another or export it again",
        ) from None


def media_of(content: bytes) -> Media | None:
    """The kind of a file by the bytes it begins with; None for any that is not taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"%PDF-"):
        return PDF
    return DOCX if content.startswith(b"PK\x03\x04") and _is_document(content) else None


def safe_name(name: str, media: Media) -> str:
    """The file's name without folders and control characters, ending as its kind does."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>|:*?;')
    stem = kept.rpartition(".")[0] or kept
    stem = stem.encode("utf-8", "ignore").decode().strip(" .")[:_NAME_LIMIT]
    return (stem or "附件") + media.ending


def _is_document(content: bytes) -> bool:
    """Whether an archive's contents page is a Word document's, without macros.

    Nothing is unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False  # the last is how zipfile says that an archive needs a newer version of it
    parts = {"[Content_Types].xml", "word/document.xml"}
    return parts <= names and not any(one.lower().endswith("vbaproject.bin") for one in names)
