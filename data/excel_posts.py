"""The columns of the sheet of posts; pure."""

from __future__ import annotations

from zhiban.data import excel_cells as cells
from zhiban.data import excel_columns as columns
from zhiban.data import excel_times as times
from zhiban.data.excel_choices import KINDS, LEVELS
from zhiban.data.excel_columns import Column
from zhiban.data.excel_named import DIVISION, NEW, SKILLS, id_column
from zhiban.data.wording import Text

POSTS = (
    id_column(NEW, "P001"),
    columns.text(
        "name",
        Text("名称", "name"),
        Text("岗位名称", "name of the post"),
        "示例镇公共法律服务站",
        needed=True,
        read=cells.name(80),
    ),
    columns.text(
        "name_en",
        Text("英文名", "English name"),
        Text("英文页面上的名称", "for English pages"),
        "Example Town Station",
        read=cells.name(80),
    ),
    columns.choice(
        "kind", Text("类别", "kind"), Text("在线坐席或现场站点", "seat or station"), KINDS
    ),
    columns.choice(
        "level", Text("层级", "level"), Text("市、县区、乡镇或村", "city to village"), LEVELS
    ),
    DIVISION,
    columns.text(
        "address", Text("地址", "address"), Text("市民找得到的地址", "where people find it")
    ),
    columns.by(
        "lat",
        Text("纬度", "latitude"),
        Text("度，如 30.75", "degrees, as 30.75"),
        cells.degrees(-90, 90),
        lambda v: f"{v:g}",
    ),
    columns.by(
        "lon",
        Text("经度", "longitude"),
        Text("度，如 120.75", "degrees, as 120.75"),
        cells.degrees(-180, 180),
        lambda v: f"{v:g}",
    ),
    columns.number(
        "minutes",
        Text("路程分钟", "minutes away"),
        0,
        1000,
        0,
        Text("从县城出发", "from the county's centre"),
    ),
    columns.number(
        "need",
        Text("每班人数", "people a shift"),
        0,
        20,
        1,
    ),
    columns.number(
        "standby",
        Text("备班人数", "standbys"),
        0,
        20,
        0,
    ),
    SKILLS,
    columns.truth(
        "makeup_days",
        Text("调休上班日开放", "opens on make-up days"),
        Text("留空：周一至周五开放的照常", "empty: as Monday to Friday posts do"),
        None,
    ),
    Column(
        "openings",
        Text("每周开放时间", "weekly hours"),
        Text(
            "周一至周五 8:30-11:30、13:30-17:00；季节写在括号里（06-01/08-31）",
            "周一至周五 8:30-11:30、13:30-17:00；a season in brackets (06-01/08-31)",
        ),
        lambda said, _: times.openings(said),
        lambda value, _: times.openings_text(value),
        empty=(),
        example="周一至周五 8:30-11:30、13:30-17:00",
        wide=True,
    ),
    Column(
        "closures",
        Text("停开", "closed"),
        Text(
            "2026-10-08/2026-10-10 装修；每段用分号隔开",
            "2026-10-08/2026-10-10 reason; separated by semicolons",
        ),
        lambda said, _: times.closures(said),
        lambda value, _: times.closures_text(value),
        empty=(),
        wide=True,
    ),
    Column(
        "extra_days",
        Text("加开", "extra days"),
        Text("2026-10-11 9:00-11:30 事由", "2026-10-11 9:00-11:30 reason"),
        lambda said, _: times.extra_days(said),
        lambda value, _: times.extra_days_text(value),
        empty=(),
        wide=True,
    ),
)
