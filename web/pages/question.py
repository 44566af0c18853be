"""A question at the lawyer's desk: what it says, its history, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.queue import service
from zhiban.queue.after_shift import AfterShift, after_shift
from zhiban.queue.aid_form import DOCUMENTS, EXEMPT
from zhiban.queue.answer_draft import AnswerDraft, draft_of
from zhiban.queue.colleagues import Colleague, colleagues
from zhiban.queue.guardian import RELATIONS
from zhiban.queue.laws import laws
from zhiban.queue.moves import LONGEST_DEFERRAL, REFERRALS
from zhiban.queue.my_queue import seen_until
from zhiban.queue.outcomes import NotYours
from zhiban.queue.phrases import Phrase, phrases_for
from zhiban.queue.tickets import read_code
from zhiban.queue.views import QuestionPage
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of
from zhiban.web.pages.acting import ACTS, said
from zhiban.web.pages.form import Form
from zhiban.web.pages.history import Line, history
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.number_warning import warned
from zhiban.web.pages.signs import Sign, sign
from zhiban.web.pages.uploads import ACCEPT
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

_GONE = NotYours().why


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One running clock, named."""

    name: str
    sign: Sign
    by: str


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question as its page shows it; `seq` is the number of the last event seen on it."""

    code: str
    version: int
    seq: int
    state: str
    sign: Sign | None
    category: str
    story: str
    division: str
    asked: datetime
    channel: str
    green: tuple[str, ...]
    contact: str
    other_party: str
    guardian: str
    may_reveal: bool
    revealed: bool
    rating: int | None
    clocks: tuple[ClockLine, ...]
    lines: tuple[Line, ...]
    can: frozenset[str]


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed for one act that was not done, to be shown again where it stood."""

    act: str = ""
    form: Form = field(default_factory=lambda: Form({}))

    def get(self, act: str, name: str) -> str:
        """What stood in a field of an act's form."""
        return self.form.raw(name) if act == self.act else ""

    def kept(self, can: frozenset[str]) -> str:
        """A text whose form is no longer on the page, for it cannot be done any more."""
        act = ACTS.get(self.act)
        return "" if act is None or act.can in can or not act.text else self.form.raw(act.text)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done: errors by field, that the page was old, numbers in the text."""

    typed: Typed = field(default_factory=Typed)
    errors: Mapping[str, str] = field(default_factory=dict)
    stale: str = ""
    numbers: tuple[str, ...] = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the page of a question is made of."""

    found: QuestionPage
    draft: AnswerDraft | None
    colleagues: tuple[Colleague, ...]
    phrases: tuple[Phrase, ...]
    after: AfterShift | None


def _guardian(found: QuestionPage, lang: Lang) -> str:
    """Who agreed for a child under 14, and what they are to it."""
    one = found.guardian
    return "" if one is None else f"{one.name} {RELATIONS[one.relation].in_(lang)}"


def shown(found: QuestionPage, now: datetime, lang: Lang) -> QuestionShown:
    """The question in words."""
    running = [clock for clock in found.clocks if clock.runs]
    return QuestionShown(
        code=found.ticket,
        version=found.version,
        seq=found.steps[-1].seq,
        state=found.state,
        sign=sign(found.due, now, lang) if found.due else None,
        category=found.category.name.in_(lang) if found.category else "",
        story=found.story,
        division=found.division.name.in_(lang),
        asked=found.asked,
        channel=found.channel.name.in_(lang),
        green=tuple(group.name.in_(lang) for group in found.green_lane),
        contact=found.contact or "",
        other_party=found.other_party or "",
        guardian=_guardian(found, lang),
        may_reveal=not found.revealed
        and bool(found.contact or found.other_party or found.guardian),
        revealed=found.revealed,
        rating=found.rating,
        clocks=tuple(
            ClockLine(
                words.name("clock", clock.kind, lang),
                sign(clock, now, lang),
                words.before(clock.due, now, lang),
            )
            for clock in running
        ),
        # The story stands above; its event would tell it twice.
        lines=history(found.steps, found.attachments, now, lang)[1:],
        can=found.can,
    )


