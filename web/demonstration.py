"""The demonstration clock is for demonstration data only."""

from __future__ import annotations

from zhiban.data.database import make_engine, reading
from zhiban.data.store import get_setting
from zhiban.data.wording import Refused
from zhiban.web.settings import Settings

SETTING = "demo"


def refuse_unless_demo(settings: Settings) -> None:
    """Raises Refused unless the database says of itself that it holds demonstration data."""
    engine = make_engine(settings.database_url)
    try:
        with reading(engine) as connection:
            is_demo = get_setting(connection, SETTING, False) is True
    finally:
        engine.dispose()
    if not is_demo:
        raise Refused.one(
            "clock",
            "演示时钟只能用于演示数据，这个数据库不是",
            "a demonstration clock goes with demonstration data only; this database holds other",
        )
