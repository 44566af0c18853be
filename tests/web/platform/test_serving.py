"""The service as a process: from an empty directory to ready, and down in order."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

RUN = "import sys; from zhiban.web.cli import app; sys.exit(app())"
PATIENCE = 60


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ready(port: int) -> dict[str, bool]:
    """What the service says of itself once it answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                found: dict[str, bool] = json.load(answer)
                return found
        except urllib.error.URLError:
            threading.Event().wait(0.05)
    raise AssertionError("the service did not answer in time")


def start(directory: Path, *arguments: str) -> subprocess.Popen[str]:
    """Starts the command line in a directory, with nothing set."""
    kept = {"PATH": os.environ["PATH"], "LANG": "C"}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        cwd=directory,
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_service_starts_from_nothing_with_two_processes_and_ends_in_order(
    tmp_path: Path,
) -> None:
    port = free_port()
    service = start(tmp_path, "serve", "--port", str(port), "--workers", "2")
    try:
        assert ready(port) == {
            "ready": True,
            "writer": True,
            "database": True,
            "migrations": True,
        }
        taken = start(tmp_path, "serve", "--port", str(port))
        _, complaint = taken.communicate(timeout=PATIENCE)
        assert taken.returncode == 2
        assert str(port) in complaint
        assert len(complaint.splitlines()) == 1
    finally:
        service.send_signal(signal.SIGTERM)
        said, complaint = service.communicate(timeout=PATIENCE)
    assert service.returncode == 0, complaint
    assert said.startswith("Serving on")
    assert "Traceback" not in complaint
    assert {path.name for path in (tmp_path / "var").iterdir()} >= {"zhiban.db", "keys"}


def test_the_timers_run_alone_until_they_are_told_to_end(tmp_path: Path) -> None:
    with start(tmp_path, "work") as timers:
        assert timers.stdout is not None
        try:
            assert timers.stdout.readline().startswith("The timers run")
            timers.send_signal(signal.SIGTERM)
            _, complaint = timers.communicate(timeout=PATIENCE)
        finally:
            timers.kill()  # after a failure; one that has ended does not mind
    assert timers.returncode == 0, complaint
    assert "Traceback" not in complaint
