"""What an application for legal aid, or a request for a document, says; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zhiban.data.wording import Faults, Text
from zhiban.queue.asking import writable

EXEMPT: dict[str, Text] = {
    "minor": Text("未成年人", "a minor"),
    "elder_alone": Text("无固定生活来源的老年人", "an older person without an income"),
    "disabled": Text("无固定生活来源的残疾人", "a person with a disability, without an income"),
    "migrant_wage": Text(
        "进城务工人员追索劳动报酬或工伤赔偿", "a migrant worker claiming pay or for an injury"
    ),
    "abuse": Text("遭受虐待、遗弃或家庭暴力", "abuse, abandonment or violence at home"),
    "bravery": Text("见义勇为", "an act of bravery"),
    "military": Text("军人军属", "service members and their families"),
    "relief": Text("社会救助、优抚对象", "somebody on social relief or special care"),
}
"""Those of whom no means are asked, by code."""

DOCUMENTS: dict[str, Text] = {
    "complaint": Text("起诉状", "a statement of claim"),
    "defence": Text("答辩状", "a statement of defence"),
    "arbitration": Text("仲裁申请书", "an application for arbitration"),
    "enforcement": Text("执行申请书", "an application for enforcement"),
    "appeal": Text("上诉状", "an appeal"),
    "agreement": Text("协议书", "an agreement"),
    "will": Text("遗嘱", "a will"),
    "other": Text("其他文书", "another document"),
}
"""What may be drafted, by code."""

_LIMITS = {"applicant": 60, "contact": 200, "matter": 200, "grounds": 5000, "means": 2000}
_WANTED_LIMIT = 5000


@dataclass(frozen=True, slots=True)
class AidForm:
    """An application for legal aid: who, how to reach them, what about, why it is deserved.

    `means` says how they live, and may be empty only for one of EXEMPT (`exempt`). `agreed` is
    that the applicant wants it sent.
    """

    applicant: str
    contact: str
    matter: str
    grounds: str
    agreed: bool
    means: str = ""
    exempt: str | None = None


def checked_form(form: AidForm) -> AidForm:
    """The form trimmed; raises Refused naming every field at fault."""
    faults = Faults()
    texts = {name: getattr(form, name).strip() for name in _LIMITS}
    for name, text in texts.items():
        needed = name != "means" or form.exempt is None
        faults.unless(bool(text) or not needed, name, "请填写", "please fill this in")
        limit = _LIMITS[name]
        faults.unless(len(text) <= limit, name, f"最多{limit}个字", f"at most {limit} characters")
        faults.unless(writable(text), name, "含有无法保存的字符", "holds what cannot be stored")
    faults.unless(
        form.exempt is None or form.exempt in EXEMPT,
        "exempt",
        f"没有这一项，可用：{'、'.join(EXEMPT)}",
        f"no such ground; known: {', '.join(EXEMPT)}",
    )
    faults.unless(
        form.agreed is True, "agreed", "须由申请人同意提交", "the applicant has to agree to it"
    )
    faults.refuse()
    return replace(form, **texts)


def checked_wish(document: str, wanted: str) -> str:
    """What the document should say, trimmed; raises Refused naming the field at fault."""
    faults, text = Faults(), wanted.strip()
    faults.unless(
        document in DOCUMENTS,
        "document",
        f"没有这种文书，可用：{'、'.join(DOCUMENTS)}",
        f"no such document; known: {', '.join(DOCUMENTS)}",
    )
    faults.unless(
        0 < len(text) <= _WANTED_LIMIT and writable(text),
        "wanted",
        f"请写明要求，最多{_WANTED_LIMIT}个字",
        f"say what it should hold, in at most {_WANTED_LIMIT} characters",
    )
    faults.refuse()
    return text
