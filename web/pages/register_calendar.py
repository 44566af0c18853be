"""The calendar of the bureau: what is known, a yearly notice seen before it holds, and put back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import register_service as service
from zhiban.data.editions import edition, editions
from zhiban.data.holiday_notice import LONGEST, Notice, read_notice
from zhiban.data.holiday_store import load_holidays
from zhiban.data.holidays import (
    Holidays,
    Worked,
    changed_days,
    holidays_from,
    holidays_json,
    hours_of,
    text_of,
    with_notice,
)
from zhiban.data.store import load_register
from zhiban.data.wording import Refused
from zhiban.queue.calendar_edits import (
    CALENDAR,
    KINDS,
    change_calendar,
    hours_text,
    preview_calendar,
)
from zhiban.queue.policy import CLOCK_NAMES
from zhiban.roster.calendar_effects import effects
from zhiban.web import words
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.register_parts import DESK, PATH
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

CALENDAR_PATH = f"{PATH}/calendar"
SHOWN = 100
AHEAD = timedelta(days=60)  # from then on, dues and rosters reach into the next year
_LARGEST = 4 * LONGEST


@dataclass(frozen=True, slots=True)
class Run:
    """Days of one kind and one holiday in a row."""

    name: str
    kind: Worked
    first: date
    last: date

    @property
    def number(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


def runs(holidays: Holidays, year: int) -> list[Run]:
    """The special days of a year, those of a kind in a row as one."""
    found: list[Run] = []
    for day in sorted(holidays.days):
        if day.year != year:
            continue
        kind, name = holidays.kind(day), holidays.name(day)
        last = found[-1] if found else None
        joined = last and last.last + timedelta(days=1) == day
        if last and joined and (last.kind, last.name) == (kind, name):
            found[-1] = replace(last, last=day)
        else:
            found.append(Run(name, kind, day, day))
    return found


@allowed(*DESK)
async def show(request: Request) -> Response:
    """What is known of a year; with a token, what the change that waits under it would do."""
    token = request.query_params.get("file", "")
    return await (_preview(request, token) if token else _page(request))


async def _page(
    request: Request,
    errors: Sequence[str] = (),
    status: int = 200,
    said: str = "",
    **values: Any,
) -> Response:
    wiring, viewer, now = wiring_of(request), staff(request), wiring_of(request).clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        return {
            "holidays": load_holidays(connection),
            "log": editions(connection, CALENDAR),
            "unread": unread(connection, viewer),
        }

    found = await wiring.read(look)
    holidays: Holidays = found["holidays"]
    today = words.local(now).date()
    asked = request.query_params.get("year", "")
    known = sorted(holidays.years)
    year = int(asked) if asked.isdecimal() and int(asked[:5]) in holidays.years else today.year
    usual: dict[str, Any] = {"proposed": None, "token": ""}
    return page(
        request,
        "register_calendar.html",
        status_code=status,
        errors=list(errors),
        said=said,
        year=year,
        years=known,
        runs=runs(holidays, year),
        kinds=KINDS,
        hours=hours_text(holidays),
        missing=[
            one for one in range(today.year, (today + AHEAD).year + 1) if one not in holidays.years
        ],
        may=viewer.may("scheduler"),
        done=request.query_params.get("done", ""),
        **usual | found | values,
    )


@allowed("scheduler")
async def upload(request: Request) -> Response:
    """Keeps the calendar that a notice, hours or an earlier edition would make, and shows it."""
    wiring, lang, by = wiring_of(request), language_of(request), staff(request).login
    form, content = await _sent(request)
    text = form.raw("text")
    now = wiring.clock.now()
    try:
        notice = None if form.text("act") in ("hours", "again") else _notice(text, content, form)

        def keep(connection: Connection) -> str:
            holidays = _proposed(connection, form, notice)
            holidays.calendar()
            sealed = json.dumps(holidays_json(holidays)).encode()
            return service.keep_upload(connection, wiring.keyring, CALENDAR, sealed, by, now)

        token = await wiring.write(keep)
    except Refused as refused:
        return await _page(request, [one.text.in_(lang) for one in refused.errors], 422, text)
    return RedirectResponse(f"{CALENDAR_PATH}?file={token}", 303)


def _proposed(connection: Connection, form: Form, notice: Notice | None) -> Holidays:
    here = load_holidays(connection)
    if form.text("act") == "hours":
        return replace(here, hours=hours_of(form.text("hours")))
    if form.text("act") == "again":
        kept = edition(connection, CALENDAR, form.number("edition") or 0)
        if kept is None:
            raise Problem(404)
        return holidays_from(kept.value)
    if notice is None:
        raise Problem(422)
    return with_notice(here, notice, f"国务院{notice.year}年放假通知")


def _notice(text: str, content: bytes, form: Form) -> Notice:
    text = text_of(content) if content else text
    if not text.strip():
        raise Refused.one(
            "text", "请贴上通知，或选一个文本文件", "paste the notice, or choose a text file"
        )
    if len(text) > LONGEST:
        raise Refused.one(
            "text",
            f"内容太长，最多{LONGEST}个字；请只贴放假安排的部分",
            f"too long; at most {LONGEST} characters",
        )
    return read_notice(text, form.number("year"))


async def _preview(request: Request, token: str, status: int = 200) -> Response:
    """What the kept calendar does to days, published shifts and running clocks."""
    wiring, lang, by = wiring_of(request), language_of(request), staff(request).login
    now = wiring.clock.now()

    def look(connection: Connection) -> dict[str, Any] | None:
        kept = service.uploaded(connection, wiring.keyring, token, by, now)
        if kept is None or kept[0] != CALENDAR:
            return None
        proposed = holidays_from(json.loads(kept[1]))
        here = load_holidays(connection)
        days = changed_days(here, proposed)
        touched = effects(
            wiring.published(connection),
            list(load_register(connection, wiring.keyring).posts.values()),
            here.calendar(),
            proposed.calendar(),
            [one.day for one in days],
            now,
        )
        fresh = sorted(proposed.years.keys() - here.years.keys())
        return {
            "proposed": proposed,
            "days": days,
            "touched": touched,
            "clocks": preview_calendar(connection, wiring.keyring, proposed, now),
            "version": here.version,
            "fresh": fresh,
            "same": here.version == proposed.version,
            "lacking": _lacking(proposed, fresh, [one.day.year for one in days]),
            "new_hours": "" if here.hours == proposed.hours else hours_text(proposed),
        }

    values = await wiring.read(look)
    if values is None:
        raise Problem(404)
    names = {clock: text.in_(lang) for clock, text in CLOCK_NAMES.items()}
    return await _page(
        request,
        (),
        status,
        token=token,
        stale=status == 409,
        shown=SHOWN,
        clock_names=names,
        weekday=lambda day: words.weekday(day, lang),
        **values,
    )


def _lacking(proposed: Holidays, fresh: Sequence[int], years: Sequence[int]) -> tuple[str, ...]:
    """The usual holidays that a new year does not name."""
    year = max((*fresh, *years), default=0)
    days = {day: one for day, one in proposed.days.items() if day.year == year}
    return Notice(year, days).missing if days else ()


@allowed("scheduler")
async def take(request: Request) -> Response:
    """Puts the calendar that was seen in force, and reckons open questions' clocks by it."""
    wiring, by, form = wiring_of(request), staff(request).login, await form_of(request)
    now, token = wiring.clock.now(), form.text("file")

    def command(connection: Connection) -> bool | None:
        kept = service.uploaded(connection, wiring.keyring, token, by, now)
        if kept is None or kept[0] != CALENDAR:
            return None
        proposed = holidays_from(json.loads(kept[1]))
        done = change_calendar(connection, wiring.keyring, proposed, form.text("version"), by, now)
        if done is not None:
            service.drop_upload(connection, token)
        return done is not None

    done = await wiring.write(command)
    if done is None:
        raise Problem(404)
    if not done:
        return await _preview(request, token, 409)
    return RedirectResponse(f"{CALENDAR_PATH}?done=saved", 303)


async def _sent(request: Request) -> tuple[Form, bytes]:
    """The form, and the file where one was chosen."""
    values: dict[str, list[str]] = {}
    content = b""
    async with request.form(max_files=1, max_fields=20, max_part_size=_LARGEST) as sent:
        for field, value in sent.multi_items():
            if isinstance(value, UploadFile):
                content = await value.read(_LARGEST) if value.filename else b""
            else:
                values.setdefault(field, []).append(value.replace("\r\n", "\n"))
    return Form(values), content


routes = [
    Route(CALENDAR_PATH, show),
    Route(CALENDAR_PATH, upload, methods=["POST"]),
    Route(f"{CALENDAR_PATH}/take", take, methods=["POST"]),
]