async def question_page(
    request: Request, refusal: Refusal | None = None, *, reveal: bool = False
) -> Response:
    """The page, with what was typed and why it was not done where that is so."""
    wiring, lang, code = wiring_of(request), language_of(request), code_of(request)
    lawyer, now = lawyer_of(staff(request)), wiring.clock.now()
    # Reading a question is recorded, so the writer does it.
    desk = await wiring.write(lambda c: _desk(c, wiring, code, lawyer, now, reveal))
    if desk is None:
        raise Problem(404, _GONE)
    refusal = refusal or Refusal()
    done = request.query_params.get("done", "")
    text = _text(refusal.typed, desk.draft)
    return page(
        request,
        "question.html",
        status_code=refusal.status,
        q=shown(desk.found, now, lang),
        mark=_mark(desk.found.steps[-1].seq, now),
        said=said(done, lang),
        sent=f"q-{code}" if done in ("answer", "ask-back") else "",
        refusal=refusal,
        typed=refusal.typed,
        errors=refusal.errors,
        text=text,
        numbers="" if refusal.numbers else warned(text, lang),
        at_hand=desk,
        **_choices(now),
    )


def _desk(
    connection: Connection, wiring: Wiring, code: str, lawyer: str, now: datetime, reveal: bool
) -> Desk | None:
    ring, viewer = wiring.keyring, f"lawyer:{lawyer}"
    found = service.question_for(connection, ring, code, viewer, now, reveal=reveal)
    if not isinstance(found, QuestionPage):
        return None
    others: Sequence[Colleague] | NotYours = ()
    if "transfer" in found.can:
        others = colleagues(connection, ring, code, lawyer, now)
    return Desk(
        found,
        draft_of(connection, ring, code, lawyer),
        () if isinstance(others, NotYours) else tuple(others),
        phrases_for(connection, lawyer),
        after_shift(connection, ring, code, lawyer, now),
    )


def _text(typed: Typed, draft: AnswerDraft | None) -> str:
    """What stands in the answer box: what was just typed, else what was kept of it."""
    if typed.act in ("answer", "ask-back"):
        return typed.form.raw("text")
    return draft.text if draft else ""


def _choices(now: datetime) -> dict[str, Any]:
    """What the forms offer to choose from."""
    today = words.local(now).date()
    return {
        "referrals": REFERRALS,
        "documents": DOCUMENTS,
        "exempt": EXEMPT,
        "laws": [law.short for law in laws()],
        "accepted": ACCEPT,
        "first_day": today.isoformat(),
        "last_day": (today + LONGEST_DEFERRAL).isoformat(),
    }


def _mark(seq: int, now: datetime) -> str:
    """Changes with the question's history, and every five minutes for its clocks."""
    return f"{seq}-{int(now.timestamp() // 300)}"


def code_of(request: Request) -> str:
    """The ticket's code in the address; Problem 404 where it is none."""
    code = read_code(request.path_params["ticket"])
    if code is None:
        raise Problem(404)
    return code


@allowed("lawyer")
async def show(request: Request) -> Response:
    """The question's page."""
    return await question_page(request)


@allowed("lawyer")
async def reveal(request: Request) -> Response:
    """The same with contact and other party in full; that is recorded."""
    return await question_page(request, reveal=True)


@allowed("lawyer")
async def live(request: Request) -> Response:
    """The history, when it has changed; else 204. That the question has gone is said as well."""
    wiring, lang, code = wiring_of(request), language_of(request), code_of(request)
    lawyer, now = lawyer_of(staff(request)), wiring.clock.now()
    seq = await wiring.read(lambda c: seen_until(c, code, lawyer))
    mark = "gone" if seq is None else _mark(seq, now)
    if mark == request.query_params.get("mark"):
        return Response(status_code=204)
    following = {"X-Next": f"/lawyer/q/{code}/live?mark={mark}"}
    desk = None
    if seq is not None:
        desk = await wiring.write(lambda c: _desk(c, wiring, code, lawyer, now, False))
    if desk is None:
        return page(request, "question_gone.html", headers=following)
    return page(
        request,
        "question_talk.html",
        headers=following,
        q=shown(desk.found, now, lang),
        after=desk.after,
    )


routes = [
    Route("/lawyer/q/{ticket}", show),
    Route("/lawyer/q/{ticket}/live", live),
    Route("/lawyer/q/{ticket}/reveal", reveal, methods=["POST"]),
]
