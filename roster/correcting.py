"""Corrections that lawyers ask for, rounds of them, and wishes, which need nobody's leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from zhiban.data import board, outbox
from zhiban.data.crypt import Keyring
from zhiban.data.day_words import moment_of
from zhiban.data.excel_cells import Known
from zhiban.data.outbox import Notice
from zhiban.data.people import Preference
from zhiban.data.register_diff import Field, differing
from zhiban.data.register_service import note
from zhiban.data.wording import Faults, Refused, Text
from zhiban.roster import entry_store as rows
from zhiban.roster.asking_leave import Gone
from zhiban.roster.entries import (
    AWAY,
    Correction,
    Entry,
    Round,
    away_words,
    changes_of,
    known_skills,
    read_wishes,
)
from zhiban.roster.request_records import CORRECTION
from zhiban.roster.request_store import decide, lawyer_names

MINE, INBOX, ROUND = "/lawyer/entry", "/scheduler/inbox?show=entry", "/scheduler/members"
BEFORE = timedelta(days=1)
ONLINE = "online"


def ask_correction(
    connection: Connection,
    keyring: Keyring,
    lawyer: str,
    entry: Entry,
    note: str,
    key: str | None,
    now: datetime,
) -> Correction:
    """Asks for an entry to read as given; an older open request gives way. Raises Refused."""
    board.lock(connection)
    sent = rows.corrections(connection, keyring, CORRECTION.c.key == key) if key else ()
    if sent and sent[0].lawyer == lawyer:
        return sent[0]
    if sent:  # somebody else's key tells nothing of this correction
        key = None
    before = rows.load_entry(connection, keyring, lawyer)
    if before is None:
        raise Refused.one("lawyer", "名册里没有您", "you are not in the register")
    changes = changes_of(before, entry, note)
    known_skills(changes, {ONLINE, *before.skills, *rows.categories(connection)})
    mine = (CORRECTION.c.lawyer == lawyer, CORRECTION.c.state == "asked")
    for older in rows.corrections(connection, keyring, *mine):
        decide(connection, CORRECTION, older.id, "withdrawn", lawyer, now)
    made = rows.insert_correction(connection, keyring, lawyer, changes, key, now)
    _confirm(connection, lawyer, now, corrected=True)
    name = lawyer_names(connection).get(lawyer, lawyer)
    title = Text(f"{name}要更正名册", f"{name} asks for a correction of the register")
    body = Text("请核对后决定。", "Please look and decide.")
    outbox.put(connection, keyring, Notice("role:scheduler", "entry", title, body, INBOX), now)
    return made


def decide_correction(
    connection: Connection,
    keyring: Keyring,
    id: int,
    by: str,
    now: datetime,
    *,
    approved: bool,
    remark: str = "",
) -> Correction | Gone:
    """Writes it into the register, or not; the lawyer is told."""
    board.lock(connection)
    state = "approved" if approved else "refused"
    sealed = keyring.encrypt(remark) if remark else None
    first = decide(connection, CORRECTION, id, state, by, now, remark=sealed)
    found = rows.corrections(connection, keyring, CORRECTION.c.id == id)
    if not first:
        return _gone(found[0] if found else None)
    if approved:
        _correct(connection, keyring, found[0], by, now)
    title = (
        Text("名册已按您的更正修改", "Your entry was corrected")
        if approved
        else Text("更正没有采纳", "Your correction was not taken")
    )
    notice = Notice(found[0].lawyer, "entry", title, Text(remark, remark), MINE)
    outbox.put(connection, keyring, notice, now)
    return found[0]


def _correct(
    connection: Connection, keyring: Keyring, asked: Correction, by: str, now: datetime
) -> None:
    """Writes a correction into the register, and what it changed into the register's log."""
    who = asked.lawyer
    before = rows.load_entry(connection, keyring, who)
    rows.apply_changes(connection, keyring, who, asked.changes)
    after = rows.load_entry(connection, keyring, who)
    if before is None or after is None:
        return
    skills = {code: zh for code, (zh, _) in rows.categories(connection).items()}
    known = Known({}, skills | {ONLINE: "在线坐席"})
    fields = differing("lawyer", _register_values(before), _register_values(after), known)
    if before.away != after.away:
        fields += (Field("away", AWAY, away_words(before.away), away_words(after.away)),)
    name = lawyer_names(connection).get(who, who)
    if fields:
        note(connection, keyring, "lawyer", who, name, "changed", fields, by, now)


