"""The load program of the benchmarks: callers that keep their connections, in a process of its own.

`python scripts/load_program.py --port N --requests FILE [--callers 64] [--seconds 10] [--rate R]
[--most N] [--answers FILE] [--keys PREFIX]`: without a rate every caller asks again as soon as it
is answered; with one, so many requests a second are due, and what waits for a free caller counts
as waiting time. Bounded by time and by number, and only ever against this machine. Prints JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, cast

import uvloop

HOST = "127.0.0.1"
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True)
class Measured:
    """What a run came to; times in milliseconds, rates over successful answers.

    `share` is how much of one processor the load program itself took.
    """

    answers: int
    good: int
    seconds: float
    per_second: float
    p50: float
    p99: float
    longest: float
    share: float
    statuses: Mapping[str, int]


@dataclass
class Figures:
    """Counts answers as they come."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: list[bytes] = field(default_factory=list)

    def note(self, status: int, seconds: float, body: bytes) -> None:
        """One answer, with the seconds it took."""
        self.times.append(seconds)
        self.statuses[status] += 1
        if 200 <= status < 300:
            self.bodies.append(body)

    def measured(self, seconds: float, worked: float = 0.0) -> Measured:
        """The sum of it after so many seconds, of which this process worked so many."""
        return Measured(
            answers=len(self.times),
            good=len(self.bodies),
            seconds=seconds,
            per_second=len(self.bodies) / seconds,
            p50=1000 * percentile(self.times, 0.5),
            p99=1000 * percentile(self.times, 0.99),
            longest=1000 * percentile(self.times, 1.0),
            share=worked / seconds,
            statuses={str(status): number for status, number in sorted(self.statuses.items())},
        )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed; 0 where there are none."""
    if not values:
        return 0.0
    # Rounded first: 0.99 * 100 is a hair above 99 in binary, and would give the hundredth.
    rank = math.ceil(round(share * len(values), 6))
    return sorted(values)[max(rank, 1) - 1]


def read_answer(got: bytes) -> tuple[int, bytes] | None:
    """Status and body of a complete answer, None while it is incomplete; needs its length."""
    end = got.find(_HEAD_END)
    if end < 0:
        return None
    head = got[:end].lower()
    at = head.find(_LENGTH)
    if at < 0:
        raise ValueError(f"an answer without a length: {got[:end]!r}")
    length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
    body = got[end + len(_HEAD_END) :]
    return (int(got[9:12]), body) if len(body) >= length else None


class Requests:
    """The requests to send, round and round; with a prefix each gets an idempotency key."""

    def __init__(self, given: Sequence[Mapping[str, Any]], prefix: str = "") -> None:
        self._parts = [self._part(one) for one in given]
        self._prefix = prefix
        self.sent = 0

    @staticmethod
    def _part(one: Mapping[str, Any]) -> tuple[bytes, bytes]:
        body = b"" if one.get("body") is None else json.dumps(one["body"]).encode()
        lines = [f"{one['method']} {one['path']} HTTP/1.1", f"Host: {HOST}"]
        lines += [f"{name}: {value}" for name, value in one.get("headers", {}).items()]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return ("\r\n".join(lines) + "\r\n").encode(), b"\r\n" + body

    def next(self) -> bytes:
        """The bytes of the next request."""
        head, rest = self._parts[self.sent % len(self._parts)]
        self.sent += 1
        if not self._prefix:
            return head + rest
        return head + f"Idempotency-Key: {self._prefix}-{self.sent:09d}\r\n".encode() + rest


class Caller(asyncio.Protocol):
    """One connection: sends a request, and tells the load when its answer is there."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._got = b""
        self._began = 0.0
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps what to write to."""
        # uvloop's transports write, but are no subclass of asyncio's that say so.
        self._transport = cast(asyncio.WriteTransport, transport)

    def send(self, request: bytes, began: float) -> None:
        """Sends a request that was due at `began`."""
        self._began = began
        if self._transport is not None:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Gathers the answer."""
        self._got += data
        answer = read_answer(self._got)
        if answer is not None:
            self._got = b""
            self._load.answered(self, answer, self._began)

    def connection_lost(self, error: Exception | None) -> None:
        """An answer that will never come ends the run."""
        self._load.lost(error)

    def close(self) -> None:
        """Ends the connection."""
        if self._transport is not None:
            self._transport.close()


class Load:
    """A bounded run of callers; `rate` 0 means as fast as they are answered."""

    def __init__(
        self, requests: Requests, callers: int, seconds: float, rate: float, most: int
    ) -> None:
        self._requests = requests
        self._callers = callers
        self._seconds = seconds
        self._rate = rate
        self._most = most
        self._resting: deque[Caller] = deque()
        self._due: deque[float] = deque()
        self._end = 0.0
        self.figures = Figures()

    async def run(self, port: int) -> Measured:
        """Opens the connections, asks, waits for the last answer, and says how it went."""
        loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = loop.create_future()
        for _ in range(self._callers):
            _, caller = await loop.create_connection(lambda: Caller(self), HOST, port)
            self._resting.append(caller)
        began, idle = perf_counter(), process_time()
        self._end = began + self._seconds
        if self._rate:
            self._tick(began, 0)
        else:
            self._pump()
        await self._over
        seconds = perf_counter() - began
        for caller in self._resting:
            caller.close()
        return self.figures.measured(seconds, process_time() - idle)

    def answered(self, caller: Caller, answer: tuple[int, bytes], began: float) -> None:
        """Notes an answer and lets its caller go on."""
        self.figures.note(answer[0], perf_counter() - began, answer[1])
        self._resting.append(caller)
        self._pump()

    def lost(self, error: Exception | None) -> None:
        """Ends the run when a connection breaks before its end."""
        if not self._over.done():
            self._over.set_exception(error or ConnectionError("the service closed a connection"))

    def _tick(self, first: float, number: int) -> None:
        """One more request is due; the next one a beat later, however late this one was."""
        if self._ended():
            self._pump()
            return
        self._due.append(first + number / self._rate)
        self._pump()
        wait = max(0.0, first + (number + 1) / self._rate - perf_counter())
        asyncio.get_running_loop().call_later(wait, self._tick, first, number + 1)

    def _pump(self) -> None:
        while self._resting and (self._due if self._rate else not self._ended()):
            began = self._due.popleft() if self._rate else perf_counter()
            self._resting.popleft().send(self._requests.next(), began)
        idle = len(self._resting) == self._callers and not self._due
        if idle and self._ended() and not self._over.done():
            self._over.set_result(None)

    def _ended(self) -> bool:
        return perf_counter() >= self._end or self._requests.sent + len(self._due) >= self._most


def main() -> None:
    """Runs what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--requests", type=Path, required=True)
    parser.add_argument("--callers", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--most", type=int, default=500_000)
    parser.add_argument("--keys", default="")
    parser.add_argument("--answers", type=Path)
    given = parser.parse_args()
    requests = Requests(json.loads(given.requests.read_text("utf-8")), given.keys)
    load = Load(requests, given.callers, given.seconds, given.rate, given.most)
    measured = uvloop.run(load.run(given.port))
    if given.answers is not None:
        given.answers.write_bytes(b"\n".join(load.figures.bodies))
    print(json.dumps(asdict(measured)))


if __name__ == "__main__":
    main()
