"""One leader among processes: no moment with two, and five seconds at most without one."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from zhiban.data import lease
from zhiban.data.crypt import new_key
from zhiban.data.database import reading
from zhiban.web.leadership import DEAD_SECONDS, RENEW_SECONDS, Leadership

RUN = "import sys; from zhiban.web.cli import app; sys.exit(app())"
PATIENCE = 60


class OddClock:
    """A machine's clock that is wrong by so much."""

    def __init__(self, wrong: timedelta) -> None:
        self.wrong = wrong

    def now(self) -> datetime:
        """A moment that is not now."""
        return datetime.now(UTC) + self.wrong


class Watch:
    """A stopwatch that the test turns."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def machines(service, wrong: tuple[int, ...]) -> tuple[Watch, list[Leadership]]:
    """Leaderships of processes whose clocks are wrong by so many hours."""
    watch = Watch()
    found = [Leadership(service.wiring, watch) for _ in wrong]
    for one, hours in zip(found, wrong, strict=True):
        one._clock = OddClock(timedelta(hours=hours))
    return watch, found


@pytest.mark.parametrize("wrong", [(0, 0), (1, -1), (-1, 1)])
def test_a_leader_that_dies_is_followed_within_five_seconds_however_clocks_differ(
    service, wrong: tuple[int, int]
) -> None:
    watch, (first, second) = machines(service, wrong)
    assert first.renew()
    for _ in range(20):
        watch.seconds += RENEW_SECONDS
        assert not second.renew()
        assert first.renew()
    died = watch.seconds
    while not second.renew():
        watch.seconds += RENEW_SECONDS
    assert DEAD_SECONDS <= watch.seconds - died <= 5
    assert (first.held, second.held) == (False, True)


def test_a_clock_that_jumps_an_hour_either_way_makes_no_second_leader(service) -> None:
    watch, (first, second) = machines(service, (0, 0))
    assert first.renew()
    for hours in (1, -1, 0, -1, 1):
        first._clock = OddClock(timedelta(hours=hours))
        second._clock = OddClock(timedelta(hours=-hours))
        for _ in range(4):
            watch.seconds += RENEW_SECONDS
            assert not second.renew()
            assert first.renew()


@pytest.mark.parametrize("seed", range(5))
def test_at_no_moment_do_two_lead_whoever_stalls(service, seed: int) -> None:
    random = Random(seed)
    watch, processes = machines(service, (0, 1, -1))
    stalled = [0.0] * len(processes)
    without = longest = 0.0
    for _ in range(600):
        watch.seconds += 0.1
        for number, process in enumerate(processes):
            if watch.seconds < stalled[number]:
                continue
            process.renew()
            # The next renewal is a second later, or, now and then, after a long stall.
            stalled[number] = watch.seconds + random.choice((1, 1, 1, 1, 1.1, 1.2, 6))
        leaders = sum(process.held for process in processes)
        assert leaders <= 1
        without = 0.0 if leaders else without + 0.1
        longest = max(longest, without)
    # Even when who would follow stalls as well, somebody leads again.
    assert longest < 12


def test_a_killed_process_is_followed_by_another_within_five_seconds(database, tmp_path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C",
        "ZHIBAN_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "ZHIBAN_KEYS": new_key(),
    }
    several = [
        subprocess.Popen(
            [sys.executable, "-c", RUN, "work"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for process in several:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("The timers run")
        leader = next(p for p in several if p.pid == led_by(database, None))
        leader.kill()
        killed = time.monotonic()
        other = led_by(database, leader.pid)
        assert time.monotonic() - killed < 5
        assert other in {process.pid for process in several} - {leader.pid}
    finally:
        for process in several:
            process.kill()
            process.communicate()


def led_by(database, other_than: int | None) -> int:
    """The number of the process that leads, once it is another one."""
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        with reading(database) as connection:
            found = lease.look(connection, "timers")
        if found is not None and (leader := int(found.holder.split(":")[1])) != other_than:
            return leader
        threading.Event().wait(0.02)
    raise AssertionError("nobody leads")
