"""Which roster of a week is on the page (its draft, or one of its versions), and its board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from zhiban.data.week import Week
from zhiban.roster import store
from zhiban.roster.drafts import Publication
from zhiban.roster.hand_edits import Open
from zhiban.roster.reworking import Worked
from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.board import Board, Like, board
from zhiban.web.pages.desk import Desk, Kept
from zhiban.web.pages.load import Load, loads
from zhiban.web.pages.places import names
from zhiban.web.pages.week_summary import Summary, summary

Held = frozenset[tuple[str, str, str]]  # shift, lawyer, role


@dataclass(frozen=True)
class Shown:
    """A board with its panel; changes are marked beside `before`, where there is that.

    `at` is the roster itself, `draft` what it is of, where it can be changed; `names` are other
    names of posts and divisions, by id.
    """

    which: str
    week: Week
    board: Board
    summary: Summary
    before: Held | None
    at: Worked
    draft: Open | None
    names: Mapping[str, str]
    last: int = 0
    _loads: list[Load] = field(default_factory=list)

    @property
    def compared(self) -> bool:
        """Whether changes are marked."""
        return self.before is not None

    @property
    def loads_known(self) -> bool:
        """Whether the loads were reckoned already."""
        return bool(self._loads)

    @property
    def loads(self) -> list[Load]:
        """What each lawyer has this week, beside the fair share; reckoned when asked for."""
        if not self._loads:
            self._loads.extend(loads(self.at, self.week))
        return self._loads


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

    def __init__(self, desk: Desk, size: int = 12) -> None:
        self._desk = desk
        self._kept: Kept[Shown] = Kept(size)
        self._compared: Kept[Held] = Kept(size)

    def _earlier(self, connection: Connection, week: Week, number: int) -> Held | None:
        """The duties of the version that is compared with; None where there is none."""
        known = self._compared.look((week, number))
        if known is not None:
            return known
        published = store.load_published(connection, week, week)
        found = next((one for one in published.versions if one.number == number), None)
        if found is None:
            return None
        held = frozenset((duty.shift, duty.lawyer, duty.role) for duty in found.duties)
        return self._compared.put((week, number), held)

    def shown(self, connection: Connection, found: Rosters, which: str, lang: Lang) -> Shown:
        """The board of a week's draft or version."""
        if which == "draft":
            draft = self._desk.draft(connection, found.week)
            if draft is None:
                raise LookupError(f"the draft of {found.week} is gone")
            return self.of_draft(connection, found, draft, lang)
        version = next(one for one in found.versions if f"v{one.number}" == which)
        key = (found.week, which, found.versions[-1].number, lang)
        known = self._kept.look(key)
        if known is not None:
            return known
        at = self._desk.version(connection, version.id)
        if at is None:
            raise LookupError(f"version {version.id} is gone")
        title = translate(lang, "已公布第%(number)s版", number=version.number)
        made = translate(lang, "%(when)s公布", when=words.stamp(version.published_at, lang))
        before = self._earlier(connection, found.week, version.number - 1)
        number = version.number
        shown = _shown(connection, found.week, at, before, (title, made), lang, last=number)
        return self._kept.put(key, shown)

    def of_draft(self, connection: Connection, found: Rosters, draft: Open, lang: Lang) -> Shown:
        """The board of a draft as it lies open."""
        last = found.versions[-1].number if found.versions else 0
        key = (found.week, "draft", draft.revision, lang)
        known = self._kept.look(key)
        if known is not None and known.draft is draft and known.last == last:
            return known
        title = translate(lang, "草稿第%(revision)s稿", revision=draft.revision)
        when = words.stamp(draft.draft.created_at, lang)
        changed = translate(lang, "%(when)s改", when=when)
        made = changed if draft.chain else translate(lang, "%(when)s生成", when=when)
        is_open = draft.draft.published_revision != draft.revision
        before = self._earlier(connection, found.week, last) if last and is_open else None
        earlier = self.known_draft(found.week, draft.revision - 1, lang)
        shown = _shown(
            *(connection, found.week, draft.at, before, (title, made), lang, draft, last),
            earlier=earlier,
        )
        return self._kept.put(key, shown)

    def known_draft(self, week: Week, revision: int | None, lang: Lang) -> Shown | None:
        """The board of a draft as it was at a revision, if it is still kept."""
        return self._kept.look((week, "draft", revision, lang))


def _shown(
    connection: Connection,
    week: Week,
    at: Worked,
    before: Held | None,
    head: tuple[str, str],
    lang: Lang,
    draft: Open | None = None,
    last: int = 0,
    earlier: Shown | None = None,
) -> Shown:
    said = names(connection, lang)
    like = None
    if earlier is not None and (earlier.before, earlier.names) == (before, said):
        like = _like(earlier, at)
    return Shown(
        which="draft" if draft else f"v{last}",
        week=week,
        board=board(at.problem, at.file.duties, week, before, said, _broken(at), like),
        summary=summary(at.problem, at.file, *head, lang, said),
        before=before,
        at=at,
        draft=draft,
        names=said,
        last=last,
    )


def _broken(at: Worked) -> set[str]:
    """The shifts that are marked as breaking a rule."""
    broken = {one.shift for one in at.violations if one.shift}
    for one in at.violations:
        if one.shift is None and one.lawyer is not None:  # too many of them, say: all are marked
            broken |= {duty.shift for duty in at.facts.duties_of(one.lawyer)}
    return broken


def _like(earlier: Shown, at: Worked) -> Like | None:
    """The earlier board, if it is of the same shifts and people, and which of its cells differ."""
    old, new = earlier.at.problem, at.problem
    if not (old.shifts is new.shifts and old.lawyers is new.lawyers and old.posts is new.posts):
        return None
    duties = {one.shift for one in set(earlier.at.file.duties) ^ set(at.file.duties)}
    locks = {one.shift for one in set(old.locks) ^ set(new.locks)}
    return Like(earlier.board, duties | locks | (_broken(earlier.at) ^ _broken(at)))
