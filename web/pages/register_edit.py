"""One lawyer, firm or post: seen, edited with errors at the field, added, ended; phones on request.

Whoever saves over a change made meanwhile is told what it was, and keeps what they wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import register_form as forms
from zhiban.data import register_service as service
from zhiban.data.excel_sheets import SHEETS, Kind
from zhiban.data.joining import next_id
from zhiban.data.people import Lawyer
from zhiban.data.places import Post
from zhiban.data.register_diff import Entry, changed, entries_of, known_of, version_of
from zhiban.data.store import load_register
from zhiban.data.timespan import SHANGHAI, Span, parse_day
from zhiban.data.wording import Refused
from zhiban.data.worktime import WorkCalendar
from zhiban.roster.leave_requests import newest_versions, touched
from zhiban.roster.published import OnDuty, Published
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages import hours_form as hours
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.register_parts import ACT_NAMES, DESK, PATH
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

USUAL = {"lawyer": "L", "firm": "F", "post": "P"}
NEW = "new"
FIELDS = 1000  # a post's hours of several seasons


@dataclass(frozen=True)
class Shown:
    """How the page is to be shown again: what was written, what is wrong, who was first."""

    said: Mapping[str, str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    stale: bool = False
    phone: str = ""
    form: Form | None = None


@allowed(*DESK)
async def show(request: Request) -> Response:
    """The form of one entry, or of a new one."""
    return await _page(request, Shown())


def _kind(request: Request) -> Kind:
    kind = request.path_params["kind"]
    if kind not in USUAL:
        raise Problem(404)
    return cast("Kind", kind)


async def _page(request: Request, shown: Shown, status: int = 200) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    kind, id, now = _kind(request), request.path_params.get("id", NEW), wiring.clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        register = load_register(connection, wiring.keyring)
        entry = entries_of(register, kind).get(id)
        if entry is None and id != NEW:
            raise Problem(404)
        known = known_of(register)
        log = (
            ()
            if entry is None
            else service.log(connection, wiring.keyring, kind=kind, subject=id, most=10)[0]
        )
        return {
            "entry": entry,
            "known": known,
            "version": version_of(entry),
            "form": shown.said or forms.form_of(kind, entry, known),
            "log": log,
            "ended": None
            if entry is None
            else forms.ended_on(entry, forms.ends_of(register.leaves)),
            "touched": [] if entry is None else _touched(wiring.published(connection), entry, now),
            "stray": _stray(wiring.published(connection), entry, register.calendar, now),
            **_hours(entry, shown.form),
            "retired": [one.name for one in register.categories.values() if one.retired],
            "skill_names": {one.code: one.text.in_(lang) for one in register.categories.values()},
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    columns = [one for one in SHEETS[kind][1] if one.code != "id"]
    return page(
        request,
        "register_entry.html",
        status_code=status,
        kind=kind,
        id=id,
        columns=columns,
        errors=shown.errors,
        stale=shown.stale,
        phone=shown.phone,
        acts=ACT_NAMES,
        may=viewer.may("scheduler"),
        done=request.query_params.get("done", ""),
        today=now.astimezone(SHANGHAI).date().isoformat(),
        says={one.code: one.show for one in columns},
        english=lang == "en",
        **values,
    )


def _touched(published: Published, entry: Entry, now: datetime) -> list[OnDuty]:
    """Published duties from now on that ending it would touch."""
    if isinstance(entry, Lawyer):
        return list(touched(published, entry.id, Span(now, datetime(2099, 1, 1, tzinfo=UTC)), now))
    return sorted(
        (
            duty
            for version in newest_versions(published)
            for duty in version.duties
            if duty.post == entry.id and duty.span.end > now
        ),
        key=lambda duty: duty.span.start,
    )


def _stray(
    published: Published, entry: Entry | None, calendar: WorkCalendar, now: datetime
) -> list[OnDuty]:
    """Published duties of a post at times when, by its hours, it is closed."""
    if not isinstance(entry, Post):
        return []
    return [
        duty
        for duty in _touched(published, entry, now)
        if not any(
            span.overlaps(duty.span)
            for span in entry.spans(duty.span.start.astimezone(SHANGHAI).date(), calendar)
        )
    ]


def _hours(entry: Entry | None, form: Form | None) -> dict[str, Any]:
    """The grids and rows of a post's hours, as it has them or as they were sent."""
    if form is not None and (grids := hours.grids_said(form)):
        return {
            "grids": grids,
            "closed": hours.rows_said(form, "x", hours.CLOSED),
            "extra": hours.rows_said(form, "e", hours.EXTRA),
        }
    post = entry if isinstance(entry, Post) else None
    return {
        "grids": hours.grids_of(post.openings if post else ()),
        "closed": hours.closed_rows(post.closures if post else ()),
        "extra": hours.extra_rows(post.extra_days if post else ()),
    }


