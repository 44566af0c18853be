"""What codes are called on the pages, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from zhiban.data.wording import Text

NAMES: Mapping[str, Mapping[str, Text]] = {
    "state": {
        "waiting": Text("等候律师", "Waiting for a lawyer"),
        "assigned": Text("已分配，等律师接收", "Given to a lawyer"),
        "accepted": Text("律师正在解答", "The lawyer is working on it"),
        "asking_back": Text("等您补充", "Waiting for you"),
        "deferred": Text("约定了答复日期", "A date was agreed"),
        "answered": Text("已答复", "Answered"),
        "closed": Text("已办结", "Closed"),
        "withdrawn": Text("已撤回", "Withdrawn"),
    },
    "desk_state": {
        "waiting": Text("等候分配", "Waiting"),
        "assigned": Text("待接收", "To accept"),
        "accepted": Text("待答复", "To answer"),
        "asking_back": Text("等对方补充", "Waiting for the citizen"),
        "deferred": Text("约期答复", "Date agreed"),
        "answered": Text("已答复", "Answered"),
        "closed": Text("已办结", "Closed"),
        "withdrawn": Text("对方已撤回", "Withdrawn"),
    },
    "event": {
        "asked": Text("提交了问题", "Question sent"),
        "assigned": Text("分配给值班律师", "Given to the lawyer on duty"),
        "waiting": Text("排队等候下一班律师", "Waiting for the next lawyer on duty"),
        "accepted": Text("律师已接收", "Accepted by the lawyer"),
        "returned": Text("值班结束，重新分配", "The shift ended; being given on"),
        "handed_over": Text("交接给下一班律师", "Handed over to the next shift"),
        "transferred": Text("转给另一位律师", "Passed to another lawyer"),
        "declined": Text("换一位律师解答", "Another lawyer will answer"),
        "recused": Text("换一位律师解答", "Another lawyer will answer"),
        "left": Text("值班结束，这位律师继续解答", "The shift ended; the same lawyer goes on"),
        "kept": Text("同一位律师再次值班，继续解答", "The same lawyer is on duty again"),
        "asked_back": Text("请您补充", "The lawyer asked for more"),
        "answered": Text("答复", "Answer"),
        "message": Text("补充", "Message"),
        "deferred": Text("约定了答复日期", "A date for the answer was agreed"),
        "resumed": Text("继续解答", "Taken up again"),
        "referred": Text("转介到其他机构", "Referred to another body"),
        "noted": Text("工作人员备注", "Note by staff"),
        "merged": Text("与另一件合并", "Joined with another question"),
        "erased": Text("内容已删除", "The content was erased"),
        "closed": Text("办结", "Closed"),
        "reopened": Text("重新打开", "Reopened"),
        "withdrawn": Text("撤回了问题", "Withdrawn"),
        "rated": Text("作出评价", "Rated"),
        "warned": Text("时限将到，已提醒律师", "Due soon; the lawyer was reminded"),
        "breached": Text("超过时限，已告知负责人", "Past due; the supervisor was told"),
        "attached": Text("添加了附件", "Added an attachment"),
        "conflict": Text("换一位律师解答", "Another lawyer will answer"),
        "recovered": Text("重新领取查询密码", "A new secret was given"),
        "recorded": Text("当面或电话解答", "Answered in person or by telephone"),
        "aid_applied": Text("申请法律援助", "Legal aid applied for"),
        "aid_decided": Text("法律援助审查有了结果", "The legal aid application was decided"),
        "draft_asked": Text("请求代写文书", "Asked for a document to be drafted"),
        "draft_taken": Text("律师开始代写文书", "A lawyer is drafting the document"),
        "draft_ended": Text("代写文书办结", "The drafting has ended"),
    },
    "aid_status": {
        "submitted": Text("待审查", "To be decided"),
        "accepted": Text("已受理", "Accepted"),
        "refused": Text("不予援助", "Refused"),
        "withdrawn": Text("已撤回", "Withdrawn"),
    },
    "draft_status": {
        "requested": Text("待接手", "To be taken"),
        "taken": Text("正在代写", "Being drafted"),
        "delivered": Text("已交付", "Delivered"),
        "declined": Text("没有代写", "Not drafted"),
    },
    "clock": {
        "accept": Text("接收", "Accept"),
        "first_answer": Text("首次答复", "First answer"),
        "next_answer": Text("再次答复", "Next answer"),
        "close": Text("办结", "Close"),
    },
    "level": {
        "city": Text("市", "City"),
        "county": Text("县", "County"),
        "town": Text("镇", "Town"),
        "village": Text("村", "Village"),
    },
    "kind": {
        "seat": Text("线上坐席", "Online seat"),
        "station": Text("现场站点", "Walk-in station"),
    },
    "role": {
        "primary": Text("值班", "On duty"),
        "standby": Text("备班", "Standby"),
    },
    "green": {
        "minor": Text("未成年人", "A minor"),
        "elder": Text("老年人", "An older person"),
        "disabled": Text("残疾人", "A person with a disability"),
        "migrant_wage": Text("农民工讨薪", "A migrant worker owed wages"),
        "domestic_violence": Text("家庭暴力", "Violence at home"),
        "military": Text("军人军属", "A soldier or a soldier's family"),
    },
    "rating": {
        "1": Text("没帮上忙", "No help"),
        "2": Text("不太满意", "Not much"),
        "3": Text("一般", "Fair"),
        "4": Text("满意", "Good"),
        "5": Text("很满意", "Very good"),
    },
    "solve": {
        "optimal": Text("已证明最优", "Proved optimal"),
        "feasible": Text("可行，尚未证明最优", "Feasible, not yet proved optimal"),
    },
    "job": {
        "queued": Text("排队中", "Queued"),
        "running": Text("正在计算", "Running"),
        "stopping": Text("正在停止", "Stopping"),
        "done": Text("已完成", "Done"),
        "stopped": Text("已停止，保留了目前最好的一版", "Stopped; the best so far was kept"),
        "failed": Text("没有完成", "Failed"),
    },
    "stage": {
        "empty": Text("从空表开始", "From an empty roster"),
        "first": Text("第一版", "First roster"),
        "bound": Text("提高下界", "Raising the bound"),
        "dive": Text("改进", "Improving"),
        "exact": Text("精确求解", "Exact search"),
        "proof": Text("证明", "Proof"),
        "mend": Text("按最少改动重排", "Mending with the fewest changes"),
        "lost": Text("一个求解进程中断，改为整体求解", "A process was lost; going on as one"),
    },
    "language": {
        "zh": Text("普通话", "Mandarin"),
        "wuu": Text("嘉兴话", "Jiaxing dialect"),
        "yue": Text("粤语", "Cantonese"),
        "en": Text("英语", "English"),
        "ja": Text("日语", "Japanese"),
        "ko": Text("韩语", "Korean"),
        "sign": Text("手语", "Sign language"),
    },
    "account": {
        "lawyer": Text("律师", "Lawyer"),
        "scheduler": Text("排班员", "Scheduler"),
        "supervisor": Text("负责人", "Supervisor"),
        "administrator": Text("管理员", "Administrator"),
    },
}


def name(table: str, code: object, lang: Literal["zh", "en"]) -> str:
    """What a code is called; a code without a name is shown as it is."""
    text = NAMES[table].get(str(code))
    return str(code) if text is None else text.in_(lang)
