"""Questions a second over HTTP, beside a bare endpoint and plain inserts in the same run.

`scripts/bench queue [--seconds 10] [--callers 64] [--database URL | --postgresql] [--workers N]`:
seeds the demonstration in a database of its own (SQLite; an empty one at URL; or a PostgreSQL
server of its own, where the test dependencies are installed), serves it with the clock in working
hours and capacity and limits raised by their settings, and asks, then reads tickets. Afterwards
what was acknowledged must be what is stored, nobody may be over capacity, every choice must be the
one that the rules give when the events are replayed, and `zhiban database check` must find the
database sound; else it ends with 1. The last column is how much of one processor the load program
took.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from postgresql_server import postgresql_url
from sqlalchemy import select

from zhiban.data import board
from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import make_engine, reading, writing
from zhiban.data.records import DivisionRecord, table
from zhiban.queue import store
from zhiban.queue.memory import knowledge, load_rules, save_rules
from zhiban.queue.records import QUESTION
from zhiban.queue.replay import replay

ROOT = Path(__file__).resolve().parents[1]
CLOCK = "2026-11-25T09:00:00+08:00"  # a Wednesday; the morning's shifts last until 11:30
CAPACITY = 1_000_000
ZHIBAN = str(Path(sys.executable).with_name("zhiban"))
_TEXT = "老板拖欠三个月工资，没有签劳动合同，只有考勤记录和聊天记录，请问应当怎样申请劳动仲裁？" * 3
Request = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """Where a run takes place."""

    folder: Path
    environment: Mapping[str, str]
    seconds: float
    callers: int

    @property
    def database(self) -> str:
        """The database's address."""
        return self.environment["ZHIBAN_DATABASE_URL"]

    def load(
        self, port: int, name: str, requests: Sequence[Request], **more: Any
    ) -> dict[str, Any]:
        """Runs the load program and prints its line; its figures with `answers`."""
        sent, answers = self.folder / f"{name}.json", self.folder / f"{name}.answers"
        sent.write_text(json.dumps(requests), "utf-8")
        options = {"callers": self.callers, "seconds": self.seconds, **more}
        words = [f"--{key}={value}" for key, value in options.items()]
        program = [sys.executable, str(ROOT / "scripts/load_program.py"), f"--port={port}"]
        done = subprocess.run(
            [*program, f"--requests={sent}", f"--answers={answers}", *words],
            check=True,
            stdout=subprocess.PIPE,
            timeout=self.seconds + 60,
        )
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures | {
            "bodies": [json.loads(line) for line in answers.read_bytes().split(b"\n")]
        }


def main() -> int:
    """Prints the table and what was verified; 1 where something does not hold."""
    options = _options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhiban-bench-")))
        url = options.database or f"sqlite:///{folder}/zhiban.sqlite3"
        if options.postgresql:
            url = stack.enter_context(postgresql_url(folder))
        raised = {f"ZHIBAN_{name}_LIMIT": "1000000/second" for name in ("ASK", "TICKET")}
        named = {"ZHIBAN_DATABASE_URL": url, "ZHIBAN_KEYS": new_key(), "ZHIBAN_LANG": "en"}
        bench = Bench(folder, {**os.environ, **named, **raised}, options.seconds, options.callers)
        workers = options.workers or (1 if url.startswith("sqlite") else 2)
        questions = _prepare(bench)
        before = _stored(bench)
        print(f"{url.partition(':')[0]}, {workers} server process(es), {options.callers} callers")
        heads = "".join(f"{head:>9s}" for head in ("p50 ms", "p99 ms", "longest", "load"))
        print(f"{'':34s}{'a second':>10s}{heads}  answers")
        _beside(bench, questions)
        asked = _asked(bench, questions, workers)
        return 0 if _verified(bench, asked, before) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--callers", type=int, default=64)
    parser.add_argument("--database", help="an empty database")
    parser.add_argument("--postgresql", action="store_true", help="a PostgreSQL server of its own")
    parser.add_argument("--workers", type=int, default=0, help="server processes")
    return parser.parse_args()


