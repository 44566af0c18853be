"""What an act on the board is answered with: words, the rows that changed, the panel anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.roster import hand_edits
from zhiban.roster.edit_store import Logged
from zhiban.roster.hand_edits import Change, Clash, Nothing, Open
from zhiban.roster.intents import Impossible, Intent, state_of
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages import edit_words
from zhiban.web.pages.edit_words import Told
from zhiban.web.pages.form import Form
from zhiban.web.pages.named import in_names
from zhiban.web.pages.shown import Boards, Shown, rosters
from zhiban.web.pages.week_cell import cell_panel
from zhiban.web.pages.week_parts import changed_heads, changed_rows, part
from zhiban.web.pages.week_summary import place
from zhiban.web.pages.week_view import people, told_of, values
from zhiban.web.security import staff

FIELDS = ("act", "shift", "role", "lawyer", "instead", "from_shift", "from_role")


@dataclass(frozen=True)
class Outcome:
    """What came of an act: the draft before and after, and the change or why there is none."""

    before: Open
    after: Open
    result: Change | Clash | Impossible | Nothing
    intent: Intent | None = None


def told(outcome: Outcome, shown: Shown, who: Mapping[str, str], form: Form, lang: Lang) -> Told:
    """What came of it, in words."""
    result, facts = outcome.result, shown.at.facts
    if isinstance(result, Nothing):
        return Told("nothing", translate(lang, "没有可以撤销或重做的改动。"))
    if isinstance(result, Impossible):
        text = in_names(facts, result.text.in_(lang), shown.names, lang)
        return Told("impossible", translate(lang, "没有改：%(why)s。", why=text))
    if isinstance(result, Clash):
        return Told("clash", *_clash(outcome, result, shown, who, form, lang))
    one = outcome.after.chain[-1]
    before, after = outcome.before.at, outcome.after.at
    return Told(
        "done",
        edit_words.logged(one, facts, shown.names, lang),
        edit_words.priced(one.cost, before.file.by_rule, after.file.by_rule, lang),
        edit_words.newly_broken(before.violations, after.violations, facts, shown.names, lang),
    )


def _clash(
    outcome: Outcome,
    result: Clash,
    shown: Shown,
    who: Mapping[str, str],
    form: Form,
    lang: Lang,
) -> tuple[str, str]:
    """Who changed what meanwhile, as exactly as it is known."""
    seen = form.number("revision") or 0
    later = [
        one
        for one in outcome.before.chain
        if one.revision > seen and edit_words.touched(one.steps) & set(result.shifts)
    ]
    text = translate(lang, "没有改：这一格刚被改过。")
    if later:
        return text, " ".join(told_of(later, shown, who, lang))
    if hand_edits.since(outcome.before, seen) is None:
        return text, translate(lang, "草稿被重新生成了。")
    return text, ""


def pending_of(outcome: Outcome, shown: Shown, form: Form, lang: Lang) -> Mapping[str, Any] | None:
    """What the person wanted, kept so that it can still be done in one step."""
    intent, facts = outcome.intent, shown.at.facts
    if not isinstance(outcome.result, Clash) or intent is None:
        return None
    lawyer = facts.lawyers.get(intent.duty.lawyer)
    shift = facts.shifts.get(intent.duty.shift)
    if lawyer is None or shift is None:
        return None
    where = place(shift, shown.names, lang)
    words = {"name": lawyer.name, "place": where}
    says = {
        "remove": translate(lang, "您要把%(name)s从%(place)s撤下。", **words),
        "lock": translate(lang, "您要锁定%(place)s的%(name)s。", **words),
        "unlock": translate(lang, "您要解锁%(place)s的%(name)s。", **words),
    }
    wanted = says.get(intent.act) or translate(lang, "您要把%(name)s排到%(place)s。", **words)
    fields = [(name, form.text(name)) for name in FIELDS if form.text(name)]
    fields = [one for one in fields if one[0] != "instead"]
    fields.append(("revision", str(outcome.after.revision)))
    fields += [("saw", f"{one}={state_of(facts, one)}") for one in intent.shifts if one]
    text = translate(lang, "别人刚改过这一格，现在的样子见下。")
    return {"text": text, "intent": wanted, "fields": fields}


def outcome_json(
    request: Request,
    connection: Connection,
    outcome: Outcome,
    boards: Boards,
    shift: str,
    form: Form,
    lang: Lang,
) -> dict[str, Any]:
    """The answer to the script on the page."""
    found = rosters(connection, outcome.after.draft.week)
    after = boards.of_draft(connection, found, outcome.after, lang)
    since = form.number("revision")
    before = boards.known_draft(outcome.after.draft.week, since, lang)
    who = people(connection)
    said = told(outcome, after, who, form, lang)
    # What was done is told at once; the panel is asked for after it, unless it holds the intent.
    pending, panel = pending_of(outcome, after, form, lang), None
    if shift and pending is not None:
        panel = cell_panel(after.at, shift, after.names, lang, form.text("role"))
    filled = values(request, after, who, lang, told=said, cell=panel, week=False)
    filled["pending"] = pending
    return {
        **_parts(request, before, after, filled, lang),
        "kind": said.kind,
        "panel": part(request, lang, "week_cell.html", filled) if panel else "",
        "news": _others(outcome.after, since, who, after, request, lang),
    }


def _parts(
    request: Request,
    before: Shown | None,
    after: Shown,
    filled: Mapping[str, Any],
    lang: Lang,
) -> dict[str, Any]:
    return {
        "revision": filled["revision"],
        "rows": changed_rows(before, after, lang),
        "heads": changed_heads(before, after, lang),
        "bar": part(request, lang, "week_bar.html", filled),
    }


def news_json(
    request: Request,
    after: Shown,
    boards: Boards,
    since: int,
    who: Mapping[str, str],
    lang: Lang,
) -> dict[str, Any]:
    """What others changed since the page was last drawn."""
    before = boards.known_draft(after.week, since, lang)
    filled = values(request, after, who, lang, week=False)
    said = _others(after.draft, since, who, after, request, lang) if after.draft else []
    return {**_parts(request, before, after, filled, lang), "news": said}


def _others(
    draft: Open,
    since: int | None,
    who: Mapping[str, str],
    shown: Shown,
    request: Request,
    lang: Lang,
) -> list[str]:
    """What other people changed after a revision, as lines."""
    if since is None:
        return []
    changes = hand_edits.since(draft, since)
    if changes is None:
        return [translate(lang, "草稿被重新生成了，您看到的已换成新的。")]
    me = staff(request).login
    theirs: list[Logged] = [one for one in changes if one.by != me]
    return told_of(theirs, shown, who, lang)
