"""Jiaxing's demonstration data in a database: the register, two published weeks, accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Connection, Engine, insert, select

from zhiban.data.calendar_seed import seed_calendar
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.jiaxing import jiaxing_register
from zhiban.data.store import get_setting, load_calendar, load_register, put_setting, save_register
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import job_store, service, store
from zhiban.roster.checker import Checked, check
from zhiban.roster.drafts import Unpublished
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.worker import run_job
from zhiban.web.clock import DemoClock
from zhiban.web.passwords import hashed
from zhiban.web.records import ACCOUNT

DEMO_SETTING = "demo"
PASSWORD = "zhiban-demo"  # noqa: S105  # printed by the demo; such accounts exist nowhere else
DESKS = (
    ("scheduler", "值班调度（演示）", "scheduler"),
    ("supervisor", "督办员（演示）", "supervisor"),
    ("admin", "管理员（演示）", "administrator"),
)
SECONDS_A_WEEK = 60.0


@dataclass(frozen=True, slots=True)
class PublishedWeek:
    """One week of the demonstration as published, and what the independent checker says of it."""

    week: Week
    number: int
    file: RosterFile
    shifts: int
    posts: int
    checked: Checked
    calendar_known: bool


def publishing_moment(week: Week) -> datetime:
    """When the demonstration's bureau publishes: the Friday before the week, at 16:00."""
    return datetime.combine(week.monday - timedelta(days=3), time(16), SHANGHAI)


def seed_register(engine: Engine, keyring: Keyring, around: Week, now: datetime) -> None:
    """Writes calendar, register and accounts; Refused where the database holds other data."""
    with writing(engine) as connection:
        refuse_other_data(connection)
        if get_setting(connection, DEMO_SETTING, False):
            calendar = load_calendar(connection)
        else:
            calendar = seed_calendar(connection)
        if not _has_weeks(connection, around):
            save_register(connection, jiaxing_register(calendar, around), keyring)
        if not get_setting(connection, DEMO_SETTING, False):
            put_setting(connection, DEMO_SETTING, True)
            _add_accounts(connection, keyring, now)
        _remember_weeks(connection, around)


def refuse_other_data(connection: Connection) -> None:
    """Raises Refused when the database holds anything but the demonstration."""
    demo = get_setting(connection, DEMO_SETTING, False)
    if not demo and connection.execute(select(ACCOUNT.c.id).limit(1)).first():
        raise Refused.one(
            "database",
            "这个数据库里不是演示数据，演示不会写入；请用 --database 指定另一个数据库",
            "this database holds other than demonstration data and is left alone; "
            "name another one with --database",
        )


def publish_weeks(
    engine: Engine,
    keyring: Keyring,
    first: Week,
    weeks: int = 2,
    started: Callable[[Week], None] | None = None,
) -> list[PublishedWeek]:
    """Generates and publishes each week that is not published yet; all of them, as published."""
    moment = publishing_moment(first)
    clock = DemoClock(moment)
    for week in (first.next(number) for number in range(weeks)):
        with reading(engine) as connection:
            done = store.last_number(connection, week) > 0
        if not done:
            if started:
                started(week)
            _generate(engine, keyring, week, clock)
            _publish(engine, keyring, week, moment)
    with reading(engine) as connection:
        return [_as_published(connection, first.next(number)) for number in range(weeks)]


def _generate(engine: Engine, keyring: Keyring, week: Week, clock: DemoClock) -> None:
    with writing(engine) as connection:
        job = service.request_job(connection, week, 1, SECONDS_A_WEEK, "scheduler", clock.now())
    run_job(engine, keyring, job, clock.now)
    with reading(engine) as connection:
        ended = job_store.load_job(connection, job)
    if ended is None or ended.state != "done":
        raise Refused.one(
            "roster",
            f"{week} 的值班表没有生成：{ended.error.zh if ended and ended.error else ''}",
            f"the roster of {week} was not made: {ended.error.en if ended and ended.error else ''}",
        )


def _publish(engine: Engine, keyring: Keyring, week: Week, moment: datetime) -> None:
    with reading(engine) as connection:
        verdict = service.check_draft(connection, week)
    if verdict is None:
        raise Refused.one("roster", f"{week} 没有草稿", f"there is no draft of {week}")
    with writing(engine) as connection:
        made = service.publish(
            connection, keyring, week, "scheduler", moment, verdict.revision, verdict
        )
    if isinstance(made, Unpublished):
        raise Refused.one("roster", made.text.zh, made.text.en)


def _as_published(connection: Connection, week: Week) -> PublishedWeek:
    newest = store.load_history(connection, week)[-1]
    files = store.load_version_files(connection, newest.id)
    if files is None:
        raise Refused.one("roster", f"{week} 没有已发布版本", f"no published version of {week}")
    problem, file = files
    calendar = load_calendar(connection)
    return PublishedWeek(
        week=week,
        number=newest.number,
        file=file,
        shifts=len(problem.shifts),
        posts=len({shift.post for shift in problem.shifts}),
        checked=check(problem, file),
        calendar_known=calendar.knows(week.days[0], week.days[-1]),
    )


def _add_accounts(connection: Connection, keyring: Keyring, now: datetime) -> None:
    """An account for each desk and each lawyer; the one password is hashed once."""
    password = hashed(PASSWORD)
    same = {"password_hash": password, "disabled": False, "created_at": now}
    rows = [
        {"login": login, "name": name, "role": role, "lawyer": None, **same}
        for login, name, role in DESKS
    ]
    lawyers = load_register(connection, keyring).lawyers.values()
    rows += [
        {"login": one.id.lower(), "name": one.name, "role": "lawyer", "lawyer": one.id, **same}
        for one in lawyers
    ]
    connection.execute(insert(ACCOUNT), rows)


def _has_weeks(connection: Connection, around: Week) -> bool:
    """Whether leave and open days of this week and the next were written already."""
    kept = get_setting(connection, "demo.weeks", [])
    return str(around) in kept


def _remember_weeks(connection: Connection, around: Week) -> None:
    kept = set(get_setting(connection, "demo.weeks", []))
    put_setting(connection, "demo.weeks", sorted(kept | {str(around)}))