def _said(kind: Kind, form: Form, before: Entry | None) -> dict[str, str]:
    """What a form says of each field; a post's hours as a workbook's cells would say them."""
    said = {
        one.code: "、".join(form.all(one.code)) if one.code == "skills" else form.raw(one.code)
        for one in SHEETS[kind][1]
        if one.code != "id"
    }
    if kind == "post" and (grids := hours.grids_said(form)):
        kept = before.closures if isinstance(before, Post) else ()
        said["openings"] = hours.hours_text(grids)
        said["closures"] = hours.closed_text(form, kept)
        said["extra_days"] = hours.extra_text(form)
    return said


@allowed("scheduler")
async def save(request: Request) -> Response:
    """Writes the form, unless somebody has written meanwhile."""
    wiring, lang, by = wiring_of(request), language_of(request), staff(request).login
    kind, id, now = _kind(request), request.path_params.get("id", NEW), wiring.clock.now()
    form = await form_of(request, FIELDS)
    said, version = _said(kind, form, None), form.text("version")

    def command(connection: Connection) -> str | None:
        register = load_register(connection, wiring.keyring)
        entries, known = entries_of(register, kind), known_of(register)
        before = entries.get(id)
        said.update(_said(kind, form, before))
        if before is None and id != NEW:
            raise Problem(404)
        if version_of(before) != version:
            return None
        own = next_id(entries, USUAL[kind]) if before is None else id
        half = hours.half_written(form) if kind == "post" else []
        try:
            after = forms.entry_of(kind, own, said, before, known)
        except Refused as refused:
            raise Refused((*half, *refused.errors)) from None
        if half:
            raise Refused(half)
        change = changed(kind, before, after, known)
        if change.fields:
            service.write(connection, wiring.keyring, [change], by, now)
        return own

    try:
        own = await wiring.write(command)
    except Refused as refused:
        errors = {one.field: one.text.in_(lang) for one in refused.errors}
        return await _page(request, Shown(said, errors, form=form), 422)
    if own is None:
        return await _page(request, Shown(said, stale=True, form=form), 409)
    return RedirectResponse(f"{PATH}/{kind}/{own}?done={'added' if id == NEW else 'saved'}", 303)


@allowed("scheduler")
async def end(request: Request) -> Response:
    """Ends an entry from a day on; nothing is deleted."""
    wiring, lang, by = wiring_of(request), language_of(request), staff(request).login
    kind, id, now = _kind(request), request.path_params["id"], wiring.clock.now()
    form = await form_of(request)

    def command(connection: Connection) -> None:
        register = load_register(connection, wiring.keyring)
        entry = entries_of(register, kind).get(id)
        if entry is None:
            raise Problem(404)
        day = parse_day(form.text("day"), "day")
        after, known = forms.end_of(kind, entry, day), known_of(register)
        of: Kind = "leave" if kind == "lawyer" else kind
        change = changed(of, entries_of(register, of).get(after.id), after, known)
        service.write(connection, wiring.keyring, [change], by, now, "ended")
        if kind == "lawyer":
            name = known.lawyers[id].name
            service.note(
                connection, wiring.keyring, kind, id, name, "ended", change.fields, by, now
            )

    try:
        await wiring.write(command)
    except Refused as refused:
        return await _page(request, Shown(errors={"day": refused.errors[0].text.in_(lang)}), 422)
    return RedirectResponse(f"{PATH}/{kind}/{id}?done=ended", 303)


@allowed("scheduler")
async def reinstate(request: Request) -> Response:
    """Takes back that an entry was ended; it is as before."""
    wiring, by = wiring_of(request), staff(request).login
    kind, id, now = _kind(request), request.path_params["id"], wiring.clock.now()

    def command(connection: Connection) -> None:
        if not service.reinstate(connection, wiring.keyring, kind, id, by, now):
            raise Problem(404)

    await wiring.write(command)
    return RedirectResponse(f"{PATH}/{kind}/{id}?done=reinstated", 303)


@allowed("scheduler")
async def phone(request: Request) -> Response:
    """Shows a lawyer's phone this once, and records that it was."""
    wiring, by, id = wiring_of(request), staff(request).login, request.path_params["id"]
    now = wiring.clock.now()

    def command(connection: Connection) -> str:
        found = load_register(connection, wiring.keyring).lawyers.get(id)
        if found is None or _kind(request) != "lawyer":
            raise Problem(404)
        service.note(connection, wiring.keyring, "lawyer", id, found.name, "revealed", (), by, now)
        return found.phone or ""

    return await _page(request, Shown(phone=await wiring.write(command)))


routes = [
    Route(PATH + "/{kind}/new", show),
    Route(PATH + "/{kind}/new", save, methods=["POST"]),
    Route(PATH + "/{kind}/{id}", show),
    Route(PATH + "/{kind}/{id}", save, methods=["POST"]),
    Route(PATH + "/{kind}/{id}/end", end, methods=["POST"]),
    Route(PATH + "/{kind}/{id}/reinstate", reinstate, methods=["POST"]),
    Route(PATH + "/{kind}/{id}/phone", phone, methods=["POST"]),
]
