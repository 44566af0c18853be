"""kill -9 under load: `scripts/bench kills [--points 200] [--server-points 20] [--seed 1]`.

Kills the service at so many seeded points on SQLite and on a PostgreSQL server of its own, and then
that server; ready are the seconds of the service's start, or from the server's first answer to the
service's. Afterwards every question that was acknowledged must be stored once and whole, nothing
may be stored that nobody asked, every choice must be the rules' own, and `zhiban database check`
must find no fault; else it ends with 1. `--database sqlite` or `postgresql` runs one of them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from kill_program import ZHIBAN, Service, Told, killed_at_points
from postgresql_server import postgresql
from sqlalchemy import Engine, func, select

from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import make_engine, reading, writing
from zhiban.data.records import DivisionRecord, table
from zhiban.queue import service, store
from zhiban.queue.event import Kind
from zhiban.queue.memory import knowledge, load_rules, save_rules
from zhiban.queue.records import QUESTION, QUESTION_EVENT
from zhiban.queue.replay import replay

CLOCK = "2026-11-25T09:00:00+08:00"  # a Wednesday; the morning's shifts last until 11:30
READY = 3.0


def main() -> int:
    """Prints a line for each kind of kill; 1 where anything was lost, doubled or half written."""
    options = _options()
    good = True
    print(f"{'killed':34s}{'points':>7s}{'acknowledged':>14s}{'asked again':>12s}{'ready s':>16s}")
    with tempfile.TemporaryDirectory(prefix="zhiban-kills-") as name:
        folder = Path(name)
        if options.database != "postgresql":
            url = f"sqlite:///{folder}/zhiban.sqlite3"
            good &= _run("the service, SQLite", url, folder, options.points, options.seed)
        if options.database != "sqlite":
            with postgresql(folder) as server:
                url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
                good &= _run("the service, PostgreSQL", url, folder, options.points, options.seed)
                good &= _run(
                    "the PostgreSQL server",
                    url,
                    folder,
                    options.server_points,
                    options.seed,
                    server,
                )
    return 0 if good else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--server-points", type=int, default=20)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _run(name: str, url: str, folder: Path, points: int, seed: int, server: Any = None) -> bool:
    key = (folder / f"key-{url.partition(':')[0]}").resolve()
    if not key.exists():
        key.write_text(new_key())
    raised = {f"ZHIBAN_{name}_LIMIT": "1000000/second" for name in ("ASK", "TICKET")}
    environment = {**os.environ, **raised, "ZHIBAN_DATABASE_URL": url}
    environment["ZHIBAN_KEYS"] = key.read_text()
    divisions = seeded(environment, folder)
    engine = make_engine(url)
    before, seeded_to = _stored(engine)
    workers = "1" if url.startswith("sqlite") else "2"
    served = Service(environment, ("--clock", CLOCK, "--workers", workers), folder)
    told = Told()
    kill = None if server is None else (lambda: _kill_server(server, served))
    try:
        ready = killed_at_points(served, divisions, points, Random(f"{seed} {name}"), told, kill)  # noqa: S311
    finally:
        served.kill()
    faults = told.faults + faults_after(engine, Keyring([key.read_text()]), told, before, seeded_to)
    engine.dispose()
    ready.sort()
    print(
        f"{name:34s}{points:7d}{len(told.tickets):14,d}{told.found_again:12d}"
        f"{ready[len(ready) // 2]:10.1f} (p50) {ready[-1]:.1f} (longest); "
        f"over {READY:.0f} s: {sum(one > READY for one in ready)}; {len(faults)} faults",
        flush=True,
    )
    for fault in faults[:20]:
        print(f"  {fault}")
    return not faults


def seeded(environment: Mapping[str, str], folder: Path) -> list[str]:
    """The demonstration in the database, where it is not there yet; the divisions to ask from."""
    url = environment["ZHIBAN_DATABASE_URL"]
    day = [ZHIBAN, "demo", "--no-serve", "--clock", CLOCK, "--database", url]
    subprocess.run(day, env=environment, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    engine = make_engine(url)
    with writing(engine) as connection:
        save_rules(connection, replace(load_rules(connection), capacity=1_000_000))
        divisions = connection.execute(select(table(DivisionRecord).c.code)).scalars().all()
    engine.dispose()
    return list(divisions)


def _stored(engine: Engine) -> tuple[set[str], int]:
    """The codes of all questions, and the position of the last event."""
    with reading(engine) as connection:
        codes = set(connection.execute(select(QUESTION.c.code)).scalars())
        return codes, connection.scalar(select(func.max(QUESTION_EVENT.c.position))) or 0


def faults_after(
    engine: Engine, keyring: Keyring, told: Told, before: set[str], seeded_to: int
) -> list[str]:
    """What is lost, doubled, half written or not as the rules would have it.

    The demonstration's own events, up to `seeded_to`, are folded and not judged: they tell of eight
    weeks, and the rosters at hand begin with last week's.
    """
    new, tickets = _stored(engine)[0] - before, set(told.tickets.values())
    faults = [f"{ticket} was acknowledged and is lost" for ticket in tickets - new]
    faults += [f"{ticket} is stored and nobody knows it" for ticket in new - tickets]
    if len(tickets) != len(told.tickets):
        faults.append("two keys have one ticket")
    with reading(engine) as connection:
        counting = (
            select(QUESTION.c.code, func.count())
            .join(QUESTION_EVENT, QUESTION_EVENT.c.question == QUESTION.c.id)
            .where(QUESTION_EVENT.c.kind == Kind.MESSAGE.value)
            .group_by(QUESTION.c.code)
        )
        written = {str(code): int(number) for code, number in connection.execute(counting)}
        for ticket in tickets:
            if written.get(ticket, 0) != told.messages[ticket]:
                known = told.messages[ticket]
                faults.append(f"{ticket}: {known} messages known, {written.get(ticket, 0)} stored")
        now = datetime.fromisoformat(CLOCK)
        faults += [f"{one.question}: {one.what}" for one in service.verify(connection, keyring)]
        events = store.all_events(connection)
        found = replay(events, knowledge(connection, keyring, now))
        faults += [f"{one.question}: {one.what}" for one in found if one.position > seeded_to]
    return faults


def _kill_server(server: Any, served: Service) -> Callable[[], float]:
    """Kills the database server with all its processes; gives back what starts it again."""
    import psutil

    postmaster = psutil.Process(server.get_pid())
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, 10)

    def revive() -> float:
        server.ensure_postgres_running()
        began = time.monotonic()  # from here on it is the service's time, and not the server's
        served.await_ready()
        return time.monotonic() - began

    return revive


if __name__ == "__main__":
    sys.exit(main())
