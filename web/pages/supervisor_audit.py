"""The search in what was done: who, what, when; no texts of people."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, or_, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data import register_service, trail
from zhiban.data.register_diff import Field
from zhiban.data.register_service import Logged
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Text
from zhiban.queue import service
from zhiban.queue.knowledge import Knowledge
from zhiban.roster.duty_text import harmless
from zhiban.web import words
from zhiban.web.audit import DEEPEST, SOURCES, Entry, Wanted, entries
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.supervisor import DESK
from zhiban.web.records import ACCOUNT
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/supervisor/audit"
A_PAGE = 50
_BACK = timedelta(days=7)
ACTS: dict[str, Text] = {
    "text": Text("看了内容", "read the text"),
    "contact": Text("看了联系方式和对方", "saw contact and other party"),
    "signed_in": Text("登录", "signed in"),
    "published": Text("公布值班表", "published a roster"),
    "changed": Text("修改", "changed"),
    "added": Text("新增", "added"),
    "removed": Text("删除", "removed"),
    "drawn": Text("抽查取样", "drew a sample"),
    "judged": Text("写下抽查结论", "judged a sample"),
    "imported": Text("导入值班表", "imported a roster"),
    "chosen": Text("选用备选值班表", "chose an alternative roster"),
    "accepted": Text("同意申请", "accepted an application"),
    "refused": Text("不同意申请", "refused an application"),
    "exported": Text("导出操作记录", "exported the log"),
    "number_seen": Text("看了预约人电话", "saw a booking's number"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words."""

    at: datetime
    who: str
    what: str
    subject: str
    kind: str
    fields: tuple[Field, ...] = ()


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _actors(connection: Connection, who: str) -> frozenset[str]:
    """The names under which those act whose login, name or lawyer's id is `who`."""
    account = ACCOUNT.c
    rows = connection.execute(
        select(account.login, account.lawyer).where(
            or_(
                account.login == who.lower(),
                account.lawyer == who.upper(),
                account.name.contains(who, autoescape=True),
            )
        )
    ).all()
    names = {who}
    for row in rows:
        names |= {row.login, f"staff:{row.login}", f"account:{row.login}"}
        if row.lawyer:
            names |= {f"lawyer:{row.lawyer}", row.lawyer}
    return frozenset(names)


def _line(
    one: Entry,
    known: Knowledge,
    names: Mapping[str, str],
    changes: Mapping[int, Logged],
    lang: Lang,
) -> Line:
    kind, _, id = one.actor.rpartition(":")
    if one.actor == "system":
        who = translate(lang, "系统")
    elif one.actor in ("citizen", "applicant"):
        who = translate(lang, "提问人或申请人")
    elif kind == "lawyer":
        who = known.lawyer_name(id)
    else:
        who = names.get(id, id)
    if one.source == "question":
        what = words.name("event", one.act, lang)
    else:
        what = ACTS[one.act].in_(lang) if one.act in ACTS else one.act
    subject = translate(lang, "质量抽查") if one.subject == "quality" else one.subject
    fields: tuple[Field, ...] = ()
    if one.source == "register" and one.id in changes:
        change = changes[one.id]
        subject, fields = f"{change.name} {change.subject}".strip(), change.fields
    elif one.subject.startswith("account:"):
        login = names.get(one.subject, "")
        subject = translate(lang, "账号%(login)s", login=login) if login else one.subject
    return Line(one.at, who, what, subject, _kinds(lang)[one.source], fields)


