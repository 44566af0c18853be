"""What the panel beside a week's board says: figures, vacancies with reasons, prices; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from zhiban.data.wording import Text
from zhiban.roster.explain import DEARER
from zhiban.roster.problem import RosterProblem, Shift
from zhiban.roster.rosterfile import Remedy, RosterFile, Vacancy
from zhiban.roster.rules import RULES
from zhiban.web import words
from zhiban.web.i18n import Lang, translate

TITLES: Mapping[str, Text] = {rule.code: rule.title for rule in RULES}
_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Why:
    """One vacancy: where, the sentence, who is kept from it by what, what would fill it."""

    shift: str
    place: str
    sentence: str
    blocked: str
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What one rule adds to the cost."""

    title: str
    cost: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole panel of a week."""

    title: str
    made: str
    status: str
    objective: int
    bound: int
    gap: float
    vacancies: tuple[Why, ...]
    rules: tuple[Price, ...]


def summary(
    problem: RosterProblem,
    file: RosterFile,
    title: str,
    made: str,
    lang: Lang,
    names: Mapping[str, str],
) -> Summary:
    """The panel of a draft or version; `names` are other names for posts, by id."""
    shifts = {shift.id: shift for shift in problem.shifts}
    posts = {post.id: names.get(post.id, post.name) for post in problem.posts}
    prices = [
        Price(_title(code, lang), cost)
        for code, cost in sorted(file.by_rule.items(), key=lambda entry: -abs(entry[1]))
        if cost
    ]
    return Summary(
        title=title,
        made=made,
        status=file.status,
        objective=file.objective,
        bound=file.bound,
        gap=file.gap,
        vacancies=tuple(
            _why(vacancy, shifts[vacancy.shift], posts, lang) for vacancy in file.vacancies[:_SHOWN]
        ),
        rules=tuple(prices),
    )


def _title(code: str, lang: Lang) -> str:
    return TITLES[code].in_(lang) if code in TITLES else code


def place(shift: Shift, posts: Mapping[str, str], lang: Lang) -> str:
    """A shift as people call it: the post, the weekday, the half of the day."""
    return called(posts.get(shift.post, shift.post), shift.start, shift.end, lang)


def called(post: str, start: datetime, end: datetime, lang: Lang) -> str:
    """A shift of a named post, with weekday and half of the day or hours."""
    day = words.weekday(words.local(start).date(), lang)
    half = words.half(start, end)
    halves = {"am": translate(lang, "上午"), "pm": translate(lang, "下午")}
    said = halves.get(half, words.hours(start, end))
    return f"{post} {day}{said}" if lang == "zh" else f"{post}, {day} {said.lower()}"


def _why(vacancy: Vacancy, shift: Shift, posts: Mapping[str, str], lang: Lang) -> Why:
    separator = "，" if lang == "zh" else ", "
    blocked = separator.join(
        translate(lang, "%(rule)s%(count)s人", rule=_title(code, lang), count=count)
        for code, count in sorted(vacancy.blocked.items(), key=lambda entry: -entry[1])
        if count and code != DEARER
    )
    return Why(
        shift=vacancy.shift,
        place=place(shift, posts, lang),
        sentence=sentence_of(vacancy, lang),
        blocked=translate(lang, "不能值这一班的原因：%(reasons)s", reasons=blocked)
        if blocked
        else "",
        remedies=tuple(_remedy(remedy, lang) for remedy in vacancy.remedies),
    )


def sentence_of(vacancy: Vacancy, lang: Lang) -> str:
    """Why a place is empty; where somebody could hold it as things stand, that alone."""
    free = vacancy.blocked.get(DEARER, 0)
    if free:
        return translate(lang, "这个名额空着，现在就有%(count)s位律师可以直接排上。", count=free)
    return vacancy.sentence if lang == "zh" else vacancy.sentence_en


def _remedy(remedy: Remedy, lang: Lang) -> str:
    what = remedy.what if lang == "zh" else remedy.what_en
    if remedy.verified:
        return translate(
            lang, "可以这样补上：%(what)s（代价%(cost)s）", what=what, cost=remedy.cost
        )
    return translate(lang, "也许可以：%(what)s", what=what)
