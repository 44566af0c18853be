"""Two processes that ask at once: the laws that hold, and two well-known choosers that break them.

A planted chooser works through the service's own writer; all that differs is how it comes to its
loads. The laws must find it, or they would find nothing.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import writing
from zhiban.queue import service, store
from zhiban.queue.event import Kind
from zhiban.queue.knowledge import Rules
from zhiban.queue.memory import knowledge, save_rules
from zhiban.queue.question import HELD
from zhiban.queue.replay import overlooked, replay

LAWYERS, PLACES, ASKED = 8, 10, 120
PROCESS = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine, reading
from zhiban.data.writer import Writer
from zhiban.queue import service, tally_store
from zhiban.queue.asking import Ask
from zhiban.queue.changes import Changes

url, key, now, name, number, plant = sys.argv[1:]
keyring, now = Keyring([key]), datetime.fromisoformat(now)
engine = make_engine(url)
writer, usual = Writer(engine), Changes.loads
writer.start()

def before(connection):
    "Reads who holds how many, as a chooser does that takes no lock."
    known, tally = service.knowledge(connection, keyring, now), tally_store.load_tally(connection)
    return known.loads(tally.open, tally.last, tally.by_shift)

def ask(loads, request, mine):
    def command(connection):
        Changes.loads = usual if loads is None else lambda self: loads
        return service.ask(connection, keyring, request, mine, now)
    return writer.submit(command).result()

def one(count):
    request, mine = Ask(f"{name} {count}", "330411", True), f"{name}-{count:020d}"
    if plant == "none":
        ask(None, request, mine)
    elif plant == "read then write":
        with reading(engine) as connection:
            loads = before(connection)
        ask(loads, request, mine)
    else:
        with engine.begin() as connection:
            loads = before(connection)
            unlocked = "SELECT id FROM lawyer ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 2"
            free = connection.execute(text(unlocked))
            mine_alone = set(free.scalars())
            others = {f"L{n}": 10**6 for n in range(1, 9) if f"L{n}" not in mine_alone}
            ask(replace(loads, open={**loads.open, **others}), request, mine)

print("ready", flush=True)
sys.stdin.readline()
failed = 0
with ThreadPoolExecutor(8) as callers:
    for done in [callers.submit(one, count) for count in range(int(number))]:
        fault = done.exception()
        if fault and not isinstance(fault, DBAPIError):  # the harness's own, which proves nothing
            raise fault
        failed += fault is not None
print(failed)
writer.stop()
"""


def stress(bureau, now, plant):
    """Both processes at once; how many of their questions failed."""
    key = bureau.keyring_key
    url = bureau.engine.url.render_as_string(hide_password=False)
    arguments = [[url, key, now.isoformat(), name, str(ASKED // 2), plant] for name in "ab"]
    several = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, *one],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for one in arguments
    ]
    for process in several:
        assert process.stdout.readline() == "ready\n"
    for process in several:
        process.stdin.write("go\n")
        process.stdin.flush()
    return sum(int(process.communicate()[0]) for process in several)


def broken(bureau, now, failed):
    """The laws that do not hold after a run."""
    found = Counter({"a question failed": failed})
    with writing(bureau.engine) as connection:
        known = knowledge(connection, bureau.keyring, now)
        events = store.all_events(connection)
        differing = replay(events, known)
        found["a choice was not the rules' own"] = len(differing)
        found["somebody waits though somebody is free"] = len(overlooked(events, known, now))
        held = store.open_counts(connection)
    found["a lawyer holds more than allowed"] = sum(number > PLACES for number in held.values())
    found["a question has two holders"] = double_holders(events)
    found["a place stayed empty"] = abs(LAWYERS * PLACES - sum(held.values()))
    return {law for law, number in found.items() if number}


def double_holders(events):
    """Questions that were given to a second lawyer while the first still held them."""
    given = Counter(event.question for event in events if event.kind is Kind.ASSIGNED)
    return sum(number > 1 for number in given.values())


@pytest.fixture
def office(bureau):
    """Eight lawyers with ten places each, and a key that other processes can be told."""
    bureau.keyring_key = new_key()
    bureau.keyring = Keyring([bureau.keyring_key])
    with writing(bureau.engine) as connection:
        save_rules(connection, Rules(capacity=PLACES))
    bureau.on(*((n, "11-24", bureau.morning) for n in range(1, LAWYERS + 1)))
    return bureau


def test_two_processes_give_every_place_once_and_every_choice_is_the_rules_own(office):
    nine = office.at("11-24 09:00")
    assert broken(office, nine, stress(office, nine, "none")) == set()
    assert office.faults() == []
    with writing(office.engine) as connection:
        rows = service.open_by_state(connection)
    # 8 lawyers x 10 places of 120 questions.
    assert sum(rows[state.value] for state in HELD) == 80
    assert rows["waiting"] == 40


def test_the_laws_find_a_chooser_that_reads_and_then_writes(office):
    nine = office.at("11-24 09:00")
    assert broken(office, nine, stress(office, nine, "read then write")) & {
        "a question failed",
        "a choice was not the rules' own",
        "a lawyer holds more than allowed",
    }


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite locks no rows
def test_the_laws_find_a_chooser_that_skips_whom_others_have_locked(office):
    nine = office.at("11-24 09:00")
    assert broken(office, nine, stress(office, nine, "skip locked")) & {
        "a choice was not the rules' own",
        "somebody waits though somebody is free",
    }
