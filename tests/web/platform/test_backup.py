"""Copies go from either database into either, whole, and ids count on."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine, reading, upgrade, writing
from zhiban.data.wording import Refused
from zhiban.queue.service import ticket_view, verify
from zhiban.web.accounts import add_account, all_accounts
from zhiban.web.backup import back_up, restore, tables


@pytest.fixture
def asked(service) -> dict[str, str]:
    """A question in the service's database."""
    ask = {"text": "老板拖欠工资", "division": "330411", "consent": True}
    ticket: dict[str, str] = service.stranger().post("/api/v1/questions", json=ask).json()
    return ticket


@pytest.fixture
def copy(service, asked, tmp_path: Path) -> Path:
    """A copy of it."""
    file = tmp_path / "copy.zip"
    back_up(service.wiring.engine, file)
    return file


def test_a_copy_opens_in_another_database_with_its_histories_proved(
    service, settings, asked, copy: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    upgrade(url)
    other = make_engine(url)
    keyring = Keyring([settings.keys])
    try:
        restore(other, copy)
        with reading(other) as connection:
            assert verify(connection, keyring) == []
            now = service.clock.now()
            view = ticket_view(connection, keyring, asked["ticket"], asked["secret"], now)
            assert "老板拖欠工资" in [step.text for step in view.steps]
            for table in tables():
                ours = connection.execute(select(table)).all()
                with reading(service.wiring.engine) as first:
                    theirs = first.execute(select(table)).all()
                assert sorted(map(str, ours)) == sorted(map(str, theirs)), table.name
        # What comes next gets a number of its own.
        with writing(other) as connection:
            before = {account.id for account in all_accounts(connection)}
            new = add_account(connection, "new", "新", "scheduler", "a long password", now)
            assert new.id not in before
    finally:
        other.dispose()


def test_a_copy_is_not_put_over_something_unasked(service, copy: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    upgrade(url)
    other = make_engine(url)
    try:
        restore(other, copy)
        with pytest.raises(Refused, match="overwrite"):
            restore(other, copy)
        assert restore(other, copy, overwrite=True) > 0
    finally:
        other.dispose()


def test_a_copy_with_a_row_twice_is_called_unsound_not_the_database(
    service, copy: Path, tmp_path: Path
) -> None:
    twice = tmp_path / "twice.zip"
    with zipfile.ZipFile(copy) as sound, zipfile.ZipFile(twice, "w") as altered:
        for name in sound.namelist():
            content = sound.read(name)
            altered.writestr(name, content * 2 if name == "question.jsonl" else content)
    with pytest.raises(Refused, match="is not a sound backup; the database is unchanged"):
        restore(service.wiring.engine, twice, overwrite=True)
    with reading(service.wiring.engine) as connection:
        questions = next(table for table in tables() if table.name == "question")
        assert len(connection.execute(select(questions)).all()) == 1
