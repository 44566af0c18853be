"""Pages from templates: one Jinja2 environment a language, escaping always on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Match

from zhiban.queue.citations import pieces
from zhiban.web import words
from zhiban.web.clock import Clock
from zhiban.web.i18n import Lang, language_of, translations

_ROOM = Path(__file__).parent
STATIC = _ROOM / "static"


@lru_cache(maxsize=2)
def environment(lang: Lang) -> Environment:
    """The templates of one language, compiled once."""
    made = Environment(
        loader=FileSystemLoader(_ROOM / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    catalogue = translations(lang)
    made.install_gettext_callables(  # type: ignore[attr-defined]  # added by jinja2.ext.i18n
        catalogue.gettext, catalogue.ngettext, newstyle=True
    )
    made.globals.update(lang=lang, static=static, words=words, pieces=pieces)
    return made


@lru_cache(maxsize=256)
def static(name: str) -> str:
    """The address of a file under static/, which changes with its content."""
    file = STATIC / name
    if not file.is_file():
        raise FileNotFoundError(f"static/{name} is named in a template but is not there")
    return f"/static/{name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


_LEFT_OUT = frozenset({"done", "near"})
"""What an address says once: what was just done, and where somebody is, to the metre."""


def same_page(request: Request) -> str:
    """The address at which what is shown can be read again, without what it says only once.

    A page that answers a form is read where the form stood: the nearest address above its own.
    """
    path = request.url.path
    if request.method in ("GET", "HEAD"):
        asked = [one for one in request.query_params.multi_items() if one[0] not in _LEFT_OUT]
        return f"{path}?{urlencode(asked)}" if asked else path
    while path and not _readable(request, path):
        path = path.rpartition("/")[0]
    return path or "/"


def _readable(request: Request, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


def page(
    request: Request,
    template: str,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """A template filled with `values` and what every page has.

    Every page has: request, lang, `_`, viewer (Account or None), csrf_token, now (aware, UTC),
    demo_clock (the same where a demonstration clock runs, else None), same_page, words,
    static(name).
    """
    clock: Clock = request.app.state.clock
    now = clock.now()
    context: dict[str, object] = {
        "request": request,
        "viewer": getattr(request.state, "viewer", None),
        "csrf_token": request.state.csrf.token() if hasattr(request.state, "csrf") else "",
        "now": now,
        "demo_clock": now if clock.demo else None,
        "same_page": same_page(request),
        **values,
    }
    body = environment(language_of(request)).get_template(template).render(context)
    kept = {"Cache-Control": "no-store", "Vary": "Cookie", **(headers or {})}
    return HTMLResponse(body, status_code=status_code, headers=kept)
