"""What still stands of a roster in a problem that has changed, and what is wanting in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.freedom import Freedom, gains, stays
from zhiban.roster.model import Model, segment_sums
from zhiban.roster.plan import activity_of, room, steps_of
from zhiban.roster.roster import Roster

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
FILLED = ("cover", "online_seat", "locks")


@dataclass(frozen=True)
class Standing:
    """By arc: `old` are duties still possible, `new` those that somebody may be given.

    `loose` old ones belong to lawyers or shifts whose old duties break a rule together; `firm`
    ones must stay. By place: `missing` counts what nobody holds and somebody could. `least` is
    the least price of vacancies that no roster of old and new arcs can avoid.
    """

    model: Model
    old: Bools
    new: Bools
    loose: Bools
    firm: Bools
    missing: Ints
    least: int


def standing(model: Model, roster: Roster, freedom: Freedom) -> Standing:
    """Looks a roster's duties up in the model of the changed problem."""
    old = _old_arcs(model, roster)
    firm = old & stays(model, freedom)
    firm &= ~_in_conflict(model, firm)
    places, arcs = model.ground.places, model.arcs
    new = ~old & gains(model, freedom)
    held = np.bincount(arcs.place[old], minlength=len(places))
    could = np.bincount(arcs.place[old | new], minlength=len(places))
    least = vacancy_price(model, _activity(model, np.flatnonzero(old | new)))
    return Standing(
        model=model,
        old=old,
        new=new,
        loose=_in_conflict(model, old) & ~firm,
        firm=firm,
        missing=np.maximum(0, np.minimum(places.room, could) - held),
        least=least,
    )


def vacancy_price(model: Model, activity: Ints) -> int:
    """What the steps that fill vacant places cost."""
    steps = model.frame.steps
    used = steps_of(model.frame, activity)
    return int((used * steps.price)[filling(model)].sum())


def filling(model: Model) -> Bools:
    """The steps that stand for vacancies."""
    frame = model.frame
    rules = np.array([family.rule in FILLED for family in frame.families], dtype=bool)
    family = np.searchsorted(frame.offset, frame.steps.row, side="right") - 1
    vacant: Bools = rules[family] & (frame.steps.sign > 0) if len(family) else np.zeros(0, bool)
    return vacant


def kept_columns(model: Model, held: Bools) -> Ints:
    """The columns of all that lawyers hold on a day, where they may hold that together."""
    columns = model.columns
    size = np.diff(columns.first)
    inside = segment_sums(held[columns.arc].astype(np.int64), columns.first)
    of_day = np.bincount(_day_of_arcs(model)[held], minlength=len(columns.group) - 1)
    return np.flatnonzero((inside == size) & (size == of_day[columns.day]))


def _day_of_arcs(model: Model) -> Ints:
    """Lawyer-day of each arc."""
    days: Ints = model.arcs.lawyer * model.ground.days + model.ground.places.day[model.arcs.place]
    return days


def _old_arcs(model: Model, roster: Roster) -> Bools:
    """The arcs of duties that are still possible."""
    old = np.zeros(len(model.arcs), bool)
    for duty in roster:
        place = model.ground.place_index.get((duty.shift, duty.role))
        lawyer = model.ground.lawyer_index.get(duty.lawyer)
        if place is not None and lawyer is not None and model.arcs.at[lawyer, place] >= 0:
            old[model.arcs.at[lawyer, place]] = True
    return old


def _activity(model: Model, arcs: Ints) -> Ints:
    """The sum of every row, but for those that count a lawyer's day once, over arcs."""
    chosen = np.zeros(len(model.arcs), bool)
    chosen[arcs] = True
    frame = model.frame
    entry = np.repeat(chosen, np.diff(frame.first))
    total = np.zeros(len(frame), np.int64)
    np.add.at(total, frame.row[entry], frame.weight[entry])
    return total


def _in_conflict(model: Model, held: Bools) -> Bools:
    """Held arcs of all lawyers who have a part in breaking a rule."""
    arcs, columns = model.arcs, model.columns
    kept = kept_columns(model, held)
    alone = held.copy()
    alone[columns.arcs_of(kept)] = False
    lawyers = np.zeros(model.ground.lawyers, bool)
    lawyers[arcs.lawyer[alone]] = True
    over = activity_of(model, kept) > room(model.frame)[1]
    start, row, weight = model.entries(kept)
    breaks = (over[row] & (weight > 0)).astype(np.int64)
    broken = segment_sums(breaks, start) > 0
    lawyers[columns.day[kept[broken]] // model.ground.days] = True
    lawyers[_excluding(model, np.flatnonzero(held))] = True
    in_conflict: Bools = held & lawyers[arcs.lawyer]
    return in_conflict


def _excluding(model: Model, held: Ints) -> Ints:
    """Lawyers with two held arcs of different days that exclude each other."""
    arcs = model.arcs
    found = [np.zeros(0, np.int64)]
    for apart in range(1, len(held)):
        one, other = held[:-apart], held[apart:]
        same = arcs.lawyer[one] == arcs.lawyer[other]
        if not same.any():
            break
        one, other = arcs.place[one[same]], arcs.place[other[same]]
        who = arcs.lawyer[held[:-apart][same]]
        found += [who[clash[one, other] | clash[other, one]] for clash in model.later.values()]
    return np.concatenate(found)
