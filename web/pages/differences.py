"""What changes from one version of a week to another: by shift, by lawyer, by post; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from zhiban.roster.changes import Change, concerned, line
from zhiban.roster.published import OnDuty, Version
from zhiban.web.i18n import Lang
from zhiban.web.pages.week_summary import called as shift_called

MOST = 400


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One shift whose people change; `kind` is added, removed or changed."""

    place: str
    kind: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class LawyerLine:
    """What one lawyer gains and loses."""

    lawyer: str
    name: str
    firm: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostLines:
    """The changes of one post."""

    name: str
    lines: tuple[ShiftLine, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions side by side, told three ways, with how many shifts of each kind."""

    shifts: tuple[ShiftLine, ...]
    lawyers: tuple[LawyerLine, ...]
    posts: tuple[PostLines, ...]
    added: int
    removed: int
    changed: int
    more: int


def compared(
    changes: Sequence[Change],
    versions: Iterable[Version | None],
    said: Mapping[str, str],
    lang: Lang,
) -> Compared:
    """The changes in words; `said` are other names of posts, by id."""
    people = {d.lawyer: d for version in versions if version for d in version.duties}
    shown = changes[:MOST]
    kinds = [change.kind for change in changes]
    lines = [(_post(one, said), _shift_line(one, said, lang)) for one in shown]
    posts: dict[str, list[ShiftLine]] = {}
    for post, told in lines:
        posts.setdefault(post, []).append(told)
    return Compared(
        shifts=tuple(told for _, told in lines),
        lawyers=tuple(
            LawyerLine(
                lawyer,
                people[lawyer].lawyer_name,
                people[lawyer].firm_name,
                tuple(_line(duty, said, lang) for duty in concern.gained),
                tuple(_line(duty, said, lang) for duty in concern.lost),
            )
            for lawyer, concern in concerned(changes).items()
        ),
        posts=tuple(PostLines(name, tuple(some)) for name, some in sorted(posts.items())),
        added=kinds.count("added"),
        removed=kinds.count("removed"),
        changed=kinds.count("changed"),
        more=max(0, len(changes) - MOST),
    )


def _post(change: Change, said: Mapping[str, str]) -> str:
    duty = (change.before + change.after)[0]
    return said.get(duty.post, duty.post_name)


def _line(duty: OnDuty, said: Mapping[str, str], lang: Lang) -> str:
    return line(replace(duty, post_name=said.get(duty.post, duty.post_name))).in_(lang)


def _shift_line(change: Change, said: Mapping[str, str], lang: Lang) -> ShiftLine:
    duty = (change.before + change.after)[0]
    place = shift_called(_post(change, said), duty.span.start, duty.span.end, lang)
    old, new = _people(change.before, lang), _people(change.after, lang)
    return ShiftLine(place, change.kind, old, new)


def _people(duties: Iterable[OnDuty], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(duty.lawyer_name for duty in duties)
