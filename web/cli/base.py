"""What commands over the database begin with: settings, an engine on a database that is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError
from sqlalchemy import Engine

from zhiban.data.wording import Refused
from zhiban.web.cli.line import fail
from zhiban.web.settings import Settings


def settings_now() -> Settings:
    """The settings of the environment; ends with one line that names the first unusable one."""
    from zhiban.web.logs import configure_logs

    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "ZHIBAN_" + "_".join(str(part) for part in first["loc"]).upper()
        fail(f"设置 {name} 无法使用：{first['msg']}", f"setting {name}: {first['msg']}")
    configure_logs(settings)
    return settings


@contextmanager
def existing_database(settings: Settings | None = None) -> Iterator[Engine]:
    """An engine on the database of the settings; ends with one line where there is none."""
    from zhiban.data.database import make_engine

    settings = settings or settings_now()
    file = settings.database_file
    if file is not None and not file.is_file():
        raise Refused.one(
            "ZHIBAN_DATABASE_URL",
            f"没有数据库 {file}；请先运行 scripts/demo 或 zhiban database upgrade",
            f"there is no database {file}; run scripts/demo or zhiban database upgrade first",
        )
    engine = make_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def upgraded(settings: Settings) -> str:
    """Makes the tables or brings them up to date; the revision they are at then."""
    from zhiban.data.database import upgrade

    file = settings.database_file
    if file is not None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            fail(
                f"{file.parent}：无法建立目录（{error.strerror}）",
                f"{file.parent}: the directory cannot be made ({error.strerror})",
            )
    revision = upgrade(settings.database_url)
    _seed_calendar(settings)
    return revision


def _seed_calendar(settings: Settings) -> None:
    """Gives a new database the published holidays; one that knows any year keeps its own."""
    from zhiban.data.calendar_seed import seed_calendar
    from zhiban.data.database import writing
    from zhiban.data.store import load_calendar

    with existing_database(settings) as engine, writing(engine) as connection:
        if not load_calendar(connection).known_years:
            seed_calendar(connection)
