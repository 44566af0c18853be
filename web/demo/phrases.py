"""Templates of answers for the demonstration: what a bureau's lawyers write again and again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from zhiban.data.database import writing
from zhiban.queue.phrases import bureau_phrases, save_phrase

_UNPAID = """一、向劳动监察大队投诉，带上考勤、聊天记录和工友的证言。
二、投诉不成，在一年内申请劳动仲裁，不收费。
三、有欠条的，可以直接向法院申请支付令。"""
_MORE = """为了答复得准确，请补充：
一、事情发生的时间和地点；
二、手头有哪些书面材料；
三、对方现在的态度。
材料可以直接拍照发来，证件号码请先遮住。"""
_AID = """您的情况可能符合法律援助的条件。
请带身份证和经济困难的说明，到户籍地或事发地的法律援助中心申请，七日内有结果。
农民工讨薪不用证明经济困难。"""
_END = "以上供您参考。还有不清楚的，在这里接着问就行。"
_BUREAU = (
    ("欠薪的三条路", _UNPAID),
    ("请先补充材料", _MORE),
    ("法律援助怎么申请", _AID),
    ("结束语", _END),
)


def seed_phrases(engine: Engine, now: datetime) -> None:
    """Writes the bureau's templates, where there are none yet."""
    with writing(engine) as connection:
        if not bureau_phrases(connection):
            for title, body in _BUREAU:
                save_phrase(connection, None, title, body, "scheduler", now)
