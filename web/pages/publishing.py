"""Publishing a week: first what would change and who is told, then the version itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.roster import service, store
from zhiban.roster.changes import Change, concerned, differences
from zhiban.roster.drafts import Draft, Unpublished
from zhiban.roster.publication import duties_of
from zhiban.roster.published import OnDuty, Version
from zhiban.web.i18n import Lang, language_of
from zhiban.web.pages.form import form_of
from zhiban.web.pages.places import names
from zhiban.web.pages.week_summary import called as shift_called
from zhiban.web.pages.weeks import called, week_of
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One shift whose people change."""

    place: str
    old: str
    new: str


@allowed("scheduler", "supervisor", "administrator")
async def confirm(request: Request) -> Response:
    """What publishing the draft would change, and who would be told."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    now = wiring.clock.now()

    def look(connection: Connection) -> dict[str, Any] | None:
        draft = service.draft(connection, week)
        if draft is None or draft.published_revision == draft.revision:
            return None
        earlier = store.load_published(connection, week, week).newest(week)
        number = earlier.number + 1 if earlier else 1
        version = Version(0, week, number, now, duties_of(draft.problem, draft.file.roster))
        return _values(draft, earlier, version, names(connection, lang), lang)

    values = await wiring.read(look)
    if values is None:
        return RedirectResponse(f"/scheduler/week/{week}", 303)
    return page(request, "publish.html", week=str(week), week_name=called(week, lang), **values)


def _values(
    draft: Draft, earlier: Version | None, version: Version, said: Mapping[str, str], lang: Lang
) -> dict[str, Any]:
    changes = differences(earlier, version)
    known = {duty.lawyer: duty.lawyer_name for duty in version.duties}
    known |= {duty.lawyer: duty.lawyer_name for duty in (earlier.duties if earlier else ())}
    return {
        "number": version.number,
        "revision": draft.revision,
        "earlier": earlier is not None,
        "empty": not draft.problem.shifts,
        "vacancies": draft.summary.vacancies,
        "duties": len(version.duties),
        "people": len({duty.lawyer for duty in version.duties}),
        "changes": [_line(change, said, lang) for change in changes[:_SHOWN]],
        "more": max(0, len(changes) - _SHOWN),
        "told": [known[lawyer] for lawyer in concerned(changes)],
    }


def _line(change: Change, said: Mapping[str, str], lang: Lang) -> Line:
    duty = (change.before + change.after)[0]
    post = said.get(duty.post, duty.post_name)
    place = shift_called(post, duty.span.start, duty.span.end, lang)
    return Line(place, _people(change.before, lang), _people(change.after, lang))


def _people(duties: Iterable[OnDuty], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(duty.lawyer_name for duty in duties)


@allowed("scheduler")
async def publish(request: Request) -> Response:
    """Publishes the draft that was looked at, if it is still that one and breaks no hard rule."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    form = await form_of(request)
    revision = form.number("revision") or 0
    by, now = staff(request).login, wiring.clock.now()
    # The checker takes a while; it runs on a reading connection, so that nobody waits for it.
    verdict = await wiring.read(lambda connection: service.check_draft(connection, week))
    result = await wiring.write(
        lambda connection: service.publish(
            connection, wiring.keyring, week, by, now, revision, verdict
        )
    )
    if not isinstance(result, Unpublished):
        answer = f"/scheduler/week/{week}?show=v{result.number}&published={result.number}"
        return RedirectResponse(answer, 303)
    if result.why == "published_already":
        return RedirectResponse(f"/scheduler/week/{week}", 303)
    return page(
        request,
        "unpublished.html",
        status_code=409,
        week=str(week),
        week_name=called(week, lang),
        why=result.text.in_(lang),
        violations=[violation.text.in_(lang) for violation in result.violations[:50]],
    )


routes = [
    Route("/scheduler/week/{week}/publish", confirm),
    Route("/scheduler/week/{week}/publish", publish, methods=["POST"]),
]
