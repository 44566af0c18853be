"""The week's page put together: which roster, in which view, with which cell open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request

from zhiban.roster.edit_store import Logged
from zhiban.roster.hand_edits import Open, to_redo, to_undo
from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages import edit_words
from zhiban.web.pages.board import short_name
from zhiban.web.pages.cell_values import CellPanel
from zhiban.web.pages.edit_words import Told
from zhiban.web.pages.load import Load, spread
from zhiban.web.pages.named import Broken, broken
from zhiban.web.pages.shown import Shown
from zhiban.web.pages.week_parts import head_html, prefix_of, row_html
from zhiban.web.pages.week_summary import place
from zhiban.web.records import ACCOUNT
from zhiban.web.security import staff

LATELY = 8
MANY = 1000  # lawyers whose shares are reckoned before the page is sent


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands over the panel: whether one may undo and redo, locks, broken rules."""

    undo: str
    redo: str
    locks: int
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class Stint:
    """One duty in a lawyer's row."""

    shift: str
    half: str
    post: str
    title: str
    standby: bool


@dataclass(frozen=True, slots=True)
class Person:
    """One lawyer's row: the load, and the duties of each day."""

    load: Load
    days: tuple[tuple[Stint, ...], ...]
    found: bool


@dataclass(frozen=True, slots=True)
class Firm:
    """The lawyers of a firm."""

    id: str
    name: str
    people: tuple[Person, ...]


def bar(shown: Shown, by: str, lang: Lang) -> Bar:
    """The bar for one person."""
    at, draft = shown.at, shown.draft
    return Bar(
        undo=_words(to_undo(draft, by) if draft else None, shown, lang),
        redo=_words(to_redo(draft, by) if draft else None, shown, lang),
        locks=len(at.problem.locks),
        broken=tuple(broken(at.facts, one, shown.names, lang) for one in at.violations),
    )


def _words(one: Logged | None, shown: Shown, lang: Lang) -> str:
    return "" if one is None else edit_words.logged(one, shown.at.facts, shown.names, lang)


def people(connection: Connection) -> dict[str, str]:
    """Names of staff by log-in."""
    rows = connection.execute(select(ACCOUNT.c.login, ACCOUNT.c.name))
    return {row.login: row.name for row in rows}


def told_of(
    changes: Sequence[Logged], shown: Shown, who: Mapping[str, str], lang: Lang
) -> list[str]:
    """Changes as lines of who did what when, newest first."""
    return [
        translate(
            lang,
            "%(time)s %(who)s：%(what)s",
            time=words.hour(words.local(one.at)),
            who=who.get(one.by, one.by),
            what=edit_words.logged(one, shown.at.facts, shown.names, lang),
        )
        for one in reversed(changes)
    ]


def of_shift(draft: Open | None, shift: str) -> list[Logged]:
    """The last changes that touched a shift."""
    chain = draft.chain if draft else ()
    return [one for one in chain if shift in edit_words.touched(one.steps)][-LATELY:]


def values(
    request: Request,
    shown: Shown,
    who: Mapping[str, str],
    lang: Lang,
    *,
    told: Told | None = None,
    cell: CellPanel | None = None,
    week: bool = True,
    late: bool = False,
) -> dict[str, Any]:
    """What the parts of the page (bar, cell and, unless left out, the week) are filled with."""
    viewer = staff(request)
    draft = shown.draft
    # A province's shares take a while: the page comes first, the panel asks for them then.
    ready = shown.loads_known or len(shown.at.problem.lawyers) <= MANY or late
    found = spread(shown.loads) if week and ready else None
    chain = draft.chain[-LATELY:] if draft else ()
    return {
        "week": str(shown.week),
        "which": shown.which,
        "board": shown.board,
        "summary": shown.summary,
        "compared": shown.compared,
        "comparable": shown.draft is not None and shown.last > 0,
        "revision": draft.revision if draft else 0,
        "editable": draft is not None and viewer.may("scheduler"),
        "prefix": prefix_of(shown),
        "back": f"/scheduler/week/{shown.week}?show={shown.which}",
        "bar": bar(shown, viewer.login, lang),
        "told": told,
        "spread": found,
        "spread_later": week and not ready,
        "log": told_of(chain, shown, who, lang),
        "cell": cell,
        "pending": None,
        "remedies": None,
        "history": told_of(of_shift(draft, cell.shift), shown, who, lang) if cell else [],
        "row_html": row_html,
        "head_html": head_html,
    }


def firms(shown: Shown, query: str, lang: Lang) -> list[Firm]:
    """Lawyers by firm with their duties; who is not found by a search is there, but not shown."""
    facts, wanted = shown.at.facts, query.strip().lower()
    grouped: dict[str, list[Person]] = defaultdict(list)
    for load in shown.loads:
        firm = facts.firms[load.firm].name
        counts = load.share or load.duties
        if counts:
            found = wanted in load.name.lower() or wanted in firm.lower()
            grouped[load.firm].append(_person(load, shown, found, lang))
    return [Firm(id, facts.firms[id].name, tuple(some)) for id, some in grouped.items()]


def _person(load: Load, shown: Shown, found: bool, lang: Lang) -> Person:
    facts = shown.at.facts
    days: list[list[Stint]] = [[] for _ in shown.week.days]
    for duty in sorted(load.duties, key=lambda one: facts.shifts[one.shift].start):
        shift = facts.shifts[duty.shift]
        half = words.half(shift.start, shift.end)
        name = short_name(shown.names.get(shift.post, facts.posts[shift.post].name))
        title = f"{place(shift, shown.names, lang)} {words.hours(shift.start, shift.end)}"
        at = (words.local(shift.start).date() - shown.week.days[0]).days
        said = {"am": translate(lang, "上"), "pm": translate(lang, "下")}.get(half, "")
        stint = Stint(duty.shift, f"{said} " if said else "", name, title, duty.role == "standby")
        days[at].append(stint)
    return Person(load, tuple(tuple(one) for one in days), found)
