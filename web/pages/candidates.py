"""The rosters of a week that can be compared, weighed and played through once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from zhiban.data.week import Week
from zhiban.queue.outlook import ahead_with, expected, play
from zhiban.queue.simulate import Simulated
from zhiban.roster import alternatives, store
from zhiban.roster.comparing import (
    Spread,
    changed_shifts,
    changed_since_last_week,
    spread,
)
from zhiban.roster.drafts import DraftSummary
from zhiban.roster.problem import RosterProblem
from zhiban.roster.publication import duties_of
from zhiban.roster.published import OnDuty
from zhiban.roster.rosterfile import RosterFile
from zhiban.web.api.outlook import USUAL_A_DAY
from zhiban.web.forecasts import Forecast, Forecasts, Player
from zhiban.web.i18n import Lang, translate
from zhiban.web.wiring import Wiring

Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is reckoned of one roster, kept as long as it does not change."""

    duties: tuple[OnDuty, ...]
    by_rule: dict[str, int]
    proved: bool
    lawyers: int
    spread: Spread


@dataclass(frozen=True, slots=True)
class Candidate:
    """One column of the page; `id` 0 is the draft itself."""

    id: int
    name: str
    note: str
    key: Key
    summary: DraftSummary
    weighed: Weighed
    changes: int | None
    moved: int | None
    forecast: Forecast


class Weighing:
    """What was reckoned of the last rosters compared, and their forecasts."""

    def __init__(self) -> None:
        self.forecasts = Forecasts()
        self._kept: dict[Key, Weighed] = {}

    def weighed(self, key: Key, problem: RosterProblem, file: RosterFile) -> Weighed:
        """The roster weighed, once a revision."""
        if key not in self._kept:
            if len(self._kept) > 60:
                self._kept.clear()
            self._kept[key] = _weighed(problem, file)
        return self._kept[key]


def _weighed(problem: RosterProblem, file: RosterFile) -> Weighed:
    duties = duties_of(problem, file.roster)
    return Weighed(
        duties=duties,
        by_rule={code: cost for code, cost in file.by_rule.items() if cost},
        proved=file.certificate is not None,
        lawyers=len({duty.lawyer for duty in duties}),
        spread=spread(problem, file.roster),
    )


def candidates(
    connection: Connection, week: Week, kept: Weighing, wiring: Wiring, now: datetime, lang: Lang
) -> list[Candidate]:
    published = store.load_published(connection, week.next(-1), week)
    newest, last = published.newest(week), published.newest(week.next(-1))
    found = []
    for id, name, note, key, summary, problem, file in _rosters(connection, week, lang):
        weighed = kept.weighed(key, problem, file)
        found.append(
            Candidate(
                id=id,
                name=name,
                note=note,
                key=key,
                summary=summary,
                weighed=weighed,
                changes=changed_shifts(weighed.duties, newest.duties) if newest else None,
                moved=changed_since_last_week(weighed.duties, last.duties) if last else None,
                forecast=kept.forecasts.ask(
                    key, partial(_player, wiring, week, weighed.duties, now)
                ),
            )
        )
    return found


def _rosters(connection: Connection, week: Week, lang: Lang) -> Any:
    """The draft first, then the alternatives as they came."""
    draft = store.load_draft(connection, week)
    if draft is not None:
        name = translate(lang, "草稿第%(revision)s稿", revision=draft.revision)
        key = (str(week), "draft", draft.revision)
        note = translate(lang, "正在编辑和公布的一份")
        yield 0, name, note, key, draft.summary, draft.problem, draft.file
    for one in alternatives.of_week(connection, week):
        files = alternatives.files_of(connection, week, one.id)
        if files is not None:
            key = (str(week), "kept", one.id)
            yield one.id, one.name, one.note.in_(lang), key, one.summary, files[1], files[2]


def _player(wiring: Wiring, week: Week, duties: tuple[OnDuty, ...], now: datetime) -> Player:
    """Reads what is known once; then any number of seeds are played without the database."""

    def look(connection: Connection) -> Any:
        ahead = ahead_with(connection, wiring.keyring, week, duties, "draft", 0)
        register = ahead.known.register
        drawn = {
            seed: expected(connection, register, week, now, seed, USUAL_A_DAY)
            for seed in range(1, 6)
        }
        return ahead, drawn

    ahead, drawn = wiring.read_now(look)

    def run(seed: int) -> Simulated:
        arrivals, source = drawn[seed]
        return play(ahead, week, arrivals, source, seed).found

    return run


def best_of(found: list[Candidate]) -> dict[str, float]:
    """The best value of each row on which one is better than another."""
    if len(found) < 2:
        return {}
    rows: dict[str, list[float]] = {
        "vacancies": [one.summary.vacancies for one in found],
        "objective": [one.summary.objective for one in found],
        "mean": [one.weighed.spread.mean for one in found],
        "changes": [one.changes for one in found if one.changes is not None],
        "moved": [one.moved for one in found if one.moved is not None],
        "late": [-one.forecast.attainment for one in found if one.forecast.attainment is not None],
    }
    return {name: min(some) for name, some in rows.items() if len(set(some)) > 1}
