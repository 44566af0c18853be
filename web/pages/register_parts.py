"""What the register's pages share: where they are, who may see them, what kinds there are."""

from __future__ import annotations

from zhiban.data.wording import Text
from zhiban.web.accounts import Role

PATH = "/scheduler/register"
DESK: tuple[Role, ...] = ("scheduler", "supervisor", "administrator")
KIND_NAMES = {
    "lawyer": Text("律师", "Lawyers"),
    "firm": Text("律所", "Firms"),
    "post": Text("岗位", "Posts"),
    "leave": Text("请假", "Leave"),
    "roster": Text("值班表", "Duty tables"),
    "rule": Text("排班规则", "Roster rules"),
    "account": Text("账号", "Accounts"),
}
ACT_NAMES = {
    "added": Text("新增", "added"),
    "changed": Text("修改", "changed"),
    "imported": Text("Excel导入", "by Excel"),
    "ended": Text("终止", "ended"),
    "revealed": Text("查看电话", "phone shown"),
}
