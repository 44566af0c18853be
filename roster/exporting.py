"""Takes a week's draft or version out of the database as a table, and a workbook back in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from zhiban.data.crypt import Keyring
from zhiban.data.records import LawyerRecord, table
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import alternatives, service, store
from zhiban.roster.duty_names import duties_in
from zhiban.roster.duty_sheet import ReadTable
from zhiban.roster.duty_table import DutyTable, duty_table
from zhiban.roster.duty_words import masked_phone
from zhiban.roster.editing import edited
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules.rule import Violation

_LAWYER = table(LawyerRecord)
Phones = Literal["full", "masked", "none"]
FROM_FILE = "导入的值班表"
NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Exported:
    """A week's table with the problem that it came of."""

    table: DutyTable
    problem: RosterProblem


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a workbook: the draft's revision, or else the alternative it was kept as.

    `changed` counts duties that differ from the draft or version it was written of.
    """

    week: Week
    revision: int
    alternative: str
    changed: int
    violations: tuple[Violation, ...]


def export_week(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    which: str = "",
    *,
    phones: Phones = "none",
) -> Exported | None:
    """A week as a table: `draft`, `v3`, `newest`, or (empty) the newest version, else the draft."""
    found = _files(connection, week, which)
    if found is None:
        return None
    problem, file, kind, number, at = found
    wanted = {duty.lawyer for duty in file.duties}
    numbers = {} if phones == "none" else _phones(connection, keyring, wanted, phones)
    made = duty_table(problem, file.duties, week, kind, number, at, phones=numbers)
    return Exported(made, problem)


def _files(
    connection: Connection, week: Week, which: str
) -> tuple[RosterProblem, RosterFile, Literal["draft", "version"], int, datetime] | None:
    versions = store.load_history(connection, week)
    chosen = next(
        (one for one in reversed(versions) if which in ("", NEWEST, f"v{one.number}")), None
    )
    if chosen is not None:
        files = store.load_version_files(connection, chosen.id)
        if files is not None:
            return *files, "version", chosen.number, chosen.published_at
    draft = store.load_draft(connection, week) if which in ("", "draft") else None
    if draft is None:
        return None
    return draft.problem, draft.file, "draft", draft.revision, draft.created_at


def _phones(
    connection: Connection, keyring: Keyring, wanted: set[str], phones: Phones
) -> dict[str, str]:
    rows = connection.execute(
        select(_LAWYER.c.id, _LAWYER.c.phone).where(_LAWYER.c.phone.is_not(None))
    )
    plain = {row.id: keyring.decrypt(row.phone) for row in rows if row.id in wanted}
    return plain if phones == "full" else {who: masked_phone(one) for who, one in plain.items()}


def prepared(
    connection: Connection, keyring: Keyring, week: Week, read: ReadTable
) -> tuple[RosterProblem, RosterFile, tuple[Violation, ...], int]:
    """The roster that a workbook says, priced, with what it breaks and how much it changes.

    To be called on a reading connection; raises Refused with each cell at fault.
    """
    if read.week != week:
        raise Refused.one(
            "week",
            f"这份文件是 {read.week} 的值班表，不是 {week} 的",
            f"this file is the roster of {read.week}, not of {week}",
        )
    which = "draft" if read.kind == "draft" else f"v{read.number}"
    found = _files(connection, week, which) or _files(connection, week, "")
    problem = found[0] if found else service.assemble(connection, keyring, week)
    file = found[1] if found else _nobody()
    duties = duties_in(read, problem)
    before = {(one.shift, lawyer, role) for one in read.shifts for role, lawyer, _ in one.before}
    changed = len(before ^ {(duty.shift, duty.lawyer, duty.role) for duty in duties})
    if not changed and found and set(duties) == set(file.duties):
        return problem, file, (), 0  # with its proof, as it was
    proved_elsewhere = file.model_copy(update={"duties": duties, "bound": 1 << 62})
    made = edited(problem, proved_elsewhere, ())
    return problem, made.file, made.violations, changed


def nothing_new(connection: Connection, week: Week, file: RosterFile) -> bool:
    """Whether a file holds just the duties of the week's draft; without one, of its version."""
    head = _files(connection, week, "draft") or _files(connection, week, NEWEST)
    return head is not None and set(head[1].duties) == set(file.duties)


def _nobody() -> RosterFile:
    return RosterFile(
        status="feasible",
        objective=0,
        bound=0,
        gap=0.0,
        gap_without_vacancies=0.0,
        seconds=0.0,
        first_seconds=0.0,
        by_rule={},
        duties=(),
        vacancies=(),
        stopped="asked",
    )


def take_in(
    connection: Connection,
    read: ReadTable,
    made: tuple[RosterProblem, RosterFile, tuple[Violation, ...], int],
    by: str,
    now: datetime,
) -> Imported:
    """Makes it the week's draft; where others have gone on since it was written, it is kept beside.

    So nobody's change is lost. Raises Refused when there is no room beside.
    """
    problem, file, broken, changed = made
    week = read.week
    revision, published = store.draft_head(connection, week)
    if _went_on(connection, read, revision, published):
        name = f"{FROM_FILE} {now:%H%M%S}"
        alternatives.put(connection, week, name, problem, file, note=_NOTE, by=by, now=now)
        return Imported(week, revision, name, changed, broken)
    saved = store.save_draft(
        connection, week, problem, file, job=None, by=by, now=now, expected_revision=revision
    )
    return Imported(week, saved or revision, "", changed, broken)


def _went_on(connection: Connection, read: ReadTable, revision: int, published: int | None) -> bool:
    """Whether the draft is no longer what the workbook was written of."""
    if revision == 0:
        return False
    if read.kind == "draft":
        return revision != read.number
    return published != revision or store.last_number(connection, read.week) != read.number


_NOTE = Text("从 Excel 导入；导出后草稿已有人改过", "from Excel; the draft had changed since")
