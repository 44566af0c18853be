"""A calendar edit under open questions: `scripts/bench recalculation [--questions 100000]`.

Asks so many questions, then changes the working hours, so that every clock in working time is due
at another moment, and reckons all of them anew in one transaction, on SQLite and on a PostgreSQL
server of its own; meanwhile another process reads tickets one after the other, as a second process
of the service would, and how long that took is printed beside how long it takes otherwise.
`--prove` then has every question proved from its history. Ends with 1 where a clock is wrong or the
transaction outlasts the limit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from random import Random

from load_program import percentile
from postgresql_server import postgresql_url
from sqlalchemy import Engine

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import make_engine, reading, upgrade, writing
from zhiban.data.jiaxing import jiaxing_register
from zhiban.data.store import save_register
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.queue import service
from zhiban.queue.asking import Ask

START = datetime(2026, 11, 2, 8, tzinfo=SHANGHAI)
SUMMER = ((clock_time(8), clock_time(11, 30)), (clock_time(14), clock_time(17, 30)))
LIMIT = 1.0


def main() -> int:
    """Prints the table; 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--working", type=float, default=0.5, help="share asked in working time")
    parser.add_argument("--prove", action="store_true", help="prove every question afterwards")
    options = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory(prefix="zhiban-clocks-") as name:
        folder = Path(name)
        if options.database != "postgresql":
            good &= _measured(f"sqlite:///{folder}/zhiban.sqlite3", options)
        if options.database != "sqlite":
            with postgresql_url(folder) as url:
                good &= _measured(url, options)
    return 0 if good else 1


def _measured(url: str, options: argparse.Namespace) -> bool:
    upgrade(url)
    key = new_key()
    engine, keyring = make_engine(url), Keyring([key])
    register = jiaxing_register(published_calendar(), Week(2026, 48))
    with writing(engine) as connection:
        save_register(connection, register, keyring)
        service.recalculate(connection, keyring, START)
    tickets = _ask(engine, keyring, options)
    now = START + timedelta(days=30)
    usual = _read_on(url, key, tickets, now, 300)
    calendar = replace(register.calendar, hours=SUMMER)
    began = time.perf_counter()
    with reading(engine) as connection:
        foretold = len(service.preview(connection, keyring, now, calendar=calendar))
    previewed = time.perf_counter() - began
    with writing(engine) as connection:
        save_register(connection, replace(register, calendar=calendar), keyring)
        service.knowledge(connection, keyring, now)
    here, there = get_context("spawn").Pipe()
    reader = get_context("spawn").Process(target=_read_along, args=(there, url, key, tickets, now))
    reader.start()
    here.recv()  # it reads
    began, worked = time.perf_counter(), time.process_time()
    with writing(engine) as connection:
        number = service.recalculate(connection, keyring, now)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    here.send("enough")
    times: list[float] = here.recv()
    reader.join()
    print(
        f"{url.partition(':')[0]:24s}{number:9,d} questions, {foretold:,} clocks moved: "
        f"{took:.2f} s in one transaction ({worked:.2f} of its processor); "
        f"previewed in {previewed:.2f} s\n"
        f"{'':24s}a ticket read meanwhile: p50 {_ms(times, 0.5)}, p99 {_ms(times, 0.99)}; "
        f"otherwise p50 {_ms(usual, 0.5)}, p99 {_ms(usual, 0.99)}",
        flush=True,
    )
    faults = []
    if options.prove:
        with reading(engine) as connection:
            faults = service.verify(connection, keyring)
        print(f"{'':24s}proved from every history: {len(faults)} faults {faults[:3]}", flush=True)
    engine.dispose()
    return took <= LIMIT and not faults


def _ask(engine: Engine, keyring: Keyring, options: argparse.Namespace) -> list[tuple[str, str]]:
    """Asks, a thousand questions to a transaction, over two working weeks; tickets and secrets."""
    random = Random(1)  # noqa: S311 - nothing secret is drawn
    moments = sorted(random.uniform(0, 12 * 86400) for _ in range(options.questions))
    tickets = []
    for start in range(0, options.questions, 1000):
        with writing(engine) as connection:
            for seconds in moments[start : start + 1000]:
                live = random.random() < options.working
                channel = random.choice(("live", "letter")) if live else "message"
                asked = service.ask(
                    connection,
                    keyring,
                    Ask("老板拖欠三个月工资", "330411", True, channel=channel),
                    None,
                    START + timedelta(seconds=seconds),
                )
                if isinstance(asked, service.Asked):
                    tickets.append((asked.ticket, asked.secret))
        print(f"\rasked {start + 1000:,}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return tickets


def _read_along(
    pipe: Pipe, url: str, key: str, tickets: list[tuple[str, str]], now: datetime
) -> None:
    """Reads in a process of its own until told that it is enough; sends how long each took."""
    _read_on(url, key, tickets, now, 50)
    pipe.send("reading")
    times: list[float] = []
    while not pipe.poll():
        times += _read_on(url, key, tickets, now, 20)
    pipe.recv()
    pipe.send(times)


def _read_on(
    url: str, key: str, tickets: list[tuple[str, str]], now: datetime, number: int
) -> list[float]:
    """Reads so many tickets one after the other; the seconds of each."""
    engine, keyring = _opened(url, key)
    random, times = Random(), []  # noqa: S311 - nothing secret is drawn
    for ticket, secret in random.choices(tickets, k=number):
        began = time.perf_counter()
        with reading(engine) as connection:
            if service.ticket_view(connection, keyring, ticket, secret, now) is None:
                raise SystemExit(f"{ticket} is not there")
        times.append(time.perf_counter() - began)
    return times


@cache
def _opened(url: str, key: str) -> tuple[Engine, Keyring]:
    return make_engine(url), Keyring([key])


def _ms(times: list[float], share: float) -> str:
    return f"{1000 * percentile(times, share):.1f} ms"


if __name__ == "__main__":
    sys.exit(main())
