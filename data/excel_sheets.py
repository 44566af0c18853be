"""The sheets of a register workbook and their columns; pure.

The same columns are the fields of the register's screens, so that a cell and a field never differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from zhiban.data import excel_cells as cells
from zhiban.data import excel_columns as columns
from zhiban.data import excel_times as times
from zhiban.data.excel_choices import LICENCES
from zhiban.data.excel_columns import Column
from zhiban.data.excel_named import DIVISION, FIRM, LAWYER, NEW, SKILLS, id_column
from zhiban.data.excel_posts import POSTS
from zhiban.data.wording import Text

Kind = Literal["firm", "lawyer", "post", "leave"]

FIRMS = (
    id_column(NEW, "F001"),
    columns.text(
        "name",
        Text("名称", "name"),
        Text("律所全称", "full name"),
        "浙江示例律师事务所",
        needed=True,
        read=cells.name(80),
    ),
    DIVISION,
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
    id_column(NEW, "L0001"),
    columns.text(
        "name",
        Text("姓名", "name"),
        Text("真实姓名", "the full name"),
        "张三",
        needed=True,
        read=cells.name(40),
    ),
    FIRM,
    DIVISION,
    columns.by(
        "licensed_on",
        Text("执业日期", "licensed on"),
        Text("首次执业的日期，如 2015-03-01", "when first licensed, as 2015-03-01"),
        times.day,
        needed=True,
        example="2015-03-01",
    ),
    SKILLS,
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
LEAVE = (
    LAWYER,
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
