"""Kills the service, or its database server, under load, and counts what that cost.

Callers ask over HTTP, each question under a key of its own, and write messages to what they asked.
What was acknowledged is kept in mind; after a kill every call without an answer is made again under
its key. Only ever against this machine, and only processes started here are killed.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

HOST = "127.0.0.1"
ZHIBAN = str(Path(sys.executable).with_name("zhiban"))
PATIENCE = 90.0
CALLERS = 12
BROKEN = (OSError, http.client.HTTPException)


@dataclass
class Told:
    """What callers were told, and what they cannot know: each call by its key.

    `messages` counts those acknowledged, by ticket; `unsure_messages` names the ticket of a key.
    """

    tickets: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    messages: Counter[str] = field(default_factory=Counter)
    unsure_messages: dict[str, str] = field(default_factory=dict)
    found_again: int = 0
    faults: list[str] = field(default_factory=list)


class Service:
    """`zhiban serve` in a process group of its own."""

    def __init__(self, environment: Mapping[str, str], arguments: Sequence[str], cwd: Path) -> None:
        self._environment = {**environment, "ZHIBAN_LANG": "en"}
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._environment["PYTHONPYCACHEPREFIX"] = str(cwd / "compiled")  # as after an install
        self._arguments = arguments
        self._cwd = cwd
        self.port = _free_port()

    def start(self) -> float:
        """Starts it; the seconds until it said that it is ready."""
        began = time.monotonic()
        command = [ZHIBAN, "serve", "--host", HOST, "--port", str(self.port), *self._arguments]
        self.process = subprocess.Popen(
            command,
            env=self._environment,
            cwd=self._cwd,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.await_ready()
        return time.monotonic() - began

    def await_ready(self) -> None:
        """Waits for a readiness without fault."""
        patience = time.monotonic() + PATIENCE
        while time.monotonic() < patience:
            try:
                status, _ = call(self.port, "GET", "/readyz")
            except BROKEN:
                status = 0
            if status == 200:
                return
            time.sleep(0.01)
        raise SystemExit("the service did not become ready")

    def kill(self) -> Callable[[], float]:
        """Ends it and its server processes at once; gives back what starts it again."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return self.start


def killed_at_points(
    service: Service,
    divisions: Sequence[str],
    points: int,
    random: Random,
    told: Told,
    kill: Callable[[], Callable[[], float]] | None = None,
) -> list[float]:
    """Loads and kills so many times; the seconds until it was ready again each time.

    `kill` ends something else than the service and gives back what brings it up again, told in
    seconds until the service was ready.
    """
    service.start()
    seconds = []
    for point in range(points):
        stop = threading.Event()
        callers = [
            threading.Thread(
                target=_ask_on,
                args=(service.port, divisions, told, stop, secrets.token_hex(16)),
            )
            for _ in range(CALLERS)
        ]
        for caller in callers:
            caller.start()
        time.sleep(random.uniform(0.02, 0.8))
        revive = service.kill() if kill is None else kill()
        stop.set()
        for caller in callers:
            caller.join()
        seconds.append(revive())
        _ask_again(service.port, divisions, told)
        print(f"\r{point + 1} of {points} points", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return seconds


def _ask_on(
    port: int, divisions: Sequence[str], told: Told, stop: threading.Event, name: str
) -> None:
    """Asks and writes messages until it is over, or a question gets no good answer."""
    mine: list[str] = []
    number = 0
    while not stop.is_set():
        number += 1
        if number % 4 == 0 and mine:
            _write(port, told, mine[number % len(mine)], f"{name}-{number:06d}")
        else:
            ticket = _ask(port, divisions, told, f"{name}-{number:06d}")
            if ticket is None:
                return
            mine.append(ticket)


def _ask(port: int, divisions: Sequence[str], told: Told, key: str) -> str | None:
    body = {"text": f"问题 {key}", "division": divisions[hash(key) % len(divisions)]}
    headers = {"Idempotency-Key": key}
    told.unsure.add(key)
    try:
        status, answer = call(port, "POST", "/api/v1/questions", {**body, "consent": True}, headers)
    except BROKEN:
        return None
    if status == 201:
        told.unsure.discard(key)
        before = told.tickets.setdefault(key, answer["ticket"])
        if before != answer["ticket"]:
            told.faults.append(f"{key} was {before} and is {answer['ticket']}")
        told.secrets[answer["ticket"]] = answer["secret"]
        return before
    if status != 503:
        told.faults.append(f"{key}: {status} {answer}")
    return None


def _write(port: int, told: Told, ticket: str, key: str) -> bool:
    path = f"/api/v1/questions/{ticket}/messages"
    headers = {"X-Ticket-Secret": told.secrets[ticket], "Idempotency-Key": key}
    told.unsure_messages[key] = ticket
    try:
        status, answer = call(port, "POST", path, {"text": "补充"}, headers)
    except BROKEN:
        return False
    if status == 200:
        del told.unsure_messages[key]
        told.messages[ticket] += 1
    elif status != 503:
        told.faults.append(f"a message to {ticket}: {status} {answer}")
    return status == 200


def _ask_again(port: int, divisions: Sequence[str], told: Told) -> None:
    """Every call without an answer once more; and some with one, which must be the same."""
    for key in sorted(told.unsure):
        if _ask(port, divisions, told, key) is None:
            told.faults.append(f"{key} could not be asked again")
        told.found_again += 1
    for key, ticket in sorted(told.unsure_messages.items()):
        if not _write(port, told, ticket, key):
            told.faults.append(f"a message to {ticket} could not be sent again")
        told.found_again += 1
    for key in list(told.tickets)[-5:]:
        _ask(port, divisions, told, key)


def call(
    port: int,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Any]:
    """Status and JSON of one request on a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        sent = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        read = answer.read()
        return answer.status, json.loads(read)
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
