"""Settings: every one documented, unusable ones refused by name."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine

from zhiban.data.crypt import Keyring, new_key
from zhiban.data.wording import Refused
from zhiban.web.clock import DemoClock
from zhiban.web.keys import check_keys, keyring_for
from zhiban.web.settings import Settings

DOCS = Path(__file__).parents[3] / "docs" / "settings.md"


def test_every_setting_is_documented_with_its_default_and_no_other_is() -> None:
    rows = re.findall(r"^\| `(ZHIBAN_\w+)` \| ([^|]+) \|", DOCS.read_text("utf-8"), re.M)
    documented = dict(rows)
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert {f"ZHIBAN_{name.upper()}" for name in defaults} == set(documented)
    for name, default in defaults.items():
        shown = documented[f"ZHIBAN_{name.upper()}"].strip("`")
        plain = {None: "none", "": "none", True: "true", False: "false"}.get(default, default)
        assert shown == (f"{plain:g}" if isinstance(plain, float) else str(plain)), name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clock", "soon"),
        ("login_limit", "often"),
        ("body_limit", "10"),
        ("log_format", "xml"),
        ("session_hours", "0"),
        ("roster_workers", "none"),
    ],
)
def test_an_unusable_setting_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"ZHIBAN_{name.upper()}", value)
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None)
    assert refused.value.errors()[0]["loc"] == (name,)


def test_a_clock_without_offset_is_shanghais(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBAN_CLOCK", "2026-11-24T09:00")
    assert Settings(_env_file=None).clock == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_a_key_file_is_made_once_beside_the_database_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/inner/zhiban.db")
    token = keyring_for(settings).encrypt("phone")
    assert keyring_for(settings).decrypt(token) == "phone"
    file = tmp_path / "inner" / "keys"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["keys"]


def test_keys_of_the_settings_come_first_and_make_no_file(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    url = f"sqlite:///{tmp_path}/zhiban.db"
    token = keyring_for(Settings(_env_file=None, database_url=url, keys=old)).encrypt("phone")
    both = Settings(_env_file=None, database_url=url, keys=f"{new}, {old}")
    assert keyring_for(both).decrypt(token) == "phone"
    assert list(tmp_path.iterdir()) == []


def test_keys_that_are_not_the_databases_are_refused(database: Engine) -> None:
    first = new_key()
    check_keys(database, Keyring([first]))
    check_keys(database, Keyring([new_key(), first]))
    with pytest.raises(Refused, match="ZHIBAN_KEYS"):
        check_keys(database, Keyring([new_key()]))


def test_a_demonstration_clock_runs_on_from_its_start_in_every_process() -> None:
    start = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    since = datetime.now(UTC) - timedelta(hours=2)
    told = DemoClock(start, since).now()
    assert start + timedelta(hours=2) <= told < start + timedelta(hours=2, minutes=1)
    with pytest.raises(ValueError, match="aware"):
        DemoClock(datetime(2026, 11, 24, 1, 0))  # noqa: DTZ001 - the naive time is the point
