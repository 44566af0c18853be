"""What whoever publishes must have signed and taken note of; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhiban.data.week import Week
from zhiban.data.wording import FieldError, Text
from zhiban.data.worktime import WorkCalendar
from zhiban.roster.changes import Change
from zhiban.roster.drafts import SignOff
from zhiban.roster.holiday_history import notes
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile

LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing to take note of; its `code` is kept with the version when it was."""

    code: str
    text: Text


def warnings_of(
    problem: RosterProblem,
    file: RosterFile,
    week: Week,
    calendar: WorkCalendar,
    changes: tuple[Change, ...],
    now: datetime,
) -> tuple[Warned, ...]:
    """Everything to take note of before that roster is published at `now`."""
    found = []
    missing = sum(one.missing for one in file.vacancies)
    if not problem.shifts:
        found.append(Warned("empty", _EMPTY))
    if missing:
        found.append(Warned("vacancies", _vacant(missing)))
    if not calendar.knows(week.days[0], week.days[-1]):
        found.append(Warned("calendar", _CALENDAR))
    found += [Warned(f"holiday_{n}", text) for n, text in enumerate(notes(problem), start=1)]
    begun = sum((one.before + one.after)[0].span.start <= now for one in changes)
    if begun:
        found.append(Warned("begun", _begun(begun)))
    return tuple(found)


def faults_of(signed: SignOff, warnings: tuple[Warned, ...]) -> tuple[FieldError, ...]:
    """What a sign-off lacks: a `name`, and at `ack-CODE` each warning that it does not confirm."""
    found = []
    if not 1 <= len(signed.name) <= LONGEST_NAME:
        found.append(FieldError("name", _SIGN))
    found += [
        FieldError(f"ack-{one.code}", _confirm(one.text))
        for one in warnings
        if one.code not in signed.acknowledged
    ]
    return tuple(found)


def _confirm(warning: Text) -> Text:
    return Text(f"请确认：{warning.zh}", f"Please confirm: {warning.en}")


def _vacant(missing: int) -> Text:
    return Text(
        f"还有{missing}处空缺，公布后这些班次没有人",
        f"{missing} vacancies: nobody will be on those shifts",
    )


def _begun(count: int) -> Text:
    return Text(
        f"有{count}个有变动的班次已经开始或过去，公布后从现在起按新的安排",
        f"{count} shifts that change have begun or are over; the new holds from now on",
    )


UNSIGNED = Text(
    "还没有签名，或者有提醒没有确认，没有公布",
    "it is not signed, or a warning is not confirmed; nothing was published",
)
_SIGN = Text(
    f"请签上姓名，1至{LONGEST_NAME}个字",
    f"Please sign with your name, 1 to {LONGEST_NAME} characters",
)
_EMPTY = Text("这一周没有任何班次，将公布为一张空表", "no shifts: an empty table is published")
_CALENDAR = Text(
    "这一周所在年度的节假日安排还没有导入，是按普通工作日排的",
    "the holidays of that year are not known yet; it was made as if there were none",
)
