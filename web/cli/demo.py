"""`zhiban demo`: the main job on Jiaxing's data, from an empty database to three desks."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import Engine

from zhiban.data.crypt import Keyring
from zhiban.data.timespan import SHANGHAI, parse_day, parse_time
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.web.cli.base import settings_now, upgraded
from zhiban.web.cli.line import NO, one_line, said
from zhiban.web.clock import SystemClock, clock_from
from zhiban.web.settings import Settings


def demo(
    port: Annotated[int, typer.Option(help="The port to serve on.", min=1, max=65535)] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End after the summary.")] = False,
    date: Annotated[str | None, typer.Option(help="Play that day, YYYY-MM-DD.")] = None,
    clock: Annotated[str | None, typer.Option(help="A clock that starts at that time.")] = None,
    database: Annotated[str | None, typer.Option(help="Another database.")] = None,
) -> None:
    """Roster this week and next for Jiaxing, publish, and serve the three desks."""
    with one_line():
        now, week = _moment(date, clock)
        if database is not None:
            os.environ["ZHIBAN_DATABASE_URL"] = database
        settings = _settings()
        sound = _prepare(settings, now, week)
        if clock is not None or date is not None:
            clock = now.isoformat()
    if no_serve:
        raise typer.Exit(0 if sound else NO)
    _serve(settings, port, clock)


def _moment(date: str | None, clock: str | None) -> tuple[datetime, Week]:
    """The demonstration's present and week: the clock given, else the day at this time of day."""
    now = SystemClock().now() if clock is None else parse_time(clock, "--clock")
    local = now.astimezone(SHANGHAI)
    if date is None:
        return local, Week.of(local.date())
    day = parse_day(date, "--date")
    return (local if clock else datetime.combine(day, local.timetz())), Week.of(day)


def _settings() -> Settings:
    """The settings; on a database server without keys, those kept under var/."""
    settings = settings_now()
    if not settings.embedded and not settings.keys:
        from zhiban.web.keys import demonstration_keys

        os.environ["ZHIBAN_KEYS"] = demonstration_keys()
        settings = settings_now()
    return settings


def _prepare(settings: Settings, now: datetime, week: Week) -> bool:
    """Seeds, generates, publishes and prints; whether the checker finds every roster sound."""
    from zhiban.data.database import make_engine
    from zhiban.web.keys import keyring_for

    upgraded(settings)
    engine = make_engine(settings.database_url)
    try:
        return _play(engine, keyring_for(settings), now, week)
    finally:
        engine.dispose()


def _play(engine: Engine, keyring: Keyring, now: datetime, week: Week) -> bool:
    from zhiban.web.demo import (
        history,
        library,
        past_questions,
        phrases,
        places,
        replay,
        requests,
        seeding,
        station_day,
        summary,
    )

    seeding.seed_register(engine, keyring, week, now)
    published = seeding.publish_weeks(engine, keyring, week, started=_tell_started)
    library.seed_library(engine, now)
    phrases.seed_phrases(engine, now)
    places.seed_places(engine, keyring, now)
    history.play(engine, week)
    past_questions.play(engine, keyring, week)
    asked = replay.replay(engine, keyring, week, now)
    station_day.play(engine, keyring, now)
    requests.play(engine, keyring, week, now)
    for line in summary.lines(engine, week, published, now, asked):
        print(line)
    return all(one.checked.sound for one in published)


def _tell_started(week: Week) -> None:
    print(said(Text(f"正在编排 {week} ……", f"Rostering {week} ...")), flush=True)


def _serve(settings: Settings, port: int, clock: str | None) -> None:
    from zhiban.data.database import make_engine
    from zhiban.web.cli.serve import serve
    from zhiban.web.demo.living import living
    from zhiban.web.keys import keyring_for

    address = f"http://127.0.0.1:{port}/"
    print(said(Text(f"\n打开 {address} （按 Ctrl-C 结束）", f"\nOpen {address} (Ctrl-C ends it)")))
    engine = make_engine(settings.database_url)
    now = clock_from(None if clock is None else parse_time(clock, "--clock"))
    try:
        with living(engine, keyring_for(settings), now):
            serve(host="127.0.0.1", port=port, workers=1, clock=clock)
    finally:
        engine.dispose()
