"""What would fill a vacancy, worked out beside the requests: asked for, waited for, applied."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup
from starlette.requests import Request

from zhiban.roster.facts import Facts
from zhiban.roster.hand_edits import Open
from zhiban.roster.problem import Role
from zhiban.roster.remedies import Patience, Tried, worked_out
from zhiban.roster.rosterfile import Remedy
from zhiban.roster.shortage import shortage
from zhiban.roster.steps import Step, between
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.desk import Kept
from zhiban.web.pages.week_parts import part
from zhiban.web.wiring import wiring_of

WAIT = 1.5  # seconds for which an answer is held back
PATIENCE = 8.0  # seconds for all remedies of one vacancy together


@dataclass(frozen=True)
class Option:
    """A remedy that was verified by solving again, and the steps that make it so."""

    key: str
    remedy: Remedy
    steps: tuple[Step, ...]


Options = tuple[Option, ...]


class Remedies:
    """The remedies of vacancies by draft and revision; one is worked out at a time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="remedies")
        self._asked: Kept[Future[Options]] = Kept(64)

    def ask(self, draft: Open, shift: str, role: Role) -> Future[Options]:
        """Begins to work them out, if that has not begun."""
        key = (draft.draft.week, draft.revision, shift, role)
        facts = draft.at.facts
        return self._asked.get(key, lambda: self._pool.submit(options, facts, shift, role))

    def close(self) -> None:
        """Ends it, when the service ends."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def options(facts: Facts, shift_id: str, role: Role, seconds: float = PATIENCE) -> Options:
    """Everything that would fill the place, cheapest first; doing without it comes last."""
    shift = facts.shifts[shift_id]
    ways = shortage(facts, (shift_id, role)).ways
    tried = worked_out(facts, shift, role, Patience(seconds), ways)
    ranked = sorted(tried, key=lambda one: one.remedy.kind == "close")
    return tuple(_option(facts, one) for one in ranked)


def _option(facts: Facts, tried: Tried) -> Option:
    before, after = (facts.problem, facts.roster), (tried.facts.problem, tried.facts.roster)
    named = f"{tried.remedy.kind} {tried.remedy.what}".encode()
    key = hashlib.sha256(named).hexdigest()[:16]
    return Option(key, tried.remedy, between(before, after))


async def remedies_part(
    request: Request, draft: Open, shift: str, query: Mapping[str, str]
) -> Markup:
    """The remedies of a vacancy as part of a page; that they are being tried, after a while."""
    lang, role = language_of(request), role_of(query.get("role", ""))
    asked = remedies_of(request).ask(draft, shift, role)
    done, _ = await asyncio.wait({asyncio.wrap_future(asked)}, timeout=WAIT)
    found = asked.result() if done else None
    shown = None if found is None else [_shown(one, lang) for one in found]
    values = {"options": shown, "week": str(draft.draft.week), "shift": shift, "role": role}
    return Markup(part(request, lang, "week_remedies.html", values))  # noqa: S704 - rendered with escaping


@dataclass(frozen=True, slots=True)
class Shown:
    """A remedy as the panel writes it."""

    key: str
    what: str
    cost: int
    note: str


def _shown(one: Option, lang: Lang) -> Shown:
    what = one.remedy.what if lang == "zh" else one.remedy.what_en
    return Shown(one.key, what, one.remedy.cost, caution(one.remedy.kind, lang))


def caution(kind: str, lang: Lang) -> str:
    """What a remedy leaves to be done by people."""
    return {
        "leave": translate(lang, "只在草稿里按已改期排；请与本人说定，并在名册里改请假。"),
        "cap": translate(lang, "只在这份草稿里放宽。"),
        "borrow": translate(lang, "只在这份草稿里借调；请与对方区县说定。"),
        "close": translate(lang, "只关这一班的空名额。"),
    }.get(kind, "")


def role_of(text: str) -> Role:
    """The role that a form names; on duty where it names none."""
    role: Literal["primary", "standby"] = "standby" if text == "standby" else "primary"
    return role


def remedies_of(request: Request) -> Remedies:
    """The remedies of this process."""
    state = request.app.state
    if not hasattr(state, "remedies"):
        state.remedies = Remedies()
        wiring_of(request).endings.append(state.remedies.close)
    found: Remedies = state.remedies
    return found
