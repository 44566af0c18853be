"""The lawyer's queue and question on a phone and on a desk: every act, drafts, notices."""

from __future__ import annotations

import re
import struct
import zlib

from camera import Camera
from playwright.sync_api import FilePayload, Page

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.jiaxing import jiaxing_register
from zhiban.data.week import Week

WIDTHS = {360: 740, 1280: 900}
STORY = (
    "我在一家餐馆打工，从八月起老板就没有发工资，三个月大概一万八。没有签合同，"
    "只有微信聊天记录和考勤的照片。老板说生意不好，让我再等等。我怎样才能把工资要回来？"
)
ANSWER = (
    "您好。没有签书面合同不影响您要工资。\n一、先向当地劳动监察大队投诉，带上聊天记录、考勤照片和"
    "工友的证言，一般六十日内处理。\n二、投诉不成，可以在离职后一年内申请劳动仲裁，不收费。"
)


def tour(camera: Camera) -> None:
    """One question from the queue to its answer, with what else may be done with it."""
    code, name = _asked(camera)
    people = jiaxing_register(published_calendar(), Week(2026, 48)).lawyers.values()
    login = next(one.id.lower() for one in people if one.name == name)
    page = camera.desk(login)
    camera.take(page, "queue", "/lawyer", WIDTHS)
    camera.take(page, "queue-empty", "/lawyer?show=deferred", WIDTHS)
    camera.take(page, "queue-search", "/lawyer?q=工资", WIDTHS)
    _question(camera, page, code)
    _around(camera, page)


def _asked(camera: Camera) -> tuple[str, str]:
    """Asks one question; its code and the name of the lawyer who was given it."""
    page = camera.desk()
    page.goto(f"{camera.base}/ask")
    page.fill("#text", STORY)
    page.select_option("#division", "330402")
    page.select_option("#category", "labour")
    page.click("#more > summary")
    page.fill("#contact", "10005731234")
    photo = FilePayload(name="考勤.png", mimeType="image/png", buffer=_picture())
    page.set_input_files("#file", [photo])
    page.check("#consent")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/ask/review")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/receipt")
    code = page.url.split("/")[-2]
    page.goto(f"{camera.base}/t/{code}")
    said = page.locator(".lede .who").inner_text()
    name = re.sub(r"律师$|^Lawyer ", "", said.splitlines()[0].strip()).strip()
    return code, name


def _picture(width: int = 320, height: int = 200) -> bytes:
    """A picture of a sheet with lines of writing, as a PNG."""

    def shade(x: int, y: int) -> int:
        line, within = divmod(y - 24, 24)
        written = 0 <= line < 6 and within < 8 and 24 <= x < 296 - 40 * (line % 3)
        return 90 if written else 236

    rows = b"".join(bytes([0, *(shade(x, y) for x in range(width))]) for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _laid_out(page: Page) -> None:
    """Lets the box at the bottom stand at its place: a picture of the whole page has no bottom."""
    page.evaluate("document.querySelector('.dock').style.position = 'static'")


def _question(camera: Camera, page: Page, code: str) -> None:
    at = f"{camera.base}/lawyer/q/{code}"
    camera.take(page, "question-accept", f"/lawyer/q/{code}", WIDTHS)
    page.click("form[action$='/accept'] button")
    page.fill("#text", ANSWER)
    page.locator("[data-saved]:not(:empty)").wait_for()
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        camera.take(page, "question-answer", widths={width: height})
    page.click(".tool summary >> nth=0")
    _laid_out(page)
    camera.take(page, "question-templates", widths={360: 740})
    page.goto(at)
    for fold in page.locator(".more details").all():
        fold.evaluate("fold => { fold.open = true }")
    _laid_out(page)
    camera.take(page, "question-more", widths=WIDTHS)
    page.goto(at)
    page.fill("#text", "请打我电话13805731234")
    page.click("button[value=answer]")
    page.wait_for_selector("#numbers")
    _laid_out(page)
    camera.take(page, "question-numbers", widths={360: 740})
    page.goto(at)
    page.fill("#text", ANSWER)
    page.click("button[value=answer]")
    page.wait_for_url("**?done=answer")
    _laid_out(page)
    camera.take(page, "question-answered", widths=WIDTHS)
    page.click("#do-drafting summary")
    page.select_option("#drafting-document", "complaint")
    page.fill("#drafting-wanted", "起诉餐馆，要求支付三个月工资一万八千元。")
    page.click("#do-drafting button")
    page.wait_for_url("**?done=drafting")
    page.goto(f"{camera.base}/lawyer/drafts")
    page.click("form[action$='/take'] button")
    camera.take(page, "drafts", widths=WIDTHS)


def _around(camera: Camera, page: Page) -> None:
    camera.take(page, "templates", "/lawyer/templates", WIDTHS)
    page.goto(f"{camera.base}/inbox/notices")
    page.fill("#address", "https://open.feishu.cn/open-apis/bot/v2/hook/0f1e2d3c-4b5a-6978-8796")
    page.click("form[action$='/channels'] button")
    camera.take(page, "notices", widths=WIDTHS)
    page.fill("#address", "json://127.0.0.1")
    page.click("form[action$='/channels'] button")
    camera.take(page, "notices-errors", widths={360: 740})
