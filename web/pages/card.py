"""The one thing that matters on a ticket: who answers, or when somebody will; pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from zhiban.queue.question import State
from zhiban.queue.views import TicketView
from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.signs import Sign, answer_clock, promise
from zhiban.web.pages.talk import Entry, entries


@dataclass(frozen=True, slots=True)
class Card:
    """The top of the page; `tone` is go, wait or quiet, `closes` by when it ends by itself."""

    tone: str
    what: str
    who: str
    firm: str
    sign: Sign | None
    provisional: bool
    note: str
    closes: str = ""


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A ticket as its page shows it."""

    code: str
    secret_spaced: str
    place: str
    qr: str
    version: int
    card: Card
    category: str
    division: str
    entries: tuple[Entry, ...]
    may_write: bool
    may_rate: bool
    may_withdraw: bool
    may_attach: bool
    may_erase: bool
    erased: bool
    withdrawn: bool
    rating: int | None
    write_label: str
    stamp: str


_TONES = {
    State.WAITING: "wait",
    State.ASKING_BACK: "wait",
    State.CLOSED: "quiet",
    State.WITHDRAWN: "quiet",
}


def card(view: TicketView, now: datetime, lang: Lang) -> Card:
    """The card of a ticket at `now`."""
    if "erase" not in view.can:
        gone = translate(lang, "内容已按您的要求删除")
        kept = translate(lang, "只剩下没有内容的时间记录，用来证明服务是否按时。")
        return Card("quiet", words.name("state", view.state, lang), gone, "", None, False, kept)
    clock = answer_clock(view.clocks)
    who, firm, note = _who(view, now, lang)
    return Card(
        tone=_TONES.get(view.state, "go"),
        what=words.name("state", view.state, lang),
        who=who,
        firm=firm,
        sign=promise(clock, now, lang) if clock else None,
        provisional=clock.provisional if clock else False,
        note=note,
        closes=_closes(view, now, lang),
    )


def _closes(view: TicketView, now: datetime, lang: Lang) -> str:
    """By when the question ends by itself if nobody writes, where it does."""
    if view.closes is None or view.closes <= now:
        return ""
    # A date and no "tomorrow": this is said once for all who look on, whichever day it is by then.
    said = words.local(view.closes)
    when = words.date_of(said.date(), lang, year=said.year != words.local(now).year)
    return translate(
        lang,
        "%(date)s%(hour)s前没有新的消息，这个问题会自动结束。",
        date=when,
        hour=words.hour(view.closes),
    )


def _who(view: TicketView, now: datetime, lang: Lang) -> tuple[str, str, str]:
    """Who answers, their firm, and a line that explains."""
    if view.state == State.WAITING:
        return _waits(view, now, lang)
    if view.state == State.WITHDRAWN:
        return translate(lang, "您撤回了这个问题"), "", ""
    if not view.lawyer_name:
        return words.name("state", view.state, lang), "", ""
    name = translate(lang, "%(name)s律师", name=view.lawyer_name)
    notes = {
        State.ASKING_BACK: translate(lang, "请看下面律师的问题，写好后发送。"),
        State.ANSWERED: translate(lang, "有不清楚的可以接着问；都清楚了，请评价。"),
        State.CLOSED: translate(lang, "有新的情况可以接着写，问题会重新打开。"),
    }
    return name, view.firm_name or "", notes.get(view.state, "")


def _waits(view: TicketView, now: datetime, lang: Lang) -> tuple[str, str, str]:
    waiting = view.waiting
    reason = waiting.reason.in_(lang) if waiting else ""
    if waiting is None or waiting.next is None:
        return translate(lang, "有律师上班后马上分配"), "", reason
    when = words.at(waiting.next.span.start, now, lang)
    return translate(lang, "%(when)s有律师接班", when=when), "", reason


def ticket_page(
    view: TicketView, secret: str, address: str, qr: str, now: datetime, lang: Lang
) -> TicketPage:
    """Everything the ticket's page and its slip show; `address` is where it can be looked up."""
    shown = card(view, now, lang)
    return TicketPage(
        code=view.ticket,
        secret_spaced=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        place=address,
        qr=qr,
        version=view.version,
        card=shown,
        category=view.category.name.in_(lang) if view.category else "",
        division=view.division.name.in_(lang),
        entries=entries(view.steps, "citizen", lang, view.attachments),
        may_write="message" in view.can,
        may_rate="rate" in view.can or view.rating is not None,
        may_withdraw="withdraw" in view.can,
        may_attach="attach" in view.can,
        may_erase="erase" in view.can,
        erased="erase" not in view.can,
        withdrawn=view.state == State.WITHDRAWN,
        rating=view.rating,
        write_label=_label(view, lang),
        stamp=stamp(view, shown),
    )


def _label(view: TicketView, lang: Lang) -> str:
    """What the one box for writing is called."""
    if view.state == State.ASKING_BACK:
        return translate(lang, "回答律师的问题")
    if view.state == State.CLOSED:
        return translate(lang, "有新的情况？接着写，问题会重新打开")
    return translate(lang, "补充或追问")


def stamp(view: TicketView, shown: Card) -> str:
    """What tells one state of the page from another: the version, and what time alone changes."""
    kind = shown.sign.kind if shown.sign else ""
    turns = "|".join((shown.what, shown.who, shown.firm, kind, shown.note))
    return f"{view.version}-{hashlib.sha256(turns.encode()).hexdigest()[:12]}"
