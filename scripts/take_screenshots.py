"""Plays one morning of the demonstration in a browser and takes a picture of every page."""

from __future__ import annotations

import argparse
import importlib
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from camera import Camera
from playwright.sync_api import Page, sync_playwright
from small_pictures import Press

CHROMIUM = os.environ.get("ZHIBAN_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Each file of scripts/tours holds `tour(camera)`, the pictures of one part of the service.
TOURS = sorted(file.stem for file in (Path(__file__).parent / "tours").glob("[a-z]*.py"))
CLOCK = "2026-11-24T10:20"
WEEK, LATER, EMPTY = "2026-W48", "2026-W50", "2027-W05"
STORY = (
    "我在一家餐馆打工，从八月起老板就没有发工资，三个月大概一万八。没有签合同，"
    "只有微信聊天记录和考勤的照片。老板说生意不好，让我再等等。我怎样才能把工资要回来？"
)
ANSWER = (
    "您好。没有签书面合同不影响您要工资。\n一、先向当地劳动监察大队投诉，带上聊天记录、考勤照片和"
    "工友的证言，一般六十日内处理。\n二、投诉不成，可以在离职后一年内申请劳动仲裁，不收费。\n"
    "三、用人单位没有签合同的，从第二个月起还可以要求每月二倍工资。"
)


def citizen(camera: Camera) -> tuple[Page, str]:
    """The citizen's pages up to the question being asked; the browser and the ticket's code."""
    page = camera.desk()
    for name, path in (("home", "/"), ("find", "/find"), ("about", "/about"), ("login", "/login")):
        camera.take(page, name, path)
    camera.take(page, "error-404", "/nothing-here")
    camera.take(page, "ask", "/ask")
    page.fill("#text", STORY)
    page.click("#more > summary")
    page.check("[name=green][value=migrant_wage]")
    page.fill("#contact", "13805731234")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_selector("#errors")
    camera.take(page, "ask-errors")
    page.select_option("#division", "330402")
    page.select_option("#category", "labour")
    page.check("#consent")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/review")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/receipt")
    camera.take(page, "receipt")
    code = page.url.split("/")[-2]
    camera.take(page, "ticket-given", f"/t/{code}")
    return page, code


def lawyer(camera: Camera, login: str, code: str) -> None:
    """The lawyer's pages, with the question accepted and answered."""
    page = camera.desk(login)
    camera.take(page, "lawyer-day", "/lawyer")
    camera.take(page, "lawyer-week", "/lawyer/week")
    camera.take(page, "question-accept", f"/lawyer/q/{code}")
    page.click("form[action$='/accept'] button")
    page.fill("#text", ANSWER)
    camera.take(page, "question-answer")
    page.click("button[value=answer]")
    page.wait_for_url("**?done=answer")
    camera.take(page, "question-answered")
    for _ in range(60):  # notices are sent by a timer
        page.goto(f"{camera.base}/inbox")
        if page.locator(".rows").count():
            break
        page.wait_for_timeout(1000)
    camera.take(page, "inbox")


def scheduler(camera: Camera) -> None:
    """The scheduler's pages, with a later week generated while the camera looks on."""
    page = camera.desk("scheduler")
    camera.take(page, "clocks", "/scheduler/clocks")
    camera.take(page, "week-board", f"/scheduler/week/{WEEK}")
    camera.take(page, "week-empty", f"/scheduler/week/{EMPTY}")
    page.goto(f"{camera.base}/scheduler/week/{LATER}")
    if page.locator("form[action$='/generate']").count():
        page.click("form[action$='/generate'] button")
        page.wait_for_selector(".plot .between", timeout=120_000)
        camera.take(page, "generating")
        page.wait_for_selector("a[href*='show=draft']", timeout=180_000)
        camera.take(page, "generated")
    camera.take(page, "publish", f"/scheduler/week/{LATER}/publish")


def morning(camera: Camera, database: Path) -> None:
    """One question from being asked to being answered, and the week it falls in."""
    page, code = citizen(camera)
    lawyer(camera, holder(database, code), code)
    camera.take(page, "ticket-answered", f"/t/{code}")
    scheduler(camera)


def holder(database: Path, code: str) -> str:
    """The log-in of the lawyer who was given the question."""
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT lawyer FROM question WHERE code = ?", (code,)).fetchone()
    if not found or not found[0]:
        raise SystemExit(f"no lawyer was given {code}: is anybody on duty at {CLOCK}?")
    return str(found[0]).lower()


@contextmanager
def served(database: Path) -> Iterator[str]:
    """The demonstration with its own clock on a free port, for as long as it is needed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["zhiban", "demo", "--clock", CLOCK, "--port", str(port)]
    process = subprocess.Popen([*command, "--database", f"sqlite:///{database}"], stdout=sys.stderr)
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(base: str, process: subprocess.Popen[bytes], seconds: float = 300) -> None:
    """Until the service is ready; it makes two weeks' rosters first."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"the demonstration ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"the demonstration was not ready after {seconds:g} s")


def shrink(folder: Path) -> None:
    """Makes every picture of a folder smaller where that can be done."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        press = Press(browser)
        saved = sum(press.press(file) for file in sorted(folder.glob("*.png")))
        browser.close()
    print(f"{saved / 1e6:.1f} MB saved in {folder}")


def main() -> None:
    """Reads the arguments and takes the pictures."""
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the pages")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light", help="colours")
    parser.add_argument("--database", type=Path, help="an SQLite file to make or use again")
    parser.add_argument("--shrink", action="store_true", help="only make those there are smaller")
    parser.add_argument("--only", action="append", choices=("morning", *TOURS), help="one tour")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.shrink:
        shrink(chosen.folder)
        return
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        database = (chosen.database or Path(temporary) / "zhiban.db").resolve()
        with served(database) as base:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            camera = Camera(browser, base, chosen.folder, chosen.lang, chosen.scheme)
            for name in chosen.only or ["morning", *TOURS]:
                if name == "morning":
                    morning(camera, database)
                else:
                    importlib.import_module(f"tours.{name}").tour(camera)
            browser.close()
    print(f"{camera.taken} pictures in {chosen.folder}")


if __name__ == "__main__":
    main()
