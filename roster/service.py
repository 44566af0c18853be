"""What the bureau does with rosters: ask for drafts, check them, publish, look back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data import board, outbox
from zhiban.data.crypt import Keyring
from zhiban.data.outbox import Notice
from zhiban.data.register import Register
from zhiban.data.store import day_names, get_setting, load_register
from zhiban.data.week import Week
from zhiban.data.wording import Text, counted
from zhiban.roster import store, version_notes
from zhiban.roster.assembly import problem_for
from zhiban.roster.border import bordered, weeks_around
from zhiban.roster.changes import announcement, concerned, differences
from zhiban.roster.checker import check
from zhiban.roster.drafts import Draft, SignOff, Stale, Unpublished, Verdict
from zhiban.roster.entry_store import away_of_all
from zhiban.roster.fairness import WINDOW, Share, carried_over, fair_shares, ledger
from zhiban.roster.holiday_history import last_time, occasions, unknown
from zhiban.roster.looking_back import (
    Planned,
    border_breaks,
    holidays_served,
    published_or_planned,
)
from zhiban.roster.offer_following import follow_offers
from zhiban.roster.presence_store import not_served
from zhiban.roster.problem import Ledger, RosterProblem
from zhiban.roster.publication import duties_of
from zhiban.roster.published import OnDuty, Published, Version
from zhiban.roster.queueing import LONGEST_SOLVE as LONGEST_SOLVE
from zhiban.roster.queueing import next_job as next_job
from zhiban.roster.queueing import recover_jobs as recover_jobs
from zhiban.roster.queueing import request_job as request_job
from zhiban.roster.queueing import request_stop as request_stop
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.signing_off import unsigned
from zhiban.roster.slots import SETTING as FIRM_SLOTS
from zhiban.roster.slots import slots_from

RULES_SETTING = "roster.rules"
MY_WEEK = "/lawyer/week"


@dataclass(frozen=True, slots=True)
class Read:
    """What a caller has read in this transaction already, so that it is not read twice."""

    register: Register
    published: Published


def assemble(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    planned: Planned | None = None,
    read: Read | None = None,
) -> RosterProblem:
    """The problem of a week from the register, the set rules and the ledger; raises Refused.

    `planned` are weeks before it as they are about to be: they stand in for what is published.
    """
    register = read.register if read else load_register(connection, keyring)
    known = read.published if read else None
    days = occasions(register.calendar, day_names(connection))
    coming = {days[day] for day in week.days if day in days}
    served = holidays_served(connection, days, {occasion.before for occasion in coming}, known)
    problem = problem_for(
        register,
        week,
        ledger=ledger_for(connection, week, planned, known),
        rules=get_setting(connection, RULES_SETTING, {}),
        holidays=days,
        served=last_time(served, coming),
        slots=slots_from(get_setting(connection, FIRM_SLOTS, {})),
    )
    since = store.first_week(connection)
    opened = {one for one in coming if any(one.holiday == s.holiday for s in problem.shifts)}
    gaps = unknown(days, opened, since.monday if since else None)
    around, _ = published_or_planned(connection, *weeks_around(problem), planned, known)
    more = {"unknown_holidays": gaps, "away": away_of_all(connection)}
    return bordered(problem.model_copy(update=more), around)


def ledger_for(
    connection: Connection,
    week: Week,
    planned: Planned | None = None,
    known: Published | None = None,
) -> dict[str, Ledger]:
    """What everybody served in the 26 weeks before `week`, beside their fair share of it.

    Versions that are `known` are not read again.
    """
    first, last = week.next(-WINDOW - 1), week.next(-1)  # a week more: its nights end in the first
    published, shares = published_or_planned(connection, first, last, planned, known)
    missed = not_served(connection, first.span.start, week.span.start)
    return ledger(published, shares, week, no_shows=missed)


def draft(connection: Connection, week: Week) -> Draft | None:
    """The latest draft of a week."""
    return store.load_draft(connection, week)


def replace_draft(
    connection: Connection,
    week: Week,
    file: RosterFile,
    by: str,
    now: datetime,
    expected_revision: int,
) -> int | Stale:
    """Puts another roster into a week's draft; the new revision, or what it was at instead."""
    at = store.load_draft(connection, week)
    if at is not None and at.revision == expected_revision:
        revision = store.save_draft(
            connection,
            week,
            at.problem,
            file,
            job=at.job,
            by=by,
            now=now,
            expected_revision=expected_revision,
        )
        if revision is not None:
            return revision
    return Stale(store.draft_revision(connection, week), _CHANGED)


def check_draft(connection: Connection, week: Week) -> Verdict | None:
    """The independent checker on a week's draft; None where there is no draft.

    It takes up to some seconds: run it on a reading connection, and hand the verdict to `publish`.
    """
    found = store.load_draft(connection, week)
    return None if found is None else _verdict(connection, found)


