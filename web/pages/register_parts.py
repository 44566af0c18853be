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
    "body": Text("服务机构", "Bodies"),
    "station": Text("站点链接", "Station links"),
    "roster": Text("值班表", "Duty tables"),
    "rule": Text("排班规则", "Roster rules"),
    "account": Text("账号", "Accounts"),
    "calendar": Text("工作日历", "Calendar"),
    "category": Text("咨询类别", "Categories"),
    "queue": Text("时限与溢出", "Promises"),
    "setting": Text("其他设置", "Other settings"),
}
ROLE_NAMES: dict[Role, Text] = {
    "lawyer": Text("律师", "Lawyer"),
    "scheduler": Text("排班员", "Scheduler"),
    "supervisor": Text("督办员", "Supervisor"),
    "administrator": Text("管理员", "Administrator"),
}
ACT_NAMES = {
    "added": Text("新增", "added"),
    "changed": Text("修改", "changed"),
    "imported": Text("Excel导入", "by Excel"),
    "ended": Text("终止", "ended"),
    "reinstated": Text("恢复", "put back"),
    "revealed": Text("查看电话", "phone shown"),
}
PARAM_NAMES = {
    "enabled": Text("启用", "in force"),
    "slope": Text("每多一分的价格", "price of each point more"),
    "reach": Text("最多算到几分", "points counted at most"),
    "saving": Text("价格", "price"),
    "price": Text("价格", "price"),
    "needed": Text("缺一个值班律师的价格", "price of a missing lawyer"),
    "wished": Text("缺一个想要的人的价格", "price of a missing wished-for lawyer"),
    "standby": Text("缺一个备班的价格", "price of a missing standby"),
    "days": Text("天数", "days"),
    "years": Text("年数", "years"),
    "per_week": Text("每周最多", "at most a week"),
    "members": Text("至少几位律师", "lawyers at least"),
    "posts": Text("只管这些岗位（编号；空为全部）", "only these posts (ids; empty: all)"),
    "newcomer_below": Text("执业不满几年算新人", "years below which one is a newcomer"),
    "senior_from": Text("执业满几年算资深", "years from which one is senior"),
    "cap": Text("最多次数", "at most"),
    "hours": Text("小时数", "hours"),
    "far_hours": Text("去远处站点前的小时数", "hours before a far station"),
    "far_minutes": Text("多少分钟算远", "minutes that count as far"),
}
