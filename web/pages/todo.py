"""What waits for the scheduler, in words: requests, what follows from them, gaps to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from sqlalchemy import Connection

from zhiban.data.week import Week
from zhiban.roster import entry_store
from zhiban.roster import request_store as rows
from zhiban.roster.absences import Absence, absences
from zhiban.roster.current import Newest
from zhiban.roster.entries import Correction, Entry
from zhiban.roster.firm_naming import Slot, slots
from zhiban.roster.leave_requests import KINDS, LeaveRequest, said, touched
from zhiban.roster.offer_store import offers
from zhiban.roster.offers import Offer, people_in
from zhiban.roster.request_records import CORRECTION, LEAVE_REQUEST, SWAP_OFFER
from zhiban.roster.swapping import NotSwapped, checked
from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.desk import Desk
from zhiban.web.pages.offer_lines import (
    Person,
    called,
    duty_line,
    in_words,
    people,
    shift_line,
    way_line,
)
from zhiban.web.pages.places import names
from zhiban.web.wiring import Wiring

Kind = Literal["absence", "leave", "swap", "entry", "firm"]
KINDS_SHOWN: tuple[Kind, ...] = ("absence", "leave", "swap", "entry", "firm")
HARMLESS_FIELDS = frozenset({"phone", "languages"})


@dataclass(frozen=True, slots=True)
class Item:
    """One matter: what is asked, what follows from it, and whether that is harmless."""

    kind: Kind
    id: int
    title: str
    when: str
    effects: tuple[str, ...]
    harm: str
    harmless: bool
    at: datetime
    link: str = ""
    can_approve: bool = True


@dataclass(frozen=True)
class View:
    """What the words of items are made with."""

    wiring: Wiring
    connection: Connection
    now: datetime
    lang: Lang
    who: Mapping[str, Person]
    place: Mapping[str, str]


def items(
    wiring: Wiring, desk: Desk, connection: Connection, now: datetime, lang: Lang
) -> list[Item]:
    """Everything that waits, what is most urgent first within its kind."""
    view = View(wiring, connection, now, lang, people(connection), names(connection, lang))
    asked = rows.leave_requests(connection, wiring.keyring, LEAVE_REQUEST.c.state == "asked")
    agreed = offers(connection, wiring.keyring, SWAP_OFFER.c.state == "agreed")
    published = wiring.published(connection)
    weeks = {
        week: desk.newest(connection, published.newest(week))
        for week in {one.week for one in agreed}
    }
    corrections = entry_store.corrections(connection, wiring.keyring, CORRECTION.c.state == "asked")
    open_slots = [one for one in slots(connection, published, now) if one.open]
    return [
        *(_absence(view, one) for one in to_mend(wiring, connection, now)),
        *(_leave(view, one) for one in asked),
        *(_swap(view, one, weeks[one.week]) for one in agreed),
        *(_entry(view, one) for one in corrections),
        *(_slot(view, one) for one in open_slots),
    ]


def to_mend(wiring: Wiring, connection: Connection, now: datetime) -> tuple[Absence, ...]:
    """Published duties of lawyers who are away."""
    return absences(wiring.published(connection), rows.registered_leave(connection, now), now)


def absence_link(one: Absence) -> str:
    """Where a gap is mended."""
    query = {"week": str(one.week), "shift": one.duty.shift, "lawyer": one.duty.lawyer}
    return f"/scheduler/inbox/absence?{urlencode(query | {'role': one.duty.role})}"


def _absence(view: View, one: Absence) -> Item:
    lang = view.lang
    running = one.duty.span.contains(view.now)
    harm = translate(lang, "正在值班时间，没有人") if running else ""
    return Item(
        kind="absence",
        id=0,
        title=translate(lang, "%(name)s请了假，这一班要找人", name=one.duty.lawyer_name),
        when=duty_line(one.duty, view.place, view.now, lang),
        effects=(translate(lang, "请假：%(when)s", when=said(one.leave).in_(lang)),),
        harm=harm,
        harmless=False,
        at=one.duty.span.start,
        link=absence_link(one),
    )


def _leave(view: View, one: LeaveRequest) -> Item:
    lang, now = view.lang, view.now
    published = view.wiring.published(view.connection)
    hit = touched(published, one.lawyer, one.span, now)
    effects = [duty_line(duty, view.place, now, lang) for duty in hit]
    if hit:
        harm = translate(lang, "碰到%(count)s个已公布的班次，批准后要找人接替：", count=len(hit))
    else:
        harm = ""
        effects = [translate(lang, "没有碰到已公布的班次；以后排班会避开这段时间。")]
    if one.reason:
        effects.append(translate(lang, "事由：%(text)s", text=one.reason))
    return Item(
        kind="leave",
        id=one.id,
        title=translate(
            lang,
            "%(name)s请假（%(kind)s）",
            name=called(view.who, one.lawyer),
            kind=KINDS[one.kind].in_(lang),
        ),
        when=said(one.span).in_(lang),
        effects=tuple(effects),
        harm=harm,
        harmless=not hit,
        at=one.span.start,
    )


def _swap(view: View, one: Offer, at: Newest | None) -> Item:
    lang = view.lang
    way = one.agreed or ()
    found = checked(at, way, view.now, under_way=True) if at is not None else None
    allowed = found is not None and not isinstance(found, NotSwapped) and found.allowed
    cost = 0 if found is None or isinstance(found, NotSwapped) else found.cost
    duties = {d.shift: duty_line(d, view.place, view.now, lang) for d in _duties(at)}
    shifts = {
        move.duty.shift: duties.get(move.duty.shift)
        or shift_line(move.duty.shift, view.place, view.now, lang)
        for move in way
    }
    told = [called(view.who, person) for person in people_in(way)]
    effects = [way_line(way, "", view.who, shifts, lang)]
    if not allowed and found is not None:
        effects.append(in_words(found.text.in_(lang), view.who, view.place, view.now, lang))
    elif cost > 0:
        effects.append(translate(lang, "整张表的代价多%(cost)s", cost=cost))
    effects.append(translate(lang, "批准后出新的一版，只通知%(names)s", names=_joined(told, lang)))
    return Item(
        kind="swap",
        id=one.id,
        title=translate(lang, "换班：%(names)s", names=_joined(told, lang)),
        when=words.span(one.span.start, one.span.end, view.now, lang),
        effects=tuple(effects),
        harm="" if allowed else translate(lang, "现在这样换违反规则"),
        harmless=allowed and cost <= 0 and one.span.start > view.now,
        at=one.span.start,
        can_approve=allowed,
    )


def _duties(at: Newest | None) -> tuple[Any, ...]:
    return at.version.duties if at is not None else ()


def _entry(view: View, one: Correction) -> Item:
    lang = view.lang
    before = entry_store.load_entry(view.connection, view.wiring.keyring, one.lawyer)
    codes = {
        code: name if lang == "zh" or not name_en else name_en
        for code, (name, name_en) in entry_store.categories(view.connection).items()
    }
    codes["online"] = translate(lang, "线上坐席")
    return Item(
        kind="entry",
        id=one.id,
        title=translate(lang, "%(name)s更正名册", name=called(view.who, one.lawyer)),
        when=words.at(one.asked_at, view.now, lang),
        effects=tuple(_changes(before, one.changes, codes, lang)),
        harm="",
        harmless=set(one.changes) <= HARMLESS_FIELDS,
        at=one.asked_at,
    )


def _changes(
    before: Entry | None, changes: Mapping[str, Any], codes: Mapping[str, str], lang: Lang
) -> list[str]:
    """Field by field, what it was and what it is to be."""
    old = before.as_json() if before else {}
    labels = {
        "phone": translate(lang, "电话号码"),
        "skills": translate(lang, "专长"),
        "languages": translate(lang, "语言"),
        "away": translate(lang, "每周不值的半天"),
    }
    found = []
    for field, label in labels.items():
        if field in changes:
            was, new = (_value(field, v, codes, lang) for v in (old.get(field), changes[field]))
            found.append(f"{label}：{was} → {new}" if lang == "zh" else f"{label}: {was} → {new}")
    if changes.get("note"):
        found.append(translate(lang, "另外：%(text)s（请在名册里改）", text=changes["note"]))
    return found


def _value(field: str, value: Any, codes: Mapping[str, str], lang: Lang) -> str:
    if not value:
        return translate(lang, "无")
    if field == "phone":
        return str(value)
    if field == "away":
        halves = {"am": translate(lang, "上午"), "pm": translate(lang, "下午"), "day": ""}
        days = Week(2026, 1).days
        space = "" if lang == "zh" else " "
        parts = [
            f"{words.weekday(days[day], lang)}{space}{halves[half]}".strip() for day, half in value
        ]
        return _joined(parts, lang)
    if field == "languages":
        return _joined([words.name("language", one, lang) for one in value], lang)
    return _joined([codes.get(one, one) for one in value], lang)


def _slot(view: View, one: Slot) -> Item:
    lang, duty = view.lang, one.duty
    by = duty.name_by or duty.span.start
    told = translate(lang, "已提醒") if one.reminded else translate(lang, "到期前一天自动提醒")
    return Item(
        kind="firm",
        id=0,
        title=translate(lang, "%(firm)s还没指定律师", firm=duty.firm_name),
        when=duty_line(duty, view.place, view.now, lang),
        effects=(
            translate(
                lang,
                "%(when)s可以指定，否则由拟派的%(name)s值班；%(told)s",
                when=words.before(by, view.now, lang),
                name=duty.lawyer_name,
                told=told,
            ),
        ),
        harm="",
        harmless=False,
        at=by,
    )


def _joined(parts: list[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(parts)