def _kinds(lang: Lang) -> dict[str, str]:
    return {
        "question": translate(lang, "办理咨询"),
        "viewing": translate(lang, "查看咨询"),
        "trail": translate(lang, "登录、设置与其他"),
        "publication": translate(lang, "公布值班表"),
        "register": translate(lang, "名册修改"),
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says, read."""

    first: date
    last: date
    who: str
    subject: str
    source: str
    everybody: bool

    @property
    def kept(self) -> dict[str, str]:
        """The same as the form has it."""
        return {
            "from": str(self.first),
            "to": str(self.last),
            "who": self.who,
            "what": self.subject,
            "kind": self.source,
            "all": "yes" if self.everybody else "",
        }


def _asked(request: Request, now: datetime) -> Asked:
    query, today = request.query_params, words.local(now).date()
    return Asked(
        _day(query.get("from")) or today - _BACK,
        _day(query.get("to")) or today,
        query.get("who", "").strip()[:64],
        query.get("what", "").strip()[:40],
        query.get("kind", "") if query.get("kind") in SOURCES else "",
        query.get("all") == "yes",
    )


def _lines(
    connection: Connection, request: Request, asked: Asked, now: datetime, skip: int, number: int
) -> list[Line]:
    wiring, lang = wiring_of(request), language_of(request)
    known = service.knowledge(connection, wiring.keyring, now)
    wanted = Wanted(
        since=datetime.combine(asked.first, time(), SHANGHAI),
        until=datetime.combine(asked.last, time(), SHANGHAI) + timedelta(days=1),
        source=asked.source,
        actors=_actors(connection, asked.who) if asked.who else (),
        subject=asked.subject,
        people=not asked.everybody,
    )
    found = entries(connection, wanted, skip, number)
    accounts = connection.execute(select(ACCOUNT.c.id, ACCOUNT.c.login, ACCOUNT.c.name)).all()
    names = {row.login: row.name for row in accounts}
    names |= {f"account:{row.id}": row.login for row in accounts}
    changes = register_service.lines_of(
        connection, wiring.keyring, [one.id for one in found if one.source == "register"]
    )
    return [_line(one, known, names, changes, lang) for one in found]


@allowed(*DESK)
async def as_csv(request: Request) -> Response:
    """The entries that fit as a file, the newest of them; that it was taken is an entry, too."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    asked, by = _asked(request, now), staff(request).login
    rows = await wiring.read(lambda c: _lines(c, request, asked, now, 0, DEEPEST))
    await wiring.write(lambda c: trail.note(c, "audit", by, "exported", now, rows=str(len(rows))))
    text = StringIO()
    out = csv.writer(text)
    out.writerow(_heads(lang))
    for row in rows:
        told = "；".join(f"{one.title.in_(lang)}：{one.before}→{one.after}" for one in row.fields)
        at = words.local(row.at).isoformat(timespec="seconds")
        out.writerow(map(harmless, (at, row.who, row.what, row.subject, row.kind, told)))
    name = f"zhiban-audit-{asked.first}-{asked.last}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response("\ufeff" + text.getvalue(), media_type="text/csv", headers=headers)


def _heads(lang: Lang) -> list[str]:
    return [
        translate(lang, "什么时候"),
        translate(lang, "谁"),
        translate(lang, "做了什么"),
        translate(lang, "对什么"),
        translate(lang, "哪一类"),
        translate(lang, "改动"),
    ]


@allowed(*DESK)
async def audit(request: Request) -> Response:
    """The newest entries that fit, fifty a page."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    viewer, asked = staff(request), _asked(request, now)
    text = request.query_params.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 4 else 1
    number = min(max(1, number), DEEPEST // A_PAGE)
    error = translate(lang, "结束的日期要在开始的日期之后") if asked.last < asked.first else ""

    def look(connection: Connection) -> dict[str, Any]:
        rows = _lines(connection, request, asked, now, (number - 1) * A_PAGE, A_PAGE + 1)
        return {
            "rows": rows[:A_PAGE],
            "more": len(rows) > A_PAGE,
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    kept = asked.kept
    return page(
        request,
        "supervisor_audit.html",
        status_code=422 if error else 200,
        kept=kept,
        kinds=_kinds(lang),
        number=number,
        error=error,
        href=lambda n: f"?{urlencode({**kept, 'page': n})}",
        file=f"{PATH}.csv?{urlencode(kept)}",
        **values,
    )


routes = [Route(PATH, audit), Route(f"{PATH}.csv", as_csv)]
