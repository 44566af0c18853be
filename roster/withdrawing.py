"""A version taken back soon after it was published: the one before it holds again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, update

from zhiban.data import board, trail
from zhiban.data.crypt import Keyring
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import service, store, version_notes
from zhiban.roster.changes import Change, differences
from zhiban.roster.drafts import Draft, Publication, SignOff, summary_of
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.records import DRAFT
from zhiban.roster.rosterfile import RosterFile

WITHIN = timedelta(hours=1)
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Back:
    """What withdrawing a version would bring back: the one before it, and what that changes.

    `before` None: nothing was published before it, and nobody would be on duty.
    """

    version: Version
    before: Version | None
    changes: tuple[Change, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class NotWithdrawn:
    """Why a version stays."""

    why: Literal["unknown", "not_newest", "withdrawal", "late", "begun"]
    text: Text


def way_back(connection: Connection, week: Week, number: int, now: datetime) -> Back | NotWithdrawn:
    """What withdrawing that version at `now` would do, or why it cannot be withdrawn."""
    published = store.load_published(connection, week, week)
    versions = {one.number: one for one in published.versions}
    version = versions.get(number)
    notes = {one.number: one for one in store.load_history(connection, week)}
    if version is None:
        return NotWithdrawn("unknown", _UNKNOWN)
    refusal = _refusal(version, max(versions), notes[number], now)
    if refusal is not None:
        return refusal
    before = versions.get(number - 1)
    new = Version(0, week, number + 1, now, before.duties if before else ())
    changes = differences(version, new)
    begun = [one for one in changes if _began(one, version.published_at, now)]
    if begun:
        return NotWithdrawn("begun", _begun(len(begun)))
    return Back(version, before, changes, version.published_at + WITHIN)


def _refusal(
    version: Version, newest: int, note: Publication, now: datetime
) -> NotWithdrawn | None:
    if version.number != newest:
        return NotWithdrawn("not_newest", _not_newest(newest))
    if note.withdraws is not None:
        return NotWithdrawn("withdrawal", _WITHDRAWAL)
    if now >= version.published_at + WITHIN:
        return NotWithdrawn("late", _LATE)
    return None


def _began(change: Change, since: datetime, now: datetime) -> bool:
    """Whether a shift whose people would change has been held under the version already."""
    span = (change.before + change.after)[0].span
    return span.start <= now and span.end > since


def withdraw(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    number: int,
    by: str,
    now: datetime,
    reason: str,
    signed: SignOff | None = None,
) -> Version | NotWithdrawn:
    """Puts the version before that one in force again, as a new version, and tells those concerned.

    The withdrawn one stays in the history, and is who was on duty until now. The draft that it
    was made of is open again. Raises Refused without a reason.
    """
    why = _reason(reason)
    board.lock(connection)
    back = way_back(connection, week, number, now)
    if isinstance(back, NotWithdrawn):
        return back
    files = store.load_version_files(connection, (back.before or back.version).id)
    if files is None:
        return NotWithdrawn("unknown", _UNKNOWN)
    problem, file = files if back.before else (files[0], _nobody(files[1]))
    revision, _ = store.draft_head(connection, week)
    made = service.put_in_force(
        connection, keyring, _as_draft(week, problem, file, revision, by, now), by, now
    )
    version_notes.put(
        connection,
        made.id,
        signed or SignOff(),
        withdraws=number,
        repeats=back.before.number if back.before else 0,
        reason=why,
    )
    connection.execute(
        update(DRAFT).where(DRAFT.c.week == str(week)).values(published_revision=None)
    )
    trail.note(
        connection,
        f"roster:{week}",
        by,
        "withdrawn",
        now,
        version=str(number),
        again=str(back.before.number if back.before else 0),
        number=str(made.number),
    )
    return made


def _reason(reason: str) -> str:
    kept = " ".join(reason.split())
    if not 1 <= len(kept) <= LONGEST_REASON:
        raise Refused.one(
            "reason",
            f"请写明撤回的原因，1至{LONGEST_REASON}字",
            f"write why it is withdrawn, in 1 to {LONGEST_REASON} characters",
        )
    return kept


def _nobody(file: RosterFile) -> RosterFile:
    return file.model_copy(
        update={"duties": (), "vacancies": (), "certificate": None, "status": "feasible"}
    )


def _as_draft(
    week: Week, problem: RosterProblem, file: RosterFile, revision: int, by: str, now: datetime
) -> Draft:
    summary = replace(summary_of(file), duties=len(file.duties))
    return Draft(
        week=week,
        revision=revision,
        problem=problem,
        file=file,
        summary=summary,
        job=None,
        created_at=now,
        created_by=by,
        published_revision=revision,
    )


def _not_newest(newest: int) -> Text:
    return Text(
        f"之后已公布第{newest}版，只有最新的一版可以撤回",
        f"version {newest} was published since; only the newest can be withdrawn",
    )


def _begun(count: int) -> Text:
    return Text(
        f"有{count}个有变动的班次已经开始，不能撤回；请改好草稿后重新公布",
        f"{count} shifts that it changed have begun; mend the draft and publish again instead",
    )


_UNKNOWN = Text("没有这一版", "there is no such version")
_WITHDRAWAL = Text(
    "这一版本身是撤回时产生的，请改好草稿后重新公布",
    "this version is itself a withdrawal; mend the draft and publish again instead",
)
_LATE = Text(
    "公布已超过一小时，不能撤回；请改好草稿后重新公布",
    "it was published more than an hour ago; mend the draft and publish again instead",
)
