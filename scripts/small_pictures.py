"""Pictures with a palette instead of full colours: a third of the size, and nobody sees it."""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Browser

COLOURS = 256
# The browser reads the picture, finds its colours and tells which of them each point has. Of each
# group of like colours the one with the most points is kept, so that a small red sign stays red;
# what is left of the palette goes to the colours with the most points.
READ = """async ([data, most]) => {
  const blob = await (await fetch("data:image/png;base64," + data)).blob();
  const image = await createImageBitmap(blob, { colorSpaceConversion: "none" });
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  canvas.drawImage(image, 0, 0);
  const points = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
  const counts = new Map();
  for (const one of points) counts.set(one, (counts.get(one) || 0) + 1);
  const often = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
  const group = (one) => one & 0xf0f0f0;
  const groups = new Set(), first = [], others = [];
  for (const one of often) {
    if (groups.has(group(one))) others.push(one);
    else { groups.add(group(one)); first.push(one); }
  }
  const palette = [...first, ...others].slice(0, most);
  const place = new Map(palette.map((one, at) => [one, at]));
  const apart = (a, b) => {
    let sum = 0;
    for (const by of [0, 8, 16]) sum += (((a >> by) & 255) - ((b >> by) & 255)) ** 2;
    return sum;
  };
  const nearest = (one) => {
    let best = 0;
    for (let at = 1; at < palette.length; at += 1)
      if (apart(one, palette[at]) < apart(one, palette[best])) best = at;
    place.set(one, best);
    return best;
  };
  const found = new Uint8Array(points.length);
  points.forEach((one, at) => { found[at] = place.get(one) ?? nearest(one); });
  let text = "";
  for (let at = 0; at < found.length; at += 32768)
    text += String.fromCharCode(...found.subarray(at, at + 32768));
  return { width, height, palette, points: btoa(text) };
}"""


class Press:
    """Makes pictures small in a page of its own."""

    def __init__(self, browser: Browser) -> None:
        self._page = browser.new_page()

    def press(self, file: Path) -> int:
        """Writes the picture with a palette where that is smaller; the bytes that it saved."""
        old = file.read_bytes()
        if old[25] != 2 and old[25] != 6:  # neither full colours nor those with transparency
            return 0
        found = self._page.evaluate(READ, [base64.b64encode(old).decode(), COLOURS])
        points = base64.b64decode(found["points"])
        new = _png(found["width"], found["height"], found["palette"], points)
        if len(new) >= len(old):
            return 0
        file.write_bytes(new)
        return len(old) - len(new)


def _png(width: int, height: int, palette: list[int], points: bytes) -> bytes:
    """A PNG file of numbers in a palette; the lowest byte of a colour is its red."""
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = b"".join(struct.pack("<I", one & 0xFFFFFFFF)[:3] for one in palette)
    rows = b"".join(b"\0" + points[at : at + width] for at in range(0, len(points), width))
    parts = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, data) for name, data in parts)


def _part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