def publish(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    by: str,
    now: datetime,
    expected_revision: int,
    verdict: Verdict | None = None,
    signed: SignOff | None = None,
) -> Version | Unpublished:
    """Makes a week's draft its newest version, and tells the lawyers whom it concerns.

    From this moment on the version is who is on duty. Refused (as a value) when the draft has
    moved on, is published already, or breaks a hard rule, and where what was `signed` lacks a name
    or a warning that stands now. A `verdict` on the same revision saves checking inside the
    transaction; the sign-off is kept with the version. Without one nobody is asked to sign: a
    program publishes.
    """
    board.lock(connection)
    found = store.load_draft(connection, week)
    if found is None:
        return _NO_DRAFT
    refusal = (
        _moved_on(found, expected_revision)
        or (unsigned(connection, found, signed, now) if signed else None)
        or _broken(connection, found, verdict)
    )
    if refusal is not None:
        return refusal
    version = put_in_force(connection, keyring, found, by, now)
    store.mark_published(connection, week, found.revision)
    if signed is not None:
        version_notes.put(connection, version.id, signed)
    return version


def put_in_force(
    connection: Connection, keyring: Keyring, found: Draft, by: str, now: datetime
) -> Version:
    """Writes the draft as its week's newest version, and tells the lawyers whom it concerns.

    To be called under the board's lock, with a draft that breaks no hard rule.
    """
    at, week = board.lock(connection), found.week
    before = store.load_published(connection, week, week).newest(week)
    # A clock that was set back must not make the newer version the earlier one.
    since = max(now, before.published_at) if before else now
    duties = duties_of(found.problem, found.file.roster)
    version = store.insert_version(
        connection,
        found,
        number=before.number + 1 if before else 1,
        duties=duties,
        shares=_shares(connection, before, found.problem, duties, since),
        by=by,
        now=since,
    )
    board.save(
        connection, replace(at, version=at.version + 1, roster_version=at.roster_version + 1)
    )
    outbox.put_all(connection, keyring, notices_of(before, version), now)
    follow_offers(connection, keyring, now, week, (version, found.problem, found.file))
    return version


def _shares(
    connection: Connection,
    before: Version | None,
    problem: RosterProblem,
    duties: Iterable[OnDuty],
    since: datetime,
) -> dict[str, Share]:
    """Fair shares of what the week comes to when this version is in force from `since` on."""
    new = fair_shares(problem, (duty for duty in duties if duty.span.end >= since))
    files = store.load_version_files(connection, before.id) if before else None
    if before is None or files is None:
        return new
    undone = fair_shares(files[0], (duty for duty in before.duties if duty.span.end >= since))
    shares = store.load_shares(connection, before.week, before.week).get(before.id, {})
    return carried_over(shares, undone, new)


def _moved_on(found: Draft, expected_revision: int) -> Unpublished | None:
    if found.revision != expected_revision:
        return Unpublished("changed", _CHANGED)
    if found.published_revision == found.revision:
        return Unpublished("published_already", _ALREADY)
    return None


def _broken(connection: Connection, found: Draft, verdict: Verdict | None) -> Unpublished | None:
    if verdict is None or (verdict.week, verdict.revision) != (found.week, found.revision):
        verdict = _verdict(connection, found)
    if verdict.violations:
        count = len(verdict.violations)
        text = Text(
            f"草稿违反{count}处硬性规则，改好才能公布",
            f"the draft breaks hard rules in {counted(count, 'place', 'places')}",
        )
        return Unpublished("violations", text, verdict.violations)
    return None


def _verdict(connection: Connection, found: Draft) -> Verdict:
    """What is wrong with a draft, also beside what was published around it since it was made."""
    checked = check(found.problem, found.file).violations
    broken = (*checked, *border_breaks(connection, found.problem, found.file))
    return Verdict(found.week, found.revision, tuple(dict.fromkeys(broken)))


def notices_of(before: Version | None, version: Version) -> list[Notice]:
    """What each lawyer concerned is told of a version, beside the one before it."""
    notices = []
    for lawyer, concern in concerned(differences(before, version)).items():
        title, body = announcement(version.week, version.number, concern)
        notices.append(Notice(lawyer, "roster", title, body, f"{MY_WEEK}?week={version.week}"))
    return notices


_CHANGED = Text(
    "草稿已被他人修改，请刷新后再操作", "somebody else changed the draft; reload it and try again"
)
_ALREADY = Text("这份草稿已经发布", "this draft is published already")
_NO_DRAFT = Unpublished("no_draft", Text("这一周还没有草稿", "there is no draft of this week yet"))
