"""The house stands: four rooms under one name, and none of them hides a stranger."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_queue_room_never_hides_the_standard_librarys_queue() -> None:
    done = python("-c", "import queue; queue.Queue().put(1); print(queue.__file__)")

    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout  # the standard library's file, not ours
    assert not (ROOT / "queue" / "__init__.py").exists()


def test_thread_pools_work_from_the_root_folder() -> None:
    # concurrent.futures imports queue; with a queue/__init__.py here it would find ours and die.
    script = (
        "import concurrent.futures as f; print(f.ThreadPoolExecutor(1).submit(int, '7').result())"
    )

    assert python("-c", script).stdout.strip() == "7"


def test_the_four_rooms_import_under_one_name() -> None:
    rooms = ("zhiban.roster", "zhiban.queue", "zhiban.web", "zhiban.data")

    done = python("-c", "\n".join(f"import {room}" for room in rooms))

    assert done.returncode == 0, done.stderr
