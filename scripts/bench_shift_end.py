"""How soon work passes on: `scripts/bench shift_end [--questions 200]`.

A place that comes free while a thousand wait; then so many questions, half of them accepted, when
their shift ends at 11:30 and when the next begins at 13:30, with the service running as it does for
users: the seconds from the shift's end, or beginning, to the moment at which the last question had
moved. On SQLite and on a PostgreSQL server of its own; ends with 1 over the limits.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench_kills import CLOCK, seeded
from kill_program import Service
from postgresql_server import postgresql
from sqlalchemy import Engine, func, select

from zhiban.data import board
from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import make_engine, reading, writing
from zhiban.data.records import LawyerRecord, table
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.memory import load_rules, save_rules
from zhiban.queue.question import State
from zhiban.queue.records import QUESTION

MORNING = datetime.fromisoformat(CLOCK)
END, NEXT = MORNING.replace(hour=11, minute=30), MORNING.replace(hour=13, minute=30)
BEFORE = timedelta(seconds=30)  # the service starts so long before a shift ends or begins
Left = Callable[[Engine], int]
FREED, MOVED = 1.0, 2.0


def main() -> int:
    """Prints a line for each database; 1 where it takes longer than the limits."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhiban-shifts-") as name:
        folder = Path(name)
        good = _measured(f"sqlite:///{folder}/zhiban.sqlite3", folder, options.questions)
        with postgresql(folder) as server:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            good &= _measured(url, folder, options.questions)
    return 0 if good else 1


def _measured(url: str, folder: Path, number: int) -> bool:
    keys = new_key()
    environment = {**os.environ, "ZHIBAN_DATABASE_URL": url, "ZHIBAN_KEYS": keys}
    divisions = seeded(environment, folder)
    engine, keyring = make_engine(url), Keyring([keys])
    with writing(engine) as connection:  # nobody is to be turned away
        connection.execute(table(LawyerRecord).update().values(capacity=None))
        board.save(connection, board.changed(board.lock(connection)))
    freed = _freed(engine, keyring, divisions[0])
    _hold(engine, keyring, divisions, number)
    ended = _moved(environment, folder, engine, END, _unaccepted)
    begun = _moved(environment, folder, engine, NEXT, _not_with_who_is_on)
    with reading(engine) as connection:
        faults = service.verify(connection, keyring)
    engine.dispose()
    print(
        f"{url.partition(':')[0]:24s}a place freed and taken in {freed:.3f} s; of {number} "
        f"questions the unaccepted were back {ended:.2f} s after the shift's end, all with the "
        f"next shift {begun:.2f} s after its beginning; {len(faults)} faults",
        flush=True,
    )
    return freed <= FREED and max(ended, begun) <= MOVED and not faults


def _freed(engine: Engine, keyring: Keyring, division: str) -> float:
    """A thousand wait behind full hands; the seconds from an answer to the next one's lawyer."""
    with writing(engine) as connection:
        rules = load_rules(connection)
        save_rules(connection, replace(rules, capacity=1))
    held = ""
    for _ in range(4):
        with writing(engine) as connection:
            for _ in range(270):
                asked = service.ask(connection, keyring, Ask("问", division, True), None, MORNING)
                if isinstance(asked, service.Asked) and asked.state is State.ASSIGNED:
                    held = asked.ticket
    with reading(engine) as connection:
        lawyer = connection.execute(
            select(QUESTION.c.lawyer).where(QUESTION.c.code == held)
        ).scalar_one()
    began = time.perf_counter()
    with writing(engine) as connection:
        service.answer(connection, keyring, service.Move(held, lawyer, MORNING, "答复"))
    took = time.perf_counter() - began
    with writing(engine) as connection:
        taken = select(func.count()).where(
            QUESTION.c.lawyer == lawyer, QUESTION.c.state == State.ASSIGNED.value
        )
        if connection.execute(taken).scalar_one() != 1:
            raise SystemExit("the place that came free was not taken")
        save_rules(connection, replace(rules, capacity=1000))
        waiting = connection.execute(
            select(QUESTION.c.code).where(QUESTION.c.state == State.WAITING.value)
        ).scalars()
        for ticket in list(waiting):
            move = service.Move(ticket, "bench", MORNING, "同一件")
            service.merge(connection, keyring, move, into=held)
    return took


def _hold(engine: Engine, keyring: Keyring, divisions: list[str], number: int) -> None:
    """So many questions in lawyers' hands ten minutes before the shift ends, half accepted."""
    now = END - timedelta(minutes=10)
    with writing(engine) as connection:
        for n in range(number):
            request = Ask("问", divisions[n % len(divisions)], True)
            service.ask(connection, keyring, request, None, now)
    with writing(engine) as connection:
        given = select(QUESTION.c.code, QUESTION.c.lawyer).where(
            QUESTION.c.state == State.ASSIGNED.value
        )
        for n, (ticket, lawyer) in enumerate(connection.execute(given).all()):
            if n % 2:
                service.accept(connection, keyring, service.Move(ticket, lawyer, now))


def _unaccepted(engine: Engine) -> int:
    """Questions that are still with a lawyer who has not accepted them."""
    with reading(engine) as connection:
        counting = select(func.count()).where(QUESTION.c.state == State.ASSIGNED.value)
        return int(connection.execute(counting).scalar_one())


def _not_with_who_is_on(engine: Engine) -> int:
    """Questions that wait, or are with somebody whose time on shift was over before."""
    with reading(engine) as connection:
        held = QUESTION.c.state.in_([State.ASSIGNED.value, State.ACCEPTED.value])
        left = select(func.count()).where(
            (QUESTION.c.state == State.WAITING.value) | (held & (QUESTION.c.until <= NEXT))
        )
        return int(connection.execute(left).scalar_one())


def _moved(
    environment: Mapping[str, str], folder: Path, engine: Engine, instant: datetime, left: Left
) -> float:
    """Runs the service over an instant; the seconds from it until nothing was left to move."""
    since, start = datetime.now(UTC), instant - BEFORE
    clock = {"ZHIBAN_CLOCK": start.isoformat(), "ZHIBAN_CLOCK_SINCE": since.isoformat()}
    served = Service({**environment, **clock}, (), folder)
    served.start()
    try:
        while (passed := datetime.now(UTC) - since - BEFORE) < timedelta(seconds=60):
            if passed > timedelta() and not left(engine):
                return passed.total_seconds()
            time.sleep(0.02)
    finally:
        served.kill()
    raise SystemExit(f"a minute after {instant:%H:%M} {left(engine)} questions had not moved")


if __name__ == "__main__":
    sys.exit(main())
