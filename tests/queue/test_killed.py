"""The process that writes is killed: what was acknowledged is there, whole and once."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import writing
from zhiban.data.store import put_setting
from zhiban.queue import service, store
from zhiban.queue.asking import Ask
from zhiban.queue.memory import knowledge
from zhiban.queue.records import QUESTION
from zhiban.queue.replay import replay

WRITER = """
import sys, threading
from datetime import datetime
from itertools import count
from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine
from zhiban.data.writer import Writer
from zhiban.queue import service
from zhiban.queue.asking import Ask

url, key, now, prefix = sys.argv[1:]
keyring, now = Keyring([key]), datetime.fromisoformat(now)
writer, numbers, door = Writer(make_engine(url)), count(), threading.Lock()
writer.start()

def ask_on():
    while True:
        with door:
            name = f"{prefix}-{next(numbers):020d}"
        request = Ask(name, "330411", True)
        ask = lambda connection: service.ask(connection, keyring, request, name, now)
        found = writer.submit(ask).result()
        with door:
            print(name, found.ticket, flush=True)

for _ in range(8):
    threading.Thread(target=ask_on, daemon=True).start()
threading.Event().wait()
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_acknowledged_before_a_kill_is_there_once_and_whole(bureau, seed):
    random = Random(seed)
    key = new_key()
    bureau.keyring = Keyring([key])
    bureau.on(*((n, "11-24", bureau.morning) for n in range(1, 9)))
    nine = bureau.at("11-24 09:00")
    url = bureau.engine.url.render_as_string(hide_password=False)
    told: dict[str, str] = {}
    for round_ in range(2):
        arguments = [url, key, nine.isoformat(), f"kill-{seed}-{round_}"]
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, *arguments], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(random.randrange(1, 120)):
            name, ticket = process.stdout.readline().split()
            told[name] = ticket
        process.kill()
        rest, _ = process.communicate()
        # A line cut off by the kill was not told to anybody.
        told |= dict(line.split() for line in rest.splitlines(keepends=True) if line[-1] == "\n")
        _the_same_key_finds_the_same_ticket(bureau, *next(iter(told.items())), nine)
    with writing(bureau.engine) as connection:
        stored = connection.execute(select(QUESTION.c.code)).scalars().all()
        events = store.all_events(connection)
        assert replay(events, knowledge(connection, bureau.keyring, nine)) == ()
    assert set(told.values()) <= set(stored)
    assert len(set(told.values())) == len(told)
    assert bureau.faults() == []


def _the_same_key_finds_the_same_ticket(bureau, name, ticket, nine):
    with writing(bureau.engine) as connection:
        again = service.ask(connection, bureau.keyring, Ask(name, "330411", True), name, nine)
    assert (again.ticket, again.repeated) == (ticket, True)


def test_the_service_killed_under_load_loses_doubles_and_halves_nothing(
    bureau, tmp_path, monkeypatch
):
    # Two points; `scripts/bench kills` takes two hundred, and kills the database server as well.
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2] / "scripts"))
    program, bench = (importlib.import_module(name) for name in ("kill_program", "bench_kills"))
    key = new_key()
    bureau.keyring = Keyring([key])
    bureau.on(*((n, "11-25", bureau.morning) for n in range(1, 9)))
    with writing(bureau.engine) as connection:
        put_setting(connection, "demo", True)  # a clock of one's own is for demonstrations only
    environment = {
        "PATH": os.environ["PATH"],
        "ZHIBAN_DATABASE_URL": bureau.engine.url.render_as_string(hide_password=False),
        "ZHIBAN_KEYS": key,
        "ZHIBAN_ASK_LIMIT": "1000000/second",
        "ZHIBAN_TICKET_LIMIT": "1000000/second",
    }
    served = program.Service(environment, ("--clock", bench.CLOCK), tmp_path)
    told = program.Told()
    divisions = [bureau.xiuzhou, bureau.haining, bureau.town]
    try:
        program.killed_at_points(served, divisions, 2, Random(1), told)
    finally:
        served.kill()
    assert len(told.tickets) > 2
    assert told.faults + bench.faults_after(bureau.engine, bureau.keyring, told, set(), 0) == []
