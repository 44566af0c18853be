"""What lawyers and supervisors are told when something happens to a question; pure.

Notices name the ticket and the moment, never the story or the people in it.
"""

from __future__ import annotations

from zhiban.data.notice import Notice
from zhiban.data.wording import Text
from zhiban.queue.policy import CLOCK_NAMES
from zhiban.queue.timers import ClockKind

SUPERVISOR = "role:supervisor"


def to_lawyer(lawyer: str) -> str:
    """The recipient that stands for a lawyer's account."""
    return f"lawyer:{lawyer}"


def assigned(lawyer: str, ticket: str, handed_over: bool = False) -> Notice:
    """A question is theirs now."""
    return _to_lawyer(lawyer, "assigned", _HANDED_OVER if handed_over else _NEW, ticket)


_NEW = Text("有一件新咨询", "A new question for you")
_HANDED_OVER = Text("有一件咨询交接给您", "A question was handed over to you")


def followed_up(lawyer: str, ticket: str) -> Notice:
    """The citizen wrote again."""
    return _to_lawyer(
        lawyer, "followed_up", Text("咨询人有新的留言", "The citizen has written again"), ticket
    )


def withdrawn(lawyer: str, ticket: str) -> Notice:
    """The citizen took a question back."""
    title = Text("咨询人撤回了一件咨询", "The citizen has withdrawn a question")
    return _to_lawyer(lawyer, "withdrawn", title, ticket)


def resumed(lawyer: str, ticket: str) -> Notice:
    """The agreed date of a deferred question has come."""
    title = Text("约定的日期已到", "The agreed date has come")
    return _to_lawyer(lawyer, "resumed", title, ticket)


def taken_away(lawyer: str, ticket: str, why: Text) -> Notice:
    """A question is no longer theirs."""
    return _to_lawyer(
        lawyer,
        "taken_away",
        Text(f"一件咨询已转出：{why.zh}", f"A question has left you: {why.en}"),
        ticket,
    )


def warned(lawyer: str | None, ticket: str, clock: ClockKind, share: float) -> Notice:
    """A clock will soon be due; told to the holder, or to the supervisor where there is none."""
    name = CLOCK_NAMES[clock]
    title = Text(f"{name.zh}将到期（已用{share:.0%}）", f"{name.en} is due soon ({share:.0%} used)")
    if lawyer is None:
        return _to_supervisor("warned", title, ticket)
    return _to_lawyer(lawyer, "warned", title, ticket)


def escalated(ticket: str, clock: ClockKind, share: float) -> Notice:
    """A clock has come to a rung at which the supervisor is told."""
    name = CLOCK_NAMES[clock]
    title = Text(
        f"请督办：{name.zh}已用{share:.0%}", f"Please look into it: {name.en}, {share:.0%} used"
    )
    return _to_supervisor("escalated", title, ticket)


def breached(ticket: str, clock: ClockKind, cause: str) -> Notice:
    """A clock has run out."""
    name = CLOCK_NAMES[clock]
    because = (
        Text("，期间没有班次", "; no shift in between") if cause == "no_shift" else Text("", "")
    )
    title = Text(f"{name.zh}已超时{because.zh}", f"{name.en} is late{because.en}")
    return _to_supervisor("breached", title, ticket)


def nobody_free(ticket: str, why: Text) -> Notice:
    """A question waits because nobody may take it."""
    title = Text(f"有咨询无人可接：{why.zh}", f"Nobody can take a question: {why.en}")
    return _to_supervisor("nobody_free", title, ticket)


def aid_applied(ticket: str) -> Notice:
    """Somebody applied for legal aid."""
    title = Text("有一件法律援助申请待审查", "An application for legal aid waits for a decision")
    return _to_supervisor("aid_applied", title, ticket)


def aid_late(ticket: str) -> Notice:
    """An application for legal aid is past due."""
    title = Text("法律援助申请超过审查期限", "An application for legal aid is past due")
    return _to_supervisor("aid_late", title, ticket)


def aid_decided(lawyer: str, ticket: str, status: str) -> Notice:
    """An application for legal aid has come to an end."""
    name = _AID_ENDS[status]
    title = Text(f"法律援助申请{name.zh}", f"The application for legal aid was {name.en}")
    return _to_lawyer(lawyer, "aid_decided", title, ticket)


_AID_ENDS = {
    "accepted": Text("已受理", "accepted"),
    "refused": Text("不予援助", "refused"),
    "withdrawn": Text("已撤回", "withdrawn"),
}


def draft_asked(lawyer: str, ticket: str) -> Notice:
    """A citizen wants a document drafted."""
    title = Text("咨询人请求代写文书", "The citizen asks for a document to be drafted")
    return _to_lawyer(lawyer, "draft_asked", title, ticket)


def draft_late(ticket: str) -> Notice:
    """A document is past due."""
    title = Text("代写文书超过期限", "A document to be drafted is past due")
    return _to_supervisor("draft_late", title, ticket)


def draft_refused(lawyer: str, ticket: str) -> Notice:
    """The bureau has decided that a document is not drafted."""
    title = Text("司法局决定这份文书不代写", "The bureau decided that the document is not drafted")
    return _to_lawyer(lawyer, "draft_refused", title, ticket)


def _to_lawyer(lawyer: str, kind: str, title: Text, ticket: str) -> Notice:
    return Notice(to_lawyer(lawyer), kind, title, _body(ticket), f"/lawyer/q/{ticket}")


def _to_supervisor(kind: str, title: Text, ticket: str) -> Notice:
    return Notice(SUPERVISOR, kind, title, _body(ticket), "/scheduler/clocks")


def _body(ticket: str) -> Text:
    return Text(f"查询号 {ticket}", f"Ticket {ticket}")