def _prepare(bench: Bench) -> list[Request]:
    """Seeds the demonstration and raises the capacity; the questions to ask."""
    day = [ZHIBAN, "demo", "--no-serve", "--clock", CLOCK, "--database", bench.database]
    subprocess.run(day, env=bench.environment, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    engine = make_engine(bench.database)
    with writing(engine) as connection:
        save_rules(connection, replace(load_rules(connection), capacity=CAPACITY))
        divisions = connection.execute(select(table(DivisionRecord).c.code)).scalars().all()
    engine.dispose()
    return [_question(code) for code in divisions]


def _question(division: str) -> Request:
    body = {
        "text": _TEXT,
        "division": division,
        "consent": True,
        "category": "labour",
        "contact": "13800000000",
        "other_party": f"嘉兴{division}服饰有限公司",
    }
    return {"method": "POST", "path": "/api/v1/questions", "body": body}


_YARDSTICKS = (
    ("/echo", "bare endpoint, echo"),
    ("/insert", "plain insert"),
    ("/grouped", "plain inserts, 32 a transaction"),
)


def _beside(bench: Bench, questions: Sequence[Request]) -> None:
    """The bare endpoint and the plain inserts, each for a third of the time."""
    at = bench.database
    if at.startswith("sqlite"):
        at = f"sqlite:///{bench.folder}/plain.sqlite3"
    command = [sys.executable, "-m", "uvicorn", "--factory", "bare_service:service"]
    command += ["--app-dir", str(ROOT / "scripts"), "--log-level", "warning", "--no-access-log"]
    with _serving(command, {**bench.environment, "ZHIBAN_DATABASE_URL": at}) as port:
        for path, about in _YARDSTICKS:
            sent = [{**question, "path": path} for question in questions]
            _line(about, bench.load(port, path[1:], sent, seconds=bench.seconds / 3))
    if not at.startswith("sqlite"):
        engine = make_engine(at)
        with writing(engine) as connection:
            connection.exec_driver_sql("DROP TABLE bench_plain")
        engine.dispose()


def _asked(bench: Bench, questions: Sequence[Request], workers: int) -> dict[str, dict[str, Any]]:
    """Asks at full load and at a steady rate, then reads tickets; what was answered, by ticket."""
    command = [ZHIBAN, "serve", "--clock", CLOCK, "--workers", str(workers)]
    run = secrets.token_hex(8)
    with _serving(command, bench.environment) as port:
        first = bench.load(port, "first", questions, seconds=1, keys=f"{run}-first")
        full = bench.load(port, "full", questions, keys=f"{run}-full")
        _line("questions taken in, full load", full)
        steady = bench.load(port, "steady", questions, rate=200, keys=f"{run}-steady")
        _line("questions taken in, 200 a second", steady)
        sent = [_reading(one) for one in full["bodies"][:5000]]
        _line("tickets read, each once", bench.load(port, "read", sent, most=len(sent)))
        _line("tickets read again and again", bench.load(port, "again", sent))
        answers = first["bodies"] + full["bodies"] + steady["bodies"]
    return {one["ticket"]: one for one in answers}


def _reading(asked: Mapping[str, str]) -> Request:
    path, secret = f"/api/v1/questions/{asked['ticket']}", asked["secret"]
    return {"method": "GET", "path": path, "headers": {"X-Ticket-Secret": secret}}


def _line(about: str, got: Mapping[str, Any]) -> None:
    print(
        f"{about:34s}{got['per_second']:10,.0f}{got['p50']:9.1f}{got['p99']:9.1f}"
        f"{got['longest']:9.1f}{got['share']:9.0%}  {got['statuses']}",
        flush=True,
    )


@dataclass(frozen=True)
class Stored:
    """What is in the database: the tickets, and the number that the next event will have."""

    tickets: frozenset[str]
    position: int


def _stored(bench: Bench) -> Stored:
    engine = make_engine(bench.database)
    with reading(engine) as connection:
        tickets = frozenset(connection.execute(select(QUESTION.c.code)).scalars())
        found = Stored(tickets, board.look(connection).next_position)
    engine.dispose()
    return found


def _verified(bench: Bench, asked: Mapping[str, Mapping[str, Any]], before: Stored) -> bool:
    """Whether what was acknowledged, no less and no more, is stored as it must be."""
    new = _stored(bench).tickets - before.tickets
    engine = make_engine(bench.database)
    with reading(engine) as connection:
        most = max(store.open_counts(connection).values(), default=0)
    engine.dispose()
    wrong = _replayed(bench, before.position)
    given = sum(one["status"] == "assigned" for one in asked.values())
    print(
        f"acknowledged {len(asked):,}, of these given to a lawyer {given:,}; "
        f"lost {len(asked.keys() - new)}, stored without being acknowledged "
        f"{len(new - asked.keys())}; most held by one lawyer {most:,} of {CAPACITY:,}; "
        f"choices that the rules, replayed, would not have made {wrong}",
        flush=True,
    )
    check = subprocess.run([ZHIBAN, "database", "check"], env=bench.environment, check=False)
    sound = new == asked.keys() and most <= CAPACITY and wrong == 0
    return sound and check.returncode == 0


def _replayed(bench: Bench, since: int) -> int:
    """How many choices from a position on the rules would not have made, all events in order."""
    engine = make_engine(bench.database)
    keyring = Keyring([bench.environment["ZHIBAN_KEYS"]])
    with reading(engine) as connection:
        known = knowledge(connection, keyring, datetime.fromisoformat(CLOCK))
        differences = replay(store.all_events(connection), known)
    engine.dispose()
    return sum(one.position >= since for one in differences)


@contextmanager
def _serving(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[int]:
    """Starts a service on a free port of this machine, and stops it again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ports = ["--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, *ports], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        _await(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    patience = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < patience:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the service did not start")


if __name__ == "__main__":
    sys.exit(main())
