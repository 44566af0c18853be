"""The demonstration's library: reviewed questions over all categories, and some that wait."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select

from zhiban.data.database import writing
from zhiban.queue import library_desk
from zhiban.queue.library_entry import Texts
from zhiban.queue.library_records import LIBRARY_ENTRY

_FILE = Path(__file__).with_name("library.csv")
REVIEWER = "staff:supervisor"
_WAITING = (
    Texts(
        "加班费怎么算？",
        "在一家超市做收银，每天站十个小时，一周休一天。店长叫我不要声张，说手机号13800000000加他微信谈。",
        "工作日加班按工资的百分之一百五十，休息日又不补休的按百分之二百，法定节假日按百分之三百（《劳动法》第四十四条）。请保留排班表和打卡记录。",
        "labour",
    ),
    Texts(
        "邻居装的摄像头对着我家门，能要求拆吗？",
        "对门邻居在门上装了摄像头，正对我家门口，进出都被拍下来。",
        "可以先要求调整角度或拆除。拍摄他人住宅的私密活动侵害隐私权（《民法典》第一千零三十三条）。协商不成，请社区或派出所调解，再不行可以起诉。",
        "tort",
    ),
)


def seed_library(engine: Engine, now: datetime) -> int:
    """Fills an empty library; how many entries are public by it."""
    with writing(engine) as connection:
        if connection.execute(select(LIBRARY_ENTRY.c.id).limit(1)).first() is not None:
            return 0
        made = library_desk.fill(connection, entries(), REVIEWER, now)
        for texts in _WAITING:
            library_desk.propose(connection, texts, REVIEWER, now)
        return made


def entries() -> list[Texts]:
    """The reviewed entries of the file."""
    with _FILE.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    return [Texts(r["title"], r["question"], r["answer"], r["category"]) for r in rows]
