"""Applications to serve, by a lawyer or a firm, and what the register makes of them; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from zhiban.data.people import Firm, Lawyer
from zhiban.data.register import Register
from zhiban.data.wording import Faults, Text

JoinKind = Literal["lawyer", "firm"]
JoinState = Literal["waiting", "accepted", "refused"]
KINDS: tuple[JoinKind, ...] = get_args(JoinKind)
_LAWYER_LICENCE = re.compile(r"1\d{16}")
_FIRM_LICENCE = re.compile(r"[0-9A-Z]{18}")
_PHONE = re.compile(r"1\d{10}|0\d{9,11}")
_NUMBER = re.compile(r"(\D*)(\d+)")


@dataclass(frozen=True, slots=True)
class JoinForm:
    """What an applicant tells: `licence` is the licence's number, for a firm its credit code.

    `firm` names a firm of the register by its id, for a lawyer; `admitted` is the day of the first
    licence, `skills` are category codes.
    """

    kind: str
    name: str
    licence: str
    division: str
    phone: str
    firm: str = ""
    admitted: str = ""
    skills: tuple[str, ...] = ()
    contact: str = ""
    agreed: bool = False


def checked_join(form: JoinForm, register: Register, today: date) -> JoinForm:
    """The form trimmed, numbers as stored; raises Refused naming every field at fault."""
    faults = Faults()
    form = _trimmed(form)
    lawyer = form.kind == "lawyer"
    known = "、".join(KINDS)
    faults.unless(form.kind in KINDS, "kind", f"只能是 {known}", f"one of {', '.join(KINDS)}")
    limit = 40 if lawyer else 80
    faults.unless(
        0 < len(form.name) <= limit and form.name.isprintable(),
        "name",
        f"请填写名称，最多{limit}个字",
        f"please give a name of at most {limit} characters",
    )
    _check_licence(faults, form, lawyer)
    one = register.divisions.get(form.division)
    faults.unless(
        one is not None and one.level in ("city", "county"),
        "division",
        "请选择区县",
        "please choose a county or district",
    )
    faults.unless(
        _PHONE.fullmatch(form.phone) is not None,
        "phone",
        "请填写手机号（11位），或带区号的座机号",
        "a mobile number of 11 digits, or a landline with its area code",
    )
    if lawyer:
        _check_lawyer(faults, form, register, today)
    else:
        faults.unless(
            0 < len(form.contact) <= 40 and form.contact.isprintable(),
            "contact",
            "请填写联系人",
            "please name somebody to contact",
        )
    faults.unless(form.agreed is True, "agreed", "请先勾选同意", "please agree first")
    faults.refuse()
    return form


def _trimmed(form: JoinForm) -> JoinForm:
    return replace(
        form,
        name=" ".join(form.name.split()),
        licence="".join(form.licence.upper().split()).replace("-", ""),
        phone="".join(letter for letter in form.phone if letter.isdigit()),
        contact=" ".join(form.contact.split()),
        skills=tuple(dict.fromkeys(form.skills)),
    )


def _check_licence(faults: Faults, form: JoinForm, lawyer: bool) -> None:
    if lawyer:
        faults.unless(
            _LAWYER_LICENCE.fullmatch(form.licence) is not None,
            "licence",
            "律师执业证号是17位数字，以1开头",
            "a lawyer's licence number has 17 digits and begins with 1",
        )
        return
    faults.unless(
        _FIRM_LICENCE.fullmatch(form.licence) is not None,
        "licence",
        "统一社会信用代码是18位数字或大写字母",
        "a credit code has 18 digits or capital letters",
    )


def _check_lawyer(faults: Faults, form: JoinForm, register: Register, today: date) -> None:
    faults.unless(
        form.firm in register.firms,
        "firm",
        "请选择所在律师事务所；没有的话，请律所先申请",
        "please choose your firm; where it is missing, the firm applies first",
    )
    admitted = day_of(form.admitted)
    faults.unless(
        admitted is not None and date(1979, 1, 1) <= admitted <= today,
        "admitted",
        "请填写首次执业日期，不晚于今天",
        "the day of your first licence, today at the latest",
    )
    unknown = [code for code in form.skills if code not in register.offered]
    faults.unless(
        bool(form.skills) and not unknown,
        "skills",
        "请至少选一个擅长的领域",
        "please choose one field at least",
    )


def day_of(text: str) -> date | None:
    """A day written as 2015-07-01; None for what is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def duplicates(
    form: JoinForm, register: Register, others: Iterable[tuple[str, JoinState, str]]
) -> tuple[Text, ...]:
    """Who is known already by the same licence, or by the same name in the same firm.

    `others` are other applications: code, state and licence.
    """
    found = [
        Text(
            f"申请{code}用的是同一个证号（{_STATES[state].zh}）",
            f"application {code} names the same licence ({_STATES[state].en})",
        )
        for code, state, licence in others
        if licence == form.licence and state != "refused"
    ]
    return (*found, *(_same_firms if form.kind == "firm" else _same_lawyers)(form, register))


def _same_firms(form: JoinForm, register: Register) -> list[Text]:
    return [
        Text(f"名册里已有{firm.name}", f"{firm.name} is in the register already")
        for firm in register.firms.values()
        if firm.credit_code == form.licence or firm.name == form.name
    ]


def _same_lawyers(form: JoinForm, register: Register) -> list[Text]:
    return [
        Text(
            f"名册里同一律所已有{one.name}（{one.id}）",
            f"{one.name} of the same firm is in the register already ({one.id})",
        )
        for one in register.lawyers.values()
        if one.name == form.name and one.firm == form.firm
    ]


_STATES: dict[JoinState, Text] = {
    "waiting": Text("待办", "waiting"),
    "accepted": Text("已通过", "accepted"),
    "refused": Text("未通过", "refused"),
}


def next_id(known: Iterable[str], usual: str) -> str:
    """The next free id in the manner of those that are known: L0600 is followed by L0601."""
    best = (usual, 0, 1)
    for one in known:
        match = _NUMBER.fullmatch(one)
        if match and int(match[2]) > best[1]:
            best = (match[1], int(match[2]), len(match[2]))
    prefix, number, digits = best
    return f"{prefix}{number + 1:0{digits}d}"


def with_lawyer(register: Register, form: JoinForm) -> tuple[Register, Lawyer]:
    """The register with the applicant among its lawyers."""
    admitted = day_of(form.admitted)
    if admitted is None:
        raise ValueError(f"the form was not checked: {form.admitted!r} is no day")
    lawyer = Lawyer(
        id=next_id(register.lawyers, "L"),
        name=form.name,
        firm=form.firm,
        division=form.division,
        licensed_on=admitted,
        skills=frozenset(form.skills),
        languages=frozenset({"zh"}),
        phone=form.phone,
    )
    return replace(register, lawyers={**register.lawyers, lawyer.id: lawyer}), lawyer


def with_firm(register: Register, form: JoinForm) -> tuple[Register, Firm]:
    """The register with the applicant among its firms."""
    id = next_id(register.firms, "F")
    firm = Firm(id, form.name, form.division, consents=True, credit_code=form.licence)
    return replace(register, firms={**register.firms, id: firm}), firm
