"""A guardian's consent, which a question of somebody under 14 needs; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zhiban.data.wording import Faults, Text

NAME_LIMIT = 40

RELATIONS: dict[str, Text] = {
    "father": Text("父亲", "father"),
    "mother": Text("母亲", "mother"),
    "grandparent": Text("祖父母或外祖父母", "grandparent"),
    "relative": Text("兄姐或其他亲属", "brother, sister or other relative"),
    "other": Text("其他监护人", "other guardian"),
}
"""What a guardian may be to the child, by code."""


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who consents for a child; `relation` is a code of RELATIONS."""

    name: str
    relation: str
    consent: bool

    def told(self) -> dict[str, object]:
        """What is kept of it with the question, under the question's key."""
        return {"name": self.name, "relation": self.relation, "consent": self.consent}


def checked_guardian(faults: Faults, guardian: Guardian | None) -> Guardian:
    """The guardian with the name trimmed; notes what is missing under `guardian_...`."""
    given = guardian or Guardian("", "", consent=False)
    name = " ".join(given.name.split())
    faults.unless(
        bool(name), "guardian_name", "请填写监护人的姓名", "please write the guardian's name"
    )
    faults.unless(
        len(name) <= NAME_LIMIT and name.isprintable(),
        "guardian_name",
        f"监护人的姓名最多{NAME_LIMIT}个字，不含特殊符号",
        f"the guardian's name has {NAME_LIMIT} printable characters at most",
    )
    faults.unless(
        given.relation in RELATIONS,
        "guardian_relation",
        "请选择监护人与孩子的关系：" + "、".join(one.zh for one in RELATIONS.values()),
        "please choose what the guardian is to the child: "
        + ", ".join(one.en for one in RELATIONS.values()),
    )
    faults.unless(
        given.consent is True,
        "guardian_consent",
        "不满14周岁的，须由监护人同意",
        "for somebody under 14 a guardian has to agree",
    )
    return replace(given, name=name)
