"""The section `citizen` of `scripts/bench pages`: a citizen's first pages over loopback."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path

import uvicorn
from bench_reports import CLOCK, prepared
from load_program import percentile
from made_library import filled
from sqlalchemy import Engine, select

from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine, writing
from zhiban.data.records import DivisionRecord, table
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.web.main import create_app
from zhiban.web.settings import Settings

LIMIT_KB = 60.0
ROUNDS, TODAY = 60, 400
PAGES = (
    "/",
    "/ask",
    "/ask/story",
    "/find",
    "/learn",
    "/learn?q=工资+合同",
    "/learn?category=labour",
    "/learn/1",
    "/learn/law",
    "/learn/law?q=民法典1079",
    "/places",
    "/places?area=330402",
    "/places?need=notary",
    "/book",
    "/book?what=station&area=330402",
    "/join",
    "/join?as=lawyer",
    "/about",
)
STORIES = (
    "老板拖欠我三个月工资，没有签劳动合同，怎么要回来？",
    "租的房子到期了，房东不退押金。",
    "被汽车追尾，保险公司不肯赔误工费。",
    "离婚以后孩子的抚养费一直不给。",
)
_PARTS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def measured(folder: Path, size: int, limit: float) -> bool:
    """Prints a line for each page; whether all kept to the limits."""
    began = time.perf_counter()
    settings = prepared(folder / "citizen.sqlite3", size)
    settings = settings.model_copy(update={"ticket_limit": "100000/minute"})
    engine = make_engine(settings.database_url)
    filled(engine, size)
    ticket, secret = _asked(engine, settings)
    engine.dispose()
    took = time.perf_counter() - began
    print(f"citizen     {size:,} questions, {TODAY} of them today, and entries in {took:.0f} s")
    good = True
    with _served(settings) as port:
        cookie = _opened(port, ticket, secret)
        for path in PAGES:
            good &= _page(port, path, "", limit)
        for part in ("", "/live?seen=1", "/receipt", "/data", "/rating", "/withdraw", "/erase"):
            good &= _page(port, f"/t/{ticket}{part}", cookie, limit)
        for path in ("/", "/ask"):
            weight = _weight(port, path)
            limited = f" (limit {LIMIT_KB:.0f})" if path == "/" else ""
            print(f"citizen     {path:40s}{weight:.0f} kB in all{limited}")
            good &= path != "/" or weight <= LIMIT_KB  # the limit is the first page's
    return good


def _asked(engine: Engine, settings: Settings) -> tuple[str, str]:
    """Asks today's questions over all divisions; the last one's ticket and secret."""
    keyring = Keyring([settings.keys])
    now = datetime.fromisoformat(f"{CLOCK}:00+08:00")
    asked: object = None
    with writing(engine) as connection:
        divisions = connection.execute(select(table(DivisionRecord).c.code)).scalars().all()
        for number in range(TODAY):
            story, place = STORIES[number % len(STORIES)], divisions[number % len(divisions)]
            ask = Ask(story, place, consent=True)
            asked = service.ask(connection, keyring, ask, None, now)
    if not isinstance(asked, service.Asked):
        raise SystemExit("no question was taken in")
    return asked.ticket, asked.secret


@contextmanager
def _served(settings: Settings) -> Iterator[int]:
    """The service in a thread of this process; its port."""
    config = uvicorn.Config(create_app(settings), port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise SystemExit("the service did not start")
        time.sleep(0.05)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(20)


def _fetched(port: int, path: str, cookie: str) -> tuple[int, bytes, float, Sequence[str]]:
    """Status, body, milliseconds and the cookies set, of one page fetched."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie, "Connection": "close"} if cookie else {"Connection": "close"}
    target = path.encode("utf-8").decode("latin-1")
    began = time.perf_counter()
    connection.putrequest("GET", _quoted(target))
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - began) * 1000
    cookies = [value.partition(";")[0] for value in answer.headers.get_all("set-cookie") or ()]
    connection.close()
    return answer.status, body, took, cookies


def _quoted(target: str) -> str:
    return "".join(sign if sign.isascii() else f"%{ord(sign):02X}" for sign in target)


def _opened(port: int, ticket: str, secret: str) -> str:
    """The cookies of a browser that has opened its ticket."""
    _, body, _, cookies = _fetched(port, "/find", "")
    found = re.search(rb'name="csrf_token" value="([^"]+)"', body)
    if found is None:
        raise SystemExit("the page /find holds no form")
    cookie = "; ".join(cookies)
    form = f"code={ticket}&secret={secret}&csrf_token={found[1].decode()}"
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    kind = "application/x-www-form-urlencoded"
    connection.request("POST", "/find", form, {"Cookie": cookie, "Content-Type": kind})
    answer = connection.getresponse()
    answer.read()
    own = [value.partition(";")[0] for value in answer.headers.get_all("set-cookie") or ()]
    connection.close()
    return "; ".join([*cookies, *own])


def _page(port: int, path: str, cookie: str, limit: float) -> bool:
    """Fetches a page again and again and prints how long that took."""
    times = []
    for _ in range(ROUNDS):
        status, _, took, _ = _fetched(port, path, cookie)
        if status != 200:
            print(f"citizen     {path:40s}answers {status}")
            return False
        times.append(took)
    p95 = percentile(times[1:], 0.95)  # the first compiles the template
    name = re.sub("^/t/[^/]+", "a ticket", path)
    print(
        f"citizen     {name:40s}p50 {percentile(times[1:], 0.5):6.1f} ms  p95 {p95:6.1f} ms "
        f"(limit {limit:.0f})",
        flush=True,
    )
    return p95 <= limit


def _weight(port: int, path: str) -> float:
    """Kilobytes of a page and of all that it names, as they go over the wire uncompressed."""
    _, body, _, _ = _fetched(port, path, "")
    parts = set(_PARTS.findall(body.decode()))
    return (len(body) + sum(len(_fetched(port, part, "")[1]) for part in parts)) / 1000
