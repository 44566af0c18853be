"""A new encryption key takes over, and the old one is needed no more."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from zhiban.data import outbox
from zhiban.data.crypt import Keyring, Undecipherable, new_key
from zhiban.data.database import reading, writing
from zhiban.data.store import load_register
from zhiban.queue.service import ticket_view, verify
from zhiban.web.keys import check_keys
from zhiban.web.notify.addresses import Allowed
from zhiban.web.notify.channels import Kept
from zhiban.web.notify.choices import add_channel, readers_of
from zhiban.web.notify.delivery import deliver
from zhiban.web.rotation import encrypted_columns, rotate

BOT = "wecombot://0f1e2d3c-4b5a-6978/"
LOOKS_ENCRYPTED = "zb1_"  # how every sealed text begins


@pytest.fixture
def lived_in(service, settings):
    """A service in which something of every kind has been encrypted; with a question's ticket."""
    ask = {"text": "老板拖欠工资", "division": "330411", "consent": True, "contact": "13805731234"}
    key = {"Idempotency-Key": "a-key-of-some-length"}
    ticket = service.stranger().post("/api/v1/questions", json=ask, headers=key).json()
    old = Keyring([settings.keys])
    with writing(service.wiring.engine) as connection:
        account, now = service.accounts["scheduler"], service.clock.now()
        add_channel(connection, old, account.id, BOT, Allowed(), now)
    deliver(service.wiring, Kept(), service.clock.now())  # now the inbox holds something too
    return ticket


def test_after_rotation_the_new_key_alone_reads_everything(service, settings, lived_in) -> None:
    engine, fresh = service.wiring.engine, new_key()
    check_keys(engine, Keyring([settings.keys]))
    with writing(engine) as connection:
        assert rotate(connection, Keyring([fresh, settings.keys])) > 0
    alone = Keyring([fresh])
    check_keys(engine, alone)  # it would be refused
    with reading(engine) as connection:
        load_register(connection, alone)
        now = service.clock.now()
        view = ticket_view(connection, alone, lived_in["ticket"], lived_in["secret"], now)
        assert "老板拖欠工资" in [step.text for step in view.steps]
        assert verify(connection, alone) == []
        (reader,) = readers_of(connection, alone, {"role:scheduler"})["role:scheduler"]
        assert [one.address.value for one in reader.channels] == [BOT]
    with writing(engine) as connection:
        outbox.claim(connection, alone, service.clock.now())


def test_a_ring_that_lacks_the_old_key_changes_nothing(service, settings, lived_in) -> None:
    engine = service.wiring.engine
    with pytest.raises(Undecipherable), writing(engine) as connection:
        rotate(connection, Keyring([new_key()]))
    with reading(engine) as connection:
        assert verify(connection, Keyring([settings.keys])) == []


def test_no_column_that_holds_ciphertext_is_forgotten(service, lived_in) -> None:
    # What looks like a token is either rotated here, wrapped again by the queue, or a text under a
    # question's own key, which stays.
    known = {(column.table.name, column.name) for column in encrypted_columns()}
    known |= {("question_key", "wrapped"), ("question_event", "body"), ("setting", "value")}
    found = set()
    with reading(service.wiring.engine) as connection:
        for table in SQLModel.metadata.tables.values():
            for column in table.columns:
                values = connection.execute(select(column)).scalars()
                if any(isinstance(one, str) and one.startswith(LOOKS_ENCRYPTED) for one in values):
                    found.add((table.name, column.name))
    assert found
    assert found <= known
