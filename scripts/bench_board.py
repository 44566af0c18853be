"""`scripts/bench board`: the week board with 88 and 300 posts, all days, both halves.

Measured through the whole service: the page cold and kept, the panel of a cell, an edit with the
rules it breaks, a mending job's start apart; and in Chromium what blocks the page for longer than
50 ms while it is scrolled from end to end, and the longest task by the processor's time, which
other work does not stretch as it does the clock's. Targets: page 300 ms, edit 150 ms, no task over
100 ms.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn
from playwright.sync_api import CDPSession, sync_playwright
from sqlalchemy import insert
from starlette.testclient import TestClient
from take_screenshots import ARGUMENTS, CHROMIUM

from zhiban.data.crypt import new_key
from zhiban.data.database import make_engine, upgrade, writing
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.roster import store
from zhiban.roster.example import example
from zhiban.roster.problem import RosterProblem, Shift, sound
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.solve import solve
from zhiban.web.clock import SystemClock
from zhiban.web.main import create_app
from zhiban.web.passwords import hashed
from zhiban.web.records import ACCOUNT
from zhiban.web.settings import Settings

PASSWORD = "a long password"  # noqa: S105 - of a database that lives as long as the bench
SEATS = 8
HALVES = ((clock_time(8, 30), clock_time(11, 30)), (clock_time(13, 30), clock_time(17)))
SCROLL = """async () => {
  const long = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: "longtask", buffered: false });
  const box = document.querySelector(".board-box");
  const frames = [];
  let last = performance.now();
  const tick = () => new Promise((done) => requestAnimationFrame(() => {
    const now = performance.now(); frames.push(now - last); last = now; done(); }));
  for (let at = 0; at < box.scrollHeight; at += 120) { box.scrollTop = at; await tick(); }
  for (let at = 0; at < box.scrollWidth; at += 60) { box.scrollLeft = at; await tick(); }
  for (let at = box.scrollHeight; at > 0; at -= 240) { box.scrollTop = at; await tick(); }
  await new Promise((done) => setTimeout(done, 300));
  return { long, frames };
}"""


class Took(NamedTuple):
    """Milliseconds."""

    clock: float
    processor: float


def whole_week(posts: int) -> tuple[RosterProblem, RosterFile]:
    """Every post open every half of the week, with a roster that was searched for briefly."""
    made = example(lawyers=posts * 10, stations=posts - SEATS, seats=SEATS, seed=1)
    skills = {shift.post: shift.skills for shift in made.shifts}
    shifts = []
    for post in made.posts[:posts]:
        for day in range(7):
            for number, (start, end) in enumerate(HALVES):
                at = made.start + timedelta(days=day)
                shifts.append(
                    Shift(
                        id=f"{post.id}@{day}{number}",
                        post=post.id,
                        start=datetime.combine(at, start, SHANGHAI),
                        end=datetime.combine(at, end, SHANGHAI),
                        skills=skills.get(post.id, ()),
                    )
                )
    bare = {"shifts": tuple(shifts), "locks": (), "wishes": (), "forbidden": (), "held": ()}
    problem = sound(made.model_copy(update=bare | {"posts": made.posts[:posts]}))
    return problem, solve(problem, seconds=3, workers=2)


def timed(act: Callable[[], Any]) -> Took:
    """What a call takes on the clock and of the processor."""
    started, used = time.perf_counter(), time.process_time()
    act()
    return Took((time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000)


def service(folder: Path, problem: RosterProblem, file: RosterFile) -> Settings:
    """A database with one draft and one scheduler."""
    url, now = f"sqlite:///{folder / 'bench.db'}", datetime.now(UTC)
    upgrade(url)
    engine = make_engine(url)
    with writing(engine) as connection:
        week = Week.of(problem.start)
        store.save_draft(connection, week, problem, file, job=None, by="bench", now=now)
        row = {"login": "scheduler", "name": "scheduler", "role": "scheduler", "lawyer": None}
        more = {"password_hash": hashed(PASSWORD), "disabled": False, "created_at": now}
        connection.execute(insert(ACCOUNT), [row | more])
    engine.dispose()
    return Settings(_env_file=None, database_url=url, keys=new_key(), timers=False)


def token_of(text: str) -> str:
    """The token in a page's forms."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    if found is None:
        raise SystemExit("the page has no form")
    return found[1]


