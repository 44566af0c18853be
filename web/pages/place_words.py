"""Places in words: what each kind gives, distances, whether it is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhiban.data.register import Register
from zhiban.queue.places_found import Found
from zhiban.queue.places_now import PlaceNow
from zhiban.web import words
from zhiban.web.i18n import Lang, translate


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the list; `kind` is what it is, `state` open, closed, unstaffed or none."""

    href: str
    name: str
    kind: str
    area: str
    address: str
    away: str
    state: str
    said: str
    lawyers: tuple[str, ...]
    id: str
    number: int | None = None


def needs(lang: Lang) -> dict[str, str]:
    """What somebody may need, by the kind of place that gives it."""
    return {
        "station": translate(lang, "当面问律师"),
        "seat": translate(lang, "在线问律师"),
        "aid": translate(lang, "申请法律援助"),
        "mediation": translate(lang, "调解纠纷"),
        "notary": translate(lang, "办公证"),
        "appraisal": translate(lang, "做司法鉴定"),
        "firm": translate(lang, "找律师事务所"),
    }


def kinds(lang: Lang) -> dict[str, str]:
    """What each kind of place is called."""
    return {
        "station": translate(lang, "服务站点"),
        "seat": translate(lang, "在线坐席"),
        "aid": translate(lang, "法律援助"),
        "mediation": translate(lang, "人民调解"),
        "notary": translate(lang, "公证"),
        "appraisal": translate(lang, "司法鉴定"),
        "firm": translate(lang, "律师事务所"),
    }


def entry(found: Found, register: Register, now: datetime, lang: Lang) -> Entry:
    """One place in words."""
    state, said = state_of(found.kind, found.now, now, lang)
    return Entry(
        href=href_of(found),
        name=found.text.in_(lang),
        kind=kinds(lang)[found.kind],
        area=register.divisions[found.division].text.in_(lang),
        address=found.address,
        away="" if found.metres is None else distance(found.metres, lang),
        state=state,
        said=said,
        lawyers=tuple(dict.fromkeys(one.lawyer_name for one in found.now.on_duty)),
        id=found.id,
    )


def href_of(found: Found) -> str:
    """The address of a place's page."""
    group = {"station": "post", "seat": "post", "firm": "firm"}.get(found.kind, "body")
    return f"/places/{group}/{found.id}"


def distance(metres: float, lang: Lang) -> str:
    """A way as the crow flies, as roughly as it is known: 约600米, about 3.2 km."""
    if metres < 950:
        hundreds = max(100, round(metres / 100) * 100)
        return translate(lang, "约%(far)s米", far=hundreds)
    far = f"{metres / 1000:.1f}" if metres < 9_950 else f"{metres / 1000:.0f}"
    return translate(lang, "约%(far)s公里", far=far)


def state_of(kind: str, place: PlaceNow, now: datetime, lang: Lang) -> tuple[str, str]:
    """Whether a place is open, as a code and in words; firms have no hours here."""
    if kind == "firm":
        return "none", ""
    if place.until is not None:
        until = words.at(place.until, now, lang)
        return "open", translate(lang, "开放中，到%(when)s", when=until)
    if place.next is None:
        return "closed", translate(lang, "近期没有开放时间")
    opens = translate(lang, "%(when)s开放", when=words.at(place.next, now, lang))
    if place.unstaffed:
        return "unstaffed", translate(lang, "现在没有律师值班，%(opens)s", opens=opens)
    return "closed", translate(lang, "现在不开放，%(opens)s", opens=opens)
