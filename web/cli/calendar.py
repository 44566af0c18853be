"""`zhiban calendar`: which years' holidays are known, and a yearly notice taken in."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Text
from zhiban.data.worktime import WorkCalendar
from zhiban.web.cli.line import NO, as_json, fail, one_line, read_input, said
from zhiban.web.clock import SystemClock

BY = "command line"
app = typer.Typer(help="The working calendar.", no_args_is_help=True)
# The yearly notice comes in October or November; from then on, dues reach into the next year.
AHEAD = timedelta(days=60)


@app.callback()
def calendar() -> None:
    """The working calendar."""


@app.command("check")
def check(
    as_json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say which years are known; exit 1 when one that is needed by now is missing."""
    with one_line():
        known, where = _known()
        today = SystemClock().now().astimezone(SHANGHAI).date()
        missing = missing_years(known, today)
        if as_json_:
            found = {"known_years": sorted(known.known_years), "missing_years": missing}
            sys.stdout.write(as_json({**found, "source": where}))
        else:
            _tell(known, missing, where)
        raise typer.Exit(NO if missing else 0)


@app.command("import")
def bring_in(
    file: Annotated[
        Path, typer.Argument(help="The notice's text, or a day a line: 2027-01-01,off,New Year.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, write nothing.")
    ] = False,
) -> None:
    """Take the State Council's yearly notice in; bad lines are named and nothing written then."""
    from zhiban.data.database import reading, writing
    from zhiban.data.holiday_notice import read_notice
    from zhiban.data.holiday_store import load_holidays
    from zhiban.data.holidays import changed_days, text_of, with_notice
    from zhiban.queue.calendar_edits import change_calendar, preview_calendar
    from zhiban.web.cli.base import existing_database, settings_now
    from zhiban.web.keys import keyring_for

    with one_line(str(file)):
        notice, settings = read_notice(text_of(read_input(file))), settings_now()
        now, keyring = SystemClock().now(), keyring_for(settings)
        source = f"国务院{notice.year}年放假通知"
        with existing_database(settings) as engine:
            with reading(engine) as connection:
                before = load_holidays(connection)
                after = with_notice(before, notice, source)
                clocks = preview_calendar(connection, keyring, after, now)
            changed, same = changed_days(before, after), before.version == after.version
            if not dry_run and not same:
                with writing(engine) as connection:
                    if change_calendar(connection, keyring, after, before.version, BY, now) is None:
                        fail("日历刚刚被改过，请再试一次", "the calendar has changed; try again")
        for day in changed:
            print(f"{day.day} {day.before} -> {day.after} {day.name}".rstrip())
        print(said(_told(len(changed), len(clocks), written=not dry_run and not same)))


def _told(days: int, clocks: int, *, written: bool) -> Text:
    """What changed, or would."""
    done = Text("已写入", "written") if written else Text("没有写入", "nothing written")
    return Text(
        f"变化{days}天，在办咨询的时限变化{clocks}个；{done.zh}",
        f"{days} days and the due times of {clocks} running clocks change; {done.en}",
    )


def missing_years(known: WorkCalendar, today: date) -> list[int]:
    """The years that dues may reach into by now and whose holidays are not known."""
    return [
        year for year in range(today.year, (today + AHEAD).year + 1) if not known.is_known(year)
    ]


def _known() -> tuple[WorkCalendar, str]:
    """The bureau's calendar where there is a database, else the published notices."""
    from zhiban.data.database import reading
    from zhiban.data.store import load_calendar
    from zhiban.web.cli.base import existing_database, settings_now

    settings = settings_now()
    file = settings.database_file
    if file is not None and not file.is_file():
        from zhiban.data.calendar_seed import published_calendar

        return published_calendar(), "notices"
    with existing_database(settings) as engine, reading(engine) as connection:
        return load_calendar(connection), "database"


def _tell(known: WorkCalendar, missing: list[int], where: str) -> None:
    years = ", ".join(str(year) for year in sorted(known.known_years))
    source = {
        "database": Text("本单位数据库", "the bureau's database"),
        "notices": Text("国务院通知", "the published notices"),
    }[where]
    print(said(Text(f"已知年份（{source.zh}）：{years}", f"Years known ({source.en}): {years}")))
    for year in missing:
        print(
            said(
                Text(
                    f"缺少{year}年的放假安排：该年的时限和班次均为暂定，请尽快导入通知。",
                    f"The holidays of {year} are missing: dues and shifts in it are provisional; "
                    "import the notice as soon as it is out.",
                )
            )
        )
