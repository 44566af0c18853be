"""The sheets of a register workbook and their columns; pure.

The same columns are the fields of the register's screens, so that a cell and a field never differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from zhiban.data import excel_cells as cells
from zhiban.data import excel_columns as columns
from zhiban.data import excel_times as times
from zhiban.data.excel_choices import KINDS, LEVELS, LICENCES
from zhiban.data.excel_columns import Column
from zhiban.data.wording import Text

Kind = Literal["firm", "lawyer", "post", "leave"]

_FIRM, _LAWYER = Text("律所", "firm"), Text("律师", "lawyer")
_DIVISION, _SKILL = Text("区划", "division"), Text("专长", "skill")


def _id(hint: Text, example: str) -> Column:
    return columns.text("id", Text("编号", "id"), hint, example)


_DIVISION_COLUMN = Column(
    "division",
    _DIVISION,
    Text("区划名称或代码", "name or code of the division"),
    lambda said, known: cells.named(known.by_name("division"), _DIVISION)(said),
    lambda value, known: known.divisions.get(value, value),
    needed=True,
    example="南湖区",
)
_SKILLS = Column(
    "skills",
    _SKILL,
    Text(
        "咨询类别，用顿号分开；“在线坐席”表示可上线",
        "categories, separated; 'online' may take a seat",
    ),
    lambda said, known: cells.several(known.skills, _SKILL)(said),
    lambda value, known: "、".join(known.skills.get(one, one) for one in sorted(value)),
    empty=frozenset(),
    example="劳动、在线坐席",
    wide=True,
)
_FIRM_COLUMN = Column(
    "firm",
    _FIRM,
    Text("律所名称或编号", "name or id of the firm"),
    lambda said, known: cells.named(known.by_name("firm"), _FIRM)(said),
    lambda value, known: known.firms[value].name if value in known.firms else value,
    needed=True,
    example="浙江示例律师事务所",
)
_LAWYER_COLUMN = Column(
    "lawyer",
    _LAWYER,
    Text("律师编号；没有重名时可写姓名", "the lawyer's id, or a name that only one has"),
    lambda said, known: cells.named(known.by_name("lawyer"), _LAWYER)(said),
    lambda value, known: value,
    needed=True,
    example="L0001",
)
_NEW = Text("留空则按名称对照，没有就新编", "left empty: found by the name, or newly given")

FIRMS = (
    _id(_NEW, "F001"),
    columns.text(
        "name",
        Text("名称", "name"),
        Text("律所全称", "full name"),
        "浙江示例律师事务所",
        needed=True,
        read=cells.name(80),
    ),
    _DIVISION_COLUMN,
    columns.truth(
        "consents",
        Text("同意排班", "consents"),
        Text("是或否", "yes or no"),
        True,
    ),
    columns.text(
        "credit_code",
        Text("统一社会信用代码", "credit code"),
        Text("18位", "18 characters"),
        empty=None,
    ),
)
LAWYERS = (
    _id(_NEW, "L0001"),
    columns.text(
        "name",
        Text("姓名", "name"),
        Text("真实姓名", "the full name"),
        "张三",
        needed=True,
        read=cells.name(40),
    ),
    _FIRM_COLUMN,
    _DIVISION_COLUMN,
    columns.by(
        "licensed_on",
        Text("执业日期", "licensed on"),
        Text("首次执业的日期，如 2015-03-01", "when first licensed, as 2015-03-01"),
        times.day,
        needed=True,
        example="2015-03-01",
    ),
    _SKILLS,
    Column(
        "languages",
        Text("语言", "languages"),
        Text("方言或外语，用顿号分开", "dialects or languages, separated"),
        lambda said, _: frozenset(one for one in said.replace("，", "、").split("、") if one),
        lambda value, _: "、".join(sorted(value)),
        empty=frozenset(),
        example="嘉兴话",
    ),
    columns.choice(
        "licence",
        Text("执业状态", "licence"),
        Text("执业证现在的状态", "its state now"),
        LICENCES,
        "active",
    ),
    columns.by(
        "sanctioned_until",
        Text("处罚至", "sanctioned until"),
        Text("到这一天为止不排班", "not on duty until then"),
        times.day,
    ),
    columns.number(
        "weight", Text("分担权重", "weight"), 1, 1000, 100, Text("100是一份", "100 is one share")
    ),
    columns.number(
        "capacity",
        Text("同时在办上限", "capacity"),
        0,
        500,
        None,
        Text("留空按统一设置", "empty: as set for all"),
    ),
    columns.number(
        "per_week",
        Text("每周最多班次", "duties a week"),
        0,
        14,
        None,
        Text("留空按统一设置", "empty: as set for all"),
    ),
    columns.by(
        "phone",
        Text("电话", "phone"),
        Text("加密保存；带星号的表示不改", "kept encrypted; with asterisks: as it is"),
        cells.phone,
    ),
)
POSTS = (
    _id(_NEW, "P001"),
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
    _DIVISION_COLUMN,
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
        Text("备勤人数", "standbys"),
        0,
        20,
        0,
    ),
    _SKILLS,
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
LEAVE = (
    _LAWYER_COLUMN,
    columns.by(
        "start",
        Text("开始", "from"),
        Text("如 2026-12-01 08:00、2026-12-01 下午", "as 2026-12-01 08:00"),
        times.moment(),
        times.moment_text,
        needed=True,
        example="2026-12-01 08:00",
    ),
    columns.by(
        "end",
        Text("结束", "to"),
        Text(
            "晚于开始；只写日期就到当天结束", "after the beginning; a day alone is over at its end"
        ),
        times.moment(end=True),
        times.moment_text,
        needed=True,
        example="2026-12-03 18:00",
    ),
    columns.text(
        "reason",
        Text("事由", "reason"),
        Text("简短写明，不写病情", "briefly, nothing about health"),
    ),
)
SHEETS: Mapping[Kind, tuple[Text, tuple[Column, ...]]] = {
    "firm": (Text("律所", "Firms"), FIRMS),
    "lawyer": (Text("律师", "Lawyers"), LAWYERS),
    "post": (Text("岗位", "Posts"), POSTS),
    "leave": (Text("请假", "Leave"), LEAVE),
}
