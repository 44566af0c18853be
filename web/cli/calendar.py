"""`zhiban calendar`: which years' holidays are known."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Annotated

import typer

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Text
from zhiban.data.worktime import WorkCalendar
from zhiban.web.cli.line import NO, as_json, one_line, said
from zhiban.web.clock import SystemClock

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
