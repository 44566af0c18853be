"""Insert-or-update counts what it wrote, the same on both databases."""

from __future__ import annotations

from sqlalchemy import Engine, select

from zhiban.data.database import writing
from zhiban.data.records import CalendarYearRecord, table
from zhiban.data.upsert import upsert, upsert_if

YEAR = table(CalendarYearRecord)


def rows(*years: int, source: str = "first") -> list[dict[str, object]]:
    """Rows of those years."""
    return [{"year": year, "source": source} for year in years]


def test_new_rows_are_inserted_and_old_ones_updated(database: Engine) -> None:
    with writing(database) as connection:
        assert upsert(connection, YEAR, rows(2025, 2026)) == 2
        assert upsert(connection, YEAR, rows(2026, 2027, source="second")) == 2
        found = connection.execute(select(YEAR).order_by(YEAR.c.year)).all()
    assert found == [(2025, "first"), (2026, "second"), (2027, "second")]


def test_kept_columns_stay_and_rows_with_nothing_to_change_are_left_alone(
    database: Engine,
) -> None:
    with writing(database) as connection:
        upsert(connection, YEAR, rows(2026))
        assert upsert(connection, YEAR, rows(2026, source="second"), keep=["source"]) == 0
        assert upsert(connection, YEAR, rows(2027, source="second"), keep=["source"]) == 1
        found = connection.execute(select(YEAR).order_by(YEAR.c.year)).all()
    assert found == [(2026, "first"), (2027, "second")]


def test_a_condition_that_does_not_hold_leaves_the_row_and_says_so(
    database: Engine,
) -> None:
    mine = YEAR.c.source == "first"
    with writing(database) as connection:
        assert upsert_if(connection, YEAR, *rows(2026), mine)
        assert upsert_if(connection, YEAR, *rows(2026, source="second"), mine)
        assert not upsert_if(connection, YEAR, *rows(2026, source="third"), mine)
        assert connection.execute(select(YEAR.c.source)).scalar_one() == "second"


def test_no_rows_are_no_work(database: Engine) -> None:
    with writing(database) as connection:
        assert upsert(connection, YEAR, []) == 0