def server(settings: Settings, address: str, edits: int) -> None:
    """The server's times, through the whole application."""
    pages: list[Took] = []
    for _ in range(3):
        app = create_app(settings, SystemClock())
        with TestClient(app, follow_redirects=True) as client:
            login(client)
            pages.append(timed(lambda: client.get(address)))
    app = create_app(settings, SystemClock())
    with TestClient(app, follow_redirects=True) as client:
        login(client)
        client.get(address)
        kept = [timed(lambda: client.get(address)) for _ in range(5)]
        page = client.get(address)
        packed = len(gzip.compress(page.content, 6))
        sizes = f"{len(page.content) / 1000:.0f} kB, {packed / 1000:.0f} packed"
        say("page, cold", pages, 300)
        say(f"page, kept ({sizes})", kept, 300)
        headers = {"X-Part": "1", "X-CSRF-Token": token_of(page.text)}
        revision = int((re.search(r'data-revision="(\d+)"', page.text) or [0, 0])[1])
        cells = re.findall(r'data-s="([^"]+)">\s*<span data-l="([^"]+)"', page.text)
        panels, answers = [], []
        for shift, lawyer in cells[: edits * 7 : 7]:
            panels.append(timed(lambda: client.get(f"{address}/cell?shift={shift}")))  # noqa: B023
            for act in ("remove", "assign"):
                # As the page does, which holds all the rows of its revision.
                form = {"act": act, "shift": shift, "lawyer": lawyer, "revision": str(revision)}
                path = f"{address}/edit"
                sent: list[Any] = []
                took = timed(lambda: sent.append(client.post(path, data=form, headers=headers)))  # noqa: B023
                revision = sent[0].json()["revision"]
                answers.append(took)
        say("panel of a cell", panels, None)
        say(f"edit with its violations, {len(answers)} of them", answers, 150)


def login(client: TestClient) -> None:
    """Logs the scheduler in."""
    form = {"login": "scheduler", "password": PASSWORD}
    client.post("/login", data=form | {"csrf_token": token_of(client.get("/login").text)})


def say(what: str, found: list[Took], target: float | None) -> None:
    """One line: the middle and the longest on the clock, the processor's, the target."""
    clock, used = [one.clock for one in found], [one.processor for one in found]
    aim = "" if target is None else f"   target {target:.0f}"
    print(
        f"  {what:40} median {statistics.median(clock):7.1f} ms  max {max(clock):7.1f}  "
        f"of the processor {statistics.median(used):6.1f}, {max(used):6.1f}{aim}"
    )


def browser(settings: Settings, address: str) -> None:
    """What blocks Chromium while the board is scrolled."""
    config = uvicorn.Config(create_app(settings, SystemClock()), port=0, log_level="error")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.05)
    base = f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for width in (1280, 1920):
            page = chromium.new_page(viewport={"width": width, "height": 900}, base_url=base)
            page.goto("/login")
            page.fill("#login", "scheduler")
            page.fill("#password", PASSWORD)
            page.click("main button")
            page.wait_for_url("**/scheduler/**")
            page.goto(address, wait_until="load")
            page.wait_for_timeout(1500)
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            before = busy(session)
            chromium.start_tracing(page=page, categories=["toplevel"])
            found = page.evaluate(SCROLL)
            task = longest(json.loads(chromium.stop_tracing()))
            used = (busy(session) - before) * 1000 / len(found["frames"])
            worst, frames = max(found["long"], default=0.0), found["frames"]
            print(
                f"  scrolled at {width} px: {len(frames)} frames, median "
                f"{statistics.median(frames):.1f} ms, {used:.1f} of the processor; "
                f"tasks over 50 ms: {len(found['long'])}, longest {worst:.0f} ms, "
                f"{task:.0f} of the processor   target 100"
            )
        chromium.close()
    running.should_exit = True
    thread.join(20)


def longest(trace: dict[str, Any]) -> float:
    """Milliseconds of the processor that the longest task of the page's own thread took."""
    events = trace["traceEvents"]
    own = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    tasks = (one for one in events if "tdur" in one and (one["pid"], one["tid"]) in own)
    return max((float(one["tdur"]) / 1000 for one in tasks), default=0.0)


def busy(session: CDPSession) -> float:
    """Seconds that the page's own thread has worked."""
    found = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in found if one["name"] == "TaskDuration")


def main() -> None:
    """Reads the arguments and measures."""
    parser = argparse.ArgumentParser(prog="scripts/bench board", description=__doc__)
    parser.add_argument("--posts", type=int, action="append", help="how many posts (88 and 300)")
    parser.add_argument("--edits", type=int, default=15, help="edits to be measured")
    parser.add_argument("--no-browser", action="store_true", help="the server's times alone")
    chosen = parser.parse_args()
    for posts in chosen.posts or (88, 300):
        problem, file = whole_week(posts)
        cells, people = len(problem.shifts), len(problem.lawyers)
        empty = sum(one.missing for one in file.vacancies)
        print(f"{posts} posts x 7 days x 2 = {cells} cells, {people} lawyers, {empty} vacant")
        with tempfile.TemporaryDirectory() as folder:
            settings = service(Path(folder), problem, file)
            address = f"/scheduler/week/{Week.of(problem.start)}"
            server(settings, address, chosen.edits)
            if not chosen.no_browser:
                browser(settings, address)


if __name__ == "__main__":
    main()
