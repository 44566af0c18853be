"""`zhiban serve` and `zhiban work`: the service, and its timers on their own."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from zhiban.data.timespan import parse_time
from zhiban.data.wording import Text
from zhiban.web.cli.line import fail, one_line, said
from zhiban.web.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Server processes.", min=1, max=64)] = 1,
    clock: Annotated[
        str | None, typer.Option(help="A demonstration clock that starts then; demo data only.")
    ] = None,
) -> None:
    """Serve the three desks and the API."""
    with one_line():
        if clock is not None:
            os.environ["ZHIBAN_CLOCK"] = parse_time(clock, "--clock").isoformat()
        settings = _ready()
        _check_port(host, port)
    import uvicorn

    from zhiban.web.sending import OnePieceProtocol

    address = f"http://{host}:{port}"
    print(said(Text(f"服务地址：{address}", f"Serving on {address}")), flush=True)
    try:
        uvicorn.run(
            "zhiban.web.process:service",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_level="warning",
            access_log=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.proxies,
            server_header=False,
            timeout_graceful_shutdown=10,
            http=OnePieceProtocol,
            ws="none",
        )
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def work() -> None:
    """Run the timers alone: sweeps, handovers, notices, roster jobs."""
    from zhiban.web.jobs import Timers
    from zhiban.web.metrics import Metrics
    from zhiban.web.wiring import wired

    with one_line():
        settings = _ready()
        wiring = wired(settings)
        wiring.start()
        timers = Timers(wiring, Metrics())
        timers.start()
    with _told_to_end() as told:
        text = Text("定时任务已启动，按 Ctrl-C 结束。", "The timers run; Ctrl-C ends them.")
        print(said(text), flush=True)
        told.recv(1)
        timers.stop()
        wiring.stop()


@contextmanager
def _told_to_end() -> Iterator[socket.socket]:
    """A socket that has a byte to read once the process is told to end.

    The interpreter writes the byte as the signal arrives. A handler that set a threading event
    could come while the same thread holds that event's lock, and wait for itself for ever.
    """
    told, teller = socket.socketpair()
    teller.setblocking(False)
    with told, teller:
        before = signal.set_wakeup_fd(teller.fileno())
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, lambda *_: None)
        try:
            yield told
        finally:
            signal.set_wakeup_fd(before)


def _ready() -> Settings:
    """The settings, with their database up to date, their keys usable, their clock allowed."""
    from zhiban.web.cli.base import existing_database, settings_now, upgraded
    from zhiban.web.clock import SystemClock
    from zhiban.web.demonstration import refuse_unless_demo
    from zhiban.web.keys import check_keys, keyring_for

    settings = settings_now()
    keyring = keyring_for(settings)
    upgraded(settings)
    with existing_database(settings) as engine:
        check_keys(engine, keyring)
    if settings.clock is not None:
        refuse_unless_demo(settings)
        os.environ.setdefault("ZHIBAN_CLOCK_SINCE", SystemClock().now().isoformat())
        settings = settings_now()
    return settings


def _check_port(host: str, port: int) -> None:
    """Ends with one line when the address is taken or not ours, before anything starts."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind, number) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        fail(
            f"无法在 {host}:{port} 上监听（{error.strerror}）；请换一个 --port",
            f"cannot listen on {host}:{port} ({error.strerror}); choose another --port",
        )
