"""Which roster of a week is on the page (its draft, or one of its versions), and its board."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from sqlalchemy import Connection

from zhiban.data.week import Week
from zhiban.roster import service, store
from zhiban.roster.drafts import Publication
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.board import Board, board
from zhiban.web.pages.places import names
from zhiban.web.pages.week_summary import Summary, summary


@dataclass(frozen=True, slots=True)
class Shown:
    """A board with its panel; `compared` tells whether changes are marked."""

    board: Board
    summary: Summary
    compared: bool


@dataclass(frozen=True, slots=True)
class Rosters:
    """What there is of a week: the draft's revision (0: none), and the versions, oldest first."""

    week: Week
    revision: int
    published_revision: int | None
    versions: tuple[Publication, ...]

    @property
    def draft_open(self) -> bool:
        """Whether there is a draft that is not published as it stands."""
        return self.revision > 0 and self.published_revision != self.revision

    def choose(self, wanted: str) -> str:
        """`draft`, `v3` or `` for nothing: what was wanted where it exists, else the newest."""
        known = [f"v{version.number}" for version in self.versions]
        if wanted in known or (wanted == "draft" and self.revision):
            return wanted
        if self.draft_open or not known:
            return "draft" if self.revision else ""
        return known[-1]


def rosters(connection: Connection, week: Week) -> Rosters:
    """What there is of a week."""
    revision, published = store.draft_head(connection, week)
    return Rosters(week, revision, published, store.load_history(connection, week))


class Boards:
    """The last boards shown, kept: they change only with their revision or version."""

    def __init__(self, size: int = 12) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Shown] = OrderedDict()
        self._lock = threading.Lock()

    def shown(self, connection: Connection, found: Rosters, which: str, lang: Lang) -> Shown:
        """The board of a week's draft or version."""
        last = found.versions[-1].number if found.versions else 0
        key = (found.week, which, found.revision if which == "draft" else 0, last, lang)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = _shown(connection, found, which, lang)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made


def _shown(connection: Connection, found: Rosters, which: str, lang: Lang) -> Shown:
    problem, file, title, made = _files(connection, found, which, lang)
    before = _before(connection, found, which)
    said = names(connection, lang)
    return Shown(
        board(problem, file.duties, found.week, before, said),
        summary(problem, file, title, made, lang, said),
        before is not None,
    )


def _files(
    connection: Connection, found: Rosters, which: str, lang: Lang
) -> tuple[RosterProblem, RosterFile, str, str]:
    if which == "draft":
        draft = service.draft(connection, found.week)
        if draft is None:
            raise LookupError(f"the draft of {found.week} is gone")
        title = translate(lang, "草稿第%(revision)s稿", revision=draft.revision)
        made = translate(lang, "%(when)s生成", when=words.stamp(draft.created_at, lang))
        return draft.problem, draft.file, title, made
    version = next(one for one in found.versions if f"v{one.number}" == which)
    files = store.load_version_files(connection, version.id)
    if files is None:
        raise LookupError(f"version {version.id} is gone")
    title = translate(lang, "已公布第%(number)s版", number=version.number)
    made = translate(lang, "%(when)s公布", when=words.stamp(version.published_at, lang))
    return *files, title, made


def _before(
    connection: Connection, found: Rosters, which: str
) -> frozenset[tuple[str, str, str]] | None:
    """The duties of the version that is compared with; None where there is none."""
    if which == "draft":
        number = found.versions[-1].number if found.versions and found.draft_open else 0
    else:
        number = int(which[1:]) - 1
    published = store.load_published(connection, found.week, found.week)
    earlier = next((one for one in published.versions if one.number == number), None)
    if earlier is None:
        return None
    return frozenset((duty.shift, duty.lawyer, duty.role) for duty in earlier.duties)
