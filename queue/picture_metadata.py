"""Pictures without what a camera or a program wrote beside them: place, device, text; pure.

Only the containers' segments are walked; no picture is decoded, and every kept byte stays as it
was. What is kept is listed, so that a segment nobody has heard of goes. Of EXIF the orientation
stays, in a block with nothing else in it, so that the picture stands upright.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

_EXIF = b"Exif\x00\x00"
_ORIENTATION = 0x0112
_UPRIGHT = 1
_SCAN_ENDS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT "
    b"acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04


class Malformed(Exception):  # noqa: N818 - says what the file is
    """The bytes are no whole picture of the kind that they begin as."""


def bare_jpeg(content: bytes) -> bytes:
    """A JPEG without EXIF, XMP, IPTC, comments, thumbnails, and what follows its end.

    JFIF, ICC profiles and Adobe's colour transform stay. Raises Malformed.
    """
    kept: list[bytes] = []
    orientation, pictured = _UPRIGHT, False
    for marker, segment in _jpeg_segments(content):
        body = segment[4:]
        if marker == 0xE1 and body.startswith(_EXIF) and orientation == _UPRIGHT:
            orientation = _orientation(body[len(_EXIF) :])
        pictured = pictured or marker == 0xDA
        kept += _kept_of_jpeg(marker, segment, body)
    if not pictured:
        raise Malformed("no picture")
    if orientation != _UPRIGHT:
        block = _EXIF + _only_orientation(orientation)
        first = 1 if kept[0].startswith(b"\xff\xe0") else 0
        kept.insert(first, b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block)
    return b"\xff\xd8" + b"".join(kept)


def bare_png(content: bytes) -> bytes:
    """A PNG without text, EXIF, time, unknown chunks, and what follows its end.

    Raises Malformed.
    """
    kept: list[tuple[bytes, bytes]] = []
    orientation = _UPRIGHT
    for name, body, chunk in _png_chunks(content):
        if name == b"eXIf":
            orientation = _orientation(body)
        elif name in _PNG_KEPT:
            kept.append((name, chunk))
    names = [name for name, _ in kept]
    if names[0] != b"IHDR" or b"IDAT" not in names:
        raise Malformed("no picture")
    if orientation != _UPRIGHT:
        body = b"eXIf" + _only_orientation(orientation)
        ends = struct.pack(">I", len(body) - 4), struct.pack(">I", zlib.crc32(body))
        kept.insert(1, (b"eXIf", ends[0] + body + ends[1]))
    return content[:8] + b"".join(chunk for _, chunk in kept)


def bare_webp(content: bytes) -> bytes:
    """A WebP without EXIF, XMP, unknown chunks, and what follows its end; raises Malformed."""
    (size,) = _unpacked("<I", content, 4)
    if size < 4 or size + 8 > len(content) + 1:  # the last padding byte may be missing
        raise Malformed("cut off")
    kept: list[tuple[bytes, bytes]] = []
    orientation = _UPRIGHT
    for name, body in _webp_chunks(content[12 : size + 8]):
        if name == b"EXIF":
            orientation = _orientation(body.removeprefix(_EXIF))
        elif name in _WEBP_KEPT:
            kept.append((name, _bare_frame(body) if name == b"ANMF" else body))
    if not {b"VP8 ", b"VP8L", b"ANMF"} & {name for name, _ in kept}:
        raise Malformed("no picture")
    if kept[0][0] == b"VP8X":
        turned = orientation != _UPRIGHT
        kept[0] = (b"VP8X", _flagged(kept[0][1], turned))
        if turned:
            kept.append((b"EXIF", _only_orientation(orientation)))
    inside = b"WEBP" + b"".join(_webp_chunk(name, body) for name, body in kept)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with its bytes, a scan with its data; ends with the end of the picture."""
    at = 2
    while True:
        start = at
        while content[at : at + 1] == b"\xff":
            at += 1
        if at == start or at >= len(content):
            raise Malformed("no marker")
        marker = content[at]
        at += 1
        if marker == 0xD9:
            yield marker, b"\xff\xd9"
            return
        if marker < 0xC0 or 0xD0 <= marker <= 0xD8:
            raise Malformed("a marker out of place")
        (length,) = _unpacked(">H", content, at)
        end = at + length
        if length < 2 or end > len(content):
            raise Malformed("cut off")
        if marker == 0xDA:
            found = _SCAN_ENDS.search(content, end)
            if found is None:
                raise Malformed("cut off")
            end = found.start()
        yield marker, b"\xff" + content[at - 1 : end]
        at = end


def _kept_of_jpeg(marker: int, segment: bytes, body: bytes) -> list[bytes]:
    """What stays of a segment: all of a picture's own, of the applications' what shows it right."""
    if marker == 0xE0:
        if not body.startswith(b"JFIF\x00") or len(body) < 14:
            return []
        return [b"\xff\xe0\x00\x10" + body[:12] + b"\x00\x00"]  # without its thumbnail
    if marker == 0xE2:
        return [segment] if body.startswith(b"ICC_PROFILE\x00") else []
    if marker == 0xEE:
        return [segment] if body.startswith(b"Adobe") else []
    return [] if 0xE0 <= marker <= 0xFE else [segment]


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Each chunk's name, body, and whole bytes; ends with the end of the picture."""
    at, name = 8, b""
    while name != b"IEND":
        (length,) = _unpacked(">I", content, at)
        end = at + 12 + length
        if end > len(content):
            raise Malformed("cut off")
        name = content[at + 4 : at + 8]
        yield name, content[at + 8 : end - 4], content[at:end]
        at = end


def _webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(content):
        (size,) = _unpacked("<I", content, at + 4)
        end = at + 8 + size
        if end > len(content):
            raise Malformed("cut off")
        yield content[at : at + 4], content[at + 8 : end]
        at = end + size % 2


def _webp_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)


def _bare_frame(body: bytes) -> bytes:
    """A frame of an animation with nothing but its picture."""
    if len(body) < 16:
        raise Malformed("cut off")
    inside = [one for one in _webp_chunks(body[16:]) if one[0] in _WEBP_KEPT]
    return body[:16] + b"".join(_webp_chunk(*one) for one in inside)


def _flagged(head: bytes, turned: bool) -> bytes:
    """The extended head, saying of metadata only whether an orientation is there."""
    if len(head) < 10:
        raise Malformed("cut off")
    flags = head[0] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if turned else 0)
    return bytes((flags,)) + head[1:]


def _orientation(tiff: bytes) -> int:
    """The orientation, 1 to 8, that an EXIF block tells; upright where it tells none."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return _UPRIGHT
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    if at + 2 > len(tiff):
        return _UPRIGHT
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    for start in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, number, value = struct.unpack_from(f"{order}HHIH", tiff, start)
        if (tag, kind, number) == (_ORIENTATION, 3, 1) and 1 <= value <= 8:
            return int(value)
    return _UPRIGHT


def _only_orientation(value: int) -> bytes:
    """An EXIF block with one entry."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, value, 0, 0)


def _unpacked(form: str, content: bytes, at: int) -> tuple[int, ...]:
    if at + struct.calcsize(form) > len(content):
        raise Malformed("cut off")
    return struct.unpack_from(form, content, at)
