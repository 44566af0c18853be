"""The load program of the benchmarks counts and reckons right."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nServer: x\r\n\r\n{}"
BAD = b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n"


@pytest.fixture(scope="module")
def program() -> ModuleType:
    found = importlib.util.spec_from_file_location("load", ROOT / "scripts/load_program.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["load"] = module  # dataclasses look their module up
    found.loader.exec_module(module)
    return module


def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(program: ModuleType) -> None:
    hundred = [float(n) for n in range(100, 0, -1)]  # 1 to 100, not in order

    assert program.percentile(hundred, 0.5) == 50
    assert program.percentile(hundred, 0.99) == 99  # 99 of 100 do not exceed 99
    assert program.percentile(hundred, 1.0) == 100
    assert program.percentile([7.0], 0.5) == program.percentile([7.0], 0.99) == 7
    assert program.percentile([1.0, 2.0], 0.99) == 2  # half is too few
    assert program.percentile([], 0.99) == 0


def test_an_answer_counts_when_it_is_complete(program: ModuleType) -> None:
    for cut in range(len(GOOD)):
        assert program.read_answer(GOOD[:cut]) is None

    assert program.read_answer(GOOD) == (201, b"{}")
    with pytest.raises(ValueError, match="without a length"):
        program.read_answer(b"HTTP/1.1 200 OK\r\n\r\nhello")


def test_the_rate_is_that_of_successes_while_times_are_of_all(program: ModuleType) -> None:
    figures = program.Figures()
    for milliseconds, status in ((10, 201), (20, 201), (90, 503)):
        figures.note(status, milliseconds / 1000, b"{}")

    got = figures.measured(0.5)

    assert (got.answers, got.good, got.per_second) == (3, 2, 4)  # two in half a second
    assert (got.p50, got.p99, got.longest) == pytest.approx((20, 90, 90))
    assert got.statuses == {"201": 2, "503": 1}


@pytest.mark.parametrize("rate", [0.0, 5000.0])
def test_what_is_sent_is_answered_and_counted_once(program: ModuleType, rate: float) -> None:
    # 25 requests by 4 callers; the tenth is refused, so 24 succeed.
    keys: list[bytes] = []
    served: set[asyncio.Task[Any] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.add(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError):  # the caller has closed
            while head := await reader.readuntil(b"\r\n\r\n"):
                keys.append(head.split(b"Idempotency-Key: ")[1].split(b"\r\n")[0])
                writer.write(BAD if len(keys) == 10 else GOOD)
        writer.close()
        await writer.wait_closed()

    async def run() -> Any:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        requests = program.Requests([{"method": "GET", "path": "/"}], "k")
        load = program.Load(requests, callers=4, seconds=60, rate=rate, most=25)
        async with server:
            got = await load.run(server.sockets[0].getsockname()[1])
            await asyncio.gather(*filter(None, served))
        return got

    # In a thread of its own: a browser that other tests use keeps a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        got = pool.submit(lambda: asyncio.run(run())).result()

    assert (got.answers, got.good) == (25, 24)
    assert got.statuses == {"201": 24, "429": 1}
    assert sorted(keys) == [f"k-{n:09d}".encode() for n in range(1, 26)]
