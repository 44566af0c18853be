"""Names of the codes that a register workbook and the register's screens choose from; pure."""

from __future__ import annotations

from zhiban.data.wording import Text

LICENCES = {
    "active": Text("正常执业", "in practice"),
    "suspended": Text("停止执业", "suspended"),
    "revoked": Text("吊销或注销", "revoked"),
}
KINDS = {"seat": Text("在线坐席", "online seat"), "station": Text("现场站点", "station")}
LEVELS = {
    "city": Text("市", "city"),
    "county": Text("县区", "county"),
    "town": Text("乡镇街道", "town"),
    "village": Text("村社区", "village"),
}