def _register_values(entry: Entry) -> dict[str, object]:
    return {"phone": entry.phone, "skills": entry.skills, "languages": entry.languages}


def set_wishes(
    connection: Connection, lawyer: str, sent: Sequence[tuple[str, str, str, str]]
) -> tuple[Preference, ...]:
    """Takes a lawyer's wishes for the rosters to come; raises Refused."""
    board.lock(connection)
    wishes = read_wishes(lawyer, sent, rows.post_ids(connection))
    rows.replace_wishes(connection, lawyer, wishes)
    return wishes


def confirm_entry(connection: Connection, lawyer: str, now: datetime) -> bool:
    """A lawyer finds their entry right; false where no round is open."""
    board.lock(connection)
    return _confirm(connection, lawyer, now, corrected=False)


def open_round(
    connection: Connection,
    keyring: Keyring,
    title: str,
    deadline: datetime,
    by: str,
    now: datetime,
) -> Round:
    """Asks all lawyers to look through their entries; raises Refused while another is open."""
    board.lock(connection)
    faults = Faults()
    faults.unless(1 <= len(title) <= 80, "title", "请写一个名称，最多80字", "1 to 80 letters")
    faults.unless(
        now < deadline <= now + timedelta(days=120),
        "deadline",
        "截止时间须在今后120天之内",
        "the deadline lies within the next 120 days",
    )
    running = rows.newest_round(connection)
    faults.unless(
        running is None or not running.open_at(now),
        "title",
        "上一轮核对还没有结束",
        "the last round is still open",
    )
    faults.refuse()
    made = rows.insert_round(connection, title, deadline, by, now)
    outbox.put_all(connection, keyring, _asks(connection, made, lawyer_names(connection)), now)
    return made


def close_round(connection: Connection, id: int, now: datetime) -> None:
    """Ends a round before its deadline."""
    board.lock(connection)
    rows.mark_round(connection, id, closed_at=now)


def remind_members(
    connection: Connection, keyring: Keyring, now: datetime, *, at_once: bool = False
) -> int:
    """Reminds who has not looked yet, a day before the deadline or at once; how many."""
    running = rows.newest_round(connection)
    if running is None or not running.open_at(now):
        return 0
    soon = now >= running.deadline - BEFORE and (
        running.reminded_at is None or running.reminded_at < running.deadline - BEFORE
    )
    if not (at_once or soon):
        return 0
    done = rows.confirmations(connection, running.id)
    missing = {who: name for who, name in lawyer_names(connection).items() if who not in done}
    rows.mark_round(connection, running.id, reminded_at=now)
    outbox.put_all(connection, keyring, _asks(connection, running, missing), now)
    return len(missing)


def _confirm(connection: Connection, lawyer: str, now: datetime, *, corrected: bool) -> bool:
    running = rows.newest_round(connection)
    if running is None or not running.open_at(now):
        return False
    rows.save_confirmation(connection, running.id, lawyer, now, corrected=corrected)
    return True


def _asks(connection: Connection, made: Round, names: dict[str, str]) -> list[Notice]:
    by = moment_of(made.deadline)
    title = Text("请核对您在名册里的信息", "Please look through your entry in the register")
    body = Text(
        f"{made.title}：请在{by.zh}前确认或更正。",
        f"{made.title}: confirm or correct it by {by.en}.",
    )
    return [Notice(who, "entry", title, body, MINE) for who in sorted(names)]


def _gone(found: Correction | None) -> Gone:
    if found is None:
        return Gone("unknown", Text("没有这个更正", "there is no such correction"))
    by = found.decided_by or ""
    words = {
        "approved": Text(f"已由{by}采纳", f"taken by {by} already"),
        "refused": Text(f"已由{by}退回", f"turned down by {by} already"),
        "withdrawn": Text("律师另交了更正", "the lawyer has sent another one"),
        "asked": Text("还没有决定", "not decided yet"),
    }
    return Gone("decided", words[found.state])
