"""The review before sending: everything shown, each thing a tap from being changed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.queue.guardian import RELATIONS
from zhiban.queue.library import Offer, offered_names, similar_offers
from zhiban.queue.suggesting import best
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.names import name
from zhiban.web.pages.account import LARGE_COOKIE
from zhiban.web.pages.ask_form import FIELDS, shown
from zhiban.web.pages.ask_kept import Kept, kept, last_division, ticket_sent
from zhiban.web.pages.duty_now import DutyNow, duty_now
from zhiban.web.pages.placed import FoundPlace, found_place
from zhiban.web.pages.places import names
from zhiban.web.render import page
from zhiban.web.wiring import wiring_of

# Where each field is changed: on the one page, and step by step.
_STEP = {"text": "story", "division": "where", "category": "where", "file": "papers"}


async def review(request: Request) -> Response:
    """What is about to be sent; who has sent it already is led to the ticket."""
    found = await kept(request)
    if found.begun:
        return await review_page(request, found, {})
    sent = await ticket_sent(request)
    return RedirectResponse(f"/t/{sent}/receipt" if sent else "/ask", 303)


async def review_page(
    request: Request, found: Kept, errors: Mapping[str, str], status: int = 200
) -> Response:
    """The page of the review; the form's values go along in it, so that none can be lost."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()

    last = last_division(request)

    def look(
        connection: Connection,
    ) -> tuple[DutyNow, dict[str, str], list[Offer], FoundPlace | None]:
        text = " ".join(found.values.get("text", ()))
        return (
            duty_now(wiring, connection, now, lang),
            names(connection, lang) | _categories(connection, lang),
            similar_offers(connection, text, lang),
            found_place(connection, wiring, text, last, lang),
        )

    duty, said, offers, place = await wiring.read(look)
    large = bool(request.cookies.get(LARGE_COOKIE))
    return page(
        request,
        "ask_review.html",
        status_code=status,
        form=shown(found.values),
        values=[(field, one) for field in FIELDS for one in found.values.get(field, ())],
        rows=_rows(found, said, place, lang, stepwise=large),
        papers=found.papers,
        papers_at="/ask/papers?to=review" if large else "/ask#papers",
        story_at=_at("text", large),
        key=found.key,
        errors=errors,
        offers=offers,
        on_duty=duty.on_duty,
        next_shift=duty.next_shift,
    )


def _categories(connection: Connection, lang: Lang) -> dict[str, str]:
    return {f"category:{code}": text for code, text in offered_names(connection, lang).items()}


def _rows(
    found: Kept,
    said: Mapping[str, str],
    place: FoundPlace | None,
    lang: Lang,
    *,
    stepwise: bool,
) -> list[tuple[str, str, str]]:
    """Label, value, and where to change it, for everything but the story and the files."""
    form = shown(found.values)
    none = translate(lang, "没有填")
    division, category = str(form["division"]), str(form["category"])
    groups = found.values.get("green", ())
    joined = ("、" if lang == "zh" else ", ").join(name("green", one, lang) for one in groups)
    where = said.get(division, "") or (place.said(lang) if place else none)
    rows = [
        ("division", translate(lang, "在哪里"), where),
        (
            "category",
            translate(lang, "关于什么"),
            said.get(f"category:{category}", "") or _guessed(found, said, lang),
        ),
        ("other_party", translate(lang, "对方"), str(form["other_party"]).strip() or none),
        ("contact", translate(lang, "手机号"), str(form["contact"]).strip() or none),
        ("green", translate(lang, "您的情况"), joined or none),
    ]
    if form["under_14"]:
        relation = RELATIONS.get(str(form["guardian_relation"]))
        who = " ".join((str(form["guardian_name"]), relation.in_(lang) if relation else ""))
        rows.append(("under_14", translate(lang, "监护人"), who.strip() or none))
    return [(label, value, _at(field, stepwise)) for field, label, value in rows]


def _guessed(found: Kept, said: Mapping[str, str], lang: Lang) -> str:
    """The category that the story suggests, which it is sent with where none was chosen."""
    codes = [key.removeprefix("category:") for key in said if key.startswith("category:")]
    guess = best(" ".join(found.values.get("text", ())), codes)
    if guess is None:
        return translate(lang, "不确定，由律师判断")
    return translate(lang, "%(name)s（按您写的内容）", name=said[f"category:{guess}"])


def _at(field: str, stepwise: bool) -> str:
    if not stepwise:
        return f"/ask#{field}"
    step = _STEP.get(field, "contact" if field == "contact" else "about")
    return f"/ask/{step}?to=review"


routes = [Route("/ask/review", review)]
