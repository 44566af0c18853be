"""What a lawyer may do with a question, as one table: the step, its form, what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.timespan import parse_time
from zhiban.data.wording import Refused
from zhiban.queue import aid, drafting, service
from zhiban.queue.aid_form import AidForm
from zhiban.queue.enclosing import say
from zhiban.queue.event import Kind
from zhiban.queue.outcomes import Moved, NotPossible, NotYours, PaperMade, Stale
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.uploads import Sent

Outcome = Moved | Stale | NotYours | NotPossible | PaperMade
Run = Callable[[Connection, Keyring, service.Move, Sent], Outcome]
Plain = Callable[[Connection, Keyring, service.Move], Moved | Stale | NotYours]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do.

    `can` is its name among what a question's page allows, `text` the field that is written in,
    `more` the other fields. By `told` a second tap is known by its text as well as by its kind;
    what `leaves` is no longer the lawyer's.
    """

    kind: Kind
    can: str
    run: Run
    text: str = ""
    more: tuple[str, ...] = ()
    told: bool = False
    leaves: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field of its form."""
        return (self.text, *self.more) if self.text else self.more


def _plain(step: Plain) -> Run:
    return lambda connection, keyring, move, given: step(connection, keyring, move)


def _said(step: Plain) -> Run:
    return lambda connection, keyring, move, given: say(
        connection, keyring, move, step, given.papers
    )


def _defer(connection: Connection, keyring: Keyring, move: service.Move, given: Sent) -> Outcome:
    return service.defer(connection, keyring, move, until=_until(given))


def _until(given: Sent) -> datetime:
    """The agreed moment, on the bureau's wall clock; raises Refused naming `until`."""
    day, hour = given.form.text("until"), given.form.text("hour") or "17:00"
    if not day:
        raise Refused.one("until", "请选择约定的日期", "choose the day agreed on")
    return parse_time(f"{day}T{hour}", "until")


def _transfer(connection: Connection, keyring: Keyring, move: service.Move, given: Sent) -> Outcome:
    to = given.form.text("to")
    if not to:
        raise Refused.one("to", "请选择转给哪位律师", "choose the lawyer to pass it to")
    return service.transfer(connection, keyring, move, to=to)


def _refer(connection: Connection, keyring: Keyring, move: service.Move, given: Sent) -> Outcome:
    to = given.form.text("to")
    if not to:
        raise Refused.one("to", "请选择转介到哪里", "choose the body to refer to")
    return service.refer(connection, keyring, move, to=to)


def _aid(connection: Connection, keyring: Keyring, move: service.Move, given: Sent) -> Outcome:
    form = given.form
    asked = AidForm(
        applicant=form.raw("applicant"),
        contact=form.raw("contact"),
        matter=form.raw("matter"),
        grounds=form.raw("grounds"),
        agreed=form.text("agreed") == "1",
        means=form.raw("means"),
        exempt=form.some("exempt"),
    )
    return aid.apply_for_aid(connection, keyring, move, asked)


def _drafting(connection: Connection, keyring: Keyring, move: service.Move, given: Sent) -> Outcome:
    document = given.form.text("document")
    if not document:
        raise Refused.one("document", "请选择文书种类", "choose the kind of document")
    return drafting.note_draft(connection, keyring, move, document)


def _attach(connection: Connection, keyring: Keyring, move: service.Move, given: Sent) -> Outcome:
    if not given.papers:
        raise Refused.one("file", "请先选择文件", "choose a file first")
    done: Moved | Stale | NotYours = NotYours()
    for paper in given.papers:
        done = service.attach_as_lawyer(connection, keyring, move, paper)
        if not isinstance(done, Moved):
            break
    return done


_AID = ("applicant", "contact", "matter", "exempt", "means", "agreed")
ACTS: Mapping[str, Act] = {
    "accept": Act(Kind.ACCEPTED, "accept", _plain(service.accept)),
    "answer": Act(Kind.ANSWERED, "answer", _said(service.answer), "text", told=True),
    "ask-back": Act(Kind.ASKED_BACK, "ask_back", _said(service.ask_back), "text", told=True),
    "attach": Act(Kind.ATTACHED, "attach", _attach, more=("file",)),
    "defer": Act(Kind.DEFERRED, "defer", _defer, "reason", ("until", "hour"), told=True),
    "refer": Act(Kind.REFERRED, "refer", _refer, "reason", ("to",), told=True),
    "aid": Act(Kind.AID_APPLIED, "aid", _aid, "grounds", _AID),
    "drafting": Act(Kind.DRAFT_ASKED, "draft", _drafting, "wanted", ("document",)),
    "note": Act(Kind.NOTED, "note", _plain(service.note), "note", told=True),
    "transfer": Act(Kind.TRANSFERRED, "transfer", _transfer, "reason", ("to",), leaves=True),
    "decline": Act(Kind.DECLINED, "decline", _plain(service.decline), "reason", leaves=True),
    "recuse": Act(Kind.RECUSED, "recuse", _plain(service.recuse), "reason", leaves=True),
    "close": Act(Kind.CLOSED, "close", _plain(service.close), "closing"),
    "reopen": Act(Kind.REOPENED, "reopen", _plain(service.reopen_own), "reason"),
}
"""By the last part of its address."""


def said(done: str, lang: Lang) -> str:
    """What is said after it was done, on the page where one is then; nothing of what is unknown."""
    return {
        "accept": translate(lang, "已接收。市民会看到由您解答。"),
        "answer": translate(lang, "答复已发出，市民可以继续追问。"),
        "ask-back": translate(lang, "已请对方补充，等待期间不计时。"),
        "attach": translate(lang, "文件已发给对方。"),
        "defer": translate(lang, "已约期，到约定的时间前不计时。"),
        "refer": translate(lang, "已转介，市民会看到。这件仍由您解答。"),
        "aid": translate(lang, "法律援助申请已交给司法局审查，结果会通知您。"),
        "drafting": translate(lang, "代书已登记，请在代书页接手。"),
        "note": translate(lang, "备注已记下，市民看不到。"),
        "transfer": translate(lang, "已转给那位律师，连同全部经过。"),
        "decline": translate(lang, "已退回，系统另选了在班律师或排队等候。"),
        "recuse": translate(lang, "已回避。您和本所律师不再能看到这件咨询。"),
        "close": translate(lang, "已办结。"),
        "propose": translate(lang, "已推荐，审核后公开；不会出现个人信息。"),
        "reopen": translate(lang, "已重新打开，再次答复的时限开始计。"),
    }.get(done, "")
