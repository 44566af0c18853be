"""The form of a question: its fields, what of them goes where, and its errors in words; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhiban.data.wording import Refused
from zhiban.queue.asking import GREEN_LANE, Ask
from zhiban.queue.guardian import RELATIONS, Guardian
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.form import Form

FIELDS = (
    "text",
    "division",
    "category",
    "other_party",
    "contact",
    "green",
    "under_14",
    "guardian_name",
    "guardian_relation",
    "guardian_consent",
    "consent",
)
ORDER = ("text", "division", "category", "file", *FIELDS[3:])
"""How errors follow one another, as the fields do on the page."""
MORE = frozenset({"other_party", "contact", "green"})
GUARDIAN = frozenset({"under_14", "guardian_name", "guardian_relation", "guardian_consent"})
_AT = {"green_lane": "green"}

Values = Mapping[str, Sequence[str]]


def values_of(form: Form) -> dict[str, tuple[str, ...]]:
    """What of a sent form is kept and shown again."""
    return {field: form.all(field) for field in FIELDS if any(form.all(field))}


def shown(values: Values) -> dict[str, object]:
    """The values as the templates want them: a text for each field, green as a tuple."""
    form: dict[str, object] = {field: (*values.get(field, ()), "")[0] for field in FIELDS}
    form["green"] = tuple(values.get("green", ()))
    for tick in ("consent", "under_14", "guardian_consent"):
        form[tick] = form[tick] == "yes"
    return form


def ask_of(values: Values) -> Ask:
    """The question that these values ask."""
    form = Form(values)
    under = form.text("under_14") == "yes"
    name, relation = form.raw("guardian_name"), form.text("guardian_relation")
    agreed = form.text("guardian_consent") == "yes"
    green = form.all("green")
    return Ask(
        text=form.raw("text"),
        division=form.text("division"),
        consent=form.text("consent") == "yes",
        category=form.some("category"),
        contact=form.some("contact"),
        other_party=form.some("other_party"),
        # Who is under 14 is a minor, whether or not both were ticked.
        green_lane=("minor", *green) if under and "minor" not in green else green,
        under_14=under,
        guardian=Guardian(name, relation, agreed) if under else None,
    )


def errors_of(refused: Refused, sent: Ask, lang: Lang) -> dict[str, str]:
    """What to mend, by the page's fields, in the page's words where it knows better ones."""
    errors = {_AT.get(error.field, error.field): error.text.in_(lang) for error in refused.errors}
    if "text" in errors and not sent.text.strip():
        errors["text"] = translate(lang, "请写下发生了什么、您想知道什么。")
    if "division" in errors and not sent.division:
        errors["division"] = translate(lang, "请选择事情发生在哪里。")
    if "consent" in errors:
        errors["consent"] = translate(lang, "请先勾选同意，律师才能看到您写的内容。")
    return in_order(errors) or {"text": refused.text.in_(lang)}


def in_order(errors: Mapping[str, str]) -> dict[str, str]:
    """The errors in the order of the fields."""
    return {field: errors[field] for field in ORDER if field in errors}


def greens(lang: Lang) -> list[tuple[str, str]]:
    """The declared groups with one line why each is asked."""
    why = {
        "minor": translate(lang, "不满18周岁"),
        "elder": translate(lang, "年满60周岁"),
        "disabled": translate(lang, "行动、听说或看写不便"),
        "migrant_wage": translate(lang, "打工的工钱没有拿到"),
        "domestic_violence": translate(lang, "有危险请先拨打110"),
        "military": translate(lang, "现役、退役军人和家属"),
    }
    return [(code, why.get(code, "")) for code in GREEN_LANE]


def relations(lang: Lang) -> list[tuple[str, str]]:
    """What a guardian may be to the child."""
    return [(code, text.in_(lang)) for code, text in RELATIONS.items()]
