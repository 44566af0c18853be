"""The search in what was done: who, what, when; no texts of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, or_, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Text
from zhiban.queue import service
from zhiban.queue.knowledge import Knowledge
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


def _line(one: Entry, known: Knowledge, names: dict[str, str], lang: Lang) -> Line:
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
    return Line(one.at, who, what, subject, _kinds(lang)[one.source])


def _kinds(lang: Lang) -> dict[str, str]:
    return {
        "question": translate(lang, "办理咨询"),
        "viewing": translate(lang, "查看咨询"),
        "trail": translate(lang, "登录、设置与其他"),
        "publication": translate(lang, "公布值班表"),
        "register": translate(lang, "名册修改"),
    }


@allowed(*DESK)
async def audit(request: Request) -> Response:
    """The newest entries that fit, fifty a page."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    query, viewer = request.query_params, staff(request)
    today = words.local(now).date()
    first = _day(query.get("from")) or today - _BACK
    last = _day(query.get("to")) or today
    who, subject = query.get("who", "").strip()[:64], query.get("what", "").strip()[:40]
    source = query.get("kind", "") if query.get("kind") in SOURCES else ""
    everybody = query.get("all") == "yes"
    text = query.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 4 else 1
    number = min(max(1, number), DEEPEST // A_PAGE)
    error = translate(lang, "结束的日期要在开始的日期之后") if last < first else ""

    def look(connection: Connection) -> dict[str, Any]:
        known = service.knowledge(connection, wiring.keyring, now)
        wanted = Wanted(
            since=datetime.combine(first, time(), SHANGHAI),
            until=datetime.combine(last, time(), SHANGHAI) + timedelta(days=1),
            source=source,
            actors=_actors(connection, who) if who else (),
            subject=subject,
            people=not everybody,
        )
        found = entries(connection, wanted, (number - 1) * A_PAGE, A_PAGE + 1)
        accounts = connection.execute(select(ACCOUNT.c.login, ACCOUNT.c.name))
        names = {row.login: row.name for row in accounts}
        return {
            "rows": [_line(one, known, names, lang) for one in found[:A_PAGE]],
            "more": len(found) > A_PAGE,
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    kept = {
        "from": str(first),
        "to": str(last),
        "who": who,
        "what": subject,
        "kind": source,
        "all": "yes" if everybody else "",
    }
    return page(
        request,
        "supervisor_audit.html",
        status_code=422 if error else 200,
        kept=kept,
        kinds=_kinds(lang),
        number=number,
        error=error,
        href=lambda n: f"?{urlencode({**kept, 'page': n})}",
        **values,
    )


routes = [Route(PATH, audit)]
