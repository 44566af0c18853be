"""Columns that several sheets share: what a row is called by, and what it names; pure."""

from __future__ import annotations

from zhiban.data import excel_cells as cells
from zhiban.data import excel_columns as columns
from zhiban.data.excel_columns import Column
from zhiban.data.wording import Text

_FIRM, _LAWYER = Text("律所", "firm"), Text("律师", "lawyer")
_DIVISION, _SKILL = Text("区划", "division"), Text("专长", "skill")


def id_column(hint: Text, example: str) -> Column:
    """What a row is known by."""
    return columns.text("id", Text("编号", "id"), hint, example)


DIVISION = Column(
    "division",
    _DIVISION,
    Text("区划名称或代码", "name or code of the division"),
    lambda said, known: cells.named(known.by_name("division"), _DIVISION)(said),
    lambda value, known: known.divisions.get(value, value),
    needed=True,
    example="南湖区",
)
SKILLS = Column(
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
FIRM = Column(
    "firm",
    _FIRM,
    Text("律所名称或编号", "name or id of the firm"),
    lambda said, known: cells.named(known.by_name("firm"), _FIRM)(said),
    lambda value, known: known.firms[value].name if value in known.firms else value,
    needed=True,
    example="浙江示例律师事务所",
)
LAWYER = Column(
    "lawyer",
    _LAWYER,
    Text("律师编号；没有重名时可写姓名", "the lawyer's id, or a name that only one has"),
    lambda said, known: cells.named(known.by_name("lawyer"), _LAWYER)(said),
    lambda value, known: value,
    needed=True,
    example="L0001",
)
NEW = Text("留空则按名称对照，没有就新编", "left empty: found by the name, or newly given")
