"""Languages: Chinese message ids, English catalogues (one a desk) compiled in memory at start."""

from __future__ import annotations

import gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection

from zhiban.web.headers import header

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
LANGUAGE_COOKIE = "lang"
_HEARD = 200  # nobody has so many languages that they need more letters
_LOCALE = Path(__file__).parent / "locale"


@lru_cache(maxsize=len(LANGUAGES))
def translations(lang: Lang) -> gettext.NullTranslations:
    """The catalogue of a language; Chinese is what the message ids are written in."""
    if lang == "zh":
        return gettext.NullTranslations()
    whole = Catalog(locale=lang)
    for source in sorted((_LOCALE / lang / "LC_MESSAGES").glob("*.po")):
        with source.open("rb") as file:
            for message in read_po(file, locale=lang, abort_invalid=True):
                whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translate(lang: Lang, message: str, **values: object) -> str:
    """The message in a language, with `%(name)s` places filled."""
    text = translations(lang).gettext(message)
    return text % values if values else text


def language_of(request: HTTPConnection) -> Lang:
    """The language to answer in: Accept-Language for the API, the switch's cookie for pages."""
    if request.scope["path"].startswith("/api/"):
        return preferred(header(request.scope, b"accept-language")[:_HEARD].decode("latin-1"))
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


@lru_cache(maxsize=256)
def preferred(accepted: str) -> Lang:
    """What an Accept-Language asks for among ours; Chinese where it says nothing of use."""
    best: tuple[float, Lang] = (0.0, "zh")
    for part in accepted.split(","):
        name, _, parameters = part.strip().partition(";")
        lang = next((known for known in LANGUAGES if name.lower().split("-")[0] == known), None)
        weight = _weight(parameters)
        if lang is not None and weight > best[0]:
            best = (weight, lang)
    return best[1]


def _weight(parameters: str) -> float:
    """The q value of one Accept-Language entry; 0 for one that cannot be read."""
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return max(0.0, min(1.0, float(value)))
    except ValueError:
        return 0.0
