"""The link in the address of a station's page, and what its pages say of numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from starlette.requests import Request

from zhiban.data.wording import Text
from zhiban.queue.calling import station_of
from zhiban.queue.memory import knowledge
from zhiban.queue.numbers import Guess, Number
from zhiban.roster.station_keys import Purpose, StationKey, open_key
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.problems import Problem
from zhiban.web.wiring import wiring_of

_GONE = Text(
    "这个链接已经停用或写错了。请让站点工作人员从“站点设备”里打开新的链接。",
    "This link has been taken back, or is mistyped. Staff can open the new one under Stations.",
)


@dataclass(frozen=True, slots=True)
class Station:
    """The station whose page this is."""

    token: str
    post: str
    name: str
    address: str


async def station(request: Request, *purposes: Purpose) -> Station:
    """The station of the link in the address; Problem 404 for one that does not open this page."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    token = request.path_params["token"]
    key: StationKey | None = await wiring.read(lambda c: open_key(c, wiring.keyring, token))
    if key is None or (purposes and key.purpose not in purposes):
        raise Problem(404, _GONE)
    post = await wiring.read(lambda c: station_of(knowledge(c, wiring.keyring, now), key.post))
    name = post.name if lang == "zh" or not post.name_en else post.name_en
    return Station(token, post.id, name, post.address)


def qr(text: str) -> str:
    """A code to scan, as a data address."""
    code: Any = segno.make(text, error="m")
    drawn: str = code.svg_data_uri(border=2, scale=5, dark="#000", light="#fff")
    return drawn


def address(request: Request, path: str) -> str:
    """A path of this service as a whole address, to be scanned."""
    return str(request.url.replace(path=path, query="", fragment=""))


def said_guess(guess: Guess | None, now: datetime, lang: Lang) -> str:
    """When somebody's turn probably comes."""
    if guess is None:
        return ""
    if guess.now:
        return translate(lang, "马上就到您")
    early, late = words.hour(guess.early), words.hour(guess.late_end)
    if guess.early <= now:
        return translate(lang, "大约%(late)s前", late=late)
    return translate(lang, "大约%(early)s到%(late)s", early=early, late=late)


def mark(*values: object) -> str:
    """Changes whenever one of the values does."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def traces(numbers: Iterable[Number]) -> list[tuple[int, str, int, int | None]]:
    """What of numbers makes a page stale when it changes."""
    return [(one.number, one.state, one.calls, one.counter) for one in numbers]
