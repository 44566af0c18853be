"""Pictures lose place, device and text before they are stored, and still stand upright."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiban.data.wording import Refused
from zhiban.queue.attaching import checked_paper
from zhiban.queue.picture_metadata import Malformed, bare_jpeg, bare_png, bare_webp

PLACE = b"30.7522N 120.7550E Phone-Maker"


def tiff(orientation: int, order: str = "<") -> bytes:
    """EXIF as a camera writes it: its orientation, its maker, and a place behind them."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    entries = struct.pack(f"{order}HHII", 0x010F, 2, len(PLACE), 38)
    entries += struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(f"{order}IH", 8, 2) + entries + struct.pack(f"{order}I", 0) + PLACE


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes((marker,)) + struct.pack(">H", len(body) + 2) + body


JFIF = segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
COLOURS = segment(0xE2, b"ICC_PROFILE\x00\x01\x01profile")
TABLES = segment(0xDB, bytes(65)) + segment(0xC0, bytes(9)) + segment(0xC4, bytes(20))
# A scan holds stuffed bytes and restarts, which end nothing; a second one follows.
SCANS = segment(0xDA, bytes(6)) + b"a\xff\x00b\xff\xd0c" + segment(0xDA, bytes(6)) + b"d"
END = b"\xff\xd9"


def jpeg(*beside: bytes) -> bytes:
    return b"\xff\xd8" + JFIF + b"".join(beside) + COLOURS + TABLES + SCANS + END + PLACE


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_jpeg_keeps_of_its_metadata_only_how_it_is_turned(order: str) -> None:
    beside = (
        segment(0xE1, b"Exif\x00\x00" + tiff(6, order)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + PLACE),
        segment(0xED, b"Photoshop 3.0\x00" + PLACE),
        segment(0xFE, PLACE),
        segment(0xE2, b"MPF\x00" + PLACE),
    )
    # The one entry: 8 bytes of head, tag 0x0112, a short, one of them, 6, and no further block.
    only = b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" + bytes(6)
    turned = segment(0xE1, b"Exif\x00\x00" + only)
    assert bare_jpeg(jpeg(*beside)) == (
        b"\xff\xd8" + JFIF + turned + COLOURS + TABLES + SCANS + END
    )
    # An upright one needs no entry at all.
    upright = bare_jpeg(jpeg(segment(0xE1, b"Exif\x00\x00" + tiff(1, order))))
    assert upright == b"\xff\xd8" + JFIF + COLOURS + TABLES + SCANS + END
    assert bare_jpeg(upright) == upright


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


HEAD = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(b"\x00\x80"))


def test_a_png_loses_text_time_and_exif_but_not_how_it_is_turned() -> None:
    beside = b"".join(chunk(name, PLACE) for name in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"maKe"))
    whole = HEAD + chunk(b"eXIf", tiff(8)) + beside + PIXELS + beside + chunk(b"IEND", b"") + PLACE
    bare = bare_png(whole)
    assert PLACE not in bare
    assert bare.startswith(HEAD + struct.pack(">I", 26) + b"eXIfMM\x00*")
    assert bare.endswith(PIXELS + chunk(b"IEND", b""))
    assert bare_png(bare) == bare
    plain = HEAD + PIXELS + chunk(b"IEND", b"")
    assert bare_png(HEAD + beside + PIXELS + chunk(b"IEND", b"")) == plain


def part(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def webp(*parts: bytes) -> bytes:
    inside = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def test_a_webp_loses_exif_and_xmp_and_its_head_no_longer_speaks_of_them() -> None:
    picture = part(b"VP8 ", b"odd")

    def head(flags: int) -> bytes:
        return part(b"VP8X", bytes((flags,)) + bytes(9))

    exif, xmp = part(b"EXIF", b"Exif\x00\x00" + tiff(1)), part(b"XMP ", PLACE)
    # 0x10 says that there is transparency, 0x08 EXIF, 0x04 XMP.
    found = bare_webp(webp(head(0x1C), picture, exif, xmp, part(b"MAKE", PLACE)) + PLACE)
    assert found == webp(head(0x10), picture)
    turned = bare_webp(webp(head(0x1C), picture, part(b"EXIF", tiff(3)), xmp))
    assert turned.startswith(webp(head(0x18), picture)[8:], 8)
    assert PLACE not in turned
    assert bare_webp(turned) == turned
    frame = bytes(16)
    moving = webp(head(2), part(b"ANMF", frame + picture + part(b"MAKE", PLACE)))
    assert bare_webp(moving) == webp(head(2), part(b"ANMF", frame + picture))


WHOLE = {
    "jpg": (bare_jpeg, jpeg(segment(0xE1, b"Exif\x00\x00" + tiff(6)))[: -len(PLACE)]),
    "png": (bare_png, HEAD + PIXELS + chunk(b"IEND", b"")),
    "webp": (bare_webp, webp(part(b"VP8 ", b"even"))),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_picture_that_is_cut_off_anywhere_is_refused(kind: str) -> None:
    bare, whole = WHOLE[kind]
    assert bare(whole)
    for length in range(12, len(whole) - 1):
        with pytest.raises(Malformed):
            bare(whole[:length])
    with pytest.raises(Refused) as refused:
        checked_paper(f"a.{kind}", whole[:-5])
    assert [error.field for error in refused.value.errors] == ["file"]


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_no_bytes_make_it_fail_otherwise_than_by_refusing(kind: str, data: st.DataObject) -> None:
    bare, whole = WHOLE[kind]
    spoiled = bytearray(whole)
    for at in data.draw(st.lists(st.integers(12, len(whole) - 1), max_size=6)):
        spoiled[at] = data.draw(st.integers(0, 255))
    with suppress(Malformed):
        bare(bytes(spoiled))


def test_what_is_attached_holds_nothing_of_it() -> None:
    photo = jpeg(segment(0xE1, b"Exif\x00\x00" + tiff(6)), segment(0xFE, PLACE))
    assert PLACE in photo
    assert PLACE not in checked_paper("a.jpg", photo).content
